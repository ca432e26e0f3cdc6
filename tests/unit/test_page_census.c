#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parsers/kernel/census_threads.h"
#include "parsers/kernel/frames.h"
#include "parsers/kernel/page_census.h"

/* A machine of a few frames with one flat memory map of two pages, the second not in the dump; its
 * struct page laid out as in 6.12. */
enum { FRAMES = 128, PAGE_STRUCT = 64, MAP = 0x10000, MAP_VARIABLE = 0x1000, HELD = 64 };
enum { FLAGS = 0, HEAD = 8, MAPPING = 24, PRIVATE = 40, TYPE = 48, MEMCG = 56 };
enum { IS_HEAD = 1 << 6, IS_RESERVED = 1 << 13, IS_SWAP_BACKED = 1 << 17 };

struct machine {
    struct layout layout;
    struct kernel kernel;
    struct memory memory;
    struct frames frames;
    unsigned char map[FRAMES * PAGE_STRUCT];
};

static bool read_machine(void *context, uint64_t address, void *buffer, size_t length)
{
    static const unsigned char pointer[8] = {0, 0, MAP >> 16}; /* mem_map's value, low byte first */
    struct machine *machine = context;
    if (address == MAP_VARIABLE && length == sizeof pointer)
        memcpy(buffer, pointer, length);
    else if (address >= MAP && address + length <= MAP + HELD * PAGE_STRUCT)
        memcpy(buffer, machine->map + (address - MAP), length);
    else
        return false;
    return true;
}

static bool next_memory(void *context, uint64_t *first, uint64_t *end)
{
    (void)context;
    *end = FRAMES;
    return *first < FRAMES;
}

static void place(struct machine *machine, enum member_id member, uint32_t offset, uint32_t size)
{
    machine->layout.members[member] = (struct layout_member){
        .is_known = true, .place = {.offset = offset, .size = size, .element_size = size, 1}};
}

static void name(struct machine *machine, enum enumerator_id id, int64_t value)
{
    machine->layout.enumerators[id] = (struct layout_number){.is_known = true, .value = value};
}

static void set(struct machine *machine, unsigned pfn, unsigned offset, uint64_t word)
{
    for (unsigned i = 0; i < 8; i++)
        machine->map[pfn * PAGE_STRUCT + offset + i] = (unsigned char)(word >> 8 * i);
}

/* As the kernel leaves a page that is nobody's: _mapcount -1, _refcount 0. */
static void machine_init(struct machine *machine)
{
    *machine = (struct machine){.memory = {machine, read_machine}, .frames = {.context = NULL}};
    machine->frames.next_memory = next_memory;
    machine->kernel = (struct kernel){.memory = &machine->memory,
                                      .layout = &machine->layout,
                                      .page_size = 4096,
                                      .page_shift = 12,
                                      .frames = &machine->frames};
    machine->layout.sizes[STRUCT_PAGE] = (struct layout_number){.is_known = true, .value = 64};
    machine->layout.symbols[SYMBOL_MEM_MAP] =
        (struct layout_symbol){.is_known = true, .address = MAP_VARIABLE};
    place(machine, MEMBER_PAGE_FLAGS, FLAGS, 8);
    place(machine, MEMBER_PAGE_LRU, HEAD, 16);
    place(machine, MEMBER_PAGE_HEAD, HEAD, 8);
    place(machine, MEMBER_PAGE_MAPPING, MAPPING, 8);
    place(machine, MEMBER_PAGE_PRIVATE, PRIVATE, 8);
    place(machine, MEMBER_PAGE_MAPCOUNT, TYPE, 4);
    place(machine, MEMBER_PAGE_REFCOUNT, TYPE + 4, 4);
    place(machine, MEMBER_PAGE_MEMCG_DATA, MEMCG, 8);
    name(machine, ENUMERATOR_PG_HEAD, 6);
    name(machine, ENUMERATOR_PG_RESERVED, 13);
    name(machine, ENUMERATOR_PG_SWAPBACKED, 17);
    name(machine, ENUMERATOR_PGTY_BUDDY, 0xf0);
    name(machine, ENUMERATOR_PGTY_TABLE, 0xf2);
    name(machine, ENUMERATOR_PGTY_SLAB, 0xf5);
    for (unsigned pfn = 0; pfn < FRAMES; pfn++)
        set(machine, pfn, TYPE, UINT32_MAX);
}

