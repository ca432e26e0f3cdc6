/* analyzer/render_markdown.c: the story for a ticket. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/render_fixture.h"

/* The page of @p incident, which is destroyed. */
/* Apart, or gcc takes what open_memstream() returns in `text` for a pointer to it. */
__attribute__((noinline)) static char *page_of(struct incident *incident)
{
    struct render_options options = {.width = 80, .number = 2, .total = 3};
    RENDERED(text, render_markdown(out, incident, &options));
    incident_destroy(incident);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

static void test_render_markdown__starts_with_the_summary(void **state)
{
    (void)state;
    char *text = page_of(seed_incident());
    const char *start = "## " SEED_SUMMARY "\n\nIncident 2 of 3.\n";
    assert_int_equal(strncmp(text, start, strlen(start)), 0);
    free(text);
}

static void test_render_markdown__has_tables_of_limits_and_parts(void **state)
{
    (void)state;
    char *text = page_of(seed_incident());
    assert_has(text, "| memory+swap (refused) | 34.0 GiB | 34.0 GiB | 100 % | 24,892,068 |\n");
    assert_has(text, "| kmem | 460.4 MiB | none |  | 0 |\n");
    assert_has(text, "| tmpfs, shared | 26.7 GiB | 86 % |\n");
    free(text);
}

static void test_render_markdown__fences_quoted_lines(void **state)
{
    (void)state;
    char *text = page_of(seed_incident());
    const char *fence = strstr(text, "\n```\n");
    assert_non_null(fence);
    const char *quote = strstr(text, "\n31: memory+swap: usage 35651584kB");
    assert_non_null(quote);
    assert_true(quote > fence && strstr(quote, "\n```\n") != NULL);
    free(text);
}

/* Outside of fences no character of a name may act as Markdown or HTML. */
static void test_render_markdown__escapes_hostile_names(void **state)
{
    (void)state;
    struct incident *incident = hostile_incident();
    incident->victims[0].comm = TEXT("@all <img src=http://x/> [a](b) www.x.org");
    char *text = page_of(incident);
    char *fence = strstr(text, "\n```\n");
    assert_non_null(fence);
    *fence = '\0';
    assert_has(text, "\\\\x1b\\[31mred\\\\x0a\\\\xff\"\\|&lt;b&gt;\\`\\*");
    assert_has(text, "&#64;all &lt;img src=http&#58;//x/&gt; \\[a\\](b) www&#46;x.org");
    assert_null(strpbrk(text, "<>@\033"));
    free(text);
}

static void test_render_markdown__keeps_hostile_lines_inside_the_fence(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->lines[0].text = TEXT("```\n# not a heading");
    char *text = page_of(incident);
    assert_has(text, "1: ```\\x0a# not a heading\n");
    assert_null(strstr(text, "\n# "));
    free(text);
}

static void test_render_markdown__says_so_when_nothing_is_known(void **state)
{
    (void)state;
    char *text = page_of(incident_create());
    assert_has(text, "too little of the report is here to say why");
    assert_has(text, "- which limit refused\n");
    assert_null(strstr(text, "```"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_markdown__starts_with_the_summary),
        cmocka_unit_test(test_render_markdown__has_tables_of_limits_and_parts),
        cmocka_unit_test(test_render_markdown__fences_quoted_lines),
        cmocka_unit_test(test_render_markdown__escapes_hostile_names),
        cmocka_unit_test(test_render_markdown__keeps_hostile_lines_inside_the_fence),
        cmocka_unit_test(test_render_markdown__says_so_when_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
