/* Messages that come as records: journal export, JSON and verbose, containers, netconsole. */
#include "tests/unit/dress_fixture.h"

static const int64_t WALL_2026 = INT64_C(1795395723) * 1000000; /* 2026-11-23T01:02:03Z */

/* ---- journal */

static void test_dress_record__export_record_is_handed_over_at_its_blank_line(void **state)
{
    (void)state;
    struct seen *seen = SEEN("__CURSOR=s=1;i=2\n"
                             "__REALTIME_TIMESTAMP=1795395723000000\n"
                             "__MONOTONIC_TIMESTAMP=99\n"
                             "_BOOT_ID=796d12a513054cf1bbde201dd1bca9a1\n"
                             "_HOSTNAME=db1\n"
                             "_TRANSPORT=kernel\n"
                             "SYSLOG_FACILITY=0\n"
                             "SYSLOG_IDENTIFIER=kernel\n"
                             "PRIORITY=3\n"
                             "_SOURCE_MONOTONIC_TIMESTAMP=12345678\n"
                             "MESSAGE=Killed process 7 (a) total-vm:1kB\n"
                             "\n"
                             "__CURSOR=s=1;i=3\n"
                             "_TRANSPORT=syslog\n"
                             "SYSLOG_FACILITY=3\n"
                             "PRIORITY=6\n"
                             "SYSLOG_IDENTIFIER=earlyoom\n"
                             "__MONOTONIC_TIMESTAMP=99\n"
                             "MESSAGE=sending SIGTERM\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "Killed process 7 (a) total-vm:1kB");
    assert_slice(seen->messages[0].host, "db1");
    assert_slice(seen->messages[0].boot, "796d12a513054cf1bbde201dd1bca9a1");
    assert_slice(seen->messages[0].tag, "kernel");
    assert_int_equal(seen->messages[0].priority, 3);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_int_equal(seen->messages[0].time.monotonic_us, 12345678);
    assert_int_equal(seen->messages[0].time.wall_us, WALL_2026);
    assert_int_equal(seen->messages[0].time.wall_source, WALL_JOURNAL);
    assert_int_equal(seen->messages[0].number, 1);
    assert_int_equal(seen->messages[0].offset, 0);
    assert_slice(seen->messages[1].tag, "earlyoom");
    assert_int_equal(seen->messages[1].priority, 30);
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_USER);
    assert_int_equal(seen->messages[1].time.monotonic_us, 99);
    assert_false(seen->messages[1].time.has_wall);
    assert_int_equal(seen->messages[1].number, 13);
    seen_destroy(seen);
}

static void test_dress_record__kernel_transport_with_another_facility_is_a_users(void **state)
{
    (void)state;
    struct seen *seen = SEEN("_TRANSPORT=kernel\nSYSLOG_FACILITY=3\nPRIORITY=6\n"
                             "SYSLOG_IDENTIFIER=systemd\nMESSAGE=oom-kill:forged\n\n");
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_USER);
    seen_destroy(seen);
}

