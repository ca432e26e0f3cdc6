/* Members, strings, lists and trees of a kernel of 64 KiB, made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parsers/kernel/list.h"

#define BASE UINT64_C(0xffff888000000000)

enum { SIZE = 64 * 1024, PAGE = 4096 };

struct dead {
    unsigned char bytes[SIZE];
    uint64_t absent; /* a page from this offset on; 0: none */
    struct memory memory;
    struct layout layout;
    struct kernel kernel;
};

static bool read_bytes(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct dead *dead = context;
    uint64_t at = address - BASE;
    bool is_absent = dead->absent && at < dead->absent + PAGE && at + length > dead->absent;
    if (at > SIZE || length > SIZE - at || is_absent)
        return false;
    memcpy(buffer, dead->bytes + at, length);
    return true;
}

static void put(struct dead *dead, uint64_t at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++, number >>= 8)
        dead->bytes[at + i] = (unsigned char)number;
}

static void know(struct dead *dead, enum member_id member, struct member place)
{
    dead->layout.members[member] = (struct layout_member){.is_known = true, .place = place};
}

static struct member word_at(uint32_t offset, uint32_t size)
{
    return (struct member){.offset = offset, .size = size, .element_size = size, .count = 1};
}

static struct dead *dead_create(void)
{
    struct dead *dead = calloc(1, sizeof *dead);
    dead->memory = (struct memory){dead, read_bytes};
    dead->kernel = (struct kernel){.memory = &dead->memory, .layout = &dead->layout};
    know(dead, MEMBER_LIST_NEXT, word_at(0, 8));
    know(dead, MEMBER_LIST_PREV, word_at(8, 8));
    know(dead, MEMBER_CSS_SIBLING, word_at(32, 16)); /* of structures in lists */
    know(dead, MEMBER_XARRAY_HEAD, word_at(0, 8));
    know(dead, MEMBER_XA_NODE_SHIFT, word_at(0, 1));
    know(dead, MEMBER_XA_NODE_SLOTS,
         (struct member){.offset = 8, .size = 32, .element_size = 8, .count = 4});
    return dead;
}

/* ---- members */

static void test_kernel__reads_signs_and_bit_fields(void **state)
{
    (void)state;
    struct dead *dead = dead_create();
    uint64_t number;
    put(dead, 0x100, 0xfffffffe, 4);
    struct member place = word_at(0, 4);
    know(dead, MEMBER_TASK_COMM, place);
    assert_true(kernel_read(&dead->kernel, BASE + 0x100, MEMBER_TASK_COMM, &number));
    assert_int_equal(number, 0xfffffffe);
    place.is_signed = true;
    know(dead, MEMBER_TASK_COMM, place);
    assert_true(kernel_read(&dead->kernel, BASE + 0x100, MEMBER_TASK_COMM, &number));
    assert_int_equal((int64_t)number, -2);
    assert_int_equal(kernel_amount(&dead->kernel, BASE + 0x100, MEMBER_TASK_COMM, 4096).value,
                     -8192);
    put(dead, 0x200, 0x5abc << 3, 3); /* 15 bits from bit 3 on */
    know(
        dead, MEMBER_TASK_COMM,
        (struct member){.size = 3, .element_size = 3, .count = 1, .bit_offset = 3, .bit_size = 15});
    assert_true(kernel_read(&dead->kernel, BASE + 0x200, MEMBER_TASK_COMM, &number));
    assert_int_equal(number, 0x5abc);
    free(dead);
}

static void test_kernel__does_not_know_what_is_not_there(void **state)
{
    (void)state;
    struct dead *dead = dead_create();
    uint64_t number = 7;
    assert_false(kernel_read(&dead->kernel, BASE, MEMBER_TASK_COMM, &number));
    assert_false(kernel_amount(&dead->kernel, BASE, MEMBER_TASK_COMM, 1).known);
    dead->absent = PAGE;
    assert_false(kernel_read(&dead->kernel, BASE + PAGE, MEMBER_LIST_NEXT, &number));
    assert_false(kernel_read(&dead->kernel, UINT64_MAX - 3, MEMBER_LIST_NEXT, &number));
    assert_false(kernel_read_element(&dead->kernel, BASE, MEMBER_XA_NODE_SLOTS, 4, &number));
    assert_false(kernel_pointer(&dead->kernel, BASE, MEMBER_LIST_NEXT, &number)); /* NULL */
    put(dead, 0x100, UINT64_MAX, 8); /* more than an amount holds */
    assert_false(kernel_amount(&dead->kernel, BASE + 0x100, MEMBER_LIST_NEXT, 1).known);
    free(dead);
}

