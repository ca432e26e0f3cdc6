/* Numbers side by side: the same as one read behind the other, wherever they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/log/columns.h"

enum { MOST = 40 };

/* Blanks, one to eight digits, a blank: as columns.h promises, one step at a time. */
static int take_slowly(struct slice *text, int64_t numbers[], int most)
{
    int count = 0;
    for (; count < most; count++) {
        size_t start = 0, end;
        while (start < text->length && text->data[start] == ' ')
            start++;
        for (end = start; end < text->length && text->data[end] >= '0' && text->data[end] <= '9';)
            end++;
        if (end == start || end - start > 8 || end == text->length || text->data[end] != ' ')
            break;
        assert_true(slice_to_number(slice_of(text->data + start, end - start), &numbers[count]));
        *text = slice_skip(*text, end);
    }
    return count;
}

/* The text in memory of just its size, so that a sanitizer sees a byte too far. */
static char *exactly(struct slice text)
{
    char *copy = malloc(text.length ? text.length : 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    return copy;
}

static void claim_taken(const char *text, int most, const int64_t numbers[], int count,
                        const char *rest)
{
    struct slice whole = slice_from_string(text);
    char *copy = exactly(whole);
    struct slice left = slice_of(copy, whole.length);
    int64_t taken[MOST];
    assert_int_equal(columns_take(&left, taken, most), count);
    for (int i = 0; i < count; i++)
        assert_int_equal(taken[i], numbers[i]);
    assert_true(slice_equal(left, slice_from_string(rest)));
    free(copy);
}

static void test_columns__are_read_up_to_a_word(void **state)
{
    (void)state;
    claim_taken(" 1002 13461   184313    34572       0             0 php-fpm", 20,
                (int64_t[]){1002, 13461, 184313, 34572, 0, 0}, 6, " php-fpm");
}

static void test_columns__no_more_than_asked(void **state)
{
    (void)state;
    claim_taken(" 1 22 333 4444 55555 x", 2, (int64_t[]){1, 22}, 2, " 333 4444 55555 x");
    claim_taken(" 1 22 333 4444 55555 x", 0, NULL, 0, " 1 22 333 4444 55555 x");
}

static void test_columns__eight_digits_are_the_most(void **state)
{
    (void)state;
    claim_taken("12345678 99999999 123456789 1 2", 20, (int64_t[]){12345678, 99999999}, 2,
                " 123456789 1 2");
}

static void test_columns__end_at_what_is_no_plain_number(void **state)
{
    (void)state;
    claim_taken(" 7 8 -17 9 and more", 20, (int64_t[]){7, 8}, 2, " -17 9 and more");
    claim_taken(" 7 8\t9 10 and more", 20, (int64_t[]){7}, 1, " 8\t9 10 and more");
    claim_taken(" 7 8x 9 10 and more", 20, (int64_t[]){7}, 1, " 8x 9 10 and more");
    claim_taken("nothing to read here", 20, NULL, 0, "nothing to read here");
}

static void test_columns__a_short_text_is_left_alone(void **state)
{
    (void)state;
    claim_taken(" 1 2 3 4 5 6 7 ", 20, NULL, 0, " 1 2 3 4 5 6 7 ");
    claim_taken("", 20, NULL, 0, "");
}

/* A window is 64 bytes: what is left of it is the same as what a reader step by step would find
 * there, and reading goes on behind it to the same end. */
static void test_columns__are_those_of_a_slow_reader(void **state)
{
    (void)state;
    static const char bytes[] = "0123456789      \t-x\377/:";
    srand(20261128);
    for (int round = 0; round < 20000; round++) {
        char line[120];
        size_t length = (size_t)(rand() % (int)sizeof line);
        int plain = round % 3 ? 16 : (int)sizeof bytes - 1; /* two of three: digits and blanks */
        for (size_t i = 0; i < length; i++)
            line[i] = bytes[rand() % plain];
        char *copy = exactly(slice_of(line, length));
        struct slice quick = slice_of(copy, length), slow = quick;
        int64_t quickly[MOST], slowly[MOST];
        int count = columns_take(&quick, quickly, MOST);
        for (int more; (more = columns_take(&quick, quickly + count, MOST - count)) > 0;)
            count += more;
        assert_int_equal(take_slowly(&slow, slowly, count), count);
        assert_memory_equal(slowly, quickly, (size_t)count * sizeof *quickly);
        assert_ptr_equal(slow.data, quick.data);
        if (quick.length >= 64 && count < MOST) /* a whole window with no number to take */
            assert_true(take_slowly(&slow, slowly, 1) == 0 || slow.data - quick.data >= 64);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns__are_read_up_to_a_word),
        cmocka_unit_test(test_columns__no_more_than_asked),
        cmocka_unit_test(test_columns__eight_digits_are_the_most),
        cmocka_unit_test(test_columns__end_at_what_is_no_plain_number),
        cmocka_unit_test(test_columns__a_short_text_is_left_alone),
        cmocka_unit_test(test_columns__are_those_of_a_slow_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
