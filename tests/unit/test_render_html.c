/* analyzer/render_html.c, analyzer/html.c: the story as an article of a page. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analyzer/html.h"
#include "tests/unit/render_fixture.h"

/* The article of @p incident, which is destroyed. */
static char *article_of(struct incident *incident)
{
    struct render_options options = {.number = 2, .total = 3};
    RENDERED(text, render_html(out, incident, &options));
    incident_destroy(incident);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" must not be in:\n%s", part, text);
}

static void test_render_html__tells_limits_parts_and_evidence(void **state)
{
    (void)state;
    char *text = article_of(seed_incident());
    assert_has(text, "<h2>Out of its memory+swap limit, 34.0 of 34.0 GiB");
    assert_has(text, "Incident 2 of 3");
    assert_has(text, "<tr class=\"refused\"><th scope=\"row\">memory+swap <em>refused</em></th>");
    assert_has(text, "<td class=\"n\">24,892,068</td>");
    assert_has(text, "<th scope=\"row\">tmpfs, shared</th><td class=\"n\">26.7 GiB</td>");
    assert_has(text, "<td class=\"n\">31</td><td><code>memory+swap: usage 35651584kB");
    free(text);
}

/* 28013264 kB of 32480972 kB is 86.2 %: the bar shows what the figure beside it says. */
static void test_render_html__draws_bars_of_the_share(void **state)
{
    (void)state;
    char *text = article_of(seed_incident());
    assert_has(text, "<rect width=\"862\" height=\"8\"/>");
    free(text);
}

static void test_render_html__escapes_hostile_names(void **state)
{
    (void)state;
    struct incident *incident = hostile_incident();
    incident->victims[0].comm = SLICE("</script><img src=x onerror=alert(1)>");
    incident->host = SLICE("\"><script>");
    char *text = article_of(incident);
    assert_lacks(text, "<script");
    assert_lacks(text, "</script");
    assert_lacks(text, "<img");
    assert_has(text, "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
    assert_has(text, "&quot;&gt;&lt;script&gt;");
    free(text);
}

static void test_render_html__keeps_endless_texts_short(void **state)
{
    (void)state;
    enum { LONG = 256 * 1024 };
    struct incident *incident = seed_incident();
    char *name = arena_allocate(incident->arena, LONG);
    memset(name, 'x', LONG);
    incident->victims[0].comm = slice_of(name, LONG);
    incident->host = incident->summary = incident->victims[0].comm;
    char *text = article_of(incident);
    assert_true(strlen(text) < 32 * 1024);
    free(text);
}

static void test_html__writes_parameters_that_hold_anything(void **state)
{
    (void)state;
    RENDERED(text, html_parameter(out, SLICE("a b&c=\"<é")));
    assert_string_equal(text, "a%20b%26c%3D%22%3C%C3%A9");
    free(text);
}

static void test_html__draws_no_bar_of_what_is_unknown(void **state)
{
    (void)state;
    RENDERED(text, {
        html_bar(out, -1);
        html_bar(out, 1001);
    });
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_html__tells_limits_parts_and_evidence),
        cmocka_unit_test(test_render_html__draws_bars_of_the_share),
        cmocka_unit_test(test_render_html__escapes_hostile_names),
        cmocka_unit_test(test_render_html__keeps_endless_texts_short),
        cmocka_unit_test(test_html__writes_parameters_that_hold_anything),
        cmocka_unit_test(test_html__draws_no_bar_of_what_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
