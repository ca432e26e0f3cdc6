/* Android's killers, lmkd and lowmemorykiller: what each line says. */
#include "tests/unit/line_fixture.h"

static void test_android__both_killers_name_the_process(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "Kill 'com.example' (1234), uid 10086, oom_score_adj 900 to free 123456kB rss, 0kB swap; "
        "reason: low watermark is breached",
        SLICE("lmkd"));
    assert_text(victim->comm, "com.example");
    assert_amount(victim->pid, 1234);
    assert_amount(victim->oom_score_adj, 900);
    assert_amount(victim->rss, KIB(123456));
    struct report *report = report_begin();
    report_say(report, "lowmemorykiller: Killing 'x y' (123) (tgid 100), adj 529,");
    assert_text(report->incident->victims[0].comm, "x y");
    assert_amount(report->incident->victims[0].pid, 123);
    assert_amount(report->incident->victims[0].oom_score_adj, 529);
    assert_text(report->incident->killer_reason, ""); /* it stands in the next lines */
    report_end(report);
}

static void test_android__samsungs_lmkd_reclaims(void **state)
{
    const struct victim *victim = say_user_kill(
        state,
        "Reclaim 'com.example' (591), uid 10112, oom_score_adj 975, state 19 to free 19252kB rss, "
        "52772kB swap; reason: min2x watermark is breached even after kill",
        SLICE("lmkd"));
    assert_text(victim->comm, "com.example");
    assert_amount(victim->pid, 591);
    assert_amount(victim->oom_score_adj, 975);
    assert_amount(victim->rss, KIB(19252));
    assert_text(incident_of(state)->killer_reason, "min2x watermark is breached even after kill");
}

/* drivers/staging/android/lowmemorykiller.c lowmem_scan(): one record of four lines. */
static void test_lowmemorykiller__says_its_reasons_in_the_next_lines(void **state)
{
    say(state, "lowmemorykiller: Killing 'a' (1) b' (6924), adj 705,");
    say(state, "to free 20968kB on behalf of 'kswapd0' (543) because");
    say(state, "cache 16240kB is below limit 16384kB for oom_score_adj 529");
    say(state, "Free memory is -1820kB above reserved");
    say(state, "GFP mask is 0x24080c0");
    const struct incident *incident = incident_of(state);
    const struct victim *victim = only_victim(state);
    assert_text(victim->comm, "a' (1) b");
    assert_amount(victim->pid, 6924);
    assert_amount(victim->rss, KIB(20968));
    assert_int_equal(victim->rss.line, 2);
    assert_text(incident->trigger.comm, "kswapd0");
    assert_amount(incident->trigger.pid, 543);
    assert_amount(incident->trigger.gfp_mask, 0x24080c0);
    assert_text(incident->killer_reason,
                "cache 16240kB is below limit 16384kB for oom_score_adj 529, "
                "Free memory is -1820kB above reserved");
    assert_unknown(incident->killer_available);
}

/* MediaTek prints both scales, the mask, and of swap entries how many they are. */
static void test_lowmemorykiller__reads_the_vendors_spellings(void **state)
{
    say(state, "lowmemorykiller: Killing 'a' (12), adj 8, score_adj 529,");
    say(state, "to free 300kB (200KB 100KB) on behalf of 'b' (13) because");
    say(state, "Free memory is 1228kB above reserved [gfp(0x200da)]");
    assert_amount(only_victim(state)->oom_score_adj, 529);
    assert_amount(only_victim(state)->rss, KIB(200));
    assert_amount(incident_of(state)->trigger.gfp_mask, 0x200da);
    assert_text(incident_of(state)->killer_reason, "Free memory is 1228kB above reserved");
}

/* Up to 3.13; the size is in pages, and how large those are is not said. */
static void test_lowmemorykiller__of_old_kernels_says_one_line(void **state)
{
    say(state, "lowmemorykiller: send sigkill to 2948 (rsyslogd), adj 7, size 209");
    assert_text(only_victim(state)->comm, "rsyslogd");
    assert_amount(only_victim(state)->pid, 2948);
    assert_amount(only_victim(state)->oom_score_adj, 7);
    assert_unknown(only_victim(state)->rss);
}

/* As the driver began: no name in front. Android cuts a name of its own, brackets and all. */
static void test_lowmemorykiller__said_its_name_later(void **state)
{
    say(state, "send sigkill to 500 ((Preallocated a), adj 10, size 2787");
    assert_text(incident_of(state)->killer, "lowmemorykiller");
    assert_text(only_victim(state)->comm, "(Preallocated a");
    assert_amount(only_victim(state)->pid, 500);
    assert_amount(only_victim(state)->oom_score_adj, 10);
    assert_unknown(only_victim(state)->rss);
}

/* Its words are common ones. */
static void test_lowmemorykiller__is_asked_for_nowhere_else(void **state)
{
    static const char *const lines[] = {
        "to free 20968kB on behalf of 'kswapd0' (543) because",
        "cache 16240kB is below limit 16384kB for oom_score_adj 529",
        "Free memory is 1228kB above reserved",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_null(line_format_find(slice_from_string(lines[i]), BLOCK_NONE));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_android__both_killers_name_the_process),
        CASE(test_lowmemorykiller__says_its_reasons_in_the_next_lines),
        CASE(test_lowmemorykiller__reads_the_vendors_spellings),
        CASE(test_lowmemorykiller__said_its_name_later),
        CASE(test_android__samsungs_lmkd_reclaims),
        CASE(test_lowmemorykiller__of_old_kernels_says_one_line),
        CASE(test_lowmemorykiller__is_asked_for_nowhere_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
