/* analyzer/render_table.c: many incidents on one page. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analyzer/render_layout.h"
#include "analyzer/totals.h"
#include "tests/unit/render_fixture.h"

struct story {
    const char *host, *victim;
    enum scope scope;
    bool is_panic, is_deadlocked;
    bool is_complete, is_no_kill;
    enum confidence confidence;
    size_t victims;
    int64_t held;
    const char *failure; /* of the killer */
};

static struct incident_row *row_of(struct story story)
{
    struct incident *incident = incident_create();
    incident->kind = story.is_no_kill ? KIND_OOM_NO_KILL : KIND_OOM_KILL;
    incident->scope = story.scope;
    incident->class_ = story.scope == SCOPE_MEMCG ? CLASS_MEMCG_LIMIT : CLASS_HOST_ZONE;
    incident->host = slice_from_string(story.host);
    incident->memcg.path = TEXT("/system.slice/app.service");
    incident->is_panic = story.is_panic;
    incident->is_deadlocked = story.is_deadlocked;
    incident->is_complete = story.is_complete;
    incident->confidence = story.confidence;
    incident->time.printed = TEXT("Mar 28 22:14:31");
    for (size_t i = 0; i < story.victims; i++)
        ARENA_PUSH(incident->arena, incident->victims, incident->victims_count)->comm =
            slice_from_string(story.victim);
    incident->killer_failure = slice_from_string(story.failure);
    totals_add_up_victims(incident);
    if (amount_or(incident->totals.victims, 0) > 0)
        incident->totals.victims_rss = amount_of(story.held, 0);
    struct incident_row *row = incident_row_create(incident);
    incident_destroy(incident); /* the row must not need it any more */
    return row;
}

static char *list_of(const struct story *stories, size_t count, int width)
{
    struct incident_row *rows[8];
    for (size_t i = 0; i < count; i++)
        rows[i] = row_of(stories[i]);
    struct render_options options = {.width = width};
    RENDERED(text, render_list(out, rows, count, &options));
    for (size_t i = 0; i < count; i++)
        free(rows[i]);
    return text;
}

static size_t worst_of(const struct story *stories, size_t count)
{
    struct incident_row *rows[8];
    for (size_t i = 0; i < count; i++)
        rows[i] = row_of(stories[i]);
    size_t worst = incident_rows_worst(rows, count);
    for (size_t i = 0; i < count; i++)
        free(rows[i]);
    return worst;
}

static void test_render_list__folds_repeats_into_the_first(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a", "java", SCOPE_MEMCG, .victims = 1, .held = KIB(2048)},
        {"a", "nginx", SCOPE_MEMCG, .victims = 1, .held = KIB(1024)},
        {"a", "java", SCOPE_MEMCG, .victims = 1, .held = KIB(2048)},
    };
    char *text = list_of(stories, 3, 100);
    assert_string_equal(
        text, "  #  when             class        limit of     killed      rss\n"
              "> 1  Mar 28 22:14:31  memcg-limit  app.service  java    2.0 MiB  ×2, last 3\n"
              "  2  Mar 28 22:14:31  memcg-limit  app.service  nginx   1.0 MiB\n");
    free(text);
}

/* earlyoom.c kill_wait(): the process may live on, or die after ten seconds. */
static void test_render_list__counts_nobody_as_killed_where_the_kill_failed(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a", "importer", SCOPE_GLOBAL, .victims = 1, .held = KIB(2048), .failure = "timed out"},
        {"a", "nginx", SCOPE_GLOBAL, .victims = 1, .held = KIB(1024)},
    };
    char *text = list_of(stories, 2, 100);
    assert_string_equal(text, "  #  when             class      limit of  killed       rss\n"
                              "  1  Mar 28 22:14:31  host-zone  host      unknown\n"
                              "> 2  Mar 28 22:14:31  host-zone  host      nginx    1.0 MiB\n");
    free(text);
}

