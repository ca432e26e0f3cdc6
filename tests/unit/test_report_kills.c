/* The kills that one report tells of: whom they took, whom they spared, and by whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/scope.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/report_text.h"

/* ---- kills and their ends */

static void test_report__choice_and_kill_are_one_decision(void **state)
{
    const struct incident *incident =
        only(state, "[   10.1] Out of memory: Kill process 7 (a) score 9 or sacrifice child\n"
                    "[   10.2] Killed process 7 (a) total-vm:9kB, anon-rss:8kB, file-rss:1kB\n");
    assert_int_equal(incident->victims_count, 1);
    assert_amount(incident->victims[0].score, 9);
}

static void test_report__two_choices_in_a_row_are_two_decisions(void **state)
{
    assert_int_equal(
        count(state, "[   10.1] Out of memory: Kill process 7 (a) score 9 or sacrifice child\n"
                     "[   10.2] Killed process 7 (a) total-vm:9kB, anon-rss:8kB, file-rss:1kB\n"
                     "[   10.3] Out of memory: Kill process 8 (b) score 9 or sacrifice child\n"
                     "[   10.4] Killed process 9 (c) total-vm:9kB, anon-rss:8kB, file-rss:1kB\n"),
        2);
    const struct session *session = *state;
    assert_int_equal(session->incidents[1]->victims_count, 1);
    assert_amount(session->incidents[1]->victims[0].pid, 9);
}

static void test_report__group_kill_is_one_incident_of_each_pid_once(void **state)
{
    const struct incident *incident = only(
        state, HEAD LIMITS SUMMARY KILL
        "[   10.000026] Tasks in /box are going to be killed due to memory.oom.group set\n" KILL
        "[   10.000028] Memory cgroup out of memory: Killed process 146 (sh) total-vm:2000kB, "
        "anon-rss:64kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0\n");
    assert_int_equal(incident->victims_count, 2);
    assert_text(incident->group_path, "/box");
    assert_true(incident->victims[1].is_group_kill);
}

static void test_report__processes_that_share_the_memory_die_with_it(void **state)
{
    const struct incident *incident =
        only(state, "[   10.1] Out of memory: Kill process 7 (a) score 9 or sacrifice child\n"
                    "[   10.2] Kill process 8 (b) sharing same memory\n"
                    "[   10.3] Killed process 7 (a) total-vm:9kB, anon-rss:8kB, file-rss:1kB\n");
    assert_int_equal(incident->victims_count, 2);
}

static void test_report__a_victim_that_is_exiting_is_a_kill_without_kill_line(void **state)
{
    const struct incident *incident =
        only(state, HEAD TABLE "[   10.1] Out of memory: OOM victim 145 (java) is already "
                               "exiting. Skip killing the task\n");
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_true(incident->is_victim_exiting);
}

/* RHEL 6 with vm.would_have_oomkilled: the choice is printed as ever, and nobody dies. */
static void test_report__who_would_have_been_killed_is_no_victim(void **state)
{
    const struct incident *incident =
        only(state, HEAD TRACE MEMINFO TABLE
             "[   10.1] Memory cgroup out of memory: Kill process 145 (java) score 9 or sacrifice "
             "child\n"
             "[   10.2] Would have killed process 150 (a (child)). But continuing instead.\n");
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
    assert_true(incident->is_victim_spared);
    assert_int_equal(incident->victims_count, 0);
    assert_amount(incident->chosen_pid, 150);
    assert_text(incident->chosen_comm, "a (child)");
    assert_int_equal(scope_by_kill_line(incident).value, SCOPE_MEMCG);
    assert_false(is_missing(incident, "victim"));
}

static void test_report__each_kill_that_is_spared_is_a_report_of_its_own(void **state)
{
#define SPARED                                                                                 \
    HEAD TABLE "[   10.1] oom_kill_process: would have killed process 749 (systemd-journal), " \
               "but continuing instead...\n"
    struct session *session = *state;
    assert_int_equal(count(state, SPARED SPARED), 2);
    assert_text(session->incidents[1]->chosen_comm, "systemd-journal");
    assert_int_equal(session->incidents[1]->kind, KIND_OOM_NO_KILL);
}