static void test_kernel__reads_strings_up_to_the_end_of_what_is_there(void **state)
{
    (void)state;
    struct dead *dead = dead_create();
    char text[16];
    memcpy(dead->bytes + 2 * PAGE - 5, "java", 5); /* its NUL is the page's last byte */
    dead->absent = 2 * PAGE;
    assert_true(kernel_string(&dead->kernel, BASE + 2 * PAGE - 5, text, sizeof text));
    assert_string_equal(text, "java");
    dead->bytes[2 * PAGE - 1] = 'x';
    assert_false(kernel_string(&dead->kernel, BASE + 2 * PAGE - 5, text, sizeof text));
    memcpy(dead->bytes + 0x100, "a name that is longer", 22);
    assert_true(kernel_string(&dead->kernel, BASE + 0x100, text, sizeof text));
    assert_string_equal(text, "a name that is ");
    know(dead, MEMBER_TASK_COMM, (struct member){.size = 4, .element_size = 1, .count = 4});
    assert_true(kernel_read_string(&dead->kernel, BASE + 0x100, MEMBER_TASK_COMM, text, 16));
    assert_string_equal(text, "a n"); /* an array without NUL is cut */
    put(dead, 0x80, BASE + 0x100, 8);
    know(dead, MEMBER_TASK_COMM, word_at(0, 8));
    assert_true(kernel_read_string(&dead->kernel, BASE + 0x80, MEMBER_TASK_COMM, text, 16));
    assert_string_equal(text, "a name that is ");
    free(dead);
}

static void test_kernel__takes_members_out_of_copies_only_where_they_reach(void **state)
{
    (void)state;
    struct dead *dead = dead_create();
    const unsigned char copy[16] = {[8] = 0x34, [9] = 0x12};
    uint64_t number;
    assert_true(member_of(&dead->layout, MEMBER_LIST_PREV, copy, sizeof copy, &number));
    assert_int_equal(number, 0x1234);
    assert_false(member_of(&dead->layout, MEMBER_LIST_PREV, copy, 15, &number));
    assert_false(member_of(&dead->layout, MEMBER_CSS_SIBLING, copy, 15, &number));
    free(dead);
}

/* ---- lists */

enum { HEAD = 0x1000, ENTRIES = 5 };

static uint64_t entry_at(unsigned i) /* the structure */
{
    return 0x2000 + i * 0x1000;
}

static uint64_t link_at(unsigned i) /* its list_head, or the head */
{
    return i == 0 ? HEAD : entry_at(i) + 32;
}

static struct dead *dead_list_create(void)
{
    struct dead *dead = dead_create();
    for (unsigned i = 0; i <= ENTRIES; i++) {
        put(dead, link_at(i), BASE + link_at((i + 1) % (ENTRIES + 1)), 8);
        put(dead, link_at(i) + 8, BASE + link_at((i + ENTRIES) % (ENTRIES + 1)), 8);
    }
    return dead;
}

static unsigned walk(struct dead *dead, uint64_t limit, enum walk_end end, char *trouble)
{
    char text[128];
    uint64_t entry;
    unsigned count = 0;
    struct list_walk walk = list_walk(&dead->kernel, BASE + HEAD, MEMBER_CSS_SIBLING, limit);
    while (list_walk_next(&walk, &entry))
        assert_int_equal(entry, BASE + entry_at(++count));
    assert_int_equal(walk.end, end);
    assert_int_equal(walk.steps, count);
    const char *told = list_walk_trouble(&walk, text, sizeof text);
    snprintf(trouble, sizeof text, "%s", told ? told : "");
    free(dead);
    return count;
}

static void test_list__gives_every_entry_of_a_sound_one(void **state)
{
    (void)state;
    char trouble[128];
    assert_int_equal(walk(dead_list_create(), 100, WALK_DONE, trouble), ENTRIES);
    assert_string_equal(trouble, "");
    struct dead *empty = dead_create();
    put(empty, HEAD, BASE + HEAD, 8);
    put(empty, HEAD + 8, BASE + HEAD, 8);
    assert_int_equal(walk(empty, 100, WALK_DONE, trouble), 0);
}

static void test_list__says_why_it_ends_early(void **state)
{
    (void)state;
    char trouble[128];
    struct dead *dead = dead_list_create();
    dead->absent = entry_at(3);
    assert_int_equal(walk(dead, 100, WALK_UNREADABLE, trouble), 2);
    assert_string_equal(trouble, "the list breaks off behind 2 entries: not in the dump");
    assert_int_equal(walk(dead_list_create(), 3, WALK_TOO_LONG, trouble), 3);
    dead = dead_list_create();
    put(dead, link_at(4) + 8, BASE + link_at(1), 8);
    assert_int_equal(walk(dead, 100, WALK_BROKEN, trouble), 3);
}

