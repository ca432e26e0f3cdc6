/*
 * analyzer/record.c: a record read back says what the fresh incident says, over every sample, and
 * what it does not hold is unknown.
 */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <glob.h>

#include "analyzer/fact.h"
#include "analyzer/pipeline.h"
#include "analyzer/record.h"
#include "tests/unit/builtin_fixture.h"
#include "tests/unit/render_fixture.h"

/* ---- every incident of every sample, fresh and read back */

typedef void comparison(const struct incident *fresh, const struct incident *stored);

struct comparing {
    comparison *compare;
    size_t count;
};

static char *record_of(const struct incident *incident)
{
    RENDERED(text, render_json(out, incident));
    return text;
}

static struct incident *read_back(const char *text)
{
    struct incident *stored = NULL;
    struct error *error = record_read(slice_from_string(text), &stored);
    if (error)
        fail_msg("%s in %s", error_message(error), text);
    return stored;
}

static void compare_with_stored(void *context, struct incident *fresh, uint64_t number)
{
    (void)number;
    struct comparing *comparing = context;
    char *text = record_of(fresh);
    struct incident *stored = read_back(text);
    comparing->compare(fresh, stored);
    comparing->count++;
    incident_destroy(stored);
    incident_destroy(fresh);
    free(text);
}

static void be_quiet(void *context, const char *path, const char *what)
{
    (void)context;
    (void)path;
    (void)what;
}

static void for_every_sample(comparison *compare)
{
    glob_t samples;
    atomic_bool stop = false;
    struct comparing comparing = {.compare = compare};
    const struct pipeline_sink sink = {&comparing, compare_with_stored, NULL, be_quiet, be_quiet};
    const struct pipeline_options options = {.rules = rules, .threads = 1, .stop = &stop};
    assert_int_equal(glob("samples/*.log", 0, NULL, &samples), 0);
    pipeline_run(&options, samples.gl_pathv, samples.gl_pathc, &sink);
    assert_true(comparing.count >= samples.gl_pathc);
    globfree(&samples);
}

static void is_the_same_record(const struct incident *fresh, const struct incident *stored)
{
    char *first = record_of(fresh), *second = record_of(stored);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void test_record__gives_byte_for_byte_the_same_record(void **state)
{
    (void)state;
    for_every_sample(is_the_same_record);
}

static void is_the_same_story(const struct incident *fresh, const struct incident *stored)
{
    const struct render_options options = {.width = 80, .is_utc = true};
    char *texts[2];
    const struct incident *both[2] = {fresh, stored};
    for (int i = 0; i < 2; i++) {
        RENDERED(text, {
            render_text(out, both[i], &options);
            render_markdown(out, both[i], &options);
        });
        texts[i] = text;
    }
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

static void test_record__tells_the_same_story(void **state)
{
    (void)state;
    for_every_sample(is_the_same_story);
}

static char *list_of(struct incident_row *row)
{
    const struct render_options options = {.width = 200, .is_utc = true};
    RENDERED(text, render_list(out, &row, 1, &options));
    return text;
}

static void is_the_same_row(const struct incident *fresh, const struct incident *stored)
{
    struct incident_row *rows[2] = {incident_row_create(fresh), incident_row_create(stored)};
    char *first = list_of(rows[0]), *second = list_of(rows[1]);
    assert_string_equal(first, second);
    assert_true(slice_equal(rows[0]->fold, rows[1]->fold));
    assert_int_equal(rows[0]->grade, rows[1]->grade);
    assert_int_equal(rows[0]->is_host_wide, rows[1]->is_host_wide);
    assert_int_equal(rows[0]->size.known, rows[1]->size.known);
    assert_int_equal(rows[0]->size.value, rows[1]->size.value);
    free(rows[0]);
    free(rows[1]);
    free(first);
    free(second);
}

static void test_record__stands_in_a_table_as_the_fresh_incident_does(void **state)
{
    (void)state;
    for_every_sample(is_the_same_row);
}

static void no_fact_is_another(const struct incident *fresh, const struct incident *stored)
{
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct fact a = fact_read(&facts[i], fresh), b = fact_read(&facts[i], stored);
        bool is_same = a.known == b.known && a.number == b.number && slice_equal(a.text, b.text);
        if (b.known && !is_same)
            fail_msg("%.*s: %s is %lld '%.*s', stored %lld '%.*s'", SLICE_ARG(fresh->source.path),
                     facts[i].name, (long long)a.number, SLICE_ARG(a.text), (long long)b.number,
                     SLICE_ARG(b.text));
    }
}

static void test_record__holds_no_other_fact_than_the_report(void **state)
{
    (void)state;
    for_every_sample(no_fact_is_another);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__gives_byte_for_byte_the_same_record),
        cmocka_unit_test(test_record__tells_the_same_story),
        cmocka_unit_test(test_record__stands_in_a_table_as_the_fresh_incident_does),
        cmocka_unit_test(test_record__holds_no_other_fact_than_the_report),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