static void test_report__nobody_killable_is_no_kill(void **state)
{
    const struct incident *incident =
        only(state, HEAD TRACE LIMITS TABLE
             "[   10.1] Out of memory and no killable processes...\n"
             "[   10.2] Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF\n");
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
    assert_true(incident->is_no_killable);
    assert_false(incident->is_panic);
    assert_false(is_missing(incident, "victim"));
}

static void test_report__deadlock_panic_belongs_to_the_report_before_it(void **state)
{
    const struct incident *incident = only(
        state, HEAD TRACE MEMINFO TABLE
        "[   10.1] Out of memory and no killable processes...\n"
        "[   10.2] Kernel panic - not syncing: System is deadlocked on memory\n"
        "[   10.3] CPU: 1 PID: 9 Comm: other Not tainted 6.12.0 #1\n"
        "[   10.4] Call Trace:\n"
        "[   10.5]  panic+0x1/0x2\n"
        "[   10.6]  out_of_memory.cold+0x1/0x2\n"
        "[   10.7] Kernel Offset: 0x1 from 0x2\n"
        "[   10.8] ---[ end Kernel panic - not syncing: System is deadlocked on memory ]---\n");
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
    assert_true(incident->is_deadlocked && incident->is_panic);
    assert_amount(incident->trigger.pid, 145);
    assert_int_equal(incident->trigger.stack_count, 3);
}

static void test_report__panic_on_oom_takes_the_machine_and_kills_nobody(void **state)
{
    const struct incident *incident =
        only(state, HEAD TRACE LIMITS TABLE
             "[   10.1] Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is "
             "enabled\n"
             "[   10.2] CPU: 0 PID: 145 Comm: java Not tainted 6.12.0 #1\n"
             "[   10.3] Call Trace:\n"
             "[   10.4]  panic+0x1/0x2\n"
             "[   10.8] ---[ end Kernel panic - not syncing: Out of memory: compulsory "
             "panic_on_oom is enabled ]---\n");
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
    assert_true(incident->is_panic);
    assert_false(incident->is_deadlocked);
}

static void test_report__panic_texts_of_every_era_are_known(void **state)
{
    static const char *const lines[] = {
        "Kernel panic - not syncing: out of memory. panic_on_oom is selected",
        "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled",
        "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled",
        "Kernel panic - not syncing: Out of memory and no killable processes...",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct session *session = session_begin();
        session_say(session, lines[i]);
        assert_int_equal(session_finish(session), 1);
        assert_true(session->incidents[0]->is_panic);
        assert_int_equal(session->incidents[0]->kind, KIND_OOM_NO_KILL);
        session_end(session);
    }
}

/* ---- killers of user space */

#define OOMD_KILL                                                                \
    "Killed /user.slice/app.scope due to memory pressure for /user.slice being " \
    "61.44% > 50.00% for > 20s with reclaim activity\n"
#define OOMD_NOTE "app.scope: systemd-oomd killed 46 process(es) in this unit.\n"

/* systemd-oomd names the cgroup, PID 1 the unit; with journalctl -u, PID 1 alone. */
static void test_report__pid_1_tells_of_oomds_kill_once_more(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } rows[] = {
        {OOMD_KILL OOMD_NOTE, 1},           {OOMD_NOTE OOMD_KILL, 1}, {OOMD_NOTE, 1},
        {OOMD_KILL OOMD_NOTE OOMD_KILL, 2}, {OOMD_NOTE OOMD_NOTE, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(count(state, rows[i].text), rows[i].count);
        const struct incident *incident = ((struct session *)*state)->incidents[0];
        assert_int_equal(incident->kind, KIND_USERSPACE_KILL);
        assert_text(incident->killer, "systemd-oomd");
        assert_int_equal(incident->victims_count, 1);
        assert_true(slice_ends(incident->victims[0].unit, SLICE("app.scope")));
        teardown(state);
        setup(state);
    }
    assert_int_equal(
        count(state, OOMD_KILL "b.scope: systemd-oomd killed 2 process(es) in this unit.\n"), 2);
}

