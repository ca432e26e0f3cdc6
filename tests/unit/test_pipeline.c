#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/duplicates.h"
#include "analyzer/pipeline.h"

enum { PATHS_MAX = 24, TOLD_MAX = 64 };

/* What the pipeline handed over, and the files it read. */
struct fixture {
    char folder[32];
    char *paths[PATHS_MAX];
    size_t paths_count;
    struct rule_set *rules;
    atomic_bool stop;
    uint64_t numbers[TOLD_MAX];
    int64_t victims[TOLD_MAX]; /* pid of the first; 0: none */
    int64_t counts[TOLD_MAX];  /* repeat.count */
    int names[TOLD_MAX];       /* incident_names() */
    size_t told, failures;
    size_t stop_after; /* incidents; 0: never */
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->folder, "/tmp/whyoom-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    assert_null(rule_set_create(NULL, &fixture->rules));
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < fixture->paths_count; i++) {
        unlink(fixture->paths[i]);
        free(fixture->paths[i]);
    }
    rmdir(fixture->folder);
    rule_set_destroy(fixture->rules);
    free(fixture);
    return 0;
}

static FILE *new_file(struct fixture *fixture)
{
    char **path = &fixture->paths[fixture->paths_count++];
    assert_true(asprintf(path, "%s/%zu.log", fixture->folder, fixture->paths_count) > 0);
    FILE *file = fopen(*path, "w");
    assert_non_null(file);
    return file;
}

/* The head and the kill line as 5.10 prints them, mm/oom_kill.c dump_header(),
 * __oom_kill_process(). */
static void write_head(FILE *file, const char *dress, int second)
{
    fprintf(file,
            "%s[%5d.000001] java invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), "
            "order=0, oom_score_adj=0\n"
            "%s[%5d.000002] CPU: 1 PID: 900 Comm: java Not tainted 5.10.0-10-amd64 #1\n",
            dress, second, dress, second);
}

static void write_kill(FILE *file, const char *dress, int second, int victim)
{
    fprintf(file,
            "%s[%5d.000300] Out of memory: Killed process %d (java) "
            "total-vm:204800kB, anon-rss:102400kB, file-rss:0kB, shmem-rss:0kB, UID:0 "
            "pgtables:300kB oom_score_adj:0\n",
            dress, second, victim);
}

static void new_report(struct fixture *fixture, const char *dress, int second, int victim)
{
    FILE *file = new_file(fixture);
    write_head(file, dress, second);
    write_kill(file, dress, second, victim);
    fclose(file);
}

static void take_incident(void *context, struct incident *incident, uint64_t number)
{
    struct fixture *fixture = context;
    const struct victim *victim = incident_chosen(incident);
    fixture->numbers[fixture->told] = number;
    fixture->victims[fixture->told] = victim ? victim->pid.value : 0;
    fixture->names[fixture->told] = incident_names(incident);
    fixture->counts[fixture->told] = incident->repeat.count.value;
    fixture->told++;
    if (fixture->told == fixture->stop_after)
        fixture->stop = true;
    incident_destroy(incident);
}

static void take_failure(void *context, const char *path, const char *what)
{
    struct fixture *fixture = context;
    assert_true(*path && *what);
    fixture->failures++;
}

static void take_note(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what;
}

static struct pipeline_totals run(struct fixture *fixture, struct pipeline_options options)
{
    const struct pipeline_sink sink = {fixture, take_incident, NULL, take_failure, take_note};
    options.rules = fixture->rules;
    options.stop = &fixture->stop;
    if (!options.threads)
        options.threads = 1;
    return pipeline_run(&options, fixture->paths, fixture->paths_count, &sink);
}

static void test_pipeline__numbers_incidents_in_the_order_of_the_input(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i <= 3; i++)
        new_report(fixture, "", 100 - i, i);
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){0});
    assert_int_equal(totals.incidents, 3);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(fixture->numbers[i - 1], i);
        assert_int_equal(fixture->victims[i - 1], i);
    }
    assert_int_equal(totals.coverage.streams, 3);
}

