#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyzer/base/slice.h"

#define assert_slice(actual, literal) assert_true(slice_equal((actual), SLICE(literal)))

static void test_slice__finds_first_and_last_needle(void **state)
{
    (void)state;
    struct slice text = SLICE("abcabcab");
    assert_int_equal(slice_find(text, SLICE("bc")), 1);
    assert_int_equal(slice_find_last(text, SLICE("bc")), 4);
    assert_int_equal(slice_find_last(text, SLICE("ab")), 6);
    assert_int_equal(slice_find_byte(text, 'c'), 2);
}

static void test_slice__finds_nothing_where_nothing_is(void **state)
{
    (void)state;
    assert_int_equal(slice_find(SLICE("abc"), SLICE("abcd")), SLICE_NOT_FOUND);
    assert_int_equal(slice_find_last(SLICE("abc"), SLICE("abcd")), SLICE_NOT_FOUND);
    assert_int_equal(slice_find_last(SLICE("aab"), SLICE("aa ")), SLICE_NOT_FOUND);
    assert_int_equal(slice_find(slice_of(NULL, 0), SLICE("a")), SLICE_NOT_FOUND);
    assert_int_equal(slice_find_byte(slice_of(NULL, 0), 'a'), SLICE_NOT_FOUND);
}

static void test_slice__finds_the_last_of_overlapping_needles(void **state)
{
    (void)state;
    assert_int_equal(slice_find_last(SLICE("aaaa"), SLICE("aa")), 2);
    assert_int_equal(slice_find_last(SLICE("aaaa"), SLICE("aaaa")), 0);
}

/* Of two letters, so that there are many false starts; in memory of exactly its size. */
static void test_slice__finds_what_a_plain_search_finds(void **state)
{
    (void)state;
    srand(20261128);
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)rand() % 70, sought = 1 + (size_t)rand() % 6;
        char *data = malloc(length ? length : 1), needle[8];
        for (size_t i = 0; i < length; i++)
            data[i] = rand() % 4 ? 'a' : 'b';
        for (size_t i = 0; i < sought; i++)
            needle[i] = rand() % 4 ? 'a' : 'b';
        size_t expected = 0;
        while (expected + sought <= length && memcmp(data + expected, needle, sought) != 0)
            expected++;
        expected = expected + sought <= length ? expected : SLICE_NOT_FOUND;
        assert_int_equal(slice_find(slice_of(data, length), slice_of(needle, sought)), expected);
        free(data);
    }
    assert_int_equal(slice_find(SLICE("a"), SLICE("")), 0);
    assert_int_equal(slice_count_byte(SLICE("abcab"), 'a'), 2);
    assert_int_equal(slice_count_byte(slice_of(NULL, 0), 'a'), 0);
}

static void test_slice__skip_and_take_stop_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(slice_skip(SLICE("abc"), 7).length, 0);
    assert_slice(slice_take(SLICE("abc"), 7), "abc");
    assert_slice(slice_take(SLICE("abc"), SLICE_NOT_FOUND), "abc");
    assert_int_equal(slice_skip(SLICE("abc"), SLICE_NOT_FOUND).length, 0);
}

static void test_slice__trims_blanks_tabs_and_returns(void **state)
{
    (void)state;
    assert_slice(slice_trim(SLICE(" \t a b \r")), "a b");
    assert_int_equal(slice_trim(SLICE(" \t\r")).length, 0);
    assert_slice(slice_skip_blanks(SLICE(" \ta ")), "a ");
}

static void test_slice__cuts_at_the_separator_and_then_all(void **state)
{
    (void)state;
    struct slice text = SLICE("a||b");
    assert_slice(slice_cut(&text, '|'), "a");
    assert_slice(slice_cut(&text, '|'), "");
    assert_slice(slice_cut(&text, '|'), "b");
    assert_int_equal(text.length, 0);
}

static void test_slice__takes_words_until_there_is_none(void **state)
{
    (void)state;
    struct slice text = SLICE("  npm\tstart ");
    assert_slice(slice_word(&text), "npm");
    assert_slice(slice_word(&text), "start");
    assert_int_equal(slice_word(&text).length, 0);
}

static void test_slice__takes_a_number_and_steps_behind_it(void **state)
{
    (void)state;
    struct slice text = SLICE("-17kB");
    int64_t number;
    assert_true(slice_take_number(&text, &number));
    assert_int_equal(number, -17);
    assert_slice(text, "kB");
}

