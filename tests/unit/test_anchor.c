#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/log/anchor_private.h"

static int setup(void **state)
{
    *state = anchor_search_create();
    return 0;
}

static int teardown(void **state)
{
    anchor_search_destroy(*state);
    return 0;
}

/* The first place at which the rare bytes of a whole literal stand, found in the plainest way. */
static size_t find_plainly(struct slice text, size_t from)
{
    size_t count, best = SLICE_NOT_FOUND;
    const struct anchor *all = anchor_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at + all[i].literal.length <= text.length; at++)
            if (slice_starts(slice_skip(text, at), all[i].literal) && at + all[i].probe >= from) {
                if (at + all[i].probe < best)
                    best = at + all[i].probe;
                break;
            }
    return best;
}

static uint64_t count_plainly(struct slice text, size_t from, size_t to)
{
    uint64_t lines = 0;
    for (size_t i = from; i < to && i < text.length; i++)
        lines += text.data[i] == '\n';
    return lines;
}

static void check_all(struct anchor_search *search, struct slice text, size_t from, size_t expected)
{
    for (int method = 0; method < ANCHOR_METHODS; method++) {
        uint64_t lines = 7;
        if (!anchor_search_use(search, (enum anchor_method)method))
            continue;
        assert_int_equal(anchor_find(search, text, from, &lines), expected);
        assert_int_equal(lines, 7 + count_plainly(text, from, expected));
    }
}

/* Text in memory of exactly its size, so that a sanitizer sees any byte read past it. */
static struct slice exactly(size_t length, char fill)
{
    char *data = malloc(length ? length : 1);
    memset(data, fill, length);
    return slice_of(data, length);
}

static void test_anchor__every_literal_is_found_at_every_alignment(void **state)
{
    size_t count;
    const struct anchor *all = anchor_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < 130; at++)
            for (size_t behind = 0; behind < 70; behind += 23) {
                struct slice text = exactly(at + all[i].literal.length + behind, '.');
                memcpy((char *)(uintptr_t)text.data + at, all[i].literal.data,
                       all[i].literal.length);
                check_all(*state, text, 0, at + all[i].probe);
                check_all(*state, text, at + all[i].probe + 1, SLICE_NOT_FOUND);
                free((char *)(uintptr_t)text.data);
            }
}

static void test_anchor__every_literal_is_found_across_the_edge_of_a_block(void **state)
{
    enum { BLOCK = 128 * 1024 };
    size_t count;
    const struct anchor *all = anchor_all(&count);
    struct slice text = exactly(2 * BLOCK, 'o');
    for (size_t i = 0; i < count; i++)
        for (size_t before = 0; before <= all[i].literal.length; before++) {
            char *at = (char *)(uintptr_t)text.data + BLOCK - before;
            memcpy(at, all[i].literal.data, all[i].literal.length);
            check_all(*state, text, 0, BLOCK - before + all[i].probe);
            memset(at, 'o', all[i].literal.length);
        }
    free((char *)(uintptr_t)text.data);
}

static void test_anchor__a_literal_that_is_cut_off_is_none(void **state)
{
    size_t count;
    const struct anchor *all = anchor_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t length = 0; length < all[i].literal.length; length++) {
            struct slice text = exactly(length, ' ');
            memcpy((char *)(uintptr_t)text.data, all[i].literal.data, length);
            check_all(*state, text, 0, find_plainly(text, 0));
            free((char *)(uintptr_t)text.data);
        }
}

