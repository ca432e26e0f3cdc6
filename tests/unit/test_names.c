/* Names of logs: which files are of one log, which is older, and in which order they are read. */
#include "tests/unit/source_record.h"

#include "parsers/source/names.h"

static void rotated_logs_come_oldest_first(void **state)
{
    (void)state;
    static const char *const names[] = {
        "kern.log",          "kern.log.1",        "kern.log.10", "kern.log.2", "messages",
        "messages-20260101", "messages-20251207", "dmesg",       "dmesg.old",  "kern.log.3.old.txt",
    };
    struct record record;
    mkdir("d", 0700);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];
        snprintf(path, sizeof path, "d/%s", names[i]);
        write_text(path, "x\n");
    }
    record_walk(&record, "d/");
    assert_paths(&record, "d/kern.log.10\nd/kern.log.2\nd/kern.log.1\n"
                          "d/kern.log\nd/kern.log.3.old.txt\n"
                          "d/messages-20251207\nd/messages-20260101\nd/messages\n"
                          "d/dmesg.old\nd/dmesg\n");
    record_free(&record);
}

static void what_was_in_the_ring_buffer_comes_last(void **state)
{
    (void)state;
    static const char *const given[] = {"host/dmesg.txt", "vmcore-dmesg.txt", "dmesg.old/kern.log",
                                        "kern.log",       "host/messages",    "kern.log.1"};
    static const size_t expected[] = {2, 5, 3, 4, 0, 1};
    size_t order[6];
    struct record record;
    names_order(given, 6, order);
    assert_memory_equal(order, expected, sizeof expected);

    assert_int_equal(system("mkdir -p d/crash d/dmesg/deep d/var/log"), 0);
    write_text("d/crash/dmesg.202611231000", "x"); /* kdump-tools write both */
    write_text("d/crash/dump.202611231000", "x");
    write_text("d/crash/dmesg-efi-176722560001001", "Panic#1 Part1\nx\n");
    write_text("d/crash/dmesg-efi-176722560002001", "Panic#1 Part2\nx\n");
    write_text("d/crash/console-ramoops-0", "x");
    write_text("d/dmesg/deep/dmesg", "x");
    write_text("d/dmesg/kern.log", "x");
    write_text("d/var/log/messages", "x");
    record_walk(&record, "d");
    assert_paths(&record, "d/crash/dump.202611231000\nd/var/log/messages\nd/dmesg/kern.log\n"
                          "d/crash/console-ramoops-0\nd/crash/dmesg.202611231000\n"
                          "d/dmesg/deep/dmesg\nd/crash/dmesg-efi-176722560001001\n");
    record_free(&record);
}

static void names_of_one_log_are_ordered_by_age(void **state)
{
    (void)state;
    static const char *const ordered[] = {
        "kern.log.2.gz",
        "kern.log.1",
        "kern.log",
        "messages-2025-12-31.xz",
        "messages-2026-01-01",
        "messages",
        "system@0006495a1b2c3d4e-0123456789abcdef.journal~",
        "system@ffffffffffffffffffffffffffffffff-0000000000000001-0006495a1b2c3d4f.journal",
        "system@00000000000000000000000000000000-0000000000000002-0006495a1b2c3d50.journal",
        "system.journal",
    };
    size_t count = sizeof ordered / sizeof *ordered;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            assert_int_equal((names_compare(ordered[i], ordered[j]) > 0) -
                                 (names_compare(ordered[i], ordered[j]) < 0),
                             (i > j) - (i < j));
}

