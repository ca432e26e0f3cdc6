#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/base/escape.h"

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

#define assert_escapes(from, to)                                 \
    do {                                                         \
        struct slice escaped = escape_text(*state, SLICE(from)); \
        assert_true(slice_equal(escaped, SLICE(to)));            \
        assert_true(is_clean_text(escaped));                     \
    } while (0)

static void test_escape__leaves_clean_text_where_it_is(void **state)
{
    struct slice text = SLICE("/kubepods.slice/grüße/日本/😀");
    assert_true(escape_text(*state, text).data == text.data);
    assert_true(is_clean_text(text));
    assert_int_equal(escape_text(*state, slice_of(NULL, 0)).length, 0);
}

static void test_escape__terminal_sequences_lose_their_escape(void **state)
{
    assert_escapes("\x1b[31mred", "\\x1b[31mred");
    assert_escapes("\x1b]0;title\x07", "\\x1b]0;title\\x07");
    assert_escapes("a\xc2\x9b"
                   "31m",
                   "a\\xc2\\x9b31m"); /* CSI as a C1 control */
}

static void test_escape__newlines_tabs_and_nul_become_visible(void **state)
{
    assert_escapes("a\nb\tc\r\0", "a\\x0ab\\x09c\\x0d\\x00");
    assert_escapes("\x7f", "\\x7f");
}

static void test_escape__text_that_turns_the_reading_around_is_refused(void **state)
{
    assert_escapes("\u202egpj.exe", "\\xe2\\x80\\xaegpj.exe"); /* right-to-left override */
    assert_escapes("a\u200bb", "a\\xe2\\x80\\x8bb");           /* zero width space */
    assert_escapes("a\u2066b", "a\\xe2\\x81\\xa6b");           /* left-to-right isolate */
    assert_escapes("\ufeffa", "\\xef\\xbb\\xbfa");             /* byte order mark */
}

static void test_escape__invalid_utf8_is_escaped_byte_by_byte(void **state)
{
    assert_escapes("\xff\xfe", "\\xff\\xfe");
    assert_escapes("\xc0\x80", "\\xc0\\x80");                   /* NUL in two bytes */
    assert_escapes("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* a surrogate */
    assert_escapes("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* past U+10FFFF */
    assert_escapes("\xe0\x80\xaf", "\\xe0\\x80\\xaf");          /* too long for '/' */
}

static void test_escape__a_sequence_cut_at_the_end_is_escaped(void **state)
{
    assert_escapes("a\xe2\x82", "a\\xe2\\x82");
    assert_escapes("a\xc3", "a\\xc3");
}

static void test_escape__every_single_byte_comes_out_clean(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[3] = {'a', (char)byte, 'z'};
        struct slice escaped = escape_text(*state, slice_of(text, sizeof text));
        assert_true(is_clean_text(escaped));
        bool is_printable = byte >= 0x20 && byte < 0x7f;
        assert_int_equal(escaped.length, is_printable ? 3 : 6);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Text is looked at eight bytes at a time: a byte is judged alike alone and anywhere in eight. */
static void test_escape__finds_a_bad_byte_wherever_it_stands(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < 16; at++) {
            char text[16], alone = (char)byte;
            memset(text, 'a', sizeof text);
            text[at] = alone;
            bool is_clean = is_clean_text(slice_of(text, sizeof text));
            assert_int_equal(is_clean, is_clean_text(slice_of(&alone, 1)));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_escape__leaves_clean_text_where_it_is),
        CASE(test_escape__terminal_sequences_lose_their_escape),
        CASE(test_escape__newlines_tabs_and_nul_become_visible),
        CASE(test_escape__text_that_turns_the_reading_around_is_refused),
        CASE(test_escape__invalid_utf8_is_escaped_byte_by_byte),
        CASE(test_escape__a_sequence_cut_at_the_end_is_escaped),
        CASE(test_escape__every_single_byte_comes_out_clean),
        cmocka_unit_test_setup_teardown(test_escape__finds_a_bad_byte_wherever_it_stands, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
