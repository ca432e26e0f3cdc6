/* Prefixes, escapes and the attributes that lines give; expected values are read off the lines by
 * hand and, for dates, from `date -d`. */
#include "tests/unit/dress_fixture.h"

static const int64_t WALL_2026 = INT64_C(1795395723) * 1000000; /* 2026-11-23T01:02:03Z */

static void test_dress__syslog_line_has_host_tag_and_both_times(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Mar 28 22:14:31 db-1 kernel: [ 1257.940069]  async_page_fault+0x34\n");
    assert_int_equal(seen->count, 1);
    assert_text(0, " async_page_fault+0x34");
    assert_slice(seen->messages[0].host, "db-1");
    assert_slice(seen->messages[0].tag, "kernel");
    assert_slice(seen->messages[0].time.printed, "Mar 28 22:14:31");
    assert_false(seen->messages[0].time.has_wall); /* no year in it */
    assert_int_equal(seen->messages[0].time.wall_source, WALL_SYSLOG);
    assert_true(seen->messages[0].time.has_monotonic);
    assert_int_equal(seen->messages[0].time.monotonic_us, 1257940069);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_FILE);
    assert_int_equal(seen->messages[0].priority, -1);
    seen_destroy(seen);
}

static void test_dress__tag_of_a_program_makes_the_message_a_users(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Nov 23 01:02:03 a logger[7]: [1.000000] java invoked oom-killer:\n"
                             "<30>Nov 23 01:02:03 a kernel: [1.000000] forged\n"
                             "<4>Nov 23 01:02:03 a kernel: [1.000000] genuine\n"
                             "<12>[    1.000000] written to /dev/kmsg\n");
    assert_slice(seen->messages[0].tag, "logger");
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_USER);
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_USER);
    assert_int_equal(seen->messages[1].priority, 30);
    assert_int_equal(seen->messages[2].provenance, PROVENANCE_FILE);
    assert_int_equal(seen->messages[3].provenance, PROVENANCE_USER);
    seen_destroy(seen);
}

static void test_dress__dates_with_zone_are_points_in_time(void **state)
{
    (void)state;
    struct seen *seen = SEEN("2026-11-23T01:02:03Z db1 kernel: a\n"
                             "2026-11-23T02:02:03.250000+01:00 db1 kernel: b\n"
                             "2026-11-22T19:32:03-0530 db1 kernel: c\n"
                             "2026-11-23T01:02:03,000001+00:00 d\n"
                             "Mon 2026-11-23 01:02:03 UTC db1 kernel: e\n"
                             "<4>1 2026-11-23T01:02:03.003Z db1 kernel - - [x y=\"a \\\"]\"] f\n"
                             "1795395723.000007 db1 kernel: g\n");
    static const int64_t behind[] = {0, 250000, 0, 1, 0, 3000, 7};
    assert_int_equal(seen->count, 7);
    for (size_t i = 0; i < seen->count; i++) {
        assert_true(seen->messages[i].time.has_wall);
        assert_int_equal(seen->messages[i].time.wall_us, WALL_2026 + behind[i]);
        assert_int_equal(seen->messages[i].time.printed.length, 0);
        assert_int_equal(seen->messages[i].text.data[0], 'a' + (int)i);
    }
    assert_int_equal(seen->messages[0].time.wall_source, WALL_SYSLOG);
    assert_int_equal(seen->messages[2].time.wall_source, WALL_JOURNAL);
    assert_int_equal(seen->messages[3].time.wall_source, WALL_DMESG_T);
    assert_int_equal(seen->messages[5].priority, 4);
    seen_destroy(seen);
}

static void test_dress__dates_without_zone_or_year_stay_as_printed(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Mon 2026-11-23 01:02:03 CST db1 kernel: a\n"
                             "2026-11-23 01:02:03 db1 kernel: b\n"
                             "[Di Aug 12 03:54:03 2025] c\n"
                             "Mar 27 20:01:13.698166 db1 kernel: d\n"
                             "2026-13-45T01:02:03Z db1 kernel: e\n");
    static const char *const printed[] = {"2026-11-23 01:02:03 CST", "2026-11-23 01:02:03",
                                          "Di Aug 12 03:54:03 2025", "Mar 27 20:01:13.698166",
                                          "2026-13-45T01:02:03Z"};
    assert_int_equal(seen->count, 5);
    for (size_t i = 0; i < seen->count; i++) {
        assert_false(seen->messages[i].time.has_wall);
        assert_slice(seen->messages[i].time.printed, printed[i]);
    }
    assert_int_equal(seen->messages[2].time.wall_source, WALL_DMESG_T);
    seen_destroy(seen);
}