static void test_pipeline__keeps_the_order_with_many_threads(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i <= 20; i++)
        new_report(fixture, "", i, i);
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){.threads = 4});
    assert_int_equal(totals.incidents, 20);
    for (int i = 1; i <= 20; i++)
        assert_int_equal(fixture->victims[i - 1], i);
}

static void test_pipeline__tells_an_incident_of_two_logs_once(void **state)
{
    struct fixture *fixture = *state;
    new_report(fixture, "", 100, 7);
    new_report(fixture, "Mar 28 22:14:31 web1 kernel: ", 100, 7);
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){0});
    assert_int_equal(totals.incidents, 1);
    assert_int_equal(totals.duplicates, 1);
    assert_int_equal(fixture->told, 1);
}

static void new_torn_and_whole(struct fixture *fixture)
{
    FILE *file = new_file(fixture);
    write_kill(file, "", 100, 7);
    fclose(file);
    new_report(fixture, "Mar 28 22:14:31 web1 kernel: ", 100, 7);
}

static void test_pipeline__replaces_a_torn_copy_where_the_sink_can(void **state)
{
    struct fixture *fixture = *state;
    new_torn_and_whole(fixture);
    struct pipeline_totals totals =
        run(fixture, (struct pipeline_options){.takes_better_copy = true});
    assert_int_equal(totals.incidents, 1);
    assert_int_equal(fixture->told, 2);
    assert_int_equal(fixture->numbers[1], 1);
    assert_int_equal(totals.retold, 0);
}

/* A group's kill, mm/oom_kill.c mem_cgroup_scan_tasks(): the first copy lost the second line. */
static void test_pipeline__replaces_a_copy_that_lacks_a_victim(void **state)
{
    struct fixture *fixture = *state;
    for (int victims = 1; victims <= 2; victims++) {
        FILE *file = new_file(fixture);
        write_head(file, "", 100);
        write_kill(file, "", 100, 7);
        if (victims == 2) {
            fprintf(file, "[  100.000400] Tasks in /app are going to be killed due to "
                          "memory.oom.group set\n");
            write_kill(file, "", 100, 8);
        }
        fclose(file);
    }
    struct pipeline_totals totals =
        run(fixture, (struct pipeline_options){.takes_better_copy = true});
    assert_int_equal(totals.incidents, 1);
    assert_int_equal(fixture->told, 2);
    assert_int_equal(fixture->numbers[1], 1);
}

static void test_pipeline__loses_no_whole_copy_where_the_sink_cannot_replace(void **state)
{
    struct fixture *fixture = *state;
    new_torn_and_whole(fixture);
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){0});
    assert_int_equal(fixture->told, 2);
    assert_int_equal(fixture->numbers[1], 2);
    assert_int_equal(totals.incidents - totals.retold, 1);
}

/* dmesg, the same with a host, that with a date, too, and dmesg again. */
static void test_pipeline__replaces_a_copy_without_host_and_date(void **state)
{
    struct fixture *fixture = *state;
    new_report(fixture, "", 100, 7);
    new_report(fixture, "Mar 28 22:14:31 web1 kernel: ", 100, 7);
    new_report(fixture, "2026-03-28T22:14:31.000000+00:00 web1 kernel: ", 100, 7);
    new_report(fixture, "", 100, 7);
    struct pipeline_totals totals =
        run(fixture, (struct pipeline_options){.takes_better_copy = true});
    assert_int_equal(totals.incidents, 1);
    assert_int_equal(totals.duplicates, 1);
    assert_int_equal(fixture->told, 3);
    assert_int_equal(fixture->numbers[2], 1);
    assert_int_equal(fixture->names[0], 0);
    assert_int_equal(fixture->names[1], 1);
    assert_int_equal(fixture->names[2], 2);
}

static void test_pipeline__takes_no_date_for_one_that_dmesg_reckons(void **state)
{
    struct fixture *fixture = *state;
    FILE *file = new_file(fixture);
    fprintf(file, "[Sat Mar 28 22:14:31 2026] java invoked oom-killer: "
                  "gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0\n"
                  "[Sat Mar 28 22:14:31 2026] Out of memory: Killed process 7 (java) "
                  "total-vm:204800kB, anon-rss:102400kB, file-rss:0kB, shmem-rss:0kB, UID:0 "
                  "pgtables:300kB oom_score_adj:0\n");
    fclose(file);
    run(fixture, (struct pipeline_options){.takes_better_copy = true});
    assert_int_equal(fixture->told, 1);
    assert_int_equal(fixture->names[0], 0);
}

