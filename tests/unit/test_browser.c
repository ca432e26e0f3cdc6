#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/render_fixture.h"
#include "tui/browser.h"

static struct slice dump(const struct screen *screen, char **text)
{
    size_t length;
    FILE *out = open_memstream(text, &length);
    screen_dump(screen, out);
    fclose(out);
    return slice_of(*text, length);
}

static void assert_shows(const struct screen *screen, const char *expected)
{
    char *text = NULL;
    struct slice whole = dump(screen, &text);
    if (!slice_contains(whole, slice_from_string(expected)))
        fail_msg("'%s' is not in:\n%s", expected, text);
    free(text);
}

/* ---- cells */

static void test_screen__lets_no_control_character_in(void **state)
{
    (void)state;
    struct screen screen;
    screen_init(&screen, 1, 20, false);
    assert_int_equal(
        screen_put(&screen, 0, 0, 20, STYLE_PLAIN, slice_from_string("a\033[2Jb\xff\xc2\x9bz")),
        10);
    assert_shows(&screen, "a?[2Jb???z");
    screen_deinit(&screen);
}

static void test_screen__cuts_what_does_not_fit(void **state)
{
    (void)state;
    struct screen screen;
    screen_init(&screen, 2, 5, false);
    assert_int_equal(screen_put(&screen, 0, 3, 9, STYLE_PLAIN, SLICE("java")), 2);
    assert_int_equal(screen_put(&screen, 1, 4, 9, STYLE_PLAIN, SLICE("漢")), 0); /* two columns */
    screen_put(&screen, 7, 0, 9, STYLE_PLAIN, SLICE("nowhere"));
    char *text = NULL;
    assert_string_equal(dump(&screen, &text).data, "   ja\n\n");
    free(text);
    screen_deinit(&screen);
}

static void test_screen__draws_ascii_where_there_is_no_utf8(void **state)
{
    (void)state;
    struct screen screen;
    screen_init(&screen, 1, 10, true);
    screen_put(&screen, 0, 0, 10, STYLE_PLAIN, SLICE("█░…ß"));
    assert_shows(&screen, "#.~?");
    screen_deinit(&screen);
}

/* ---- keys */

/* Two rows for one key at one place would make the second dead. */
static void test_keys__mean_one_thing_at_one_place(void **state)
{
    (void)state;
    size_t count;
    const struct key_row *rows = keys_table(&count);
    for (size_t i = 0; i < count; i++) {
        struct slice names = slice_from_string(rows[i].keys);
        while (names.length) {
            struct slice name = slice_cut(&names, ' ');
            for (unsigned where = IN_LIST; where <= IN_HELP; where *= 2)
                if (rows[i].where & where && key_action(name, where) != rows[i].action)
                    fail_msg("%.*s of '%s' is taken", SLICE_ARG(name), rows[i].help);
        }
    }
}

/* ---- driven as a user does */

static struct incident *seed(void)
{
    struct incident *incident = incident_create();
    fill_seed_memcg(incident);
    fill_seed_killed(incident);
    fill_seed_trigger(incident);
    fill_seed_analysis(incident);
    fill_seed_verdict(incident);
    return incident;
}

static void test_browser__opens_what_the_cursor_is_on(void **state)
{
    (void)state;
    struct rule_set *rules;
    assert_null(rule_set_create(NULL, &rules));
    struct catalogue *catalogue = catalogue_create(rules);
    struct browser browser;
    struct screen screen;
    catalogue_put(catalogue, entry_create(seed(), 1));
    browser_init(&browser, catalogue, NULL);
    browser_resize(&browser, 24, 80);
    screen_init(&screen, 24, 80, false);
    browser_tick(&browser);
    browser_draw(&browser, &screen);
    assert_shows(&screen, "1 incident");
    assert_shows(&screen, "083afd1a06b8  java");
    browser_press(&browser, SLICE("Enter"));
    browser_draw(&browser, &screen);
    assert_shows(&screen, "1 Verdict");
    browser_press(&browser, SLICE("7")); /* line 33 of the fixture holds the statistics */
    browser_draw(&browser, &screen);
    assert_shows(&screen, "33 Memory cgroup stats");
    browser_press(&browser, SLICE("q"));
    browser_press(&browser, SLICE("q"));
    assert_int_equal(browser.wish, WISH_QUIT);
    screen_deinit(&screen);
    browser_deinit(&browser);
    catalogue_destroy(catalogue);
    rule_set_destroy(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_screen__lets_no_control_character_in),
        cmocka_unit_test(test_screen__cuts_what_does_not_fit),
        cmocka_unit_test(test_screen__draws_ascii_where_there_is_no_utf8),
        cmocka_unit_test(test_keys__mean_one_thing_at_one_place),
        cmocka_unit_test(test_browser__opens_what_the_cursor_is_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
