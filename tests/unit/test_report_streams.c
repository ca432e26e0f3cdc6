/* Many reports in one stream: interleaved, back to back, torn, doubled, of several boots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/limits.h"
#include "tests/unit/stages_fixture.h"

/* ---- two at once */

static void test_streams__reports_back_to_back_stay_apart(void **state)
{
    struct session *session = *state;
    for (int pid = 1; pid <= 20; pid++)
        say_report(session, pid, 10 + pid * 0.5);
    assert_int_equal(session_finish(session), 20);
    for (int pid = 1; pid <= 20; pid++)
        check_report(nth(state, (size_t)pid - 1), pid);
}

/* A pid is used again. Where only dates tell, a day lies between the kills; of one kill that the
 * console printed again, a second. */
static void test_streams__two_kills_of_one_pid_on_two_days_are_two(void **state)
{
    static const char kill[] = "Out of memory: Killed process 145 (java) total-vm:66000kB, "
                               "anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB\n";
    struct session *session = *state;
    session->printed = "Nov 23 01:02:03";
    session_say(session, kill);
    session->printed = "Nov 23 01:02:04";
    session_say(session, kill);
    session->printed = "Nov 24 01:02:03";
    session_say(session, kill);
    assert_int_equal(session_finish(session), 2);
}

/* Two seconds may lie across a full hour, midnight and the new year. */
static void test_streams__a_kill_around_the_full_hour_is_one(void **state)
{
    static const struct {
        const char *first, *then;
        size_t count;
    } rows[] = {
        {"Nov 23 00:59:59", "Nov 23 01:00:01", 1},
        {"Nov 23 23:59:59", "Nov 24 00:00:01", 1},
        {"Dec 31 23:59:59", "Jan  1 00:00:01", 1},
        {"2026-12-31 23:59:59", "2027-01-01 00:00:01", 1},
        {"Nov 23 00:59:59", "Nov 23 02:00:01", 2},
        {"Nov 23 00:59:59", "Dec 24 01:00:01", 2},
        {"2026-12-31 23:59:59", "2027-12-31 23:59:59", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session *session = session_begin();
        session->printed = rows[i].first;
        session_say(session, "Killed process 145 (java) total-vm:66000kB, anon-rss:64000kB\n");
        session->printed = rows[i].then;
        session_say(session, "Killed process 145 (java) total-vm:66000kB, anon-rss:64000kB\n");
        size_t count = session_finish(session);
        if (count != rows[i].count)
            fail_msg("%s and %s: %zu", rows[i].first, rows[i].then, count);
        session_end(session);
    }
}

static void test_streams__two_cpus_are_told_apart_by_their_caller(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES; stage++) {
        say_stage(session, stage, 1, 10 + 0.001 * stage, "[    T1]");
        say_stage(session, stage, 2, 10 + 0.001 * stage, "[    T2]");
    }
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 2);
}

static void test_streams__two_cpus_out_of_step_are_told_apart_by_their_caller(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES + TABLE; stage++) {
        if (stage < STAGES)
            say_stage(session, stage, 1, 10 + 0.001 * stage, "[    C1]");
        if (stage >= TABLE)
            say_stage(session, stage - TABLE, 2, 10 + 0.001 * stage, "[    C0]");
    }
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 2);
}

static void
test_streams__without_callers_a_line_goes_to_the_report_that_stands_nearest(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < ROW; stage++)
        say_stage(session, stage, 1, 10 + 0.001 * stage, "");
    say_stage(session, HEAD, 2, 10.1, "");
    say_stage(session, ROW, 1, 10.1, "");
    say_stage(session, CPU, 2, 10.1, "");
    say_stage(session, SUMMARY, 1, 10.1, "");
    say_stage(session, TRACE, 2, 10.1, "");
    say_stage(session, KILL, 1, 10.1, "");
    for (enum stage stage = LIMITS; stage < STAGES; stage++)
        say_stage(session, stage, 2, 10.2, "");
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 2);
}

static void
test_streams__the_reaper_in_the_next_reports_trace_belongs_to_the_one_before(void **state)
{
    struct session *session = *state;
    say_report(session, 1, 10);
    for (enum stage stage = HEAD; stage < LIMITS; stage++)
        say_stage(session, stage, 2, 10.1, "");
    session_say(session, "[   10.100001] oom_reaper: reaped process 1 (x), now anon-rss:0kB, "
                         "file-rss:0kB, shmem-rss:4kB\n");
    for (enum stage stage = LIMITS; stage < STAGES; stage++)
        say_stage(session, stage, 2, 10.1, "");
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 2);
    assert_amount(nth(state, 0)->victims[0].reaped_shmem_rss, KIB(4));
    assert_unknown(nth(state, 1)->victims[0].reaped_shmem_rss);
}