static void test_dress__months_and_weekdays_of_other_languages_are_dates(void **state)
{
    (void)state;
    struct seen *seen = SEEN("okt 31 10:01:52 ip-<secret>.internal kernel: Mem-Info:\n"
                             "31 août 10:01:52 db1 kernel: Mem-Info:\n"
                             "[dim. 19 avril 18:03:30 2026] Mem-Info:\n"
                             "[\xe6\x9c\x88 11\xe6\x9c\x88 23 01:02:03 2026] Mem-Info:\n");
    static const char *const printed[] = {"okt 31 10:01:52", "31 août 10:01:52",
                                          "dim. 19 avril 18:03:30 2026",
                                          "\xe6\x9c\x88 11\xe6\x9c\x88 23 01:02:03 2026"};
    assert_int_equal(seen->count, 4);
    for (size_t i = 0; i < seen->count; i++) {
        assert_text(i, "Mem-Info:");
        assert_slice(seen->messages[i].time.printed, printed[i]);
    }
    assert_slice(seen->messages[0].host, "ip-<secret>.internal");
    seen_destroy(seen);
}

/* ---- what must not be taken for a prefix */

static void test_dress__a_pid_in_brackets_is_no_time(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   123]     0   123     1213      743       5  1000 udevd\n");
    assert_int_equal(seen->count, 1);
    assert_false(seen->messages[0].time.has_monotonic);
    seen_destroy(seen);
}

static void test_dress__a_line_that_is_quoted_inside_a_message_stays_there(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Nov 23 01:02:03 a app[1]: Nov 23 01:02:03 b kernel: oom-kill:x\n");
    assert_slice(seen->messages[0].tag, "app");
    assert_text(0, "Nov 23 01:02:03 b kernel: oom-kill:x");
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_USER);
    seen_destroy(seen);
}

/* ---- single dresses */

static void test_dress__dmesg_deltas_keep_the_minute_they_refer_to(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[  +0.001000] a\n[Nov23 01:02] b\n[  +0.002367] c\n");
    assert_int_equal(seen->count, 3);
    assert_int_equal(seen->messages[0].time.printed.length, 0);
    assert_slice(seen->messages[1].time.printed, "Nov23 01:02");
    assert_slice(seen->messages[2].time.printed, "Nov23 01:02");
    assert_false(seen->messages[2].time.has_monotonic);
    assert_text(2, "c");
    seen_destroy(seen);
}

/* journalctl -o short-delta: a blank behind the difference, or a star where it is not sure. */
static void test_dress__a_difference_of_the_journal_may_end_in_a_star(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   12.345678 <    0.000123 >] db1 kernel: Mem-Info:\n"
                             "[   12.345679 <    0.000001*>] db1 kernel: Mem-Info:\n");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(seen->messages[i].time.monotonic_us, 12345678 + i);
        assert_slice(seen->messages[i].host, "db1");
    }
    seen_destroy(seen);
}

static void test_dress__monotonic_journal_has_host_and_tag(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   12.345678] db1 kernel: Mem-Info:\n"
                             "[   12.345679] db1 systemd-oomd[612]: Killed /a\n");
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[0].time.monotonic_us, 12345678);
    assert_slice(seen->messages[1].tag, "systemd-oomd");
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_USER);
    seen_destroy(seen);
}

static void test_dress__vmx_line_wraps_the_guests_own(void **state)
{
    (void)state;
    struct seen *seen = SEEN("2023-12-04T10:49:30.127Z In(05) vcpu-5 - Guest: "
                             "<6>[39291577.009360] [  22921]     0 22921      242 pause\n");
    assert_text(0, "[  22921]     0 22921      242 pause");
    assert_int_equal(seen->messages[0].priority, 6);
    assert_int_equal(seen->messages[0].time.monotonic_us, INT64_C(39291577009360));
    assert_int_equal(seen->messages[0].time.wall_us, INT64_C(1701686970127000));
    seen_destroy(seen);
}

