/* JSON documents in one line: which of their values become lines, however they are fed. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "parsers/log/document.h"

enum { FILLER = LIMIT_LINE / 2 }; /* elements of two bytes: a list that no line can hold */

/* @p format, a '#' of which is a long list that holds no line. */
static struct slice text_of(const char *format)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    for (; *format; format++) {
        fputc(*format == '#' ? '[' : *format, stream);
        for (size_t i = 0; *format == '#' && i < FILLER; i++)
            fputs(i + 1 < FILLER ? "0," : "0]", stream);
    }
    fclose(stream);
    return slice_of(text, length);
}

/* Unfold @p text, which comes in parts of @p part bytes. */
static struct slice unfold_parts(struct slice text, size_t part, bool *is_cut)
{
    struct document document = {0};
    char *lines = calloc(1, text.length + 1);
    for (size_t end = part, at = 0; at < text.length; end += part) {
        bool is_end = end >= text.length;
        size_t length = (is_end ? text.length : end) - at;
        at += document_unfold(&document, slice_of(text.data + at, length), is_end, lines + at);
    }
    *is_cut = document_is_cut(&document);
    return slice_of(lines, text.length);
}

static void free_text(struct slice text)
{
    free((char *)(uintptr_t)text.data);
}

/* All lines of @p lines that are not blank, a '|' behind each. */
static char *lines_of(struct slice lines)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    while (lines.length) {
        struct slice line = slice_trim(slice_cut(&lines, '\n'));
        if (line.length)
            fprintf(stream, "%.*s|", SLICE_ARG(line));
    }
    fclose(stream);
    return text;
}

static const struct {
    const char *document, *lines;
    bool is_cut;
} rows[] = {
    /* a value that fits a line is one */
    {"{\"a\":[{\"m\":\"x\"}]}", "{\"a\":[{\"m\":\"x\"}]}|", false},
    /* CloudWatch: the list does not fit, its elements do */
    {"{\"events\":[{\"m\":\"a\"},{\"m\":\"b\"},#],\"nextToken\":\"f\"}",
     "{\"m\":\"a\"}|{\"m\":\"b\"}|", false},
    /* with blanks, as Python writes it */
    {"{\"events\": [{\"m\": \"a\"}, {\"m\": \"b\"}, #]}", "{\"m\": \"a\"}|{\"m\": \"b\"}|", false},
    /* an array of records; brackets and quotes in a text are none */
    {"[{\"m\":\"},{\\\"[\"},{\"m\":\"\\\\\"},#]", "{\"m\":\"},{\\\"[\"}|{\"m\":\"\\\\\"}|", false},
    /* Loki: pairs in a list in a stream that is too long; what fits beside it stays whole */
    {"{\"data\":{\"result\":[{\"stream\":{\"host\":\"a\"},\"values\":[[\"1\",\"x\"],[\"2\",\"y\"],#"
     "]},"
     "{\"values\":[[\"3\",\"z\"]]}]}}",
     "{\"host\":\"a\"}|[\"1\",\"x\"]|[\"2\",\"y\"]|{\"values\":[[\"3\",\"z\"]]}|", false},
    /* of texts, elements are lines, members only if they hold lines */
    {"{\"status\":\"ok\",\"stdout\":\"a\\nb\",\"lines\":[\"c\",\"d\",#]}", "\"a\\nb\"|\"c\"|\"d\"|",
     false},
    /* values that follow one another, as the inside of an array: a piece may begin so */
    {"{\"m\":\"a\"},{\"m\":\"b\"},#]}", "{\"m\":\"a\"}|{\"m\":\"b\"}|", false},
    /* cut off: what is whole is read */
    {"[#,{\"m\":\"a\"},{\"m\":\"b", "{\"m\":\"a\"}|", true},
    /* opened deeper than answers are nested: nothing is read there */
    {"[[[[[[[[[#,{\"m\":\"a\"}]]]]]]]],{\"m\":\"b\"}]", "{\"m\":\"b\"}|", true},
    {"]]}}[{\"m\":\"a\"}],#]]", "[{\"m\":\"a\"}]|", false},
};

