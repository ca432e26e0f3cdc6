#include "parsers/log/anchor.h"
#include "tests/unit/line_fixture.h"

/* ---- the table */

static void test_line_format__every_sample_is_matched_by_its_own_row_first(void **state)
{
    (void)state;
    size_t count;
    const struct line_format *formats = line_formats(&count);
    for (size_t i = 0; i < count; i++) {
        struct slice sample = slice_from_string(formats[i].sample);
        const struct line_format *found = line_format_find(sample, formats[i].block);
        if (found != &formats[i])
            fail_msg("sample of \"%s\" is read by \"%s\"", formats[i].name,
                     found ? found->name : "no row");
    }
}

static void test_line_format__every_row_says_where_it_is_from(void **state)
{
    (void)state;
    size_t count;
    const struct line_format *formats = line_formats(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(formats[i].name[0] && formats[i].sample[0] && formats[i].origin[0]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(formats[i].name, formats[k].name);
    }
}

/* After a decision only lines around anchors are read (report_reader_is_listening()), but for a
 * panic's. */
static void test_line_format__what_follows_a_decision_has_an_anchor(void **state)
{
    (void)state;
    size_t count, checked = 0;
    const struct line_format *formats = line_formats(&count);
    struct anchor_search *search = anchor_search_create();
    for (size_t i = 0; i < count; i++) {
        const struct line_format *format = &formats[i];
        uint64_t lines = 0;
        if (format->group < GROUP_CHOICE || format->group > GROUP_AFTER || !format->read ||
            strstr(format->sample, "Kernel panic") || format->read == read_ignored_request)
            continue;
        checked++;
        if (anchor_find(search, slice_from_string(format->sample), 0, &lines) == SLICE_NOT_FOUND)
            fail_msg("\"%s\" has no anchor", format->name);
    }
    assert_true(checked > 5);
    anchor_search_destroy(search);
}

static void test_line_format__other_lines_of_a_log_are_no_part_of_a_report(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Connection from 10.0.0.1 closed",
        "Disconnected from user root 10.0.0.1 port 22",
        "Started Session 12 of user root.",
        "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
        "OOM killer enabled.",
        "OOM killer disabled.",
        "audit: type=1131 audit(1634.1:12): pid=1 uid=0",
        "EXT4-fs (sda1): mounted filesystem with ordered data mode",
        "TCP: out of memory -- consider tuning tcp_mem",
        "Purging GPU memory, 0 pages freed, 0 pages still pinned, 12 pages left available.",
        "[drm] Initialized i915 1.6.0",
        "eth0: renamed from veth1234",
        "Memory: 2023456K/2097152K available",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line_format *found = line_format_find(slice_from_string(lines[i]), BLOCK_NONE);
        if (found)
            fail_msg("\"%s\" is read by \"%s\"", lines[i], found->name);
    }
}

/* ---- headers by era */

static void check_header(void **state, const char *line, int64_t mask, int names, int64_t order)
{
    struct report *report = report_begin();
    assert_non_null(report_say(report, line));
    struct trigger *trigger = &report->incident->trigger;
    assert_true(report->incident->has_header);
    assert_amount(trigger->gfp_mask, mask);
    assert_int_equal(trigger->gfp_count, names);
    assert_amount(trigger->order, order);
    report_end(report);
    (void)state;
}

static void test_header__reads_mask_names_and_order_of_every_era(void **state)
{
    check_header(state, "eagle invoked oom-killer: gfp_mask=0x2d0, order=2, oomkilladj=0", 0x2d0, 0,
                 2);
    check_header(state, "a invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=-17", 0x201da, 0,
                 0);
    check_header(state,
                 "php-fpm invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=0, "
                 "oom_score_adj=0",
                 0x201da, 0, 0);
    check_header(state, "java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=999", 0xd0,
                 0, 0);
    check_header(state,
                 "a invoked oom-killer: gfp_mask=0x24280ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), "
                 "order=0, oom_score_adj=0",
                 0x24280ca, 2, 0);
    check_header(state,
                 "Xorg invoked oom-killer: gfp_mask=0x240c0d0(GFP_TEMPORARY|__GFP_COMP|__GFP_ZERO),"
                 " nodemask=0, order=3, oom_score_adj=0",
                 0x240c0d0, 3, 3);
    check_header(state,
                 "cp invoked oom-killer: gfp_mask=0x14000c0(GFP_KERNEL), nodemask=(null),  "
                 "order=0, oom_score_adj=968",
                 0x14000c0, 1, 0);
    check_header(state,
                 "java invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), "
                 "nodemask=(null), order=0, oom_score_adj=916",
                 0x6200ca, 1, 0);
    check_header(state,
                 "kworker/0:1 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, "
                 "oom_score_adj=0",
                 0xcc0, 1, -1);
    check_header(state, "a invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=0", 0, 0, 0);
}

