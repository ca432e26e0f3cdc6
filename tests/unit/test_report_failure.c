/* Reports of memory that was short without a kill: failed allocations and charges that wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report_fixture.h"

#define FAILURE                                                                             \
    "[   20.000001] java: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), "       \
    "nodemask=(null),cpuset=/,mems_allowed=0\n"                                             \
    "[   20.000002] CPU: 0 PID: 145 Comm: java Not tainted 6.12.107+deb13-cloud-amd64 #1\n" \
    "[   20.000003] Call Trace:\n"                                                          \
    "[   20.000004]  warn_alloc+0x1/0x2\n"                                                  \
    "[   20.000005] Mem-Info:\n"                                                            \
    "[   20.000006] active_anon:62 inactive_anon:217 isolated_anon:0\n"                     \
    "[   20.000007] 65405 pages RAM\n"
#define SLUB                                                                                     \
    "[   20.000008] SLUB: Unable to allocate memory on node -1, gfp=0xcc0(GFP_KERNEL)\n"         \
    "[   20.000009]   cache: dentry, object size: 192, buffer size: 192, default order: 0, min " \
    "order: 0\n"                                                                                 \
    "[   20.000010]   node 0: slabs: 1, objs: 21, free: 0\n"

static void test_failure__slub_lines_behind_it_belong_to_it(void **state)
{
    const struct incident *incident = only(state, FAILURE SLUB);
    assert_int_equal(incident->kind, KIND_ALLOC_FAILURE);
    assert_text(incident->failure_cache, "dentry");
    assert_int_equal(incident->lines_count, 10);
    assert_amount(incident->trigger.order, 0);
}

static void test_failure__slub_alone_is_one(void **state)
{
    const struct incident *incident = only(state, SLUB);
    assert_int_equal(incident->kind, KIND_ALLOC_FAILURE);
    assert_text(incident->failure_cache, "dentry");
    assert_true(is_missing(incident, "header"));
}

static void test_failure__two_slub_failures_are_two(void **state)
{
    assert_int_equal(count(state, SLUB
                           "[   21.0] SLUB: Unable to allocate memory on node -1, "
                           "gfp=0xcc0(GFP_KERNEL)\n[   21.1]   cache: inode, object size: 192, "
                           "buffer size: 192, default order: 0, min order: 0\n"),
                     2);
    const struct session *session = *state;
    assert_text(session->incidents[0]->failure_cache, "dentry");
    assert_text(session->incidents[1]->failure_cache, "inode");
}

/* warn_alloc() knows of no victim: the kill is another event, whoever asked for it. */
static void test_failure__a_kill_behind_it_is_another_event(void **state)
{
    static const char *const kills[] = {
        "[   22.000000] Memory cgroup out of memory: Killed process 16498 (mysqld) "
        "total-vm:800000kB, anon-rss:486000kB, file-rss:2000kB, shmem-rss:0kB\n",
        "[   22.000000] Out of memory: Kill process 16498 (mysqld) score 800 or sacrifice child\n"
        "[   22.000010] Killed process 16498 (mysqld) total-vm:800000kB, anon-rss:486000kB, "
        "file-rss:2000kB\n",
        "[   22.000000] memory: usage 512000kB, limit 512000kB, failcnt 7\n"
        "[   22.000001] Memory cgroup out of memory: Killed process 16498 (mysqld) "
        "total-vm:800000kB, anon-rss:486000kB, file-rss:2000kB, shmem-rss:0kB\n",
    };
    for (size_t i = 0; i < sizeof kills / sizeof *kills; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s", FAILURE, kills[i]);
        assert_int_equal(count(state, text), 2);
        const struct session *session = *state;
        const struct incident *failure = session->incidents[0], *kill = session->incidents[1];
        assert_int_equal(failure->kind, KIND_ALLOC_FAILURE);
        assert_false(failure->memcg.memory.usage.known);
        assert_int_equal(kill->kind, KIND_OOM_KILL);
        assert_amount(kill->victims[0].pid, 16498);
        assert_true(is_missing(kill, "header"));
        teardown(state);
        setup(state);
    }
}

