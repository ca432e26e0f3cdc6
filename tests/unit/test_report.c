/* One report: which lines belong to it, what kind it is, what it lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/scope.h"
#include "tests/unit/report_fixture.h"

#define HEAD                                                                         \
    "[   10.000001] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "  \
    "oom_score_adj=0\n"                                                              \
    "[   10.000002] CPU: 0 UID: 0 PID: 145 Comm: java Tainted: G        W          " \
    "6.12.107+deb13-cloud-amd64 #1\n"                                                \
    "[   10.000003] Tainted: [W]=WARN\n"                                             \
    "[   10.000004] Hardware name: QEMU Standard PC\n"
#define TRACE                                            \
    "[   10.000005] Call Trace:\n"                       \
    "[   10.000006]  <TASK>\n"                           \
    "[   10.000007]  dump_header+0x43/0x1aa\n"           \
    "[   10.000008]  mem_cgroup_out_of_memory+0x1/0x2\n" \
    "[   10.000009]  asm_exc_page_fault+0x26/0x30\n"     \
    "[   10.000010] RIP: 0033:0x401e83\n"                \
    "[   10.000011]  </TASK>\n"
#define LIMITS                                                          \
    "[   10.000012] memory: usage 65536kB, limit 65536kB, failcnt 19\n" \
    "[   10.000013] swap: usage 0kB, limit 0kB, failcnt 0\n"            \
    "[   10.000014] Memory cgroup stats for /box:\n"                    \
    "[   10.000015] anon 66973696\n"                                    \
    "[   10.000016] file 0\n"
#define MEMINFO                                                                            \
    "[   10.000012] Mem-Info:\n"                                                           \
    "[   10.000012] active_anon:62 inactive_anon:217 isolated_anon:0\n"                    \
    "[   10.000012]  free:12 free_pcp:13 free_cma:14\n"                                    \
    "[   10.000013] Node 0 active_anon:248kB inactive_anon:868kB all_unreclaimable? yes\n" \
    "[   10.000014] Node 0 DMA free:916kB min:76kB low:92kB high:108kB managed:15360kB\n"  \
    "[   10.000014] lowmem_reserve[]: 0 199 199 199\n"                                     \
    "[   10.000015] Node 0 DMA: 1*4kB (U) 114*8kB (UM) = 916kB\n"                          \
    "[   10.000016] 20 total pagecache pages\n"                                            \
    "[   10.000016] 65405 pages RAM\n"
#define TABLE                                                                                 \
    "[   10.000020] Tasks state (memory values in pages):\n"                                  \
    "[   10.000021] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "         \
    "oom_score_adj name\n"                                                                    \
    "[   10.000022] [    145]     0   145    16500    16000   172032        3             0 " \
    "java\n"                                                                                  \
    "[   10.000023] [    146]  1000   146      500      400    45056        0          -997 sh\n"
#define SUMMARY                                                                     \
    "[   10.000024] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/," \
    "mems_allowed=0,oom_memcg=/box,task_memcg=/box/in,task=java,pid=145,uid=0\n"
#define KILL                                                                                   \
    "[   10.000025] Memory cgroup out of memory: Killed process 145 (java) total-vm:66000kB, " \
    "anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n"
#define GLOBAL_KILL                                                                                \
    "[   10.000025] Out of memory: Killed process 145 (java) total-vm:66000kB, anon-rss:64000kB, " \
    "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n"

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

static void test_sysrq__an_ignored_request_killed_nobody(void **state)
{
    const struct incident *incident = only(state, "[    9.9] SysRq : Manual OOM execution\n"
                                                  "[   10.1] OOM request ignored. No task "
                                                  "eligible\n");
    assert_true(incident->is_sysrq);
    assert_int_equal(incident->kind, KIND_OOM_NO_KILL);
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
        CASE(test_report__pid_1_tells_of_oomds_kill_once_more),
        CASE(test_report__earlyooms_second_signal_is_of_the_same_kill),
        CASE(test_report__lowmemorykillers_reasons_are_listened_for),
        CASE(test_report__a_table_without_rows_is_missing),
        CASE(test_report__a_kill_line_alone_is_an_incident),
        CASE(test_report__a_stretch_without_head_and_kill_is_of_unknown_kind),
        CASE(test_report__a_table_that_starts_in_the_middle_says_so),
        CASE(test_report__a_bare_trace_is_none),
        CASE(test_report__foreign_lines_inside_do_no_harm),
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
        CASE(test_report__a_list_of_figures_that_breaks_off_is_said_to),
        CASE(test_report__a_list_of_figures_that_something_follows_is_whole),
        CASE(test_report__the_machines_figures_end_with_its_ram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