static void test_header__reads_the_adjustment_in_each_spelling(void **state)
{
    say(state, "a invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=-17, oom_score_adj=-1000");
    assert_amount(incident_of(state)->trigger.oom_adj, -17);
    assert_amount(incident_of(state)->trigger.oom_score_adj, -1000);
    struct report *oldest = report_begin();
    report_say(oldest, "a invoked oom-killer: gfp_mask=0x2d0, order=2, oomkilladj=15");
    assert_amount(oldest->incident->trigger.oom_adj, 15);
    assert_unknown(oldest->incident->trigger.oom_score_adj);
    report_end(oldest);
}

static void test_header__reads_a_nodemask_that_holds_commas(void **state)
{
    say(state, "a invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=0,2, "
               "order=0, oom_score_adj=0");
    assert_text(incident_of(state)->trigger.nodemask, "0,2");
    assert_amount(incident_of(state)->trigger.order, 0);
}

static void test_header__null_nodemask_is_none(void **state)
{
    say(state, "a invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), "
               "order=0, oom_score_adj=0");
    assert_int_equal(incident_of(state)->trigger.nodemask.length, 0);
}

static void test_header__comm_is_all_before_the_last_marker(void **state)
{
    say(state, "runc:[1:CHILD] invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=-999");
    assert_text(incident_of(state)->trigger.comm, "runc:[1:CHILD]");
    struct report *forged = report_begin();
    report_say(forged, "a invoked oom-killer: gfp_mask=0x1, invoked oom-killer: gfp_mask=0xd0, "
                       "order=1, oom_score_adj=0");
    assert_amount(forged->incident->trigger.gfp_mask, 0xd0);
    assert_amount(forged->incident->trigger.order, 1);
    report_end(forged);
}

static void test_header__a_process_without_a_name_does_not_hide_it(void **state)
{
    say(state, " invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0");
    assert_true(incident_of(state)->has_header);
    assert_int_equal(incident_of(state)->trigger.comm.length, 0);
}

static void test_header__number_past_64_bits_is_unknown(void **state)
{
    say(state, "a invoked oom-killer: gfp_mask=0x99999999999999999999, "
               "order=99999999999999999999, oom_score_adj=0");
    assert_unknown(incident_of(state)->trigger.gfp_mask);
    assert_unknown(incident_of(state)->trigger.order);
    assert_amount(incident_of(state)->trigger.oom_score_adj, 0);
}

/* ---- cpu, cpuset, hardware */