static void test_failure__the_victims_own_dump_is_part_of_its_kill(void **state)
{
    const struct incident *incident =
        only(state, "[   19.990000] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
                    "oom_score_adj=0\n"
                    "[   19.990001] Out of memory: Killed process 145 (java) total-vm:66000kB, "
                    "anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB\n" FAILURE);
    assert_int_equal(incident->kind, KIND_OOM_KILL);
}

static void test_failure__a_later_dump_of_that_pid_is_its_own(void **state)
{
    assert_int_equal(
        count(state, "[    1.990000] Out of memory: Killed process 145 (java) total-vm:66000kB, "
                     "anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB\n" FAILURE),
        2);
}

static void test_stall__a_task_stuck_in_a_charge_is_one(void **state)
{
    const struct incident *incident =
        only(state, "[  120.1] INFO: task eater:93 blocked for more than 120 seconds.\n"
                    "[  120.2]       Not tainted 6.1.0 #1\n"
                    "[  120.3] task:eater           state:D stack:0     pid:93    ppid:1\n"
                    "[  120.4] Call Trace:\n"
                    "[  120.5]  schedule+0x5a/0xd0\n"
                    "[  120.6]  mem_cgroup_handle_over_high+0x135/0x1a0\n");
    assert_int_equal(incident->kind, KIND_CHARGE_STALL);
    assert_text(incident->kernel, "6.1.0");
    assert_text(incident->trigger.comm, "eater");
    assert_amount(incident->trigger.pid, 93);
}

static void test_stall__two_tasks_have_a_trace_each(void **state)
{
    assert_int_equal(count(state,
                           "[  120.1] INFO: task eater:93 blocked for more than 120 seconds.\n"
                           "[  120.4] Call Trace:\n"
                           "[  120.5]  schedule+0x5a/0xd0\n"
                           "[  120.6]  try_charge+0x135/0x1a0\n"
                           "[  120.7] INFO: task java:94 blocked for more than 120 seconds.\n"
                           "[  120.8] task:java            state:D stack:0     pid:94    ppid:1\n"
                           "[  120.9] Call Trace:\n"
                           "[  121.0]  mem_cgroup_handle_over_high+0x135/0x1a0\n"),
                     2);
    const struct session *session = *state;
    assert_int_equal(session->incidents[0]->trigger.stack_count, 2);
    assert_int_equal(session->incidents[1]->trigger.stack_count, 1);
    assert_text(session->incidents[1]->trigger.comm, "java");
}

/* The trace begins at the caller; where the CPU is stands in RIP. */
#define LOCKUP(caller)                                                            \
    "[  120.1] watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [a:b:45]\n"      \
    "[  120.2] CPU: 3 PID: 45 Comm: a:b Not tainted 4.18.0-147.el8_1.x86_64 #1\n" \
    "[  120.3] RIP: 0010:native_queued_spin_lock_slowpath+0x5d/0x1a0\n"           \
    "[  120.4] Call Trace:\n"                                                     \
    "[  120.5]  _raw_spin_lock_irq+0x26/0x30\n"                                   \
    "[  120.6]  " caller "+0xd2/0x420\n"

static void test_lockup__at_the_lock_of_a_list_is_one(void **state)
{
    const struct incident *incident = only(state, LOCKUP("shrink_inactive_list"));
    assert_int_equal(incident->kind, KIND_UNKNOWN);
    assert_true(incident->is_lockup);
    assert_text(incident->trigger.comm, "a:b");
    assert_amount(incident->trigger.pid, 45);
    assert_text(incident->kernel, "4.18.0-147.el8_1.x86_64");
    assert_int_equal(incident->trigger.stack_count, 3);
    assert_text(incident->trigger.stack[0].symbol, "native_queued_spin_lock_slowpath");
    assert_int_equal(incident->missing_count, 0);
}

static void test_lockup__at_another_lock_is_none(void **state)
{
    assert_int_equal(count(state, LOCKUP("mlx5_cmd_comp_handler")), 0);
}

/* What reclaim does otherwise is no wait for the lock: the lock must be the caller's. */
static void test_lockup__deeper_in_reclaim_is_none(void **state)
{
    assert_int_equal(count(state,
                           LOCKUP("__remove_mapping") "[  120.7]  shrink_page_list+0x1/0x2\n"
                                                      "[  120.8]  shrink_inactive_list+0x1/0x2\n"),
                     0);
}

