/* How memory is reached: pieces of an ELF file, page tables, the pages that are kept. */
#define _GNU_SOURCE /* memfd_create */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/vmcore/page_cache.h"
#include "parsers/vmcore/page_table.h"
#include "parsers/vmcore/segments.h"

/* ---- segments */

enum { HEADS = 1024, FILE_SIZE = 4096 };

/* A file in which each byte says its offset, modulo 251, with these segments. */
static struct segments *open_file(const Elf64_Phdr *heads, uint16_t count, size_t size)
{
    unsigned char bytes[FILE_SIZE];
    Elf64_Ehdr head = {.e_phoff = sizeof head, .e_phnum = count};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i % 251);
    memcpy(head.e_ident, ELFMAG "\2\1\1", 7);
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, heads, count * sizeof *heads);
    int file = memfd_create("dump", 0);
    assert_int_equal(write(file, bytes, size), size);
    return segments_create(file);
}

static Elf64_Phdr loaded(uint64_t physical, uint64_t offset, uint64_t size)
{
    return (Elf64_Phdr){.p_type = PT_LOAD,
                        .p_paddr = physical,
                        .p_offset = offset,
                        .p_filesz = size,
                        .p_memsz = size};
}

/* The offset that the bytes at @p address came from; -1: they are not there. */
static int offset_of(const struct segments *segments, uint64_t address, size_t length)
{
    unsigned char bytes[FILE_SIZE] = {0};
    if (!segments_read(segments, address, bytes, length))
        return -1;
    for (size_t i = 1; i < length; i++)
        assert_int_equal(bytes[i], (bytes[i - 1] + 1) % 251);
    return bytes[0];
}

static void test_segments__an_address_is_a_place_in_the_file(void **state)
{
    const Elf64_Phdr heads[] = {loaded(0x10000, 1500, 500),
                                loaded(0x1000, 1100, 300),
                                loaded(0x112c, 1400, 100), /* follows in memory and file */
                                {.p_type = PT_NOTE, .p_offset = 1024, .p_filesz = 16}};
    struct segments *segments = open_file(heads, 4, FILE_SIZE);
    (void)state;
    assert_int_equal(offset_of(segments, 0x1000, 10), 1100 % 251);
    assert_int_equal(offset_of(segments, 0x101f, 5), (1100 + 0x1f) % 251);
    assert_int_equal(offset_of(segments, 0x10000, 500), 1500 % 251);
    assert_int_equal(offset_of(segments, 0x1100, 100), (1100 + 0x100) % 251); /* across both */
    assert_int_equal(offset_of(segments, 0x10000, 501), -1);
    assert_int_equal(offset_of(segments, 0xfff, 2), -1);
    assert_int_equal(offset_of(segments, 0x1190, 1), -1);
    assert_false(segments_are_cut(segments));
    segments_destroy(segments);
}

static void test_segments__one_within_another_hides_nothing(void **state)
{
    const Elf64_Phdr heads[] = {loaded(0x1100, 1356, 16), loaded(0x1000, 1100, 600)};
    struct segments *segments = open_file(heads, 2, FILE_SIZE);
    (void)state;
    assert_int_equal(offset_of(segments, 0x1000, 600), 1100 % 251);
    assert_int_equal(offset_of(segments, 0x1200, 10), (1100 + 0x200) % 251);
    segments_destroy(segments);
}

static void test_segments__what_the_file_does_not_hold_is_not_read(void **state)
{
    Elf64_Phdr left_out = loaded(0x1000, 1100, 100);
    left_out.p_memsz = 4096;
    const Elf64_Phdr heads[] = {left_out, loaded(0x10000, 2000, 1000)};
    struct segments *segments = open_file(heads, 2, 2500);
    (void)state;
    assert_int_equal(offset_of(segments, 0x1000 + 90, 10), (1100 + 90) % 251);
    assert_int_equal(offset_of(segments, 0x1000 + 90, 11), -1);
    assert_true(segments_are_cut(segments));
    assert_int_equal(offset_of(segments, 0x10000 + 499, 1), 2499 % 251);
    assert_int_equal(offset_of(segments, 0x10000 + 500, 1), -1);
    segments_destroy(segments);
}