static void test_dress__caller_is_kept(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[ 1887.829474][ T2084] lowmem_reserve[]: 0 0\n"
                             "[ 1887.829475][    C0] a\n[ 1887.829476] [   T12] b\n");
    assert_slice(seen->messages[0].caller, "T2084");
    assert_slice(seen->messages[1].caller, "C0");
    assert_slice(seen->messages[2].caller, "T12");
    assert_text(2, "b");
    seen_destroy(seen);
}

static void test_dress__a_date_in_front_of_bare_text_is_taken_alone(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Nov 23 01:02:03 java invoked oom-killer: gfp_mask=0xd0, order=0\n"
                             "Nov 23 01:02:03: java invoked oom-killer: gfp_mask=0xd0, order=0\n");
    for (int i = 0; i < 2; i++) {
        assert_text(i, "java invoked oom-killer: gfp_mask=0xd0, order=0");
        assert_slice(seen->messages[i].time.printed, "Nov 23 01:02:03");
        assert_int_equal(seen->messages[i].host.length, 0);
    }
    seen_destroy(seen);
}

static void test_dress__raw_kmsg_is_the_kernels_unless_the_facility_says_other(void **state)
{
    (void)state;
    struct seen *seen = SEEN("6,1234,5678901234,-;text\n SUBSYSTEM=pci\n DEVICE=+pci:0000\n"
                             "12,1235,5678901235,-;java invoked oom-killer:\n"
                             "4,1236,5678901236,-,caller=T12;a\n"
                             "4,1237,5678901237,c;b\n");
    assert_int_equal(seen->count, 4);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_int_equal(seen->messages[0].priority, 6);
    assert_int_equal(seen->messages[0].time.monotonic_us, INT64_C(5678901234));
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_USER);
    assert_slice(seen->messages[2].caller, "T12");
    assert_false(seen->messages[2].is_continuation);
    assert_true(seen->messages[3].is_continuation);
    seen_destroy(seen);
}

static void test_dress__pstore_parts_are_no_messages_but_vouch_for_the_lines(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Panic#2 Part3\n<4>[  910.064760] SysRq : Manual OOM execution\n"
                             "Oops#1 Part1\n<4>[  910.064761] a\n"
                             "Nov 23 01:02:03 db1 kernel: b\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "SysRq : Manual OOM execution");
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_KERNEL);
    assert_int_equal(seen->messages[2].provenance, PROVENANCE_FILE);
    seen_destroy(seen);
}

static void test_dress__repeated_messages_count_once(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Nov 23 01:02:03 a kernel: message repeated 5 times: [ [  1.000000] 0 pages HighMem]\n"
             "Nov 23 01:02:04 a last message repeated 5 times\n"
             "Nov 23 01:02:05 a kernel: last message repeated 2 times\n");
    assert_int_equal(seen->count, 1);
    assert_text(0, "0 pages HighMem");
    assert_int_equal(seen->messages[0].time.monotonic_us, 1000000);
    seen_destroy(seen);
}

/* ---- bytes */

static void test_dress__serial_console_bytes_are_taken_off(void **state)
{
    (void)state;
    struct seen *seen = SEEN("\0\0[    1.000000] CPU: 1 PID: 2 Comm: a #1 Debian 7.2.13-1 \r\n"
                             "\x1b[32m[    2.000000] \x1b[0m\x1b[33mkobject\x1b[0m: b\x1b[K  \r\r\n"
                             "[    3.000000] \x1b lone\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "CPU: 1 PID: 2 Comm: a #1 Debian 7.2.13-1");
    assert_text(1, "kobject: b");
    assert_int_equal(seen->messages[1].time.monotonic_us, 2000000);
    assert_text(2, "\x1b lone");
    seen_destroy(seen);
}

static void test_dress__rsyslogs_escapes_are_undone_and_split_the_record(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Sep 29 08:12:34 a kernel: active_anon:1 isolated_anon:0#012 "
             "active_file:43#012 free:5 #011x#015#012\n"
             "Sep 29 08:12:34 a kernel: \t#033[31mred#033[0m StreamTrans #72 #0729\n");
    assert_int_equal(seen->count, 4);
    assert_text(0, "active_anon:1 isolated_anon:0");
    assert_text(1, " active_file:43");
    assert_text(2, " free:5 \tx");
    assert_text(3, "\tred StreamTrans #72 #0729");
    assert_false(seen->messages[0].is_continuation);
    assert_true(seen->messages[1].is_continuation);
    assert_true(seen->messages[2].is_continuation);
    assert_false(seen->messages[3].is_continuation);
    assert_int_equal(seen->messages[2].number, 1);
    assert_slice(seen->messages[2].host, "a");
    seen_destroy(seen);
}

