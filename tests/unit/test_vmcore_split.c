/* The parts of a split dump, by headers laid out as makedumpfile's diskdump_mod.h has them. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parsers/vmcore/split.h"

enum { BLOCK = 4096 };

static int enter_directory(void **state)
{
    static char name[] = "/tmp/whyoom-split-XXXXXX";
    strcpy(name, "/tmp/whyoom-split-XXXXXX");
    *state = mkdtemp(name);
    return *state && chdir(name) == 0 ? 0 : -1;
}

static int leave_directory(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static void write_part(const char *name, uint32_t seconds, uint32_t is_split, uint64_t first)
{
    unsigned char bytes[2 * BLOCK] = "KDUMP   ";
    const uint32_t block = BLOCK;
    memcpy(bytes + 408, &seconds, sizeof seconds);
    memcpy(bytes + 428, &block, sizeof block);
    memcpy(bytes + BLOCK + 12, &is_split, sizeof is_split);
    memcpy(bytes + BLOCK + 16, &first, sizeof first);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, sizeof bytes, 1, file), 1);
    fclose(file);
}

static uint64_t first_frame(int file)
{
    uint64_t first = 0;
    assert_int_equal(pread(file, &first, sizeof first, BLOCK + 16), sizeof first);
    return first;
}

static struct split_set find(const char *path)
{
    struct split_set set;
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    split_find(file, path, &set);
    return set;
}

static void forget(struct split_set *set)
{
    int own = set->own;
    split_close(set);
    assert_int_equal(close(own), 0); /* was left open: it is the caller's */
}

static void test_split__parts_of_one_dump_come_in_the_order_of_their_frames(void **state)
{
    (void)state;
    write_part("a", 7, 1, 900);
    write_part("b", 7, 1, 0);
    write_part("c", 7, 1, 500);
    write_part("d", 8, 1, 100); /* of another day */
    struct split_set set = find("c");
    assert_true(set.is_split);
    assert_int_equal(set.count, 3);
    assert_int_equal(first_frame(set.files[0]), 0);
    assert_int_equal(first_frame(set.files[1]), 500);
    assert_int_equal(first_frame(set.files[2]), 900);
    forget(&set);
}

static void test_split__a_whole_dump_has_no_parts(void **state)
{
    (void)state;
    write_part("a", 7, 0, 0);
    write_part("b", 7, 1, 0);
    struct split_set set = find("./a");
    assert_false(set.is_split);
    assert_int_equal(set.count, 1);
    forget(&set);
}

static void test_split__a_part_alone_is_a_set_of_one(void **state)
{
    (void)state;
    write_part("a", 7, 1, 0);
    struct split_set set = find("a");
    assert_true(set.is_split);
    assert_int_equal(set.count, 1);
    forget(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_split__parts_of_one_dump_come_in_the_order_of_their_frames, enter_directory,
            leave_directory),
        cmocka_unit_test_setup_teardown(test_split__a_whole_dump_has_no_parts, enter_directory,
                                        leave_directory),
        cmocka_unit_test_setup_teardown(test_split__a_part_alone_is_a_set_of_one, enter_directory,
                                        leave_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