static void test_report__earlyooms_second_signal_is_of_the_same_kill(void **state)
{
#define OLD_KILL(pid) "Killing process 'a' with signal 15, pid: " pid ", badness: 1, VmRSS: 2 MiB\n"
    assert_int_equal(count(state, OLD_KILL("7") OLD_KILL("7") OLD_KILL("8")), 2);
#undef OLD_KILL
}

/* Its reasons have no anchor, and other CPUs speak between them. */
static void test_report__lowmemorykillers_reasons_are_listened_for(void **state)
{
    struct session *session = *state;
    session_say(session, "[  530.410233] lowmemorykiller: Killing 'a' (6924), adj 705,\n");
    assert_true(report_reader_is_listening(session->reader));
    session_say(session,
                "[  530.410391] binder: 612:640 transaction failed 29189, size 84-0\n"
                "[  530.410233] cache 16240kB is below limit 16384kB for oom_score_adj 529\n"
                "[  530.410233] Free memory is -2192kB above reserved\n"
                "[  531.500000] lowmemorykiller: Killing 'b' (6925), adj 705,\n");
    assert_int_equal(session_finish(session), 2);
    assert_text(session->incidents[0]->killer_reason,
                "cache 16240kB is below limit 16384kB for oom_score_adj 529, "
                "Free memory is -2192kB above reserved");
    assert_text(session->incidents[1]->killer_reason, "");
}

/* earlyoom prints its figures now and then; the kernel's report behind them is not its own. */
static void test_preamble__earlyooms_figures_wait_for_no_header(void **state)
{
    const struct incident *incident =
        only(state,
             "[    9.9] mem avail:  1421 of 15803 MiB ( 8.99%), swap free: 0 of 4095 MiB ( 0.00%)\n"
             "[   10.0] a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
             "oom_score_adj=0\n" TRACE MEMINFO TABLE GLOBAL_KILL);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
    assert_false(incident->killer_available.known);
    assert_int_equal(incident->killer.length, 0);
}

/* ---- SysRq */

static void test_sysrq__note_and_header_are_one(void **state)
{
    const struct incident *incident = only(
        state, "[    9.9] sysrq: Manual OOM execution\n"
               "[   10.0] kworker/0:1 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, "
               "oom_score_adj=0\n"
               "[   10.1] Workqueue: events moom_callback\n" TRACE MEMINFO TABLE GLOBAL_KILL);
    assert_true(incident->is_sysrq);
    assert_amount(incident->trigger.order, -1);
    assert_text(incident->trigger.workqueue, "events moom_callback");
}

static void test_sysrq__an_ignored_request_killed_nobody(void **state)
{
    const struct incident *incident = only(state, "[    9.9] SysRq : Manual OOM execution\n"
                                                  "[   10.1] OOM request ignored. No task "
                                                  "eligible\n");
    assert_true(incident->is_sysrq);
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_report__pid_1_tells_of_oomds_kill_once_more),
        CASE(test_report__earlyooms_second_signal_is_of_the_same_kill),
        CASE(test_report__lowmemorykillers_reasons_are_listened_for),
        CASE(test_report__choice_and_kill_are_one_decision),
        CASE(test_report__two_choices_in_a_row_are_two_decisions),
        CASE(test_report__group_kill_is_one_incident_of_each_pid_once),
        CASE(test_report__processes_that_share_the_memory_die_with_it),
        CASE(test_report__a_victim_that_is_exiting_is_a_kill_without_kill_line),
        CASE(test_report__who_would_have_been_killed_is_no_victim),
        CASE(test_report__each_kill_that_is_spared_is_a_report_of_its_own),
        CASE(test_report__nobody_killable_is_no_kill),
        CASE(test_report__deadlock_panic_belongs_to_the_report_before_it),
        CASE(test_report__panic_on_oom_takes_the_machine_and_kills_nobody),
        CASE(test_report__panic_texts_of_every_era_are_known),
        CASE(test_sysrq__note_and_header_are_one),
        CASE(test_preamble__earlyooms_figures_wait_for_no_header),
        CASE(test_sysrq__an_ignored_request_killed_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