static void test_cpu__release_is_the_word_behind_the_taint(void **state)
{
    static const struct {
        const char *line, *release;
        int64_t pid;
    } rows[] = {
        {"Pid: 2376, comm: mal-80 Not tainted 3.7.0+ #4", "3.7.0+", 2376},
        {"Pid: 9, comm: php-fpm Not tainted 2.6.32-642.el6.x86_64 #1", "2.6.32-642.el6.x86_64", 9},
        {"CPU: 2 PID: 977 Comm: x Kdump: loaded Not tainted 4.18.0-139.el8 #1", "4.18.0-139.el8",
         977},
        {"CPU: 3 PID: 12 Comm: java Tainted: G           OE     5.4.0-1063-azure #66-Ubuntu",
         "5.4.0-1063-azure", 12},
        {"CPU: 0 UID: 33 PID: 145 Comm: eater Not tainted 6.12.107+deb13-cloud-amd64 #1  Debian "
         "6.12.107-1",
         "6.12.107+deb13-cloud-amd64", 145},
        {"CPU: 1 UID: 0 PID: 5 Comm: a Not tainted 7.2.13-cloud-amd64 #1 PREEMPT(lazy)  Debian "
         "7.2.13-1 ",
         "7.2.13-cloud-amd64", 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        assert_non_null(report_say(report, rows[i].line));
        assert_true(slice_equal(report->incident->kernel, slice_from_string(rows[i].release)));
        assert_amount(report->incident->trigger.pid, rows[i].pid);
        report_end(report);
    }
}

static void test_cpu__reads_cpu_user_and_a_comm_with_blanks(void **state)
{
    say(state, "CPU: 14 UID: 33 PID: 48975 Comm: CPU 0/KVM Tainted: G W 6.12.1-x #1");
    assert_amount(incident_of(state)->trigger.cpu, 14);
    assert_amount(incident_of(state)->trigger.uid, 33);
    assert_text(incident_of(state)->trigger.comm, "CPU 0/KVM");
}

static void test_cpu__a_panics_second_block_changes_nothing(void **state)
{
    say(state, "CPU: 1 PID: 10 Comm: java Not tainted 4.18.0-147.el8.x86_64 #1");
    say(state, "CPU: 0 PID: 11 Comm: node Not tainted 4.18.0-147.el8.x86_64 #1");
    assert_amount(incident_of(state)->trigger.pid, 10);
    assert_amount(incident_of(state)->trigger.cpu, 1);
}

static void test_cpu__old_kernels_print_no_user(void **state)
{
    say(state, "CPU: 1 PID: 10 Comm: java Not tainted 4.18.0-147.el8.x86_64 #1");
    assert_unknown(incident_of(state)->trigger.uid);
}

static void test_cpuset__reads_name_and_nodes(void **state)
{
    say(state, "java cpuset=docker-083afd.scope mems_allowed=0-3");
    assert_text(incident_of(state)->trigger.cpuset, "docker-083afd.scope");
    assert_text(incident_of(state)->trigger.mems_allowed, "0-3");
}

static void test_hardware__and_workqueue_are_kept_as_printed(void **state)
{
    say(state, "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2");
    say(state, "Workqueue: events moom_callback");
    assert_text(incident_of(state)->hardware,
                "QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2");
    assert_text(incident_of(state)->trigger.workqueue, "events moom_callback");
}

static void test_suppressed__counts_add_up(void **state)
{
    say(state, "oom_kill_process: 12 callbacks suppressed");
    say(state, "dump_header: 3 callbacks suppressed");
    assert_amount(incident_of(state)->suppressed, 15);
}

/* ---- the trace */

static void check_frame(const char *line, const char *symbol, const char *module, bool is_reliable)
{
    struct report *report = report_begin();
    assert_non_null(report_say(report, line));
    const struct stack_frame *frame = &report->incident->trigger.stack[0];
    assert_true(slice_equal(frame->symbol, slice_from_string(symbol)));
    assert_true(slice_equal(frame->module, slice_from_string(module)));
    assert_int_equal(frame->is_reliable, is_reliable);
    report_end(report);
}

static void test_trace__reads_frames_of_every_architecture_and_era(void **state)
{
    (void)state;
    check_frame(" [<ffffffff81118898>] ? oom_kill_process+0x68/0x140", "oom_kill_process", "",
                false);
    check_frame(" [<ffffffff81118898>] oom_kill_process+0x68/0x140", "oom_kill_process", "", true);
    check_frame(" oom_kill_process+0x106/0x230", "oom_kill_process", "", true);
    check_frame(" ? do_syscall_64+0x5b/0x1a0", "do_syscall_64", "", false);
    check_frame(" kvm_mmu_page_fault+0x55/0x90 [kvm]", "kvm_mmu_page_fault", "kvm", true);
    check_frame("[<c010d824>] (show_stack) from [<c0b2e174>] (dump_stack+0xa8/0xec)", "show_stack",
                "", true);
    check_frame(" dump_header from oom_kill_process+0x138/0x3a8", "dump_header", "", true);
    check_frame("[c0000001cb163640] [c000000001035754] dump_stack+0xe8/0x164 (unreliable)",
                "dump_stack", "", true);
    check_frame("([<0000000000113fae>] show_stack+0x56/0x80)", "show_stack", "", true);
    check_frame(" try_charge_memcg (mm/memcontrol.c:2255)", "try_charge_memcg", "", true);
    check_frame(" dump_backtrace+0x0/0x1e8 (P)", "dump_backtrace", "", true);
}

static void test_trace__arm_names_each_caller_once(void **state)
{
    static const char *const symbols[] = {"dump_header", "out_of_memory", "__alloc_pages",
                                          "brcmf_attach", "really_probe"};
    say(state, "[<c0104174>] (dump_header.isra.7+0x0/0x1) from [<c0104788>] (out_of_memory+0x2/3)");
    say(state, "[<c0104540>] (out_of_memory+0x0/0x3) from [<c0107dbc>] (__alloc_pages+0x7/0x9)");
    say(state, " __alloc_pages from brcmf_attach+0x7/0x9 [brcmfmac]");
    say(state, " brcmf_attach [brcmfmac] from really_probe+0x7/0x9");
    assert_int_equal(incident_of(state)->trigger.stack_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(slice_equal(incident_of(state)->trigger.stack[i].symbol,
                                slice_from_string(symbols[i])));
}

static void test_trace__compiler_and_profiler_suffixes_come_off(void **state)
{
    (void)state;
    check_frame(" oom_kill_process.cold+0xb/0x10", "oom_kill_process", "", true);
    check_frame(" slab_pre_alloc_hook.constprop.0+0x4/0x10", "slab_pre_alloc_hook", "", true);
    check_frame(" __alloc_pages_noprof+0x335/0x350", "__alloc_pages", "", true);
    check_frame(" ? __pfx_worker_thread+0x10/0x10", "__pfx_worker_thread", "", false);
}

static void test_trace__names_the_system_call(void **state)
{
    say(state, "Call Trace:");
    say(state, " vfs_write+0xa5/0x1a0");
    say(state, " ? __x64_sys_read+0x1a/0x20");
    say(state, " __x64_sys_pwrite64+0x1a/0x20");
    say(state, " entry_SYSCALL_64_after_hwframe+0x65/0xca");
    assert_text(incident_of(state)->trigger.syscall, "pwrite64");
    assert_text(incident_of(state)->arch, "x86_64");
}

static void test_trace__registers_tell_the_architecture(void **state)
{
    say(state, "Call trace:");
    assert_text(incident_of(state)->arch, "aarch64");
    struct report *report = report_begin();
    report_say(report, "RIP: 0033:0x7faf0af126fd");
    assert_text(report->incident->arch, "x86_64");
    report_end(report);
}

static void test_trace__only_machinery_of_the_killer_is_evidence(void **state)
{
    struct report *report = *state;
    say(state, " schedule+0x2f/0xa0");
    assert_false(report->is_strong);
    say(state, " ? oom_kill_process+0x68/0x140");
    assert_false(report->is_strong);
    say(state, " oom_kill_process+0x68/0x140");
    assert_true(report->is_strong);
}

static void test_trace__keeps_no_more_frames_than_its_limit(void **state)
{
    for (int i = 0; i < 1000; i++)
        report_say(*state, " schedule+0x2f/0xa0");
    assert_true(incident_of(state)->trigger.stack_count <= 256);
}

static void test_stall__hung_task_names_comm_and_pid(void **state)
{
    say(state, "INFO: task tmux: server:1234 blocked for more than 120 seconds.");
    assert_text(incident_of(state)->trigger.comm, "tmux: server");
    assert_amount(incident_of(state)->trigger.pid, 1234);
    say(state, "task:tmux: server    state:D stack:0     pid:1234  ppid:1      flags:0x00000002");
    assert_text(incident_of(state)->trigger.comm, "tmux: server");
    assert_false(((struct report *)*state)->is_strong);
    say(state, " mem_cgroup_handle_over_high+0x135/0x1a0");
    assert_true(((struct report *)*state)->is_strong);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_line_format__every_sample_is_matched_by_its_own_row_first),
        CASE(test_line_format__every_row_says_where_it_is_from),
        CASE(test_line_format__what_follows_a_decision_has_an_anchor),
        CASE(test_line_format__other_lines_of_a_log_are_no_part_of_a_report),
        CASE(test_header__reads_mask_names_and_order_of_every_era),
        CASE(test_header__reads_the_adjustment_in_each_spelling),
        CASE(test_header__reads_a_nodemask_that_holds_commas),
        CASE(test_header__null_nodemask_is_none),
        CASE(test_header__comm_is_all_before_the_last_marker),
        CASE(test_header__a_process_without_a_name_does_not_hide_it),
        CASE(test_header__number_past_64_bits_is_unknown),
        CASE(test_cpu__release_is_the_word_behind_the_taint),
        CASE(test_cpu__reads_cpu_user_and_a_comm_with_blanks),
        CASE(test_cpu__a_panics_second_block_changes_nothing),
        CASE(test_cpu__old_kernels_print_no_user),
        CASE(test_cpuset__reads_name_and_nodes),
        CASE(test_hardware__and_workqueue_are_kept_as_printed),
        CASE(test_suppressed__counts_add_up),
        CASE(test_trace__reads_frames_of_every_architecture_and_era),
        CASE(test_trace__arm_names_each_caller_once),
        CASE(test_trace__compiler_and_profiler_suffixes_come_off),
        CASE(test_trace__names_the_system_call),
        CASE(test_trace__registers_tell_the_architecture),
        CASE(test_trace__only_machinery_of_the_killer_is_evidence),
        CASE(test_trace__keeps_no_more_frames_than_its_limit),
        CASE(test_stall__hung_task_names_comm_and_pid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
