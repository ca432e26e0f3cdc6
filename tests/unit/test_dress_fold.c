/* Logs that stand in one line: web pages, strings of programs, JSON that nobody printed prettily.
 */
#include "tests/unit/dress_fixture.h"

static void test_dress_fold__a_stamp_behind_a_mark_begins_a_line(void **state)
{
    (void)state;
    struct seen *seen = SEEN("<html><body>[   12.345678] Mem-Info:<br>[   12.345679] a<br/>"
                             "<4>[   12.345680] b</body>\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "Mem-Info:");
    assert_int_equal(seen->messages[1].time.monotonic_us, 12345679);
    assert_text(1, "a");
    assert_int_equal(seen->messages[2].priority, 4);
    seen_destroy(seen);
}

static void test_dress_fold__spelled_out_newlines_separate_lines(void **state)
{
    (void)state;
    struct seen *seen = SEEN("log: '[   12.345678] Mem-Info:\\r\\n[   12.345679] a\\n'\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "Mem-Info:");
    assert_text(1, "a");
    seen_destroy(seen);
}

static void test_dress_fold__a_name_with_such_a_mark_stays_whole(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[   12.345678] [    145]     0   145 165 160 172 3 0 a<br>Mem-Info:\n"
             "[   12.345679] [    146]     0   146 165 160 172 3 0 a\\nMem-Info:\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "[    145]     0   145 165 160 172 3 0 a<br>Mem-Info:");
    assert_text(1, "[    146]     0   146 165 160 172 3 0 a\\nMem-Info:");
    seen_destroy(seen);
}

static void test_dress_fold__elements_of_an_array_keep_who_said_them(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[{\"MESSAGE\":\"a\",\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\",\"_"
             "HOSTNAME\":\"db1\"},"
             "{\"MESSAGE\":\"b\",\"_TRANSPORT\":\"syslog\",\"SYSLOG_FACILITY\":\"1\"},"
             "{\"log\":\"c\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-23T01:02:03Z\"}]");
    assert_int_equal(seen->count, 3);
    assert_int_equal(seen->messages[0].provenance, PROVENANCE_KERNEL);
    assert_slice(seen->messages[0].host, "db1");
    assert_int_equal(seen->messages[1].provenance, PROVENANCE_USER);
    assert_int_equal(seen->messages[2].provenance, PROVENANCE_CONTAINER);
    assert_true(seen->messages[2].time.has_wall);
    seen_destroy(seen);
}

static void test_dress_fold__a_message_of_lines_begins_one_at_each_stamp(void **state)
{
    (void)state;
    struct seen *seen = SEEN("{\"message\":\"[   12.345678] a\\nMem-Info:\\n[   12.345679] b\","
                             "\"timestamp\":\"2026-11-23T01:02:03Z\"}\n");
    assert_int_equal(seen->count, 3);
    assert_false(seen->messages[0].is_continuation);
    assert_text(1, "Mem-Info:"); /* a name may hold a newline: no line of its own */
    assert_true(seen->messages[1].is_continuation);
    assert_false(seen->messages[2].is_continuation);
    seen_destroy(seen);
}

static void test_dress_fold__base64_is_decoded_where_it_holds_a_log(void **state)
{
    (void)state;
    /* base64 of six times "[   12.345678] Mem-Info:\r\n", by coreutils */
    struct seen *seen =
        SEEN("{\"InstanceId\": \"i-0abc\", \"Output\": \""
             "WyAgIDEyLjM0NTY3OF0gTWVtLUluZm86DQpbICAgMTIuMzQ1Njc4XSBNZW0tSW5mbzoNClsgICAx"
             "Mi4zNDU2NzhdIE1lbS1JbmZvOg0KWyAgIDEyLjM0NTY3OF0gTWVtLUluZm86DQpbICAgMTIuMzQ1"
             "Njc4XSBNZW0tSW5mbzoNClsgICAxMi4zNDU2NzhdIE1lbS1JbmZvOg0K\"}\n");
    assert_int_equal(seen->count, 6);
    assert_text(5, "Mem-Info:");
    assert_int_equal(seen->messages[5].time.monotonic_us, 12345678);
    seen_destroy(seen);
}

static void test_dress_fold__an_array_of_numbers_is_no_log(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[1, 2, 3]\n{\"ids\": [1, 2], \"names\": [\"a\", \"b\"]}\n");
    for (size_t i = 0; i < seen->count; i++)
        assert_false(seen->messages[i].time.has_monotonic);
    seen_destroy(seen);
}

static void test_dress_fold__nesting_ends_somewhere(void **state)
{
    (void)state;
    enum { DEPTH = 3000 };
    char *line = must_allocate(2 * DEPTH + 1);
    memset(line, '[', DEPTH);
    memset(line + DEPTH, ']', DEPTH);
    struct seen *seen = seen_of(slice_of(line, 2 * DEPTH));
    assert_true(seen->count <= 1);
    seen_destroy(seen);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_fold__a_stamp_behind_a_mark_begins_a_line),
        cmocka_unit_test(test_dress_fold__spelled_out_newlines_separate_lines),
        cmocka_unit_test(test_dress_fold__a_name_with_such_a_mark_stays_whole),
        cmocka_unit_test(test_dress_fold__elements_of_an_array_keep_who_said_them),
        cmocka_unit_test(test_dress_fold__a_message_of_lines_begins_one_at_each_stamp),
        cmocka_unit_test(test_dress_fold__base64_is_decoded_where_it_holds_a_log),
        cmocka_unit_test(test_dress_fold__an_array_of_numbers_is_no_log),
        cmocka_unit_test(test_dress_fold__nesting_ends_somewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
