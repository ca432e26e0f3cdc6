/* Lines of several hosts and of several writers in one stream: whose report they belong to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/limits.h"
#include "tests/unit/stages_fixture.h"

static void test_streams__lines_of_two_hosts_never_meet(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES; stage++) {
        session->host = "web1";
        say_stage(session, stage, 1, 10 + 0.001 * stage, "");
        session->host = "web2";
        say_stage(session, stage, 2, 10 + 0.001 * stage, "");
    }
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    check_report(nth(state, 1), 2);
    assert_text(nth(state, 0)->host, "web1");
    assert_text(nth(state, 1)->host, "web2");
}

static void say_of_kill(struct session *session, const char *host, const char *printed,
                        bool is_pid_1)
{
    session->host = host;
    session->printed = printed;
    session->provenance = is_pid_1 ? PROVENANCE_USER : PROVENANCE_FILE;
    session_say(session,
                is_pid_1 ? "a.scope: A process of this unit has been killed by the OOM killer.\n"
                         : "Out of memory: Killed process 7 (a) total-vm:9kB, anon-rss:8kB, "
                           "file-rss:0kB, shmem-rss:0kB\n");
}

/* It learns of it from memory.events, and tells no more than the unit. */
static void test_streams__pid_1_tells_of_the_kernels_kill_once_more(void **state)
{
    static const struct {
        const char *host, *first, *second;
        bool is_pid_1_first;
        size_t count;
    } rows[] = {
        {"n1", "Apr  5 08:24:14", "Apr  5 08:24:15", false, 1},
        {"n1", "Apr  5 08:24:14", "Apr  5 08:24:14", true, 1},
        {"n1", "", "", false, 1},
        {"n2", "Apr  5 08:24:14", "Apr  5 08:24:15", false, 2},
        {"n1", "Apr  5 08:24:14", "Apr  5 08:34:14", false, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session *session = *state;
        say_of_kill(session, "n1", rows[i].first, rows[i].is_pid_1_first);
        say_of_kill(session, rows[i].host, rows[i].second, !rows[i].is_pid_1_first);
        size_t found = session_finish(session);
        if (found != rows[i].count)
            fail_msg("row %zu: %zu incidents", i, found);
        assert_true(session->incidents[0]->has_kill_line);
        teardown(state);
        setup(state);
    }
}

/* Of another unit it tells of another kill, of which the kernel's lines are lost. */
static void test_streams__pid_1_tells_of_another_unit(void **state)
{
    struct session *session = *state;
    const char *paths[] = {"/system.slice/a.scope/inner.scope", "/system.slice/b.scope", "/lxc/7"};
    for (size_t i = 0; i < 3; i++) {
        char line[160];
        snprintf(line, sizeof line,
                 "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
                 "global_oom,task_memcg=%s,task=a,pid=7,uid=0\n",
                 paths[i]);
        session->host = "n1";
        session->printed = "Apr  5 08:24:14";
        session->provenance = PROVENANCE_FILE;
        session_say(session, line);
        say_of_kill(session, "n1", "Apr  5 08:24:14", false);
        say_of_kill(session, "n1", "Apr  5 08:24:15", true);
        assert_int_equal(session_finish(session), i == 0 ? 1 : 2);
        teardown(state);
        setup(state);
        session = *state;
    }
}

static void test_streams__a_header_that_lost_its_host_joins_the_lines_behind_it(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 10, "");
    session->host = "web1";
    for (enum stage stage = CPU; stage < STAGES; stage++)
        say_stage(session, stage, 1, 10 + 0.001 * stage, "");
    assert_int_equal(session_finish(session), 1);
    check_report(nth(state, 0), 1);
    assert_text(nth(state, 0)->host, "web1");
}

