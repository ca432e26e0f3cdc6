/* One report: which lines belong to it, what kind it is, what it lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report_fixture.h"
#include "tests/unit/report_text.h"

/* ---- whole reports */

static void test_report__a_whole_one_is_one_incident_that_misses_nothing(void **state)
{
    const struct incident *incident = only(state, HEAD TRACE LIMITS TABLE SUMMARY KILL);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_true(incident->is_complete);
    assert_int_equal(incident->missing_count, 0);
    assert_int_equal(incident->lines_count, 22);
    assert_int_equal(incident->trigger.stack_count, 3);
    assert_int_equal(incident->tasks_count, 2);
    assert_text(incident->memcg.victim_path, "/box/in");
    assert_text(incident->victims[0].cgroup, "/box/in");
    assert_int_equal(incident->memcg.version, 2);
    assert_int_equal(incident->time.monotonic_us, 10000001);
}

static void test_report__hardware_stands_behind_the_line_that_spells_the_taint(void **state)
{
    const struct incident *incident = only(state, HEAD TRACE LIMITS TABLE SUMMARY KILL);
    assert_text(incident->hardware, "QEMU Standard PC");
    assert_text(incident->kernel, "6.12.107+deb13-cloud-amd64");
}

static void test_report__lines_have_their_numbers_and_bytes(void **state)
{
    session_say(*state, "first line\n");
    const struct incident *incident = only(state, HEAD KILL);
    assert_int_equal(incident->source.first_line, 2);
    assert_int_equal(incident->source.last_line, 6);
    assert_int_equal(incident->source.first_byte, strlen("first line\n"));
    assert_int_equal(incident->source.end_byte, strlen("first line\n" HEAD KILL));
    assert_int_equal(incident->lines[1].number, 3);
    assert_text(incident->lines[2].text, "Tainted: [W]=WARN");
}

static void test_report__a_fragment_handed_over_late_lies_within_the_report(void **state)
{
    struct session *session = *state;
    session->number = 9;
    session->offset = 900;
    session_say(session, HEAD);
    uint64_t end = session->offset;
    session->number = 4;
    session->offset = 400;
    session_say(session, KILL);
    assert_int_equal(session_finish(session), 1);
    assert_int_equal(session->incidents[0]->source.first_line, 5);
    assert_int_equal(session->incidents[0]->source.last_line, 13);
    assert_int_equal(session->incidents[0]->source.first_byte, 400);
    assert_int_equal(session->incidents[0]->source.end_byte, end);
}

static void test_report__pages_become_bytes_by_the_page_size_of_the_buddy_line(void **state)
{
    const struct incident *incident = only(state, HEAD TRACE MEMINFO TABLE GLOBAL_KILL);
    assert_amount(incident->page_size, 4096);
    assert_amount(incident->host_memory.figure[MEM_INACTIVE_ANON], 217 * 4096);
    assert_amount(incident->host_memory.zones[0].reserve[1], 199 * 4096);
    assert_amount(incident->host_memory.zones[0].figure[ZONE_FREE], KIB(916));
    assert_amount(incident->host_memory.ram, INT64_C(65405) * 4096);
    assert_amount(incident->tasks[0].rss, 16000 * 4096);
    assert_amount(incident->tasks[0].swap, 3 * 4096);
    assert_amount(incident->tasks[0].pgtables, 172032);
}

static void test_report__page_size_comes_from_one_pid_in_table_and_kill_line(void **state)
{
    /* 66000 kB of 1031.25 pages of 64 KiB do not come out even: 1056000 kB do, 16500 pages */
    const struct incident *incident =
        only(state, TABLE "[   10.000025] Out of memory: Killed process 145 (java) "
                          "total-vm:1056000kB, anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB\n");
    assert_amount(incident->page_size, 65536);
    assert_amount(incident->tasks[0].rss, INT64_C(16000) * 65536);
}

static void test_report__pages_stay_unknown_while_the_page_size_is(void **state)
{
    const struct incident *incident = only(state, TABLE);
    assert_unknown(incident->page_size);
    assert_unknown(incident->tasks[0].rss);
    assert_amount(incident->tasks[0].pgtables, 172032);
}

