/* What the page says of real reports, and what it must not say. */
#include "tests/unit/told_fixture.h"

/* cpuset= and mems_allowed= are of current, who asked (dump_oom_summary(),
 * cpuset_print_current_mems_allowed()): mem_on_node1 died for mem_on_node0. */
static void test_cpuset__is_the_askers(void **state)
{
    (void)state;
    struct told told = tell_of(
        "[ 2787.189115] [  13457]     0 13457   787002   785504  6340608        0             0 "
        "mem_on_node0\n"
        "[ 2787.216534] oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=test,"
        "mems_allowed=0\n"
        "[ 2787.229991] Out of memory: Killed process 13432 (mem_on_node1)\n");
    assert_says(told, "mem_on_node1 was killed for lack of memory on the nodes of the asker's "
                      "cpuset");
    assert_says(told, "The cpuset of the asker confines it to the memory of node 0");
    assert_hides(told, "its cpuset");
    told_end(told);
}

#define PANIC_TRACE                                                                               \
    "[28663.634374] CPU: 1 PID: 3578 Comm: kworker/u176:4 Tainted: G 3.10.0-1062.el7.x86_64 #1\n" \
    "[28663.676873] Call Trace:\n"                                                                \
    "[28663.679312]  [<ffffffff8139f342>] dump_stack+0x63/0x81\n"                                 \
    "[28663.684421]  [<ffffffff811b2245>] panic+0xf8/0x244\n"                                     \
    "[28663.689184]  [<ffffffff811b98db>] out_of_memory+0x2eb/0x550\n"                            \
    "[28663.694726]  [<ffffffff811be254>] __alloc_pages_may_oom+0x114/0x1c0\n"                    \
    "[28663.719573]  [<ffffffff811ba5ee>] __get_free_pages+0xe/0x40\n"                            \
    "[28663.725113]  [<ffffffff81075dae>] pgd_alloc+0x1e/0x160\n"

/* What came before the panic is lost, so its trace is the one there is. out_of_memory() panics for
 * want of a victim only where no memcg was short. */
static void test_panic__has_a_trace_and_an_asker(void **state)
{
    (void)state;
    struct told told = tell_of("[28663.625375] Kernel panic - not syncing: Out of memory and no "
                               "killable processes...\n" PANIC_TRACE);
    assert_says(told, "Asked by kworker/u176:4 (pid 3578): a page table.");
    assert_says(told, "class host-zone");
    assert_says(told, "the request itself");
    assert_hides(told, "the call trace");
    assert_hides(told, "who asked");
    assert_hides(told, "whether a cgroup");
    told_end(told);
    told = tell_of("[ 3893.943876] Out of memory and no killable processes...\n"
                   "[ 3893.943877] Kernel panic - not syncing: System is deadlocked on memory\n");
    assert_says(told, "class host-zone");
    assert_says(told, "who asked for memory");
    told_end(told);
}

/* A cgroup has no victim either, and then no panic. */
static void test_no_victim__alone_is_no_shortage_of_the_machine(void **state)
{
    (void)state;
    struct told told = tell_of("[ 3893.943876] Out of memory and no killable processes...\n");
    assert_says(told, "whether a cgroup or the whole machine was short");
    told_end(told);
}

/* RHEL 7 has all between the charge and the killer inlined: 3.10.0-229.11.1.el7. */
static void test_charge__is_known_by_its_frame_alone(void **state)
{
    (void)state;
    struct told told =
        tell_of("[ 8.063890] php.bin invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
                "[ 8.063891] Call Trace:\n"
                "[ 8.063892]  [<ffffffff81604406>] dump_stack+0x19/0x1b\n"
                "[ 8.063893]  [<ffffffff8115a32e>] oom_kill_process+0x24e/0x3b0\n"
                "[ 8.063894]  [<ffffffff811bd1ce>] __mem_cgroup_try_charge+0xb7b/0xc30\n");
    assert_says(told, "class memcg-limit");
    assert_says(told, "the limits of the memory cgroup and their usage");
    assert_hides(told, "whether a cgroup");
    assert_hides(told, "the memory of the machine");
    told_end(told);
}

/* GFP_KERNEL_ACCOUNT: a cgroup may have refused the charge. The line says how much, not of what. */
static void test_vmalloc__alone_does_not_say_what_ran_out(void **state)
{
    (void)state;
    struct told told =
        tell_of("[  152.892866] python3: vmalloc: allocation failure, allocated 12288 of 20480 "
                "bytes, mode:0x15080c0(GFP_KERNEL_ACCOUNT|__GFP_ZERO), nodemask=(null)\n");
    assert_says(told, "An allocation of 20 KiB by vmalloc for python3 failed");
    assert_says(told, "whether a cgroup or the whole machine was short");
    assert_says(told, "confidence low");
    assert_hides(told, "class host-zone");
    told_end(told);
}

