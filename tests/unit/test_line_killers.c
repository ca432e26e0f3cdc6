/* User-space killers, and who tells of the kernel's kills: what each line says. */
#include "tests/unit/line_fixture.h"

static void test_oomd__pressure_names_the_unit(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "Killed /user.slice/user-1000.slice/tmux.scope due to memory pressure for /user.slice "
        "being 61.44% > 50.00% for > 20s with reclaim activity",
        SLICE("systemd-oomd"));
    assert_text(victim->unit, "/user.slice/user-1000.slice/tmux.scope");
    assert_unknown(victim->pid);
    assert_unknown(incident_of(state)->killer_total);
    assert_unknown(incident_of(state)->host_memory.swap_total);
}

static void test_oomd__swap_names_the_unit(void **state)
{
    const struct victim *victim =
        say_user_kill(state,
                      "Killed /system.slice/x.service due to memory used (16000) / total (16384) "
                      "and swap used (8000) / total (8192) being more than 90.00%",
                      SLICE("systemd-oomd"));
    assert_text(victim->unit, "/system.slice/x.service");
    const struct incident *incident = incident_of(state);
    assert_amount(incident->killer_available, 384);
    assert_amount(incident->killer_total, 16384);
    assert_amount(incident->host_memory.swap_free, 192);
    assert_amount(incident->host_memory.swap_total, 8192);
}

/* less -S as the pager of journalctl: '>' stands for the rest of the line. */
static void test_oomd__tells_what_the_pager_left(void **state)
{
    static const struct {
        const char *line, *reason;
    } rows[] = {
        {"Killed /a/b.scope due to memory p>", "due to memory pressure"},
        {"Killed /a/b.scope due to memory pressure for /a.sli>", "due to memory pressure"},
        {"Killed /a/b.scope due to memory pressure for /a.slice be>",
         "due to memory pressure for /a.slice"},
        {"Killed /a/b.scope due to memory pressure for /a.slice being 50.53% >",
         "due to memory pressure for /a.slice"},
        {"Killed /a/b.scope due to memory used (16260780>", "due to memory used"},
        {"Marked /a/b.scope for killing due to memory u>", "due to memory used"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        if (!report_say(report, rows[i].line))
            fail_msg("no row reads \"%s\"", rows[i].line);
        const struct incident *incident = report->incident;
        assert_text(incident->victims[0].unit, "/a/b.scope");
        assert_true(slice_equal(incident->killer_reason, slice_from_string(rows[i].reason)));
        assert_unknown(incident->killer_total);
        report_end(report);
    }
    assert_null(line_format_find(SLICE("Killed /a/b.scope due to memory p"), BLOCK_NONE));
    assert_null(line_format_find(SLICE("Killed a lot due to memory leaks>"), BLOCK_NONE));
}

/* systemd src/oom/oomd-manager.c: of what it chose, it names no more than where it looked. */
static void test_oomd__says_that_it_failed(void **state)
{
    static const struct {
        const char *line, *failure;
    } rows[] = {
        {"Failed to kill any cgroups based on swap: Invalid argument", "Invalid argument"},
        {"Failed to kill any cgroup(s) under /a.slice based on pressure: No such device",
         "No such device"},
        {"Failed to select any cgroups under /a.slice based on pressure, ignoring: No data "
         "available",
         "No data available"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        if (!report_say(report, rows[i].line))
            fail_msg("no row reads \"%s\"", rows[i].line);
        const struct incident *incident = report->incident;
        assert_int_equal(incident->kind, KIND_USERSPACE_KILL);
        assert_text(incident->killer, "systemd-oomd");
        assert_true(slice_equal(incident->killer_failure, slice_from_string(rows[i].failure)));
        assert_int_equal(incident->victims_count, 0);
        report_end(report);
    }
}

#define UNIT_OOM ": A process of this unit has been killed by the OOM killer."

/* systemd src/core/unit.c: it read in memory.events that the kernel killed. */
static void test_pid_1__names_the_unit_of_the_kernels_victim(void **state)
{
    say(state, "postgresql.service" UNIT_OOM);
    assert_text(only_victim(state)->unit, "postgresql.service");
    assert_unknown(only_victim(state)->pid);
    assert_false(incident_of(state)->has_kill_line);
    assert_int_equal(incident_of(state)->killer.length, 0);
    assert_true(incident_of(state)->kind != KIND_USERSPACE_KILL);
}

static void test_pid_1__is_not_heard_in_other_words(void **state)
{
    static const char *const lines[] = {
        "qemu.slice" UNIT_OOM,        /* of the unit in it, too */
        "user@1000.service" UNIT_OOM, /* his manager tells of its units */
        "the log said a.service" UNIT_OOM,
        "a.service" UNIT_OOM " Why?",
        "a.service: Failed with result 'oom-kill'.", /* so ends a unit that systemd-oomd killed */
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (line_format_find(slice_from_string(lines[i]), BLOCK_NONE))
            fail_msg("\"%s\" is read", lines[i]);
}

/* Since prekill hooks came it marks the cgroup, and kills when they are done. */
static void test_oomd__a_mark_names_the_unit(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "Marked /system.slice/systemd-journald.service for killing due to memory pressure for "
        "/system.slice being 85.03% > 80.00% for > 2s with reclaim activity",
        SLICE("systemd-oomd"));
    assert_text(victim->unit, "/system.slice/systemd-journald.service");
    assert_text(incident_of(state)->killer_reason,
                "due to memory pressure for /system.slice being 85.03% > 80.00% for > 2s with "
                "reclaim activity");
}

static void test_oomd__a_mark_by_swap_tells_the_figures(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "Marked /a/foot.scope for killing due to memory used (16260780032) / total (16419115008) "
        "and swap used (29560922112) / total (32838500352) being more than 90.00%",
        SLICE("systemd-oomd"));
    assert_text(victim->unit, "/a/foot.scope");
    assert_amount(incident_of(state)->killer_available, 158334976); /* 16419115008 - 16260780032 */
    assert_amount(incident_of(state)->host_memory.swap_total, INT64_C(32838500352));
}

static void test_earlyoom__reads_both_spellings(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "sending SIGTERM to process 1234 uid 1000 \"chrome \"x\": badness 600, VmRSS 800 MiB",
        SLICE("earlyoom"));
    assert_amount(victim->pid, 1234);
    assert_amount(victim->uid, 1000);
    assert_amount(victim->score, 600);
    assert_amount(victim->rss, INT64_C(800) * 1024 * 1024);
    assert_text(victim->signal, "SIGTERM");
    struct report *report = report_begin();
    report_say(report, "sending SIGKILL to process 9 uid 0 \"a\": oom_score 1200, oom_score_adj "
                       "300, VmRSS 1 MiB, cmdline \"a -b\"");
    assert_amount(report->incident->victims[0].oom_score_adj, 300);
    assert_amount(report->incident->victims[0].score, 1200);
    assert_text(report->incident->victims[0].comm, "a");
    report_end(report);
}