static void test_segments__without_physical_addresses_there_are_none(void **state)
{
    const Elf64_Phdr heads[] = {loaded(0, 1100, 100), loaded(0, 1200, 200)};
    struct segments *segments = open_file(heads, 2, FILE_SIZE);
    (void)state;
    assert_int_equal(offset_of(segments, 0, 1), -1);
    segments_destroy(segments);
}

/* ---- page tables */

/* Physical memory from 0 on, with tables at 0x1000, 0x2000 ... of which the first is the top; the
 * kernel's image begins there too. */
enum { TABLES = 8, WORDS = 512 };

struct tables {
    uint64_t words[TABLES][WORDS];
    unsigned reads;
};

static bool read_tables(void *context, uint64_t address, void *buffer, size_t length)
{
    struct tables *tables = context;
    uint64_t at = address - 0x1000;
    tables->reads++;
    if (at > sizeof tables->words || length > sizeof tables->words - at)
        return false;
    memcpy(buffer, (const char *)tables->words + at, length);
    return true;
}

#define TOP "SYMBOL(swapper_pg_dir)=ffffffff80001000\n"
#define IMAGE UINT64_C(0xffffffff80000000)

/* Four levels down to the page that the top table lies in, as the kernel maps its image: there in
 * a block of 2 MiB. */
static void map_image(struct tables *tables)
{
    tables->words[0][511] = 0x2000 | 0x63;
    tables->words[1][510] = 0x3000 | 0x63;
    tables->words[2][0] = 0x0 | 0xe3;
}

static void assert_mapped(const struct page_table *table, uint64_t address, uint64_t physical,
                          uint64_t length)
{
    uint64_t found, mapped;
    assert_true(page_table_translate(table, address, &found, &mapped));
    assert_int_equal(found, physical);
    assert_int_equal(mapped, length);
}

static void test_page_table__pages_and_blocks(void **state)
{
    struct tables tables = {0};
    const struct memory memory = {&tables, read_tables};
    uint64_t found, mapped;
    (void)state;
    map_image(&tables);
    tables.words[0][256] = 0x4000 | 0x63; /* 0xffff800000000000 */
    tables.words[3][0] = 0x5000 | 0x63;
    tables.words[4][1] = 0x6000 | 0x63;
    tables.words[5][3] = UINT64_C(0x8000000012345063); /* not to be run */
    tables.words[4][2] = 0x40000000 | 0x10e3;          /* a block, with its PAT bit */
    tables.words[3][1] = UINT64_C(0x1c0000000) | 0xe3;
    struct page_table table = page_table_find(SLICE(TOP), &memory, 0);
    assert_mapped(&table, IMAGE + 0x1010, 0x1010, 0x200000 - 0x1010);
    assert_mapped(&table, UINT64_C(0xffff800000203456), 0x12345456, 0x1000 - 0x456);
    assert_mapped(&table, UINT64_C(0xffff800000400123), 0x40000123, 0x200000 - 0x123);
    assert_mapped(&table, UINT64_C(0xffff800040000000), UINT64_C(0x1c0000000), 0x40000000);
    assert_false(page_table_translate(&table, UINT64_C(0xffff800000204000), &found, &mapped));
    assert_false(page_table_translate(&table, UINT64_C(0xffff900000000000), &found, &mapped));
}

static void test_page_table__five_levels_and_encrypted_memory(void **state)
{
    struct tables tables = {0};
    const struct memory memory = {&tables, read_tables};
    const uint64_t encrypted = UINT64_C(1) << 47;
    (void)state;
    tables.words[0][511] = 0x5000 | encrypted | 0x63; /* above what map_image() makes */
    tables.words[4][511] = 0x2000 | encrypted | 0x63;
    tables.words[1][510] = 0x3000 | encrypted | 0x63;
    tables.words[2][0] = 0x0 | encrypted | 0xe3;
    struct page_table table = page_table_find(
        SLICE(TOP "NUMBER(pgtable_l5_enabled)=1\nNUMBER(sme_mask)=140737488355328\n"), &memory, 0);
    assert_mapped(&table, IMAGE + 0x2345, 0x2345, 0x200000 - 0x2345);
}