static void count(struct machine *machine, struct page_census *census)
{
    struct memory_map map;
    struct page_format format;
    struct frame_marks marks = {0};
    assert_true(memory_map_init(&map, &machine->kernel));
    assert_true(page_format_learn(&format, &machine->kernel));
    const struct census_tools tools = {.map = &map, .format = &format, .marks = &marks};
    page_census_init(census);
    page_census_count(census, &tools, 0, UINT64_MAX);
    uint64_t sum = 0;
    for (int kind = 0; kind < PAGE_KIND_COUNT; kind++)
        sum += census->kinds[kind];
    assert_int_equal(sum, FRAMES);
    assert_int_equal(census->frames, FRAMES);
}

static void test_each_frame_has_the_kind_that_its_words_say(void **state)
{
    struct machine machine;
    struct page_census census;
    (void)state;
    machine_init(&machine);
    set(&machine, 0, FLAGS, IS_RESERVED);
    set(&machine, 1, MAPPING, 0xffff888000001001); /* anonymous */
    set(&machine, 2, MAPPING, 0xffff888000002000); /* a file */
    set(&machine, 3, MAPPING, 0xffff888000002000);
    set(&machine, 3, FLAGS, IS_SWAP_BACKED); /* and shmem */
    set(&machine, 4, TYPE, 0xf2000000);
    set(&machine, 5, MEMCG, 0xffff888000003002); /* charged as the kernel's */
    count(&machine, &census);
    assert_int_equal(census.kinds[PAGE_RESERVED], 1);
    assert_int_equal(census.kinds[PAGE_ANON], 1);
    assert_int_equal(census.kinds[PAGE_FILE], 1);
    assert_int_equal(census.kinds[PAGE_SHMEM], 1);
    assert_int_equal(census.kinds[PAGE_PAGE_TABLE], 1);
    assert_int_equal(census.kinds[PAGE_KERNEL], 1);
    assert_int_equal(census.kinds[PAGE_EXCLUDED], FRAMES - HELD);
    assert_int_equal(census.kinds[PAGE_UNACCOUNTED], HELD - 6);
    page_census_deinit(&census);
}

static void test_a_free_block_is_counted_whole_and_a_wild_order_is_one_frame(void **state)
{
    struct machine machine;
    struct page_census census;
    (void)state;
    machine_init(&machine);
    set(&machine, 8, TYPE, 0xf0000000);
    set(&machine, 8, PRIVATE, 3);
    set(&machine, 9, MAPPING, 0xffff888000001001); /* stale words inside of the block */
    set(&machine, 20, TYPE, 0xf0000000);
    set(&machine, 20, PRIVATE, UINT64_MAX - 1);
    set(&machine, 25, TYPE, 0xf0000000);
    set(&machine, 25, PRIVATE, 4); /* no block of 16 frames begins there */
    count(&machine, &census);
    assert_int_equal(census.kinds[PAGE_FREE], 8 + 1 + 1);
    assert_int_equal(census.free_blocks[3], 1);
    assert_int_equal(census.kinds[PAGE_ANON], 0);
    page_census_deinit(&census);
}

static void test_tails_follow_their_head_and_its_owner(void **state)
{
    struct machine machine;
    struct page_census census;
    struct page_owner *owner, *next;
    (void)state;
    machine_init(&machine);
    set(&machine, 16, FLAGS, IS_HEAD | IS_SWAP_BACKED);
    set(&machine, 16, MAPPING, 0xffff888000001001);
    set(&machine, 16, MEMCG, 0xffff888000003000);
    for (unsigned pfn = 17; pfn < 20; pfn++)
        set(&machine, pfn, HEAD, MAP + 16 * PAGE_STRUCT + 1);
    set(&machine, 30, HEAD, 0x7000 + 1); /* a head that the dump does not hold */
    count(&machine, &census);
    assert_int_equal(census.kinds[PAGE_ANON], 4);
    assert_int_equal(HASH_COUNT(census.owners), 1);
    HASH_ITER (hh, census.owners, owner, next) {
        assert_int_equal(owner->pages, 4);
        assert_int_equal(owner->key.memcg, 0xffff888000003000);
    }
    page_census_deinit(&census);
}