/* A killed container comes back under another id; both paths are of one pod. */
static void test_render_list__folds_the_restarts_of_a_pods_container(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/kubepods/burstable/podd63c4bbe-5f18-11ec-bdcd-d094668d7dd6/"
        "083afd1a06b8ca1e17fcbbafb4a1f5b9cb2b1d0d1ad0d5d2f9f6ae9e1b1f3c5d",
        "/kubepods/burstable/podd63c4bbe-5f18-11ec-bdcd-d094668d7dd6/"
        "f3c5d083afd1a06b8ca1e17fcbbafb4a1f5b9cb2b1d0d1ad0d5d2f9f6ae9e1b1",
        "/kubepods/burstable/pod00000000-5f18-11ec-bdcd-d094668d7dd6/"
        "f3c5d083afd1a06b8ca1e17fcbbafb4a1f5b9cb2b1d0d1ad0d5d2f9f6ae9e1b1",
    };
    struct incident_row *rows[3];
    for (size_t i = 0; i < 3; i++) {
        struct incident *incident = incident_create();
        incident->scope = SCOPE_MEMCG;
        incident->memcg.path = slice_from_string(paths[i]);
        rows[i] = incident_row_create(incident);
        incident_destroy(incident);
    }
    assert_true(slice_equal(rows[0]->fold, rows[1]->fold));
    assert_false(slice_equal(rows[0]->fold, rows[2]->fold));
    for (size_t i = 0; i < 3; i++)
        free(rows[i]);
}

static struct incident_row *row_in(const char *file, const char *host)
{
    struct incident *incident = incident_create();
    incident->host = slice_from_string(host);
    incident->source.path = slice_from_string(file);
    struct incident_row *row = incident_row_create(incident);
    incident_destroy(incident);
    return row;
}

static void test_incident_row__tells_machines_without_a_name_apart_by_log(void **state)
{
    (void)state;
    struct incident_row *a = row_in("a/kern.log", "localhost"), *b = row_in("b/kern.log", "(none)"),
                        *rotated = row_in("a/kern.log.2.gz", "localhost.localdomain"),
                        *named = row_in("a/kern.log", "web1");
    assert_int_equal(a->host.length, 0);
    assert_int_equal(b->host.length, 0);
    assert_int_equal(named->host.length, 4);
    assert_true(slice_equal(a->fold, rotated->fold));
    assert_false(slice_equal(a->fold, b->fold));
    assert_false(slice_equal(a->fold, named->fold));
    free(a);
    free(b);
    free(rotated);
    free(named);
}

static void test_render_list__does_not_fold_other_hosts_or_classes(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a", "java", SCOPE_MEMCG, .victims = 1},
        {"b", "java", SCOPE_MEMCG, .victims = 1},
        {"b", "java", SCOPE_GLOBAL, .victims = 1},
    };
    char *text = list_of(stories, 3, 100);
    assert_null(strstr(text, "×"));
    assert_non_null(strstr(text, "  host  ")); /* worth a column, there are two */
    free(text);
}

static void test_render_list__keeps_to_the_width(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a-very-long-host-name.example.org", "a-very-long-name", SCOPE_MEMCG, .victims = 3},
        {"b", "java", SCOPE_MEMCG, .victims = 0},
    };
    static const int widths[] = {40, 80, 120};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        char *text = list_of(stories, 2, widths[i]);
        struct slice rest = slice_from_string(text);
        while (rest.length)
            assert_in_range(text_columns(slice_cut(&rest, '\n')), 1, widths[i]);
        free(text);
    }
}

/* "1023.9 MiB" is as long as a figure gets. */
static void test_render_list__never_cuts_a_figure(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a-very-long-host-name.example.org", "a-very-long-name", SCOPE_MEMCG, .victims = 1,
         .held = KIB(1048473)},
        {"b", "java", SCOPE_MEMCG, .victims = 1, .held = KIB(2048)},
        {"b", "java", SCOPE_MEMCG, .victims = 1, .held = KIB(2048)},
    };
    for (int width = PAGE_WIDTH_LEAST; width <= 120; width++) {
        char *text = list_of(stories, 3, width);
        struct slice rest = slice_from_string(text);
        while (rest.length)
            assert_in_range(text_columns(slice_cut(&rest, '\n')), 1, width);
        assert_non_null(strstr(text, "Mar 28 22:14:31"));
        if (strstr(text, " rss")) /* a column is there in full, or not at all */
            assert_non_null(strstr(text, "1023.9 MiB"));
        if (strstr(text, "×"))
            assert_non_null(strstr(text, "×2, last 3"));
        if (width >= 60)
            assert_non_null(strstr(text, "1023.9 MiB"));
        free(text);
    }
}