static void test_page_table__tables_that_do_not_map_themselves_are_none(void **state)
{
    struct tables tables = {0};
    const struct memory memory = {&tables, read_tables};
    uint64_t found, mapped;
    (void)state;
    map_image(&tables);
    tables.words[2][0] = 0x200000 | 0xe3;
    struct page_table table = page_table_find(SLICE(TOP), &memory, 0);
    assert_false(page_table_translate(&table, IMAGE + 0x1000, &found, &mapped));
}

/* ---- pages that are kept */

static void test_page_cache__a_page_is_asked_for_once(void **state)
{
    struct tables tables = {0};
    struct page_cache *cache = page_cache_create((struct memory){&tables, read_tables});
    const struct memory memory = page_cache_memory(cache);
    uint64_t word;
    (void)state;
    tables.words[0][511] = 0x1122334455667788;
    tables.words[1][0] = 0x99aabbccddeeff00;
    for (int i = 0; i < 3; i++) {
        assert_true(memory_read_number(&memory, 0x1ff8, 8, &word));
        assert_int_equal(word, 0x1122334455667788);
    }
    assert_int_equal(tables.reads, 1);
    assert_true(memory_read_number(&memory, 0x1ffc, 8, &word)); /* half of it in the next one */
    assert_int_equal(word, 0xddeeff0011223344);
    assert_int_equal(tables.reads, 2);
    page_cache_destroy(cache);
}

static void test_page_cache__pages_of_one_place_take_turns(void **state)
{
    struct tables tables = {0};
    struct page_cache *cache = page_cache_create((struct memory){&tables, read_tables});
    const struct memory memory = page_cache_memory(cache);
    uint64_t word;
    (void)state;
    tables.words[0][0] = 7;
    assert_true(memory_read_number(&memory, 0x1000, 8, &word));
    for (uint64_t far = 0x101000; far < UINT64_C(1) << 40; far *= 2) /* not there */
        assert_false(memory_read_number(&memory, far, 8, &word));
    assert_true(memory_read_number(&memory, 0x1000, 8, &word));
    assert_int_equal(word, 7);
    page_cache_destroy(cache);
}

/* As at the end of an ELF file's segment. */
static bool read_half(void *context, uint64_t address, void *buffer, size_t length)
{
    return address + length <= 0x1800 && read_tables(context, address, buffer, length);
}

static void test_page_cache__of_a_page_that_is_there_in_part_the_part_is_had(void **state)
{
    struct tables tables = {0};
    struct page_cache *cache = page_cache_create((struct memory){&tables, read_half});
    const struct memory memory = page_cache_memory(cache);
    uint64_t word;
    (void)state;
    tables.words[0][255] = 5;
    assert_true(memory_read_number(&memory, 0x17f8, 8, &word));
    assert_int_equal(word, 5);
    assert_false(memory_read_number(&memory, 0x17fc, 8, &word));
    page_cache_destroy(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments__an_address_is_a_place_in_the_file),
        cmocka_unit_test(test_segments__one_within_another_hides_nothing),
        cmocka_unit_test(test_segments__what_the_file_does_not_hold_is_not_read),
        cmocka_unit_test(test_segments__without_physical_addresses_there_are_none),
        cmocka_unit_test(test_page_table__pages_and_blocks),
        cmocka_unit_test(test_page_table__five_levels_and_encrypted_memory),
        cmocka_unit_test(test_page_table__tables_that_do_not_map_themselves_are_none),
        cmocka_unit_test(test_page_cache__a_page_is_asked_for_once),
        cmocka_unit_test(test_page_cache__pages_of_one_place_take_turns),
        cmocka_unit_test(test_page_cache__of_a_page_that_is_there_in_part_the_part_is_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