static void test_dress__backslash_escapes_stand_for_controls_except_in_kmsg(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Nov 23 01:02:03 a kernel: one\\x0atwo\\x2dthree\n"
                             "6,1,2000000,-;one\\x0acpuset=a\\x5cx2db \\xc3\\xa4\n");
    assert_int_equal(seen->count, 4);
    assert_text(0, "one");
    assert_text(1, "two\\x2dthree");
    assert_text(3, "cpuset=a\\x2db \xc3\xa4");
    assert_true(seen->messages[3].is_continuation);
    seen_destroy(seen);
}

static void test_dress__loss_and_the_line_behind_it_are_two_messages(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("\xef\xbb\xbf** 5 printk messages dropped ** [   12.345678] Mem-Info:\n"
             "** 7 printk messages dropped **\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "** 5 printk messages dropped **");
    assert_text(1, "Mem-Info:");
    assert_int_equal(seen->messages[1].time.monotonic_us, 12345678);
    assert_text(2, "** 7 printk messages dropped **");
    seen_destroy(seen);
}

static void test_dress__what_stands_before_a_stamp_is_somebodys_wrapper(void **state)
{
    (void)state;
    struct seen *seen = SEEN("app-1  | [   12.345678] Mem-Info:\n"
                             "2,web,\"[   12.345679] oom-kill:a\",x\n"
                             "app-1  | no stamp\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "Mem-Info:");
    assert_int_equal(seen->messages[0].time.monotonic_us, 12345678);
    assert_text(1, "oom-kill:a");
    assert_text(2, "app-1  | no stamp");
    seen_destroy(seen);
}

/* A serial console that lost a newline: the first of the two lines must not get lost, too. */
static void test_dress__a_stamp_inside_a_line_of_a_known_dress_stays(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   12.345677] a\nMem-Info:[   12.345678] b\n");
    assert_text(1, "Mem-Info:[   12.345678] b");
    seen_destroy(seen);
}

static void test_dress__empty_lines_are_no_messages(void **state)
{
    (void)state;
    struct seen *seen = SEEN("\n[    1.000000] a\n\n   \n[    2.000000] \n[    3.000000] b\n\n");
    assert_int_equal(seen->count, 2);
    assert_text(1, "b");
    assert_int_equal(seen->messages[1].number, 6);
    assert_int_equal(seen->messages[1].offset, 39);
    assert_int_equal(seen->messages[1].end, 56);
    seen_destroy(seen);
}

/* ---- the memory of the last prefix */

static void test_dress__a_remembered_prefix_gives_what_reading_it_gave(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Nov 23 01:02:03 db1 kernel: a line that is too long to be wrapped by a mailer, ok?\n"
             "Nov 23 01:02:03 db1 kernel: [    1.500000] [ 1234]     0  1234 a\n"
             "Nov 23 01:02:03 db1 kernel: [    1.600000] [ 1235]     0  1235 b\n"
             "Nov 23 01:02:03 db1 kernel:\n"
             "Nov 23 01:02:03 db1 kernelx: c\n"
             "Nov 23 01:02:03 db1 kernel: d\n");
    assert_int_equal(seen->count, 5);
    assert_text(1, "[ 1234]     0  1234 a");
    assert_int_equal(seen->messages[2].time.monotonic_us, 1600000);
    assert_slice(seen->messages[2].time.printed, "Nov 23 01:02:03");
    assert_slice(seen->messages[3].tag, "kernelx");
    assert_int_equal(seen->messages[3].provenance, PROVENANCE_USER);
    assert_int_equal(seen->messages[4].provenance, PROVENANCE_FILE);
    assert_false(seen->messages[4].time.has_monotonic);
    seen_destroy(seen);
}