/* A mail cut the line; up to 5.0 a child may die for the one who was chosen. */
static void test_choice__that_is_cut_names_who_was_to_be_killed(void **state)
{
    (void)state;
    struct told told =
        tell_of("[1751856.433101] Task in /1066/uid killed as a result of limit of /1066\n"
                "[1751856.540646] Memory cgroup out of memory: Kill process 1046 (apache2) sc\n");
    assert_says(told, "apache2 was to be killed, or a child of it, at the limit of its parent");
    assert_says(told, "apache2 (pid 1046) was to be killed, or a child of it");
    assert_hides(told, "breaks off");
    told_end(told);
}

/* A whole report but for the kill: the headline says no more than the line below it. */
static void test_choice__is_no_kill_in_the_headline_either(void **state)
{
    (void)state;
    struct told told =
        tell_of("[ 8.063994] memory: usage 204800kB, limit 204800kB, failcnt 4563\n"
                "[ 8.064125] Memory cgroup out of memory: Kill process 11344 (main) score 904 or "
                "sacrifice child\n");
    assert_says(told, "Out of its memory limit, 200.0 of 200.0 MiB: main was to be killed, or a "
                      "child of it");
    assert_hides(told, "main was killed");
    told_end(told);
}

static void test_kill__that_is_cut_is_named_by_the_table(void **state)
{
    (void)state;
    struct told told = tell_of(
        "[ 8.063994] memory: usage 204800kB, limit 204800kB, failcnt 4563\n"
        "[ 8.064117] [10517]     0 10517    74852     4784      32       5        0             0 "
        "go\n"
        "[ 8.083306] Killed process 10517 (\n");
    assert_says(told, "go was killed class memcg-limit");
    assert_says(told, "go (pid 10517) was killed");
    told_end(told);
    told = tell_of("[ 8.063994] memory: usage 204800kB, limit 204800kB, failcnt 4563\n"
                   "[ 8.083306] Killed process 10517 (\n");
    assert_says(told, "a process was killed class memcg-limit");
    assert_hides(told, "breaks off");
    told_end(told);
}

/* Mem-Info breaks off: what the page lists below is not all, but it is shown. */
static void test_fill__that_is_shown_in_part_is_not_called_unshown(void **state)
{
    (void)state;
    struct told told = tell_of(
        "[22040.815911] active_anon:391 inactive_anon:24 isolated_anon:0\n"
        "[22040.815911]  slab_reclaimable:203 slab_unreclaimable:1730\n"
        "[22042.979908] [ 1039]     0  1039      420       38       4       0        0             "
        "0 netifd\n"
        "[22043.048568] Out of memory: Killed process 1039 (netifd) total-vm:1680kB, "
        "anon-rss:148kB, file-rss:4kB, shmem-rss:0kB\n");
    assert_says(told, "the report does not show all that filled it");
    assert_says(told, "slab 7.6 MiB"); /* (203 + 1730) * 4 KiB; 1680 kB are 420 pages */
    told_end(told);
    told = tell_of("[22043.048568] Out of memory: Killed process 1039 (netifd) "
                   "total-vm:1680kB, anon-rss:148kB, file-rss:4kB, shmem-rss:0kB\n");
    assert_says(told, "the report does not show what filled it");
    told_end(told);
}

static void test_kernel__is_called_so_where_no_time_stands_before_it(void **state)
{
    (void)state;
    struct told told = tell_of("splat: page allocation failure: order:0, mode:0x10d0\n"
                               "Pid: 31170, comm: splat Tainted: P C O 3.8.0-1-mainline #1\n");
    assert_says(told, "kernel 3.8.0-1-mainline");
    told_end(told);
}

/* grep kept the summary alone. */
static void test_chosen__is_named_with_his_pid_and_container(void **state)
{
    (void)state;
    struct told told =
        tell_of("[4650180.470877] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=aegis,"
                "mems_allowed=0,global_oom,task_memcg=/system.slice/docker-"
                "00748bf4e957f82c239a1db8a88579059b7d40c7b5fbd3f43617d31d3f646f12.scope,task=java,"
                "pid=7134,uid=1000\n");
    assert_says(told, "java (pid 7134) was chosen; the line of its kill is not there. It ran in "
                      "container 00748bf4e957.");
    assert_says(told, "Evidence test.log:1 oom-kill:constraint=CONSTRAINT_NONE");
    told_end(told);
}