static void test_pipeline__asks_a_whole_copy_again(void **state)
{
    struct fixture *fixture = *state;
    struct condition *where;
    new_torn_and_whole(fixture);
    assert_null(condition_create("evidence.has_header is yes", &where));
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){.where = where});
    condition_destroy(where);
    assert_int_equal(fixture->told, 1);
    assert_int_equal(totals.incidents, 1);
    assert_int_equal(totals.unmatched, 0);
}

static void test_pipeline__counts_repeats_at_one_limit(void **state)
{
    static const char of_host[] = "2026-03-28T22:14:31.000000+00:00 web1 kernel: ";
    struct fixture *fixture = *state;
    for (int i = 1; i <= 3; i++)
        new_report(fixture, of_host, 100 * i, i);
    new_report(fixture, of_host, 300, 3); /* a copy is no repeat */
    run(fixture, (struct pipeline_options){0});
    assert_int_equal(fixture->told, 3);
    assert_int_equal(fixture->counts[2], 3);
}

static void test_pipeline__tells_what_fails_and_goes_on(void **state)
{
    struct fixture *fixture = *state;
    new_report(fixture, "", 100, 7);
    unlink(fixture->paths[0]);
    new_report(fixture, "", 200, 8);
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){0});
    assert_int_equal(totals.failures, 1);
    assert_int_equal(fixture->failures, 1);
    assert_int_equal(totals.incidents, 1);
}

static void test_pipeline__keeps_what_has_no_wall_clock_in_a_window(void **state)
{
    struct fixture *fixture = *state;
    new_report(fixture, "", 100, 7);
    new_report(fixture, "2026-03-28T22:14:31.000000+00:00 web1 kernel: ", 300, 8);
    new_report(fixture, "2026-03-27T22:14:31.000000+00:00 web1 kernel: ", 200, 9);
    struct pipeline_options options = {0};
    assert_null(time_window_parse("2026-03-28", NULL, 0, &options.window));
    struct pipeline_totals totals = run(fixture, options);
    assert_int_equal(totals.incidents, 2);
    assert_int_equal(totals.timeless, 1);
    assert_int_equal(totals.outside, 1);
}

static void test_pipeline__leaves_out_what_is_not_asked_for(void **state)
{
    struct fixture *fixture = *state;
    struct condition *where;
    new_report(fixture, "", 100, 7);
    assert_null(condition_create("scope is memcg", &where));
    struct pipeline_totals totals = run(fixture, (struct pipeline_options){.where = where});
    condition_destroy(where);
    assert_int_equal(totals.incidents, 0);
    assert_int_equal(totals.unmatched, 1);
}

static void test_pipeline__stops_when_it_is_told_to(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i <= 5; i++)
        new_report(fixture, "", i, i);
    fixture->stop_after = 2;
    run(fixture, (struct pipeline_options){0});
    assert_int_equal(fixture->told, 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_pipeline__numbers_incidents_in_the_order_of_the_input),
        CASE(test_pipeline__keeps_the_order_with_many_threads),
        CASE(test_pipeline__tells_an_incident_of_two_logs_once),
        CASE(test_pipeline__replaces_a_torn_copy_where_the_sink_can),
        CASE(test_pipeline__replaces_a_copy_that_lacks_a_victim),
        CASE(test_pipeline__loses_no_whole_copy_where_the_sink_cannot_replace),
        CASE(test_pipeline__replaces_a_copy_without_host_and_date),
        CASE(test_pipeline__takes_no_date_for_one_that_dmesg_reckons),
        CASE(test_pipeline__asks_a_whole_copy_again),
        CASE(test_pipeline__counts_repeats_at_one_limit),
        CASE(test_pipeline__tells_what_fails_and_goes_on),
        CASE(test_pipeline__keeps_what_has_no_wall_clock_in_a_window),
        CASE(test_pipeline__leaves_out_what_is_not_asked_for),
        CASE(test_pipeline__stops_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