/* One log in each row, oldest first; apart from each other. */
static void names_tell_the_log_and_the_age(void **state)
{
    (void)state;
    static const char *const logs[][6] = {
        {"l/kern-20261031.log", "l/kern-20261106.log.gz", "l/kern.2.log", "l/kern.1.log",
         "l/kern.log"},
        {"n/messages-20261012.gz", "n/old/messages-20261019", "n/messages.1", "n/messages"},
        {"d/2026-11-05.log", "d/2026-11-06.log.xz"},
        {"d/web1-20261105.log", "d/web1-20261106.log"},
        {"d/web2.log-20261105", "d/web2-20261106.log", "d/web2.log"},
        {"d/20261105/kern.log", "d/20261106/kern.log", "d/kern.log"},
        {"y/2026/10/31/kern.log", "y/2026/11/01/kern.log.gz", "y/kern.log"},
        {"t/2026-10-31/web1/kern.log", "t/2026-11-01/web1/kern.log.gz"},
        {"t/2026-10-31/web2/kern.log", "t/2026-11-01/web2/kern.log"},
        {"t/2026/10/31/lab/web1/kern.log", "t/2026/11/01/lab/web1/kern.log"},
        {"t/2026-10-31/web3/messages.1", "t/2026-10-31/web3/messages",
         "t/2026-11-01/web3/messages.1"},
        {"m/Sep/kern.log", "m/October/kern.log", "m/Nov/kern.log", "m/kern.log"},
        {"c.tar:archive/syslog.2", "c.tar:archive/syslog.1", "c.tar:syslog"},
        {"h/10.0.0.5.log"},
        {"h/10.0.0.6.log"},
        {"h/case-12345678.log"}, /* no date has a month 56 */
        {"h/case-12345679.log"},
        {"h/older/kern.log.1"},
        {"h/kern.log"},
        {"k/20261305/kern.log"},
        {"k/20261405/kern.log"},
    };
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
        for (size_t j = 0; j < 6 && logs[i][j]; j++)
            for (size_t k = 0; k < sizeof logs / sizeof *logs; k++)
                for (size_t l = 0; l < 6 && logs[k][l]; l++) {
                    const char *a = logs[i][j], *b = logs[k][l];
                    assert_int_equal(names_are_of_one_log(a, b), i == k);
                    if (i == k)
                        assert_int_equal((names_compare(a, b) > 0) - (names_compare(a, b) < 0),
                                         (j > l) - (j < l));
                }
}

static void one_log_goes_on_in_the_next_file(void **state)
{
    (void)state;
    static const char *const given[] = {
        "l/kern.log",          "l/old/kern.log.1",     "l/old/kern.log.3",
        "d/20261106/a.log",    "d/20261105/a.log",     "d/20261105/b.log",
        "w/web1-20261105.log", "w/web2-20261105.log",  "w/web1-20261106.log",
        "w/web2-20261107.log", "c/20261105/w/k.log.3", "c/20261105/w/k.log.1",
        "c/20261105/w/k.log",
    };
    struct names names = {0};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        names_add(&names, given[i]);
    names_sort(&names);
    assert_string_equal(names_next(&names, "l/old/kern.log.1"), "l/kern.log");
    assert_null(names_next(&names, "l/old/kern.log.3")); /* the second is not there */
    assert_null(names_next(&names, "l/kern.log"));
    assert_string_equal(names_next(&names, "d/20261105/a.log"), "d/20261106/a.log");
    assert_null(names_next(&names, "d/20261105/b.log"));
    assert_string_equal(names_next(&names, "w/web1-20261105.log"), "w/web1-20261106.log");
    assert_string_equal(names_next(&names, "w/web2-20261105.log"), "w/web2-20261107.log");
    assert_null(names_next(&names, "w/web1-20261106.log"));
    assert_null(names_next(&names, "c/20261105/w/k.log.3"));
    assert_string_equal(names_next(&names, "c/20261105/w/k.log.1"), "c/20261105/w/k.log");
    names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(rotated_logs_come_oldest_first),
        in_room(what_was_in_the_ring_buffer_comes_last),
        in_room(names_of_one_log_are_ordered_by_age),
        in_room(names_tell_the_log_and_the_age),
        in_room(one_log_goes_on_in_the_next_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