/* No line with a figure of the cgroup, yet it is named: lxc's names are its own. */
static void test_owner__is_named_without_figures(void **state)
{
    (void)state;
    struct told told =
        tell_of("[6710782.257588] Task in /LXC011175068174 killed as a result of limit of "
                "/LXC011175068174\n"
                "[6710784.707978] Killed process 215701, UID 679, (java) total-vm:11017300kB, "
                "anon-rss:7152432kB, file-rss:1232kB\n");
    assert_says(told, "The limit is of LXC011175068174.");
    told_end(told);
    told = tell_of("[6710782.257588] Task in /a killed as a result of limit of /a\n"
                   "[6710782.257589] memory: usage 204800kB, limit 204800kB, failcnt 4563\n");
    assert_says(told, "Limit and usage: a");
    assert_hides(told, "The limit is of");
    told_end(told);
}

/* The root is no place to name, and the cpuset of who asked is not the victim's. */
static void test_place__is_the_victims_or_none(void **state)
{
    (void)state;
    struct told told = tell_of(
        "[ 8.064125] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=docker-"
        "00748bf4e957f82c239a1db8a88579059b7d40c7b5fbd3f43617d31d3f646f12.scope,mems_allowed=0,"
        "global_oom,task_memcg=/,task=java,pid=7134,uid=1000\n");
    assert_hides(told, "It ran in");
    told_end(told);
}

/* Documents retell lines: without the name and a comma, with blanks, with "k" for "kB". */
static void test_retold__lines_keep_their_figures(void **state)
{
    (void)state;
    struct told told = tell_of(
        "oom-kill: constraint=CONSTRAINT_MEMORY_POLICY, nodemask=7, task=VLLM::EngineCor\n"
        "Out of memory: Killed process 1044797 total-vm:944314492kB anon-rss:593333608kB\n");
    assert_says(told, "lack of memory on the nodes of the asker's memory policy");
    assert_says(told, "scope mempolicy");
    assert_says(told, "pid 1044797 was killed; it held 565.8 GiB anonymous.");
    assert_says(told, "binds it to node 7");
    told_end(told);
    told = tell_of("[12345.678902] Killed process 1234 (myapp) total-vm:204800k, "
                   "anon-rss:102400k, file-rss:0k\n");
    assert_says(told, "myapp (pid 1234) was killed; it held 100.0 MiB anonymous.");
    told_end(told);
}

/* Alibaba's pages number the first lines of a report and add others below. */
static void test_numbers__may_end_before_the_report_does(void **state)
{
    (void)state;
    struct told told = tell_of(
        "565 [Sat Sep 11 12:24:42 2021] test invoked oom-killer: "
        "gfp_mask=0x62****(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), nodemask=(null), order=0, "
        "oom_score_adj=0\n"
        "566 [Sat Sep 11 12:24:42 2021] test cpuset=/ mems_allowed=0\n"
        "567 [Sat Sep 11 12:24:42 2021] CPU: 1 PID: 29748 Comm: test Not tainted 4.19.91 #1\n"
        "[Sat Sep 11 12:24:42 2021] Task in /user.slice killed as a result of limit of host\n"
        "[Sat Sep 11 12:24:42 2021] Node 0 DMA32 free:155160kB min:152412kB low:190512kB\n");
    assert_says(told, "The machine was out of memory when test asked");
    assert_says(told, "Sat Sep 11 12:24:42 2021");
    assert_says(told, "Asked by test (pid 29748), GFP_HIGHUSER_MOVABLE.");
    told_end(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpuset__is_the_askers),
        cmocka_unit_test(test_panic__has_a_trace_and_an_asker),
        cmocka_unit_test(test_no_victim__alone_is_no_shortage_of_the_machine),
        cmocka_unit_test(test_charge__is_known_by_its_frame_alone),
        cmocka_unit_test(test_vmalloc__alone_does_not_say_what_ran_out),
        cmocka_unit_test(test_choice__that_is_cut_names_who_was_to_be_killed),
        cmocka_unit_test(test_choice__is_no_kill_in_the_headline_either),
        cmocka_unit_test(test_kill__that_is_cut_is_named_by_the_table),
        cmocka_unit_test(test_fill__that_is_shown_in_part_is_not_called_unshown),
        cmocka_unit_test(test_kernel__is_called_so_where_no_time_stands_before_it),
        cmocka_unit_test(test_chosen__is_named_with_his_pid_and_container),
        cmocka_unit_test(test_owner__is_named_without_figures),
        cmocka_unit_test(test_place__is_the_victims_or_none),
        cmocka_unit_test(test_retold__lines_keep_their_figures),
        cmocka_unit_test(test_numbers__may_end_before_the_report_does),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