/* Twelve bytes of data: the length's first byte is 12, the others 0. */
static void test_dress_record__binary_message_may_hold_newlines(void **state)
{
    (void)state;
    struct seen *seen = SEEN("__CURSOR=1\n_TRANSPORT=kernel\nMESSAGE\n"
                             "\014\0\0\0\0\0\0\0first\nsecond\n"
                             "PRIORITY=4\n\n"
                             "__CURSOR=2\nMESSAGE=next\n\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "first");
    assert_text(1, "second");
    assert_true(seen->messages[1].is_continuation);
    assert_int_equal(seen->messages[1].priority, 4);
    assert_text(2, "next");
    seen_destroy(seen);
}

static void test_dress_record__binary_length_may_hold_a_newline(void **state)
{
    (void)state;
    struct seen *seen = SEEN("__CURSOR=1\nMESSAGE\n"
                             "\n\0\0\0\0\0\0\0ten bytes!\n\n"
                             "__CURSOR=2\nMESSAGE\n"
                             "\2\0\0\0\0\0\0\0\n\n\n\n" /* the data are two newlines */
                             "__CURSOR=3\nOTHER\n"
                             "\012\0\0\0\0\0\0\0MESSAGE=no\nMESSAGE=yes\n\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "ten bytes!");
    assert_text(1, "yes");
    seen_destroy(seen);
}

static void test_dress_record__binary_length_beyond_reason_does_not_swallow_the_stream(void **state)
{
    (void)state;
    struct seen *seen = SEEN("__CURSOR=1\nMESSAGE\n\377\377\377\377\377\377\377\377x\n"
                             "\n__CURSOR=2\nMESSAGE=next\n\n");
    assert_text(seen->count - 1, "next");
    seen_destroy(seen);
}

static void test_dress_record__variables_of_an_environment_are_no_journal(void **state)
{
    (void)state;
    struct seen *seen = SEEN("HOME=/root\nPATH=/bin\njava invoked oom-killer: order=0\n");
    assert_int_equal(seen->count, 3);
    assert_text(2, "java invoked oom-killer: order=0");
    seen_destroy(seen);
}

static void test_dress_record__json_message_is_text_bytes_or_null(void **state)
{
    (void)state;
    struct seen *seen = SEEN(
        "{\"MESSAGE\":\"a\\nb\",\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\","
        "\"PRIORITY\":\"6\",\"_HOSTNAME\":\"db1\",\"__REALTIME_TIMESTAMP\":\"1795395723000000\"}\n"
        "{\"MESSAGE\":[104,105,27,91,109,10,255],\"_TRANSPORT\":\"stdout\"}\n"
        "{\"MESSAGE\":null,\"_TRANSPORT\":\"kernel\"}\n"
        "data: {\"MESSAGE\":\"c\",\"_BOOT_ID\":\"77\"}\n"
        "{\"MESSAGE\":\"cut");
    assert_int_equal(seen->count, 6);
    assert_text(0, "a");
    assert_text(1, "b");
    assert_true(seen->messages[1].is_continuation);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_int_equal(seen->messages[0].time.wall_us, WALL_2026);
    assert_slice(seen->messages[0].host, "db1");
    assert_text(2, "hi");
    assert_text(3, "\xff");
    assert_int_equal(seen->messages[2].provenance, PROVENANCE_USER);
    assert_text(4, "c");
    assert_slice(seen->messages[4].boot, "77");
    seen_destroy(seen);
}

static void test_dress_record__pretty_json_is_read_by_the_line(void **state)
{
    (void)state;
    struct seen *seen = SEEN("{\n\t\"_HOSTNAME\" : \"db1\",\n\t\"_TRANSPORT\" : \"kernel\",\n"
                             "\t\"MESSAGE\" : \"Mem-Info:\",\n\t\"OTHER\" : null\n}\n"
                             "{\n  \"application\": 1\n}\n");
    assert_text(0, "Mem-Info:");
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_true(seen->count > 1); /* another program's JSON is not swallowed */
    seen_destroy(seen);
}

static void test_dress_record__objects_over_several_lines_are_read_whole(void **state)
{
    (void)state;
    struct seen *seen = SEEN("{\n  \"hits\": [\n    {\n      \"_source\": {\n"
                             "        \"@timestamp\": \"2026-11-23T01:02:03Z\",\n"
                             "        \"host\": {\n          \"name\": \"db1\"\n        },\n"
                             "        \"message\": \"Mem-Info:\"\n      },\n"
                             "      \"sort\": [\n        0\n      ]\n    },\n    {\n"
                             "      \"jsonPayload\": {\n        \"MESSAGE\": \"a\"\n      },\n"
                             "      \"timestamp\": \"2026-11-23T01:02:03.123Z\"\n    }\n"
                             "  ],\n  \"values\": [\n    [\n      \"1795395723000000000\",\n"
                             "      \"b\"\n    ]\n  ]\n}\n");
    static const char *const texts[] = {"Mem-Info:", "a", "b"};
    size_t found = 0;
    for (size_t i = 0; i < seen->count && found < 3; i++)
        if (slice_equal(seen->messages[i].text, slice_from_string(texts[found]))) {
            const struct message *message = &seen->messages[i];
            assert_true(message->time.has_wall);
            assert_int_equal(message->time.wall_us, WALL_2026 + (found == 1 ? 123000 : 0));
            assert_false(message->is_continuation);
            if (found == 0)
                assert_slice(message->host, "db1");
            if (found == 0)
                assert_int_equal(message->number, 3);
            found++;
        }
    assert_int_equal(found, 3);
    seen_destroy(seen);
}

static void test_dress_record__lines_behind_a_lone_bracket_keep_their_order(void **state)
{
    (void)state;
    struct seen *seen = SEEN("{\n[   12.345678] a\n[   12.345679] b\n[\n\"c\"\n");
    assert_text(0, "a");
    assert_text(1, "b");
    assert_text(2, "[");
    assert_text(3, "\"c\"");
    seen_destroy(seen);
}

static void test_dress_record__the_output_of_a_console_is_a_log_of_its_own(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("    \"Output\": \"[   12.345678] a\\r\\n[   13.345678] b\\r\\n\"\n}\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "a");
    assert_text(1, "b");
    assert_int_equal(seen->messages[1].time.monotonic_us, 13345678);
    assert_false(seen->messages[1].is_continuation);
    seen_destroy(seen);
}

/* 1795395723123 ms are 2026-11-23T01:02:03.123Z. */
static void test_dress_record__a_cloud_keeps_the_journals_record_whole(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("{\"jsonPayload\":{\"MESSAGE\":\"a\",\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"db1\"},"
             "\"timestamp\":\"2026-11-23T01:02:03.123Z\"}\n");
    assert_text(0, "a");
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[0].time.wall_us, WALL_2026 + 123000);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    seen_destroy(seen);
}

static void test_dress_record__an_event_of_a_cluster_has_its_time(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("{\"kind\":\"List\",\"items\":[{\"kind\":\"Event\",\"reason\":\"OOMKilling\","
             "\"message\":\"Memory cgroup out of memory: Killed process 12 (a)\","
             "\"lastTimestamp\":\"2026-11-23T01:02:03Z\"}]}\n");
    assert_int_equal(seen->count, 1);
    assert_text(0, "Memory cgroup out of memory: Killed process 12 (a)");
    assert_int_equal(seen->messages[0].time.wall_us, WALL_2026);
    seen_destroy(seen);
}

/* t= is 0x5f3b550c118c1 = 1675334953015489 us, 2023-02-02T10:49:13.015489Z */
static void test_dress_record__verbose_head_has_boot_and_both_times(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("Thu 2023-02-02 11:49:13.015489 CET [s=1;i=2;b=796d12a5;m=1f6726955fe3;"
             "t=5f3b550c118c1;x=3]\n"
             "    _TRANSPORT=kernel\n"
             "    _HOSTNAME=db1\n"
             "    MESSAGE=Memory cgroup stats for /a:\n"
             "            anon 4096\n"
             "            file 0\n"
             "    PRIORITY=6\n"
             "Thu 2023-02-02 11:49:14.015489 CET [s=1;i=2;b=796d12a5;m=1;t=2;x=3]\n"
             "    MESSAGE=b\n"
             "[    1.000000] plain\n");
    assert_int_equal(seen->count, 5);
    assert_text(0, "Memory cgroup stats for /a:");
    assert_text(1, "anon 4096");
    assert_text(2, "file 0");
    assert_true(seen->messages[2].is_continuation);
    assert_slice(seen->messages[0].boot, "796d12a5");
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[0].time.wall_us, INT64_C(1675334953015489));
    assert_int_equal(seen->messages[0].time.monotonic_us, INT64_C(0x1f6726955fe3));
    assert_int_equal(seen->messages[0].priority, 6);
    assert_text(3, "b");
    assert_text(4, "plain");
    seen_destroy(seen);
}

static void test_dress_record__separators_of_journalctl_say_the_boot(void **state)
{
    (void)state;
    struct seen *seen = SEEN("-- Journal begins at Mon 2026-11-23 01:02:03 UTC. --\n"
                             "Nov 23 01:02:03 db1 kernel: a\n"
                             "-- Boot 796d12a513054cf1bbde201dd1bca9a1 --\n"
                             "Nov 23 01:02:04 db1 kernel: b\n"
                             "-- Reboot --\n"
                             "Nov 23 01:02:05 db1 kernel: c\n"
                             "Nov 23 01:02:05 db1 app[1]: -- Boot 0000000000000000000000000000000a "
                             "--\n"
                             "Nov 23 01:02:05 db1 kernel: d\n");
    assert_int_equal(seen->count, 5);
    assert_int_equal(seen->messages[0].boot.length, 0);
    assert_slice(seen->messages[1].boot, "796d12a513054cf1bbde201dd1bca9a1");
    assert_int_equal(seen->messages[2].boot.length, 0);
    assert_int_equal(seen->messages[4].boot.length, 0); /* a program cannot set it */
    seen_destroy(seen);
}

/* ---- containers */

static void test_dress_record__docker_line_wraps_any_dress(void **state)
{
    (void)state;
    struct seen *seen = SEEN(
        "{\"log\":\"Nov 23 01:02:03 db1 kernel: [    1.000000] a\\r\\n\",\"stream\":\"stdout\","
        "\"time\":\"2026-11-23T01:02:03.5Z\"}\n"
        "{\"log\":\"oom-kill:forged\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-23T01:02:03Z\"}"
        "\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "a");
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[0].time.monotonic_us, 1000000);
    assert_int_equal(seen->messages[0].time.wall_us, WALL_2026 + 500000);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_CONTAINER);
    assert_text(1, "oom-kill:forged");
    assert_false(seen->messages[1].is_continuation);
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_CONTAINER);
    seen_destroy(seen);
}