static void test_earlyoom__says_what_was_left(void **state)
{
    (void)state;
    enum { MIB = 1024 * 1024 };
    struct report *report = report_begin();
    report_say(report,
               "mem avail:  1421 of 15803 MiB ( 8.99%), swap free:    0 of 4095 MiB ( 0.00%)");
    report_say(report, "low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%");
    assert_false(report->is_strong); /* it says the first every hour, too */
    report_say(report, "sending SIGTERM to process 9 uid 0 \"a\": badness 600, VmRSS 1 MiB");
    const struct incident *incident = report->incident;
    assert_amount(incident->killer_available, INT64_C(1421) * MIB);
    assert_amount(incident->killer_total, INT64_C(15803) * MIB);
    assert_amount(incident->host_memory.swap_free, 0);
    assert_amount(incident->host_memory.swap_total, INT64_C(4095) * MIB);
    assert_text(incident->killer_reason,
                "low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%");
    report_end(report);
}

/* earlyoom kill.c of 1.1 and 1.2. */
static void test_earlyoom__names_its_victim_in_old_words(void **state)
{
    static const struct {
        const char *line, *comm, *signal;
        int64_t pid, score, rss_mib;
    } rows[] = {
        {"Killing process 'bash' with signal 15, pid: 5874, badness: 538, VmRSS: 3160 MiB", "bash",
         "SIGTERM", 5874, 538, 3160},
        {"Killing process 'a' with signal 9' with signal 9, pid: 7, badness: 1, VmRSS: 2 MiB",
         "a' with signal 9", "SIGKILL", 7, 1, 2},
        {"killing process 27541 \"bash\" with signal 15: badness 550, VmRSS 7609 MiB", "bash",
         "SIGTERM", 27541, 550, 7609},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        if (!report_say(report, rows[i].line))
            fail_msg("no row reads \"%s\"", rows[i].line);
        const struct victim *victim = &report->incident->victims[0];
        assert_text(report->incident->killer, "earlyoom");
        assert_true(slice_equal(victim->comm, slice_from_string(rows[i].comm)));
        assert_true(slice_equal(victim->signal, slice_from_string(rows[i].signal)));
        assert_amount(victim->pid, rows[i].pid);
        assert_amount(victim->score, rows[i].score);
        assert_amount(victim->rss, rows[i].rss_mib * 1024 * 1024);
        report_end(report);
    }
}