static void test_report__a_victim_takes_user_and_adjustment_from_the_table(void **state)
{
    const struct incident *incident =
        only(state, TABLE "[   10.000025] Memory cgroup out of memory: Killed process 146 (sh) "
                          "total-vm:2000kB, anon-rss:64kB, file-rss:0kB, shmem-rss:0kB\n");
    assert_amount(incident->victims[0].uid, 1000);
    assert_amount(incident->victims[0].oom_score_adj, -997);
}

static void test_report__page_tables_in_bytes_labelled_kb_are_repaired(void **state)
{
    const struct incident *incident =
        only(state, TABLE "[   10.000025] Out of memory: Killed process 145 (java) "
                          "total-vm:66000kB, anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB, UID:0 "
                          "pgtables:172032kB oom_score_adj:0\n");
    assert_amount(incident->victims[0].pgtables, 172032);
}

/* ---- parts of reports */

static void test_report__headerless_says_so(void **state)
{
    const struct incident *incident = only(state, LIMITS TABLE SUMMARY KILL);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_true(is_missing(incident, "header"));
    assert_true(is_missing(incident, "trace"));
    assert_false(is_missing(incident, "tasks"));
    assert_false(incident->is_complete);
}

static void test_report__tailless_is_a_kill_whose_victim_is_missing(void **state)
{
    const struct incident *incident = only(state, HEAD TRACE LIMITS);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_true(is_missing(incident, "victim"));
    assert_true(is_missing(incident, "tasks"));
    assert_int_equal(incident->victims_count, 0);
}