static void test_anchor__random_text_of_the_anchors_bytes_gives_the_same_hits(void **state)
{
    static const char bytes[] = "oom-kild_reapcsjbtnvyxKM:0ESUBT\": [\n\n";
    size_t count;
    const struct anchor *all = anchor_all(&count);
    srand(20261123);
    for (int round = 0; round < 400; round++) {
        struct slice text = exactly(700, ' ');
        char *data = (char *)(uintptr_t)text.data;
        for (size_t i = 0; i < text.length; i++)
            data[i] = bytes[(size_t)rand() % (sizeof bytes - 1)];
        for (int i = 0; i < 4; i++) { /* some whole ones, maybe over one another */
            struct slice literal = all[(size_t)rand() % count].literal;
            memcpy(data + (size_t)rand() % (text.length - literal.length), literal.data,
                   literal.length);
        }
        size_t from = 0;
        for (size_t hit; (hit = find_plainly(text, from)) != SLICE_NOT_FOUND; from = hit + 1)
            check_all(*state, text, from, hit);
        check_all(*state, text, from, SLICE_NOT_FOUND);
        free(data);
    }
}

static void test_anchor__bytes_above_ascii_are_no_anchor(void **state)
{
    size_t count;
    const struct anchor *all = anchor_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t flipped = 0; flipped < all[i].literal.length; flipped++) {
            struct slice text = exactly(100, '\xff');
            char *at = (char *)(uintptr_t)text.data + 40;
            memcpy(at, all[i].literal.data, all[i].literal.length);
            at[flipped] = (char)(at[flipped] | 0x80);
            check_all(*state, text, 0, find_plainly(text, 0));
            free((char *)(uintptr_t)text.data);
        }
}

static void test_anchor__ordinary_lines_have_none(void **state)
{
    static const char *const lines[] = {
        "Nov 23 01:02:03 web1 sshd[123]: Accepted publickey for root from 10.0.0.1 port 22",
        "Nov 23 01:02:03 web1 systemd[1]: Started Session 12 of user root.",
        "10.0.0.1 - - [23/Nov/2026:01:02:03 +0000] \"GET /room/1 HTTP/1.1\" 200 512",
        "Nov 23 01:02:03 web1 kernel: [12345.678901] usb 1-1: new high-speed USB device",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_all(*state, slice_from_string(lines[i]), 0, SLICE_NOT_FOUND);
}

static void test_anchor__probe_stands_inside_its_literal(void **state)
{
    (void)state;
    size_t count;
    const struct anchor *all = anchor_all(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(all[i].probe + 3u <= all[i].literal.length);
        assert_true(all[i].bucket < 8);
        assert_true(all[i].literal.length <= ANCHOR_LENGTH_MAX);
    }
}

static void test_anchor__counts_newlines_from_and_to_every_place(void **state)
{
    struct slice text = exactly(600, '\n');
    memcpy((char *)(uintptr_t)text.data + 500, "oom-kill", 8);
    for (size_t from = 0; from < 502; from++)
        check_all(*state, text, from, 502);
    for (size_t from = 503; from <= text.length; from++)
        check_all(*state, text, from, SLICE_NOT_FOUND);
    free((char *)(uintptr_t)text.data);
}

static void test_anchor__is_searched_in_the_ways_of_this_processor(void **state)
{
    static const char *const names[] = {"portable", "avx2", "avx512"};
    assert_true(anchor_search_use(*state, ANCHOR_PORTABLE));
    for (int method = 0; method < ANCHOR_METHODS; method++)
        if (!anchor_search_use(*state, (enum anchor_method)method))
            print_message("not tested, this processor lacks it: %s\n", names[method]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_anchor__every_literal_is_found_at_every_alignment),
        CASE(test_anchor__every_literal_is_found_across_the_edge_of_a_block),
        CASE(test_anchor__a_literal_that_is_cut_off_is_none),
        CASE(test_anchor__random_text_of_the_anchors_bytes_gives_the_same_hits),
        CASE(test_anchor__bytes_above_ascii_are_no_anchor),
        CASE(test_anchor__ordinary_lines_have_none),
        CASE(test_anchor__probe_stands_inside_its_literal),
        CASE(test_anchor__counts_newlines_from_and_to_every_place),
        CASE(test_anchor__is_searched_in_the_ways_of_this_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