static void test_earlyoom__tries_its_old_words_with_no_signal_at_first(void **state)
{
    static const char *const lines[] = {
        "killing process 27541 \"bash\" with signal 0: badness 550, VmRSS 7609 MiB",
        "killing process 27541 \"bash\" with signal 15",
        "Killing process 'bash' with signal 15",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_null(line_format_find(slice_from_string(lines[i]), BLOCK_NONE));
}

#define EARLYOOM_KILL "sending SIGTERM to process 9 uid 0 \"a\": badness 600, VmRSS 1 MiB"

/* earlyoom kill.c kill_wait(): it waits for the exit, and sends SIGKILL below the lower limits. */
static void test_earlyoom__says_what_became_of_its_kill(void **state)
{
    static const struct {
        const char *lines[3], *signal, *failure;
    } rows[] = {
        {{"process exited after 0.1 seconds"}, "SIGTERM", ""},
        {{"escalating to SIGKILL after 2.4 seconds", "process exited after 2.8 seconds"},
         "SIGKILL",
         ""},
        {{"kill failed: Timer expired"}, "SIGTERM", "kill failed: Timer expired"},
        {{"kill failed: Operation not permitted"},
         "SIGTERM",
         "kill failed: Operation not permitted"},
        {{"process 9 did not exit"}, "SIGTERM", "process did not exit"},
        {{"process 9 did not exit", "kill failed: Timer expired"},
         "SIGTERM",
         "kill failed: Timer expired"},
        {{"kill failed: Timer expired", EARLYOOM_KILL, "process 9 exited after 0.100 seconds"},
         "SIGTERM",
         ""},
        {{"kill failed: Timer expired", EARLYOOM_KILL}, "SIGTERM", "kill failed: Timer expired"},
        {{"kill failed: Timer expired", EARLYOOM_KILL, "process 9 did not exit"},
         "SIGTERM",
         "process did not exit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        report_say(report, EARLYOOM_KILL);
        for (size_t j = 0; j < 3 && rows[i].lines[j]; j++)
            if (!report_say(report, rows[i].lines[j]))
                fail_msg("no row reads \"%s\"", rows[i].lines[j]);
        assert_int_equal(report->incident->victims_count, 1);
        const struct incident *incident = report->incident;
        assert_true(slice_equal(incident->victims[0].signal, slice_from_string(rows[i].signal)));
        assert_true(slice_equal(incident->killer_failure, slice_from_string(rows[i].failure)));
        report_end(report);
    }
}

/* Its words are common ones. */
static void test_earlyoom__is_asked_for_nowhere_else(void **state)
{
    static const char *const lines[] = {
        "escalating to SIGKILL after 2.4 seconds",
        "process exited after 0.1 seconds",
        "process 9 did not exit",
        "kill failed: Timer expired",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_null(line_format_find(slice_from_string(lines[i]), BLOCK_NONE));
}

static void test_meta_oomd__names_the_cgroup(void **state)
{
    const struct victim *victim = say_user_kill(
        state, "oomd kill: 1.00 2.00 3.00 workload.slice/app.service 1234 ruleset", SLICE("oomd"));
    assert_text(victim->unit, "workload.slice/app.service");
    assert_amount(victim->rss, 1234);
}

static void test_meta_oomd__a_rule_on_trial_kills_nobody(void **state)
{
    (void)state;
    struct slice text =
        SLICE("oomd kill: 1.00 2.00 3.00 a.slice 1234 ruleset:[b] killer:(dry)c v1");
    assert_null(line_format_find(text, BLOCK_NONE));
}

static void test_talos__names_the_cgroup(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "[talos] Sending SIGKILL to cgroup {\"component\": \"controller-runtime\", "
        "\"controller\": \"runtime.OOMController\", \"cgroup\": "
        "\"/sys/fs/cgroup/kubepods/burstable/pod77f06c5c-4593-43e9-b970-987f6ecb825b\"}",
        SLICE("talos"));
    assert_text(victim->cgroup, "/kubepods/burstable/pod77f06c5c-4593-43e9-b970-987f6ecb825b");
    assert_text(victim->signal, "SIGKILL");
    assert_null(line_format_find(SLICE("Sending SIGKILL to cgroup /a"), BLOCK_NONE));
}

/* kubelet pkg/kubelet/oom/oom_watcher_linux.go, as kubectl and klog print its event. */
static void test_kubelet__names_the_kernels_victim(void **state)
{
    static const struct {
        const char *line, *comm;
        int64_t pid;
    } rows[] = {
        {"System OOM encountered, victim process: stress-ng-vm, pid: 3103923", "stress-ng-vm",
         3103923},
        {"Warning  SystemOOM  2m13s (x16 over 3m50s)  kubelet  (combined from similar events): "
         "System OOM encountered, victim process: a, pid: 1",
         "a", 1},
        {"53m   Warning   SystemOOM   node/n1   kubelet   System OOM encountered, victim process: "
         "nginx, pid: 9295   53m   1   n1.17a",
         "nginx", 9295},
        {"event.go:307] \"Event occurred\" object=\"n1\" kind=\"Node\" type=\"Warning\" "
         "reason=\"SystemOOM\" message=\"System OOM encountered, victim process: a, pid: 12, pid: "
         "77\"",
         "a, pid: 12", 77},
        {"event.go:221] Event(v1.ObjectReference{Kind:\"Node\", Name:\"n1\"}): type: 'Warning' "
         "reason: 'SystemOOM' System OOM encountered, victim process: java, pid: 145",
         "java", 145},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        if (!report_say(report, rows[i].line))
            fail_msg("no row reads \"%s\"", rows[i].line);
        const struct victim *victim = &report->incident->victims[0];
        assert_true(slice_equal(victim->comm, slice_from_string(rows[i].comm)));
        assert_amount(victim->pid, rows[i].pid);
        assert_text(victim->message, "System OOM encountered");
        assert_false(report->incident->has_kill_line);
        assert_true(report->incident->kind != KIND_USERSPACE_KILL);
        report_end(report);
    }
}

static void test_kubelet__is_not_heard_in_other_words(void **state)
{
    static const char *const lines[] = {
        "System OOM encountered",
        "System OOM encountered, victim process: a",
        "System OOM encountered, victim process: a, pid: 0",
        "System OOM encountered, victim process: a, pid: 12 was in the alert",
        "we saw System OOM encountered, victim process: a, pid: 12",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (line_format_find(slice_from_string(lines[i]), BLOCK_NONE))
            fail_msg("\"%s\" is read", lines[i]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_oomd__pressure_names_the_unit),
        CASE(test_oomd__swap_names_the_unit),
        CASE(test_oomd__tells_what_the_pager_left),
        CASE(test_oomd__says_that_it_failed),
        CASE(test_pid_1__names_the_unit_of_the_kernels_victim),
        CASE(test_pid_1__is_not_heard_in_other_words),
        CASE(test_oomd__a_mark_names_the_unit),
        CASE(test_oomd__a_mark_by_swap_tells_the_figures),
        CASE(test_earlyoom__reads_both_spellings),
        CASE(test_earlyoom__says_what_was_left),
        CASE(test_earlyoom__names_its_victim_in_old_words),
        CASE(test_earlyoom__tries_its_old_words_with_no_signal_at_first),
        CASE(test_earlyoom__says_what_became_of_its_kill),
        CASE(test_earlyoom__is_asked_for_nowhere_else),
        CASE(test_meta_oomd__names_the_cgroup),
        CASE(test_meta_oomd__a_rule_on_trial_kills_nobody),
        CASE(test_kubelet__names_the_kernels_victim),
        CASE(test_kubelet__is_not_heard_in_other_words),
        CASE(test_talos__names_the_cgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