static void test_streams__what_a_program_writes_does_not_enter_the_kernels_report(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < ROW; stage++)
        say_stage(session, stage, 1, 10, "");
    session->provenance = PROVENANCE_USER;
    say_stage(session, ROW, 666, 10, "");
    say_stage(session, KILL, 666, 10, "");
    session->provenance = PROVENANCE_FILE;
    for (enum stage stage = ROW; stage < STAGES; stage++)
        say_stage(session, stage, 1, 10, "");
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
    assert_int_equal(nth(state, 0)->source.provenance, PROVENANCE_FILE);
    assert_int_equal(nth(state, 1)->source.provenance, PROVENANCE_USER);
    assert_amount(nth(state, 1)->victims[0].pid, 666);
}

static void test_streams__incidents_come_in_the_order_in_which_they_began(void **state)
{
    struct session *session = *state;
    session->host = "web1";
    say_stage(session, HEAD, 1, 10, "");
    session->host = "web2";
    say_report(session, 2, 10);
    session->host = "web1";
    for (enum stage stage = CPU; stage < STAGES; stage++)
        say_stage(session, stage, 1, 10.1, "");
    assert_int_equal(session_finish(session), 2);
    check_report(nth(state, 0), 1);
}

static void test_streams__a_host_that_fell_silent_does_not_hold_back_the_others(void **state)
{
    struct session *session = *state;
    session->host = "web1";
    say_stage(session, HEAD, 1, 10, "");
    session->host = "web2";
    say_report(session, 2, 10);
    for (int i = 0; i < 10 * LIMIT_FOREIGN_LINES; i++)
        session_say_line(session, SLICE("[   10.1] eth0: link is not ready"));
    assert_int_equal(session->count, 2);
}

/* ---- fleets */

/* Each host's line at that stage; the statistics of a cgroup come at a stretch. */
static void say_of_fleet(struct session *session, enum stage stage, int hosts)
{
    enum { STATISTICS = 40 };
    char host[32];
    session->host = host;
    for (int i = 0; i < hosts; i++) {
        snprintf(host, sizeof host, "host%d", i);
        say_stage(session, stage, i + 1, 10 + 0.001 * stage, "");
        for (int line = 0; line < STATISTICS && stage == STATS; line++)
            session_say_line(session, SLICE("[   10.004] workingset_refault_anon 0"));
    }
    session->host = "";
}

static void test_streams__a_fleet_that_fails_at_once_is_told_apart(void **state)
{
    struct session *session = *state;
    for (enum stage stage = HEAD; stage < STAGES; stage++)
        say_of_fleet(session, stage, 1000);
    assert_int_equal(session_finish(session), 1000);
    assert_int_equal(report_reader_given_up(session->reader), 0);
    for (int pid = 1; pid <= 1000; pid++)
        check_report(nth(state, (size_t)pid - 1), pid);
}

static void test_streams__a_million_hosts_are_forgotten_again(void **state)
{
    struct session *session = *state;
    char *host = test_malloc(32);
    session->host = host;
    for (int i = 0; i < 1000000; i++) {
        snprintf(host, 32, "host%d", i);
        session_say_line(session, SLICE("[   10.1] Mem-Info:"));
        for (size_t k = 0; k < session->count; k++)
            incident_destroy(session->incidents[k]);
        session->count = 0;
    }
    test_free(host);
}

static void test_streams__a_fleet_beyond_what_is_held_is_given_up_and_counted(void **state)
{
    struct session *session = *state;
    say_of_fleet(session, HEAD, LIMIT_HELD_REPORTS + 101); /* the last is just held */
    assert_int_equal(report_reader_given_up(session->reader), 100);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_streams__lines_of_two_hosts_never_meet),
        CASE(test_streams__pid_1_tells_of_the_kernels_kill_once_more),
        CASE(test_streams__pid_1_tells_of_another_unit),
        CASE(test_streams__a_header_that_lost_its_host_joins_the_lines_behind_it),
        CASE(test_streams__what_a_program_writes_does_not_enter_the_kernels_report),
        CASE(test_streams__incidents_come_in_the_order_in_which_they_began),
        CASE(test_streams__a_host_that_fell_silent_does_not_hold_back_the_others),
        CASE(test_streams__a_fleet_that_fails_at_once_is_told_apart),
        CASE(test_streams__a_fleet_beyond_what_is_held_is_given_up_and_counted),
        CASE(test_streams__a_million_hosts_are_forgotten_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