/* Up to 5.10 a page table that is charged has the types "kmemcg" and "table". */
static void test_a_charged_page_table_is_a_page_table(void **state)
{
    struct machine machine;
    struct page_census census;
    (void)state;
    machine_init(&machine);
    machine.layout.enumerators[ENUMERATOR_PGTY_BUDDY].is_known = false;
    machine.layout.members[MEMBER_PAGE_MEMCG_DATA].is_known = false;
    place(&machine, MEMBER_PAGE_TYPE, TYPE, 4);
    set(&machine, 0, TYPE, UINT32_MAX & ~UINT32_C(0x600));
    set(&machine, 1, TYPE, UINT32_MAX & ~UINT32_C(0x200));
    set(&machine, 2, TYPE, UINT32_MAX & ~UINT32_C(0x80)); /* VMCOREINFO: buddy is -129 */
    count(&machine, &census);
    assert_int_equal(census.kinds[PAGE_PAGE_TABLE], 1);
    assert_int_equal(census.kinds[PAGE_KERNEL], 1);
    assert_int_equal(census.kinds[PAGE_FREE], 1);
    page_census_deinit(&census);
}

/* ---- several threads */

enum { FAR = 1000 * 1000, FAR_FRAMES = 200 * 1000 };

/* The machine's frames, and more that lie far away and of which no struct page is in the dump. */
static bool next_of_two(void *context, uint64_t *first, uint64_t *end)
{
    (void)context;
    *end = *first < FRAMES ? FRAMES : FAR + FAR_FRAMES;
    *first = *first < FRAMES || *first > FAR ? *first : FAR;
    return *first < *end;
}

struct opening {
    struct kernel kernel;
    unsigned opened, closed;
};

static struct kernel *open_reader(void *context)
{
    struct opening *opening = context;
    opening->opened++;
    return &opening->kernel;
}

static void close_reader(struct kernel *kernel)
{
    ((struct opening *)kernel)->closed++;
}

static void test_threads_count_what_one_counts(void **state)
{
    struct machine machine;
    struct page_census census;
    struct memory_map map;
    struct page_format format;
    struct opening opening = {.opened = 0};
    struct frame_marks marks = {0};
    const struct kernel_readers readers = {&opening, open_reader, close_reader};
    (void)state;
    machine_init(&machine);
    machine.frames.next_memory = next_of_two;
    machine.kernel.readers = &readers;
    opening.kernel = machine.kernel;
    set(&machine, 1, MAPPING, 0xffff888000001001);
    assert_true(memory_map_init(&map, &machine.kernel));
    assert_true(page_format_learn(&format, &machine.kernel));
    const struct census_tools tools = {.map = &map, .format = &format, .marks = &marks};
    page_census_init(&census);
    census_threads_count(&census, &tools, 3);
    assert_int_equal(opening.opened, 2);
    assert_int_equal(opening.closed, 2);
    assert_int_equal(census.frames, FRAMES + FAR_FRAMES);
    assert_int_equal(census.kinds[PAGE_ANON], 1);
    assert_int_equal(census.kinds[PAGE_UNACCOUNTED], HELD - 1);
    assert_int_equal(census.kinds[PAGE_EXCLUDED], FRAMES - HELD + FAR_FRAMES);
    assert_int_equal(HASH_COUNT(census.owners), 1);
    page_census_deinit(&census);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_frame_has_the_kind_that_its_words_say),
        cmocka_unit_test(test_a_free_block_is_counted_whole_and_a_wild_order_is_one_frame),
        cmocka_unit_test(test_tails_follow_their_head_and_its_owner),
        cmocka_unit_test(test_a_charged_page_table_is_a_page_table),
        cmocka_unit_test(test_threads_count_what_one_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
