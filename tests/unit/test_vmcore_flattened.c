#define _GNU_SOURCE /* memfd_create */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/vmcore/flattened.h"

static void put_number(FILE *file, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        fputc((int)(number >> shift & 0xff), file);
}

static void put_block(FILE *file, uint64_t offset, uint64_t size, const char *bytes)
{
    put_number(file, offset);
    put_number(file, size);
    fwrite(bytes, strlen(bytes), 1, file);
}

/* A file with the header: signature, type 1, version 1. */
static FILE *begin(void)
{
    FILE *file = fdopen(memfd_create("flattened", 0), "w+");
    assert_non_null(file);
    fprintf(file, "makedumpfile%c%c%c%c", 0, 0, 0, 0);
    put_number(file, 1);
    put_number(file, 1);
    for (int i = 32; i < 4096; i++)
        fputc(0, file);
    return file;
}

static void end(FILE *file)
{
    put_block(file, UINT64_MAX, UINT64_MAX, "");
}

/* What comes out, or what was said. */
struct outcome {
    char bytes[64];
    ssize_t length;
    bool is_cut;
    char error[512];
};

static struct outcome unpack(FILE *file)
{
    struct outcome outcome = {0};
    const atomic_bool stop = false;
    int unpacked = -1;
    fflush(file);
    struct error *error = flattened_unpack(fileno(file), &stop, &unpacked, &outcome.is_cut);
    if (error)
        snprintf(outcome.error, sizeof outcome.error, "%s", error_message(error));
    else
        outcome.length = pread(unpacked, outcome.bytes, sizeof outcome.bytes, 0);
    if (unpacked >= 0)
        close(unpacked);
    error_destroy(error);
    fclose(file);
    return outcome;
}

static void test_flattened__blocks_of_any_order_find_their_places(void **state)
{
    (void)state;
    FILE *file = begin();
    put_block(file, 6, 5, "world");
    put_block(file, 0, 5, "HELLO");
    put_block(file, 1, 4, "ello"); /* the header is rewritten when all is known */
    end(file);
    put_block(file, 0, 5, "never");
    struct outcome outcome = unpack(file);
    assert_string_equal(outcome.error, "");
    assert_false(outcome.is_cut);
    assert_int_equal(outcome.length, 11);
    assert_memory_equal(outcome.bytes, "Hello\0world", 11);
}

static void test_flattened__a_cut_file_gives_what_it_holds(void **state)
{
    (void)state;
    FILE *file = begin();
    put_block(file, 0, 5, "hello");
    put_block(file, 5, 1000000, "cut");
    struct outcome outcome = unpack(file);
    assert_string_equal(outcome.error, "");
    assert_true(outcome.is_cut);
    assert_int_equal(outcome.length, 8);
    assert_memory_equal(outcome.bytes, "hellocut", 8);
}

static void test_flattened__a_block_that_cannot_be_is_an_error(void **state)
{
    (void)state;
    static const uint64_t blocks[][2] = {
        {UINT64_MAX - 1, 5}, {0, UINT64_MAX}, {INT64_MAX, 5}, {0, 0}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        FILE *file = begin();
        put_block(file, blocks[i][0], blocks[i][1], "hello");
        end(file);
        assert_non_null(strstr(unpack(file).error, "broken block at byte 4096"));
    }
}

static void test_flattened__without_room_the_line_says_what_to_do(void **state)
{
    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    struct outcome outcome = unpack(begin());
    unsetenv("TMPDIR");
    assert_non_null(strstr(outcome.error, "/nowhere/at/all"));
}

static void test_flattened__only_the_whole_signature_counts(void **state)
{
    (void)state;
    FILE *file = begin();
    fflush(file);
    assert_true(is_flattened(fileno(file)));
    assert_int_equal(ftruncate(fileno(file), 12), 0);
    assert_false(is_flattened(fileno(file)));
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flattened__blocks_of_any_order_find_their_places),
        cmocka_unit_test(test_flattened__a_cut_file_gives_what_it_holds),
        cmocka_unit_test(test_flattened__a_block_that_cannot_be_is_an_error),
        cmocka_unit_test(test_flattened__without_room_the_line_says_what_to_do),
        cmocka_unit_test(test_flattened__only_the_whole_signature_counts),
    };
    return cmocka_run_group_tests_name("vmcore_flattened", tests, NULL, NULL);
}