static void test_render_list__says_nobody_and_leaves_unknown_sizes_out(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a", "", SCOPE_GLOBAL, .victims = 0, .is_no_kill = true},
        {"b", "", SCOPE_GLOBAL, .victims = 0}, /* it breaks off */
    };
    char *text = list_of(stories, 2, 80);
    assert_non_null(strstr(text, "host-zone  host      nobody\n"));
    assert_non_null(strstr(text, "host-zone  host      unknown\n"));
    assert_null(strstr(text, "0 B"));
    free(text);
}

static void test_render_list__escapes_hostile_names(void **state)
{
    (void)state;
    const struct story stories[] = {{HOSTILE, HOSTILE, SCOPE_MEMCG, .victims = 1},
                                    {"b", "java", SCOPE_MEMCG, .victims = 1}};
    char *text = list_of(stories, 2, 120);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\xff'));
    assert_non_null(strstr(text, "\\x1b"));
    free(text);
}

/* Each of them differs from the next in the criterion that comes first. */
static void
test_incident_rows_worst__orders_panic_host_deadlock_victims_certainty_size(void **state)
{
    (void)state;
    const struct story stories[] = {
        {"a", "x", SCOPE_MEMCG, .is_panic = true},
        {"a", "x", SCOPE_GLOBAL, .victims = 1, .held = 1},
        {"a", "x", SCOPE_MEMCG, .is_deadlocked = true},
        {"a", "x", SCOPE_MEMCG, .victims = 3, .held = 1},
        {"a", "x", SCOPE_MEMCG, .victims = 1, .held = 300, .is_complete = true},
        {"a", "x", SCOPE_MEMCG, .victims = 1, .held = 600, .confidence = CONFIDENCE_HIGH},
        {"a", "x", SCOPE_MEMCG, .victims = 1, .held = 900},
        {"a", "x", SCOPE_MEMCG, .victims = 1, .held = 100},
    };
    enum { COUNT = sizeof stories / sizeof *stories };
    struct story reversed[COUNT];
    for (size_t from = 0; from < COUNT; from++) {
        assert_int_equal(worst_of(stories + from, COUNT - from), 0);
        reversed[COUNT - 1 - from] = stories[from];
    }
    for (size_t count = 1; count <= COUNT; count++)
        assert_int_equal(worst_of(reversed, count), count - 1);
}

static void test_incident_rows_worst__does_not_take_a_failed_allocation_for_a_kill(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_ALLOC_FAILURE;
    incident->scope = SCOPE_GLOBAL;
    struct incident_row *rows[] = {
        incident_row_create(incident),
        row_of((struct story){"a", "x", SCOPE_MEMCG, .victims = 1, .held = 1}),
    };
    assert_int_equal(incident_rows_worst(rows, 2), 1);
    free(rows[0]);
    free(rows[1]);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_list__folds_repeats_into_the_first),
        cmocka_unit_test(test_render_list__counts_nobody_as_killed_where_the_kill_failed),
        cmocka_unit_test(test_render_list__folds_the_restarts_of_a_pods_container),
        cmocka_unit_test(test_render_list__does_not_fold_other_hosts_or_classes),
        cmocka_unit_test(test_incident_row__tells_machines_without_a_name_apart_by_log),
        cmocka_unit_test(test_render_list__keeps_to_the_width),
        cmocka_unit_test(test_render_list__never_cuts_a_figure),
        cmocka_unit_test(test_render_list__says_nobody_and_leaves_unknown_sizes_out),
        cmocka_unit_test(test_render_list__escapes_hostile_names),
        cmocka_unit_test(
            test_incident_rows_worst__orders_panic_host_deadlock_victims_certainty_size),
        cmocka_unit_test(test_incident_rows_worst__does_not_take_a_failed_allocation_for_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