static void test_list__does_not_run_in_a_ring_without_its_head(void **state)
{
    (void)state;
    char trouble[128];
    struct dead *dead = dead_list_create();
    put(dead, link_at(5), BASE + link_at(2), 8); /* 2 to 5 for ever */
    assert_int_equal(walk(dead, 1000, WALK_BROKEN, trouble), 5);
}

static void test_list__of_unknown_structures_is_unreadable(void **state)
{
    (void)state;
    struct dead *dead = dead_list_create();
    uint64_t entry;
    dead->layout.members[MEMBER_CSS_SIBLING].is_known = false;
    struct list_walk walk = list_walk(&dead->kernel, BASE + HEAD, MEMBER_CSS_SIBLING, 10);
    assert_false(list_walk_next(&walk, &entry));
    assert_int_equal(walk.end, WALK_UNREADABLE);
    free(dead);
}

/* ---- trees */

/* Nodes of four slots: indexes of two bits a level. */
struct seen {
    size_t count;
    uint64_t indexes[16], entries[16];
};

static bool see(void *context, uint64_t index, uint64_t entry)
{
    struct seen *seen = context;
    assert_true(seen->count < 16);
    seen->indexes[seen->count] = index;
    seen->entries[seen->count++] = entry;
    return true;
}

static void put_node(struct dead *dead, uint64_t at, unsigned shift, const uint64_t slots[4])
{
    put(dead, at, shift, 1);
    for (size_t i = 0; i < 4; i++)
        put(dead, at + 8 + i * 8, slots[i], 8);
}

static struct seen walk_tree(struct dead *dead, enum walk_end end, uint64_t limit)
{
    struct seen seen = {0};
    assert_int_equal(xarray_walk(&dead->kernel, BASE + HEAD, limit, see, &seen), end);
    free(dead);
    return seen;
}

static struct dead *tree_create(unsigned inner)
{
    struct dead *dead = dead_create();
    put(dead, HEAD, BASE + 0x2000 + inner, 8);
    put_node(dead, 0x2000, 2, (uint64_t[4]){BASE + 0x3000 + inner, 0, 0, BASE + 0x4000 + inner});
    put_node(dead, 0x3000, 0, (uint64_t[4]){0, BASE + 0x100, 0, BASE + 0x200});
    put_node(dead, 0x4000, 0, (uint64_t[4]){BASE + 0x300, 0, 0, 0});
    return dead;
}

static void expect_tree(struct dead *dead)
{
    struct seen seen = walk_tree(dead, WALK_DONE, 1000);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.indexes[0], 1);
    assert_int_equal(seen.indexes[1], 3);
    assert_int_equal(seen.indexes[2], 12);
    assert_int_equal(seen.entries[2], BASE + 0x300);
}

static void test_xarray__gives_entries_with_their_indexes(void **state)
{
    (void)state;
    expect_tree(tree_create(2));
    struct dead *single = dead_create();
    put(single, HEAD, BASE + 0x500, 8); /* index 0 needs no node */
    struct seen seen = walk_tree(single, WALK_DONE, 10);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.entries[0], BASE + 0x500);
}

static void test_xarray__reads_the_radix_tree_before_it(void **state)
{
    (void)state;
    struct dead *dead = tree_create(1);
    dead->layout.members[MEMBER_XARRAY_HEAD].spelling = 1;
    expect_tree(dead);
}

static void test_xarray__is_bounded_where_it_is_broken(void **state)
{
    (void)state;
    struct dead *dead = tree_create(2);
    put_node(dead, 0x3000, 2, (uint64_t[4]){BASE + 0x2000 + 2, 0, 0, 0}); /* its own parent */
    assert_int_equal(walk_tree(dead, WALK_BROKEN, 1000).count, 1); /* the other branch goes on */
    dead = tree_create(2);
    dead->absent = 0x3000;
    assert_int_equal(walk_tree(dead, WALK_UNREADABLE, 1000).count, 1);
    assert_int_equal(walk_tree(tree_create(2), WALK_TOO_LONG, 2).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernel__reads_signs_and_bit_fields),
        cmocka_unit_test(test_kernel__does_not_know_what_is_not_there),
        cmocka_unit_test(test_kernel__reads_strings_up_to_the_end_of_what_is_there),
        cmocka_unit_test(test_kernel__takes_members_out_of_copies_only_where_they_reach),
        cmocka_unit_test(test_list__gives_every_entry_of_a_sound_one),
        cmocka_unit_test(test_list__says_why_it_ends_early),
        cmocka_unit_test(test_list__does_not_run_in_a_ring_without_its_head),
        cmocka_unit_test(test_list__of_unknown_structures_is_unreadable),
        cmocka_unit_test(test_xarray__gives_entries_with_their_indexes),
        cmocka_unit_test(test_xarray__reads_the_radix_tree_before_it),
        cmocka_unit_test(test_xarray__is_bounded_where_it_is_broken),
    };
    return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