static void test_report__a_frame_alone_is_no_trace(void **state)
{
    static const struct {
        const char *lines;
        bool has_trace;
    } rows[] = {
        {"[   10.000005]  async_page_fault+0x34/0x40\n[   10.000006] RIP: 0033:0x44789d\n", false},
        {"[   10.000005] Call Trace:\n", false},
        {"[   10.000005] Call Trace:\n[   10.000006]  dump_header+0x43/0x1aa\n", true},
        {"[   10.000005]  page_fault+0x1e/0x30\n[   10.000006]  async_page_fault+0x34/0x40\n",
         true},
        /* arm names both ends of one call on a line */
        {"[   10.000005] [<c0107a00>] (show_stack) from [<c04d3f2c>] (dump_stack+0x94/0xa8)\n",
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session *session = session_begin();
        session_say(session, rows[i].lines);
        session_say(session, MEMINFO);
        assert_int_equal(session_finish(session), 1);
        if (session->incidents[0]->has_trace != rows[i].has_trace)
            fail_msg("%s", rows[i].lines);
        session_end(session);
    }
}

/* grep -i oom keeps the header for the name of a column. */
static void test_report__a_table_without_rows_is_missing(void **state)
{
    const struct incident *incident =
        only(state, HEAD LIMITS "[   10.000021] [  pid  ]   uid  tgid total_vm      rss "
                                "pgtables_bytes swapents oom_score_adj name\n" SUMMARY KILL);
    assert_true(is_missing(incident, "tasks"));
    assert_false(is_missing(incident, "tasks-start"));
}

static void test_report__a_kill_line_alone_is_an_incident(void **state)
{
    const struct incident *incident = only(state, KILL);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_amount(incident->victims[0].pid, 145);
    assert_true(is_missing(incident, "header"));
    assert_true(is_missing(incident, "memcg-limits"));
}

static void test_report__a_stretch_without_head_and_kill_is_of_unknown_kind(void **state)
{
    const struct incident *incident = only(state, MEMINFO);
    assert_int_equal(incident->kind, KIND_UNKNOWN);
}

static void test_report__a_table_that_starts_in_the_middle_says_so(void **state)
{
    const struct incident *incident = only(
        state, "[   10.1] [    145]     0   145    16500    16000   172032  0   0 java\n" KILL);
    assert_true(is_missing(incident, "tasks-start"));
    assert_int_equal(incident->tasks_count, 1);
}

static void test_report__a_bare_trace_is_none(void **state)
{
    assert_int_equal(count(state, "[   10.1] WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x1/0x2\n"
                                  "[   10.2] CPU: 0 PID: 1 Comm: a Not tainted 5.4.0 #1\n"
                                  "[   10.3] Call Trace:\n"
                                  "[   10.4]  schedule+0x1/0x2\n"
                                  "[   10.5]  do_exit+0x1/0x2\n"),
                     0);
}

static void test_report__foreign_lines_inside_do_no_harm(void **state)
{
    const struct incident *incident =
        only(state, HEAD "[   10.5] usb 1-1: new high-speed USB device\n" TRACE
                         "[   10.5] eth0: link up\n" LIMITS
                         "[   10.6] audit: type=1 x\n" TABLE SUMMARY KILL);
    assert_true(incident->is_complete);
    assert_int_equal(incident->lines_count, 22);
}

/* A list that breaks off proves nothing of what it does not name. */
static void test_report__a_list_of_figures_that_breaks_off_is_said_to(void **state)
{
    struct incident *cut =
        only(state, HEAD "[   10.1] memory: usage 65536kB, limit 65536kB, failcnt 1\n"
                         "[   10.1] Memory cgroup stats for /box:\n"
                         "[   10.1] anon 4096\n");
    assert_true(is_missing(cut, "memcg-stats-end"));
}

static void test_report__a_list_of_figures_that_something_follows_is_whole(void **state)
{
    struct incident *whole =
        only(state, HEAD "[   10.1] memory: usage 65536kB, limit 65536kB, failcnt 1\n"
                         "[   10.1] Memory cgroup stats for /box:\n"
                         "[   10.1] anon 4096\n"
                         "[   10.1] Tasks state (memory values in pages):\n");
    assert_false(is_missing(whole, "memcg-stats-end"));
}

static void test_report__the_machines_figures_end_with_its_ram(void **state)
{
    struct session *session = *state;
    session_say(session, "[   10.0] Mem-Info:\n[   10.0] active_anon:62 inactive_anon:217\n"
                         "[  500.0] Mem-Info:\n[  500.0] active_anon:62 inactive_anon:217\n"
                         "[  500.0] 2074779 pages RAM\n");
    assert_int_equal(session_finish(session), 2);
    assert_true(is_missing(session->incidents[0], "mem-info-end"));
    assert_false(is_missing(session->incidents[1], "mem-info-end"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_report__a_whole_one_is_one_incident_that_misses_nothing),
        CASE(test_report__hardware_stands_behind_the_line_that_spells_the_taint),
        CASE(test_report__lines_have_their_numbers_and_bytes),
        CASE(test_report__a_fragment_handed_over_late_lies_within_the_report),
        CASE(test_report__pages_become_bytes_by_the_page_size_of_the_buddy_line),
        CASE(test_report__page_size_comes_from_one_pid_in_table_and_kill_line),
        CASE(test_report__pages_stay_unknown_while_the_page_size_is),
        CASE(test_report__a_victim_takes_user_and_adjustment_from_the_table),
        CASE(test_report__page_tables_in_bytes_labelled_kb_are_repaired),
        CASE(test_report__headerless_says_so),
        CASE(test_report__tailless_is_a_kill_whose_victim_is_missing),
        CASE(test_report__a_frame_alone_is_no_trace),
        CASE(test_report__a_table_without_rows_is_missing),
        CASE(test_report__a_kill_line_alone_is_an_incident),
        CASE(test_report__a_stretch_without_head_and_kill_is_of_unknown_kind),
        CASE(test_report__a_table_that_starts_in_the_middle_says_so),
        CASE(test_report__a_bare_trace_is_none),
        CASE(test_report__foreign_lines_inside_do_no_harm),
        CASE(test_report__a_list_of_figures_that_breaks_off_is_said_to),
        CASE(test_report__a_list_of_figures_that_something_follows_is_whole),
        CASE(test_report__the_machines_figures_end_with_its_ram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