static void test_dress__bare_lines_behind_a_remembered_prefix_inherit_it(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Nov 23 01:02:03 db1 kernel: a line that is too long to be wrapped by a mailer, ok?\n"
             "Nov 23 01:02:04 db2 kernel: [    1.500000] active_anon:1\n"
             "active_file:2\n"
             "Nov 23 01:02:04 db2 kernel: <12>[    1.600000] b\n"
             "c\n");
    assert_int_equal(seen->count, 5);
    assert_true(seen->messages[2].is_continuation);
    assert_slice(seen->messages[2].host, "db2");
    assert_slice(seen->messages[2].time.printed, "Nov 23 01:02:04");
    assert_int_equal(seen->messages[2].time.monotonic_us, 1500000);
    assert_int_equal(seen->messages[2].provenance, PROVENANCE_FILE);
    assert_int_equal(seen->messages[4].time.monotonic_us, 1600000);
    assert_int_equal(seen->messages[4].provenance, PROVENANCE_USER);
    seen_destroy(seen);
}

/* The level stands where a host would; a kernel's line may have no stamp. */
static void test_dress__a_level_of_pythons_logging_is_no_host(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2026-11-23 01:02:03,123 INFO collector: Mem-Info:\n",
        "2026-11-23 01:02:03,123 [WARNING] collector: [   12.345678] Mem-Info:\n",
        "2026-11-23 01:02:03,123 INFO - collector - Mem-Info:\n",
        "2026-11-23 01:02:03,123 - a.b - CRITICAL - Mem-Info:\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct seen *seen = seen_of(slice_from_string(lines[i]));
        assert_int_equal(seen->count, 1);
        assert_text(0, "Mem-Info:");
        assert_int_equal(seen->messages[0].host.length, 0);
        seen_destroy(seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress__syslog_line_has_host_tag_and_both_times),
        cmocka_unit_test(test_dress__tag_of_a_program_makes_the_message_a_users),
        cmocka_unit_test(test_dress__dates_with_zone_are_points_in_time),
        cmocka_unit_test(test_dress__dates_without_zone_or_year_stay_as_printed),
        cmocka_unit_test(test_dress__months_and_weekdays_of_other_languages_are_dates),
        cmocka_unit_test(test_dress__a_pid_in_brackets_is_no_time),
        cmocka_unit_test(test_dress__a_line_that_is_quoted_inside_a_message_stays_there),
        cmocka_unit_test(test_dress__dmesg_deltas_keep_the_minute_they_refer_to),
        cmocka_unit_test(test_dress__a_difference_of_the_journal_may_end_in_a_star),
        cmocka_unit_test(test_dress__monotonic_journal_has_host_and_tag),
        cmocka_unit_test(test_dress__vmx_line_wraps_the_guests_own),
        cmocka_unit_test(test_dress__caller_is_kept),
        cmocka_unit_test(test_dress__a_date_in_front_of_bare_text_is_taken_alone),
        cmocka_unit_test(test_dress__raw_kmsg_is_the_kernels_unless_the_facility_says_other),
        cmocka_unit_test(test_dress__pstore_parts_are_no_messages_but_vouch_for_the_lines),
        cmocka_unit_test(test_dress__repeated_messages_count_once),
        cmocka_unit_test(test_dress__serial_console_bytes_are_taken_off),
        cmocka_unit_test(test_dress__rsyslogs_escapes_are_undone_and_split_the_record),
        cmocka_unit_test(test_dress__backslash_escapes_stand_for_controls_except_in_kmsg),
        cmocka_unit_test(test_dress__loss_and_the_line_behind_it_are_two_messages),
        cmocka_unit_test(test_dress__what_stands_before_a_stamp_is_somebodys_wrapper),
        cmocka_unit_test(test_dress__a_stamp_inside_a_line_of_a_known_dress_stays),
        cmocka_unit_test(test_dress__empty_lines_are_no_messages),
        cmocka_unit_test(test_dress__a_remembered_prefix_gives_what_reading_it_gave),
        cmocka_unit_test(test_dress__bare_lines_behind_a_remembered_prefix_inherit_it),
        cmocka_unit_test(test_dress__a_level_of_pythons_logging_is_no_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