static void test_dress_record__pieces_of_a_docker_line_are_joined(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("{\"log\":\"[    1.000000] Killed proc\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
             "{\"log\":\"between\\n\",\"stream\":\"stderr\",\"time\":\"x\"}\n"
             "{\"log\":\"ess 7\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "between");
    assert_text(1, "Killed process 7");
    assert_int_equal(seen->messages[1].number, 1);
    seen_destroy(seen);
}

static void test_dress_record__partial_cri_lines_are_joined_until_the_full_one(void **state)
{
    (void)state;
    struct seen *seen = SEEN("2026-11-23T01:02:03.000000001Z stdout P <4>[    1.000000] Mem-\n"
                             "2026-11-23T01:02:03.000000001Z stdout P In\n"
                             "2026-11-23T01:02:03.000000001Z stderr F other\n"
                             "2026-11-23T01:02:03.000000001Z stdout F fo:\n"
                             "2026-11-23T01:02:03.000000001Z stdout P never ended\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "other");
    assert_text(1, "Mem-Info:");
    assert_int_equal(seen->messages[1].priority, 4);
    assert_int_equal(seen->messages[1].time.monotonic_us, 1000000);
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_CONTAINER);
    assert_int_equal(seen->messages[1].number, 1);
    assert_text(2, "never ended");
    seen_destroy(seen);
}

static void test_dress_record__containers_in_containers_are_opened(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("2026-11-23T01:02:03Z stdout F {\"log\":\"{\\\"MESSAGE\\\":\\\"a\\\","
             "\\\"_TRANSPORT\\\":\\\"kernel\\\"}\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
             "{\"@timestamp\":\"2026-11-23T01:02:03Z\",\"message\":\"<4>[    2.000000] b\"}\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "a");
    assert_int_not_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_text(1, "b");
    assert_int_equal(seen->messages[1].time.wall_us, WALL_2026);
    seen_destroy(seen);
}

/* ---- netconsole */

static void test_dress_record__fragments_of_netconsole_are_joined(void **state)
{
    (void)state;
    struct seen *seen = SEEN("6,416,1758426,-,ncfrag=0/33;the first chunk,\n"
                             "6,416,1758426,-,ncfrag=16/33; the 2nd chunk...\n"
                             "10.0.0.1:6665 6.4.0,6,417,1758427,-;text\n"
                             "6,418,1758428,-,ncfrag=0/30;begins\n"
                             "6,419,1758429,-;next\n"
                             "6,418,1758428,-,ncfrag=20/30;the end\n");
    assert_int_equal(seen->count, 5);
    assert_text(0, "the first chunk, the 2nd chunk...");
    assert_int_equal(seen->messages[0].time.monotonic_us, 1758426);
    assert_text(1, "text");
    assert_slice(seen->messages[1].host, "10.0.0.1");
    assert_text(2, "next");
    assert_text(3, "begins"); /* its second packet never came */
    assert_text(4, "the end");
    assert_true(seen->messages[4].is_continuation);
    seen_destroy(seen);
}

/* ---- the end of a stream */

static void test_dress_record__a_hole_ends_what_is_open(void **state)
{
    (void)state;
    struct seen *seen = seen_create();
    struct dress *dress = dress_create(seen_sink, seen);
    feed_lines(dress, SLICE("-- Boot 796d12a513054cf1bbde201dd1bca9a1 --\n__CURSOR=1\n"
                            "MESSAGE=a\n"));
    assert_int_equal(seen->count, 0);
    dress_flush(dress);
    assert_int_equal(seen->count, 1);
    assert_slice(seen->messages[0].boot, "796d12a513054cf1bbde201dd1bca9a1");
    feed_lines(dress, SLICE("bare\n[    1.000000] b\n"));
    dress_flush(dress);
    assert_int_equal(seen->count, 3);
    assert_false(seen->messages[1].is_continuation);
    assert_int_equal(seen->messages[2].boot.length, 0); /* another may have begun in the hole */
    dress_destroy(dress);
    seen_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_record__export_record_is_handed_over_at_its_blank_line),
        cmocka_unit_test(test_dress_record__kernel_transport_with_another_facility_is_a_users),
        cmocka_unit_test(test_dress_record__binary_message_may_hold_newlines),
        cmocka_unit_test(test_dress_record__binary_length_may_hold_a_newline),
        cmocka_unit_test(
            test_dress_record__binary_length_beyond_reason_does_not_swallow_the_stream),
        cmocka_unit_test(test_dress_record__variables_of_an_environment_are_no_journal),
        cmocka_unit_test(test_dress_record__json_message_is_text_bytes_or_null),
        cmocka_unit_test(test_dress_record__pretty_json_is_read_by_the_line),
        cmocka_unit_test(test_dress_record__objects_over_several_lines_are_read_whole),
        cmocka_unit_test(test_dress_record__lines_behind_a_lone_bracket_keep_their_order),
        cmocka_unit_test(test_dress_record__the_output_of_a_console_is_a_log_of_its_own),
        cmocka_unit_test(test_dress_record__a_cloud_keeps_the_journals_record_whole),
        cmocka_unit_test(test_dress_record__an_event_of_a_cluster_has_its_time),
        cmocka_unit_test(test_dress_record__verbose_head_has_boot_and_both_times),
        cmocka_unit_test(test_dress_record__separators_of_journalctl_say_the_boot),
        cmocka_unit_test(test_dress_record__docker_line_wraps_any_dress),
        cmocka_unit_test(test_dress_record__pieces_of_a_docker_line_are_joined),
        cmocka_unit_test(test_dress_record__partial_cri_lines_are_joined_until_the_full_one),
        cmocka_unit_test(test_dress_record__containers_in_containers_are_opened),
        cmocka_unit_test(test_dress_record__fragments_of_netconsole_are_joined),
        cmocka_unit_test(test_dress_record__a_hole_ends_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