static void test_document__values_that_fit_are_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_cut;
        struct slice text = text_of(rows[i].document);
        struct slice unfolded = unfold_parts(text, text.length, &is_cut);
        char *lines = lines_of(unfolded);
        assert_string_equal(lines, rows[i].lines);
        assert_int_equal(is_cut, rows[i].is_cut);
        free(lines);
        free_text(unfolded);
        free_text(text);
    }
}

static void test_document__every_byte_of_a_value_stays_in_its_place(void **state)
{
    (void)state;
    bool is_cut;
    struct slice text = text_of("{\"x\": #, \"events\" : [ {\"m\":\"here\"} , #]}");
    struct slice unfolded = unfold_parts(text, text.length, &is_cut);
    const struct slice value = SLICE("{\"m\":\"here\"}");
    assert_int_equal(slice_find(unfolded, value), slice_find(text, value));
    assert_int_equal(unfolded.data[slice_find(unfolded, value) - 1], '\n');
    free_text(unfolded);
    free_text(text);
}

static void test_document__a_text_too_long_is_read_by_its_lines(void **state)
{
    (void)state;
    char *text, *lines;
    size_t length;
    bool is_cut;
    FILE *stream = open_memstream(&text, &length);
    fputs("{\"out\":\"a \\\"b\\\" \\u20ac\\t|\\\\nc\\ninvalid \\x\\n", stream);
    for (size_t i = 0; i < LIMIT_LINE / 4; i++)
        fputs("\\n\\n", stream);
    fputs("end\",\"m\":{\"n\":1}}", stream);
    fclose(stream);
    struct slice unfolded = unfold_parts(slice_of(text, length), length, &is_cut);
    lines = lines_of(unfolded);
    assert_string_equal(lines, "a \"b\" \xe2\x82\xac\t|\\nc|invalid \\x|end|{\"n\":1}|");
    assert_false(is_cut);
    free(lines);
    free_text(unfolded);
    free(text);
}

static void test_document__it_matters_not_in_which_parts_it_comes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_cut, is_cut_in_parts;
        struct slice text = text_of(rows[i].document);
        struct slice whole = unfold_parts(text, text.length, &is_cut);
        for (size_t part = DOCUMENT_WINDOW / 7; part < text.length; part = part * 3 / 2 + 1) {
            struct slice parts = unfold_parts(text, part, &is_cut_in_parts);
            assert_true(slice_equal(parts, whole));
            assert_int_equal(is_cut_in_parts, is_cut);
            free_text(parts);
        }
        free_text(whole);
        free_text(text);
    }
}

static void test_document__time_is_linear_whatever_it_holds(void **state)
{
    (void)state;
    static const char *const seeds[] = {"[",   "{",    "{\"a\":", "[[[[[[[[\"", "\"",   "\\",
                                        "\\n", "\"[",  "]",       ",",          "[0,",  "[\"\",",
                                        " ",   "\"\\", "{\"",     "[{}],",      "\x80", "[ "};
    enum { LENGTH = 8 * LIMIT_LINE };
    char *text = malloc(LENGTH);
    clock_t start = clock();
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        bool is_cut;
        for (size_t at = 0; at < LENGTH; at++)
            text[at] = seeds[i][at % strlen(seeds[i])];
        free_text(unfold_parts(slice_of(text, LENGTH), 2 * DOCUMENT_WINDOW, &is_cut));
    }
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
    free(text);
}

static void test_document__begins_where_a_list_or_an_object_does(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool does;
    } lines[] = {
        {"{\"a\":1}", true},
        {" [ {\"a\":1}", true},
        {"[[\"1\",\"x\"]]", true},
        {"[\"x\"]", true},
        {"\xef\xbb\xbf{ \"a\"", true},
        {"[ 12.345678] x", false},
        {"{a}", false},
        {"[", false},
        {"", false},
        {"Jan  2 {\"a\"", false},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(document_begins(slice_from_string(lines[i].line)), lines[i].does);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document__values_that_fit_are_lines),
        cmocka_unit_test(test_document__every_byte_of_a_value_stays_in_its_place),
        cmocka_unit_test(test_document__a_text_too_long_is_read_by_its_lines),
        cmocka_unit_test(test_document__it_matters_not_in_which_parts_it_comes),
        cmocka_unit_test(test_document__time_is_linear_whatever_it_holds),
        cmocka_unit_test(test_document__begins_where_a_list_or_an_object_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