static void test_slice__takes_every_number_the_kernel_prints(void **state)
{
    (void)state;
    int64_t number;
    struct slice text = SLICE("9007199254740991"); /* res_counter's "no limit" in kB */
    assert_true(slice_take_number(&text, &number));
    assert_int_equal(number, INT64_C(9007199254740991));
}

/* Eight digits are read at once where there is room: no length and no end of the text may matter.
 */
static void test_slice__takes_a_number_of_any_length_whatever_follows(void **state)
{
    (void)state;
    static const char digits[] = "1234567890123456789", *const tails[] = {"",          "k",
                                                                          " ",         "/2345678",
                                                                          ":3456789 ", "-99999999"};
    int64_t expected = 0, number;
    for (size_t length = 1; length < sizeof digits; length++) {
        expected = expected * 10 + (digits[length - 1] - '0');
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
            char line[64];
            snprintf(line, sizeof line, "-%.*s%s", (int)length, digits, tails[i]);
            char *copy = test_malloc(strlen(line)); /* so that a byte too many is seen */
            memcpy(copy, line, strlen(line));
            struct slice negative = slice_of(copy, strlen(line)), text = slice_skip(negative, 1);
            assert_true(slice_take_number(&text, &number));
            assert_int_equal(number, expected);
            assert_true(slice_equal(text, slice_from_string(tails[i])));
            assert_true(slice_take_number(&negative, &number));
            assert_int_equal(number, -expected);
            test_free(copy);
        }
    }
}

static void test_slice__refuses_a_number_past_64_bits_untouched(void **state)
{
    (void)state;
    static const char *const numbers[] = {"99999999999999999999", "18446744073709551616",
                                          "-99999999999999999999", "9223372036854775808"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct slice text = slice_from_string(numbers[i]);
        int64_t number = 42;
        assert_false(slice_take_number(&text, &number));
        assert_int_equal(text.length, strlen(numbers[i]));
    }
}

static void test_slice__refuses_a_number_without_digits(void **state)
{
    (void)state;
    int64_t number;
    struct slice lone = SLICE("-"), word = SLICE("x1"), empty = SLICE("");
    assert_false(slice_take_number(&lone, &number));
    assert_false(slice_take_number(&word, &number));
    assert_false(slice_take_number(&empty, &number));
    assert_int_equal(lone.length, 1);
}

static void test_slice__whole_text_must_be_the_number(void **state)
{
    (void)state;
    int64_t number;
    assert_true(slice_to_number(SLICE("120"), &number));
    assert_int_equal(number, 120);
    assert_false(slice_to_number(SLICE("120s"), &number));
    assert_false(slice_to_number(SLICE(" 120"), &number));
}

static void test_slice__takes_hexadecimal_with_and_without_0x(void **state)
{
    (void)state;
    uint64_t number;
    struct slice mask = SLICE("0x6200ca(GFP"), address = SLICE("ffffffff81118898]");
    assert_true(slice_take_hex(&mask, &number));
    assert_int_equal(number, 0x6200ca);
    assert_slice(mask, "(GFP");
    assert_true(slice_take_hex(&address, &number));
    assert_true(number == UINT64_C(0xffffffff81118898));
    struct slice wide = SLICE("10000000000000000"), bare = SLICE("0x");
    assert_false(slice_take_hex(&wide, &number));
    assert_false(slice_take_hex(&bare, &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slice__finds_first_and_last_needle),
        cmocka_unit_test(test_slice__finds_nothing_where_nothing_is),
        cmocka_unit_test(test_slice__finds_the_last_of_overlapping_needles),
        cmocka_unit_test(test_slice__finds_what_a_plain_search_finds),
        cmocka_unit_test(test_slice__skip_and_take_stop_at_the_end),
        cmocka_unit_test(test_slice__trims_blanks_tabs_and_returns),
        cmocka_unit_test(test_slice__cuts_at_the_separator_and_then_all),
        cmocka_unit_test(test_slice__takes_words_until_there_is_none),
        cmocka_unit_test(test_slice__takes_a_number_and_steps_behind_it),
        cmocka_unit_test(test_slice__takes_every_number_the_kernel_prints),
        cmocka_unit_test(test_slice__takes_a_number_of_any_length_whatever_follows),
        cmocka_unit_test(test_slice__refuses_a_number_past_64_bits_untouched),
        cmocka_unit_test(test_slice__refuses_a_number_without_digits),
        cmocka_unit_test(test_slice__whole_text_must_be_the_number),
        cmocka_unit_test(test_slice__takes_hexadecimal_with_and_without_0x),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