static void test_lockup__in_a_charge_is_a_stall_of_it(void **state)
{
    const struct incident *incident =
        only(state, LOCKUP("shrink_inactive_list") "[  120.7]  try_charge+0x192/0x770\n");
    assert_int_equal(incident->kind, KIND_CHARGE_STALL);
    assert_true(incident->is_lockup);
}

static void test_lockup__rcu_finds_its_task_on_the_line_of_its_cpu(void **state)
{
    const struct incident *incident =
        only(state, "[  120.0] rcu: INFO: rcu_sched self-detected stall on CPU\n"
                    "[  120.1] rcu: \t3-....: (20999 ticks this GP) idle=0e2/1/0x4000000000000002\n"
                    "[  120.2] NMI backtrace for cpu 3\n"
                    "[  120.3] CPU: 3 PID: 45 Comm: kswapd0 Not tainted 5.10.0-32-amd64 #1\n"
                    "[  120.4] RIP: 0010:native_queued_spin_lock_slowpath+0x5d/0x1a0\n"
                    "[  120.5] Call Trace:\n"
                    "[  120.6]  shrink_inactive_list+0xd2/0x420\n");
    assert_true(incident->is_lockup);
    assert_text(incident->trigger.comm, "kswapd0");
    assert_amount(incident->trigger.pid, 45);
}

/* A slow console makes CPUs hang while a report is printed: it goes on behind. */
static void test_lockup__does_not_take_the_lines_of_a_report(void **state)
{
    session_say(*state,
                "[  119.1] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
                "oom_score_adj=0\n"
                "[  119.2] Mem-Info:\n"
                "[  119.3] active_anon:62 inactive_anon:217 isolated_anon:0\n" LOCKUP(
                    "shrink_inactive_list") "[  120.9] Free swap  = 12kB\n"
                                            "[  121.0] Out of memory: Killed process 9 (java) "
                                            "total-vm:66000kB, anon-rss:64000kB, "
                                            "file-rss:0kB, shmem-rss:0kB\n");
    assert_int_equal(session_finish(*state), 2);
    const struct session *session = *state;
    assert_int_equal(session->incidents[0]->kind, KIND_OOM_KILL);
    assert_amount(session->incidents[0]->host_memory.swap_free, 12 * 1024);
    assert_int_equal(session->incidents[0]->trigger.stack_count, 0);
    assert_true(session->incidents[1]->is_lockup);
}

static void test_stall__a_task_stuck_elsewhere_is_none(void **state)
{
    assert_int_equal(count(state,
                           "[  120.1] INFO: task eater:93 blocked for more than 120 seconds.\n"
                           "[  120.3] task:eater           state:D stack:0     pid:93    ppid:1\n"
                           "[  120.4] Call Trace:\n"
                           "[  120.5]  schedule+0x5a/0xd0\n"
                           "[  120.6]  nfs_wait_bit_killable+0x135/0x1a0\n"),
                     0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_failure__slub_lines_behind_it_belong_to_it),
        CASE(test_failure__slub_alone_is_one),
        CASE(test_failure__two_slub_failures_are_two),
        CASE(test_failure__a_kill_behind_it_is_another_event),
        CASE(test_failure__the_victims_own_dump_is_part_of_its_kill),
        CASE(test_failure__a_later_dump_of_that_pid_is_its_own),
        CASE(test_stall__a_task_stuck_in_a_charge_is_one),
        CASE(test_stall__two_tasks_have_a_trace_each),
        CASE(test_lockup__at_the_lock_of_a_list_is_one),
        CASE(test_lockup__at_another_lock_is_none),
        CASE(test_lockup__deeper_in_reclaim_is_none),
        CASE(test_lockup__in_a_charge_is_a_stall_of_it),
        CASE(test_lockup__rcu_finds_its_task_on_the_line_of_its_cpu),
        CASE(test_lockup__does_not_take_the_lines_of_a_report),
        CASE(test_stall__a_task_stuck_elsewhere_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