static void test_streams__a_header_inside_another_trace_does_not_swallow_what_follows(void **state)
{
    struct session *session = *state;
    session_say(session, "[   10.1] INFO: task a:3 blocked for more than 120 seconds.\n"
                         "[   10.2]  schedule+0x1/0x2\n");
    say_stage(session, HEAD, 1, 10.3, "");
    session_say(session, "[   10.4]  io_schedule+0x1/0x2\n");
    say_report(session, 2, 200);
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 1), 2);
}

static void test_streams__a_group_kills_last_line_ends_before_the_next_report(void **state)
{
    struct session *session = *state;
    for (int pid = 1; pid <= 3; pid++) {
        say_report(session, pid, 10 + pid);
        session_say(session, "Tasks in /box are going to be killed due to memory.oom.group set\n");
        say_stage(session, KILL, pid, 10.5 + pid, "");
        say_stage(session, KILL, 100 + pid, 10.5 + pid, "");
    }
    assert_int_equal(session_finish(session), 3);
    for (int pid = 1; pid <= 3; pid++) {
        assert_int_equal(nth(state, (size_t)pid - 1)->victims_count, 2);
        assert_amount(nth(state, (size_t)pid - 1)->victims[1].pid, 100 + pid);
    }
}

/* ---- torn ones, silence, storms */

static void test_streams__a_torn_report_is_closed_by_the_next_one(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STATS; stage++)
        say_stage(session, stage, 1, 10 + 0.001 * stage, "");
    say_stage(session, HEAD, 2, 10.5, "");
    for (int frame = 0; frame < 25; frame++)
        say_stage(session, TRACE, 2, 10.5, "");
    for (enum stage stage = LIMITS; stage < STAGES; stage++)
        say_stage(session, stage, 2, 10.5, "");
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(nth(state, 0)->victims_count, 0);
    assert_amount(nth(state, 0)->memcg.memory.usage, KIB(1));
    assert_amount(nth(state, 1)->memcg.memory.usage, KIB(2));
    assert_amount(nth(state, 1)->victims[0].pid, 2);
}

static void test_streams__silence_ends_a_report(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STATS; stage++)
        say_stage(session, stage, 1, 10, "");
    say_stage(session, KILL, 2, 10 + LIMIT_SILENCE_S + 1, "");
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(nth(state, 0)->victims_count, 0);
    assert_amount(nth(state, 1)->victims[0].pid, 2);
}

static void test_streams__a_slow_console_does_not_end_a_report(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES; stage++)
        say_stage(session, stage, 1, 10 + 26.0 * stage, "");
    assert_int_equal(session_finish(session), 1);
    check_report(nth(state, 0), 1);
}

static void test_streams__many_foreign_lines_end_a_report_that_says_nothing_more(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    for (int i = 0; i <= LIMIT_FOREIGN_LINES + 1; i++)
        session_say_line(session, SLICE("[   10.1] eth0: link is not ready"));
    assert_false(report_reader_is_open(session->reader));
    assert_int_equal(session->count, 1);
}

static void test_streams__a_clock_that_went_back_is_another_boot(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STATS; stage++)
        say_stage(session, stage, 1, 5000, "");
    say_stage(session, KILL, 1, 10, "");
    assert_int_equal(session_finish(session), 2);
}

static void test_streams__a_boot_banner_ends_what_is_open_and_names_the_kernel(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    session_say(session, "[    0.000000] Linux version 5.10.0-26-amd64 (debian) #1 SMP\n");
    say_stage(session, KILL, 1, 12, "");
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(nth(state, 0)->victims_count, 0);
    assert_text(nth(state, 1)->kernel, "5.10.0-26-amd64");
    assert_int_equal(nth(state, 0)->kernel.length, 0);
}

static void test_streams__rate_limited_kills_are_incidents_of_their_own(void **state)
{
    struct session *session = *state;
    say_report(session, 1, 10);
    for (int pid = 2; pid <= 12; pid++)
        say_stage(session, KILL, pid, 10.1, "");
    session_say(session, "[   15.0] oom_kill_process: 11 callbacks suppressed\n");
    say_report(session, 13, 15);
    assert_int_equal(session_finish(session), 13);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 12), 13);
    assert_amount(nth(state, 12)->suppressed, 11);
}

static void test_streams__a_storm_that_kills_nobody_is_as_many_incidents(void **state)
{
    struct session *session = *state;
    for (int i = 0; i < 50; i++) {
        for (enum stage stage = HEAD; stage < ROW; stage++)
            say_stage(session, stage, 1, 10 + 0.02 * i, "");
        session_say(session, "[   11.0] Out of memory and no killable processes...\n"
                             "[   11.0] Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying "
                             "PF\n");
    }
    assert_int_equal(session_finish(session), 50);
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(nth(state, i)->kind, KIND_OOM_NO_KILL);
}

/* ---- seen twice */

static void say_twice(struct session *session, enum stage stage, int pid, double s)
{
    say_stage(session, stage, pid, s, "");
    say_stage(session, stage, pid, s, "");
}

static void test_streams__console_and_syslog_merged_are_one_report(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES; stage++)
        say_twice(session, stage, 1, 10 + 0.001 * stage);
    assert_int_equal(session_finish(session), 1);
    check_report(nth(state, 0), 1);
    assert_int_equal(nth(state, 0)->lines_count, STAGES);
}

static void test_streams__a_report_read_twice_is_whole_both_times(void **state)
{
    struct session *session = *state;
    say_report(session, 1, 10);
    say_report(session, 1, 10);
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 1);
    assert_string_equal(nth(state, 0)->id, nth(state, 1)->id);
}

static void test_streams__equal_frames_of_one_trace_are_both_kept(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    say_stage(session, TRACE, 1, 10, "");
    say_stage(session, TRACE, 1, 10, "");
    say_stage(session, KILL, 1, 10, "");
    assert_int_equal(session_finish(session), 1);
    assert_int_equal(nth(state, 0)->trigger.stack_count, 2);
}

/* ---- bounds */

static void test_streams__a_gigantic_table_is_cut_and_what_follows_it_is_not(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    for (int i = 0; i < LIMIT_REPORT_LINES + 1000; i++)
        session_say_line(session, SLICE("[   10.1] [ 1] 0 1 16500 16000 172032 3 0 x"));
    say_stage(session, KILL, 1, 10.2, "");
    assert_int_equal(session_finish(session), 1);
    const struct incident *incident = nth(state, 0);
    assert_in_range(incident->lines_count, LIMIT_REPORT_LINES, LIMIT_REPORT_LINES + 10);
    assert_int_equal(incident->victims_count, 1);
    assert_false(incident->is_complete); /* the rest of the table is missing */
}

/* Two reports that take turns line by line, as two CPUs print them, and no caller ids. */
static void test_streams__reports_that_take_turns_are_called_interleaved(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    say_stage(session, HEAD, 2, 10, "");
    session_say_line(session, SLICE("[   10.1] memory: usage 65536kB, limit 65536kB, failcnt 19"));
    session_say_line(session, SLICE("[   10.1] memory: usage 49152kB, limit 49152kB, failcnt 7"));
    say_stage(session, KILL, 1, 10.2, "");
    say_stage(session, KILL, 2, 10.2, "");
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(nth(state, 0)->victims_count, 1);
    assert_int_equal(nth(state, 1)->victims_count, 1);
    assert_false(nth(state, 0)->is_complete);
    assert_int_not_equal(nth(state, 0)->memcg.memory.limit.value,
                         nth(state, 1)->memcg.memory.limit.value);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_streams__reports_back_to_back_stay_apart),
        CASE(test_streams__two_kills_of_one_pid_on_two_days_are_two),
        CASE(test_streams__a_kill_around_the_full_hour_is_one),
        CASE(test_streams__two_cpus_are_told_apart_by_their_caller),
        CASE(test_streams__two_cpus_out_of_step_are_told_apart_by_their_caller),
        CASE(test_streams__without_callers_a_line_goes_to_the_report_that_stands_nearest),
        CASE(test_streams__the_reaper_in_the_next_reports_trace_belongs_to_the_one_before),
        CASE(test_streams__a_header_inside_another_trace_does_not_swallow_what_follows),
        CASE(test_streams__a_group_kills_last_line_ends_before_the_next_report),
        CASE(test_streams__a_torn_report_is_closed_by_the_next_one),
        CASE(test_streams__silence_ends_a_report),
        CASE(test_streams__a_slow_console_does_not_end_a_report),
        CASE(test_streams__many_foreign_lines_end_a_report_that_says_nothing_more),
        CASE(test_streams__a_clock_that_went_back_is_another_boot),
        CASE(test_streams__a_boot_banner_ends_what_is_open_and_names_the_kernel),
        CASE(test_streams__rate_limited_kills_are_incidents_of_their_own),
        CASE(test_streams__a_storm_that_kills_nobody_is_as_many_incidents),
        CASE(test_streams__console_and_syslog_merged_are_one_report),
        CASE(test_streams__a_report_read_twice_is_whole_both_times),
        CASE(test_streams__equal_frames_of_one_trace_are_both_kept),
        CASE(test_streams__a_gigantic_table_is_cut_and_what_follows_it_is_not),
        CASE(test_streams__reports_that_take_turns_are_called_interleaved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
