#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "analyzer/repeats.h"

static struct repeat count(struct repeats *repeats, const char *path, struct event_time time)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->memcg.path = slice_from_string(path);
    incident->says_global_oom = !*path;
    incident->time = time;
    repeats_count(repeats, incident);
    struct repeat repeat = incident->repeat;
    incident_destroy(incident);
    return repeat;
}

static struct event_time kernel(int64_t us)
{
    return (struct event_time){.has_monotonic = true, .monotonic_us = us};
}

static struct event_time both(int64_t kernel_us, int64_t wall_us)
{
    return (struct event_time){
        .has_monotonic = true, .monotonic_us = kernel_us, .has_wall = true, .wall_us = wall_us};
}

static int setup(void **state)
{
    *state = repeats_create();
    return 0;
}

static int teardown(void **state)
{
    repeats_destroy(*state);
    return 0;
}

static void test_repeats__counts_one_limit_and_its_interval(void **state)
{
    count(*state, "/pod", kernel(10));
    count(*state, "/pod", kernel(30));
    struct repeat third = count(*state, "/pod", kernel(90));
    assert_int_equal(third.count.value, 3);
    assert_int_equal(third.span_us.value, 80);
    assert_int_equal(third.interval_us.value, 40);
    assert_int_equal(third.first.monotonic_us, 10);
    assert_int_equal(third.reboots.value, 0);
}

static int64_t count_in(struct repeats *repeats, const char *file, const char *host)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->host = slice_from_string(host);
    incident->says_global_oom = true;
    incident->source.path = slice_from_string(file);
    repeats_count(repeats, incident);
    int64_t ret = incident->repeat.count.value;
    incident_destroy(incident);
    return ret;
}

static void test_repeats__take_each_log_without_a_host_for_another_machine(void **state)
{
    assert_int_equal(count_in(*state, "logs/a.txt", ""), 1);
    assert_int_equal(count_in(*state, "logs/b.txt", ""), 1);
    assert_int_equal(count_in(*state, "more/a.txt", ""), 1);
    assert_int_equal(count_in(*state, "logs/a.txt", ""), 2);
    assert_int_equal(count_in(*state, "logs/kern.log.2.gz", ""), 1);
    assert_int_equal(count_in(*state, "logs/kern.log.1+kern.log", ""), 2);
    assert_int_equal(count_in(*state, "logs/kern.log", ""), 3);
    assert_int_equal(count_in(*state, "logs/old/kern.log.3", ""), 4);
    assert_int_equal(count_in(*state, "logs/vm.1.log", ""), 1);
    assert_int_equal(count_in(*state, "logs/vm.2.log", ""), 1);
    assert_int_equal(count_in(*state, "20261105/vm.log", ""), 1);
    assert_int_equal(count_in(*state, "20261106/vm.log", ""), 1);
    assert_int_equal(count_in(*state, "logs/a.txt", "web"), 1);
    assert_int_equal(count_in(*state, "logs/b.txt", "web"), 2);
}

/* By any of these names two customers' machines may call themselves. */
static void test_repeats__take_a_name_that_anyone_has_for_none(void **state)
{
    static const char *const names[] = {"localhost", "localhost.localdomain", "(none)"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(count_in(*state, "a/kern.log.1", names[i]), 2 * i + 1);
        assert_int_equal(count_in(*state, "a/kern.log", names[i]), 2 * i + 2);
        assert_int_equal(count_in(*state, "b/kern.log", names[i]), i + 1);
    }
    assert_int_equal(count_in(*state, "a/kern.log", "localhost2"), 1);
    assert_int_equal(count_in(*state, "b/kern.log", "localhost2"), 2);
}

static void test_repeats__leaves_the_interval_of_the_first_unknown(void **state)
{
    struct repeat first = count(*state, "/pod", kernel(10));
    assert_int_equal(first.count.value, 1);
    assert_false(first.interval_us.known);
    assert_false(first.clock_jump_us.known);
}

static void test_repeats__keeps_cgroups_apart(void **state)
{
    count(*state, "/a", kernel(10));
    assert_int_equal(count(*state, "/b", kernel(20)).count.value, 1);
    assert_int_equal(count(*state, "", kernel(30)).count.value, 1);
}

/* "Memory cgroup out of memory: Killed process 12 (x)" alone: of any cgroup. */
static void test_repeats__does_not_count_where_the_limit_is_nobodys(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct incident *incident = incident_create();
        struct victim victim = {.message = SLICE("Memory cgroup out of memory")};
        incident->kind = KIND_OOM_KILL;
        incident->victims = &victim;
        incident->victims_count = i < 2;
        repeats_count(*state, incident);
        assert_false(incident->repeat.count.known);
        incident_destroy(incident);
    }
    assert_int_equal(count(*state, "", kernel(10)).count.value, 1);
}

static struct repeat count_on(struct repeats *repeats, const char *host, const char *release,
                              int64_t failcnt)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->host = slice_from_string(host);
    incident->kernel = slice_from_string(release);
    incident->memcg.path = SLICE("/pod");
    incident->memcg.memory.failcnt = amount_of(failcnt, 0);
    repeats_count(repeats, incident);
    struct repeat repeat = incident->repeat;
    incident_destroy(incident);
    return repeat;
}

static void test_repeats__another_kernel_is_another_boot_or_machine(void **state)
{
    count_on(*state, "", "4.18.0", 9);
    assert_int_equal(count_on(*state, "", "", 10).count.value, 2);
    struct repeat other = count_on(*state, "", "3.10.0", 13416);
    assert_int_equal(other.count.value, 1);
    assert_false(other.hits.known);
    count_on(*state, "db1", "4.18.0", 9);
    struct repeat updated = count_on(*state, "db1", "5.10.0", 13416);
    assert_int_equal(updated.count.value, 2);
    assert_int_equal(updated.reboots.value, 1);
    assert_false(updated.hits.known);
}

static void test_repeats__sees_a_reboot_when_the_kernels_clock_goes_back(void **state)
{
    count(*state, "/pod", kernel(1000));
    struct repeat after = count(*state, "/pod", kernel(10));
    assert_int_equal(after.reboots.value, 1);
    assert_false(after.span_us.known); /* no clock spans the two boots */
}

static void test_repeats__takes_files_read_out_of_order_for_no_reboot(void **state)
{
    count(*state, "/pod", both(9000, 19000));
    assert_int_equal(count(*state, "/pod", both(1000, 11000)).reboots.value, 0);
}

static struct repeat count_at(struct repeats *repeats, const char *file, struct event_time time)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->host = SLICE("db1");
    incident->says_global_oom = true;
    incident->source.path = slice_from_string(file);
    incident->time = time;
    repeats_count(repeats, incident);
    struct repeat repeat = incident->repeat;
    incident_destroy(incident);
    return repeat;
}

static void test_repeats__counts_anew_what_may_come_before_the_first(void **state)
{
    count_at(*state, "Nov/kern.log", both(90, 1090));
    assert_int_equal(count_at(*state, "Nov/kern.log", both(95, 1095)).count.value, 2);
    struct repeat earlier = count_at(*state, "Sep/kern.log", both(10, 1010));
    assert_int_equal(earlier.count.value, 1);
    assert_int_equal(earlier.reboots.value, 0);
    assert_int_equal(earlier.first.wall_us, 1010);
    assert_int_equal(count_at(*state, "Sep/kern.log", both(20, 1020)).count.value, 2);
    struct repeat later = count_at(*state, "Oct/kern.log", both(5, 1050));
    assert_int_equal(later.count.value, 3);
    assert_int_equal(later.reboots.value, 1);
}

/* Times without a year: only within one log what stands behind came later. */
static void test_repeats__without_a_wall_clock_one_log_tells_of_a_reboot(void **state)
{
    count_at(*state, "log/kern.log", kernel(90));
    struct repeat other = count_at(*state, "more/kern.log", kernel(10));
    assert_int_equal(other.count.value, 1);
    assert_int_equal(other.reboots.value, 0);
    assert_int_equal(other.first.monotonic_us, 10);
    assert_int_equal(count_at(*state, "log/messages", kernel(20)).count.value, 2);
    count_at(*state, "log/old/messages-20261012", kernel(30));
    struct repeat same = count_at(*state, "log/messages", kernel(5));
    assert_int_equal(same.count.value, 4);
    assert_int_equal(same.reboots.value, 1);
    struct repeat older = count_at(*state, "log/messages.1", kernel(2)); /* of one log, too */
    assert_int_equal(older.count.value, 1);
    assert_int_equal(older.reboots.value, 0);
}

static void test_repeats__spans_a_reboot_by_the_wall_clock(void **state)
{
    count(*state, "/pod", both(1000, 5000));
    struct repeat after = count(*state, "/pod", both(10, 9000));
    assert_int_equal(after.span_us.value, 4000);
    assert_false(after.clock_jump_us.known);
}

static void test_repeats__sees_a_clock_that_was_set(void **state)
{
    count(*state, "/pod", both(1000, 5000));
    assert_int_equal(count(*state, "/pod", both(3000, 7000)).clock_jump_us.value, 0);
    assert_int_equal(count(*state, "/pod", both(4000, 3000)).clock_jump_us.value, -5000);
}

static void test_repeats__is_bounded_and_forgets_the_oldest_limit(void **state)
{
    for (int i = 0; i <= REPEATS_MAX; i++) {
        char path[24];
        snprintf(path, sizeof path, "/pod%d", i);
        count(*state, path, kernel(i));
    }
    assert_int_equal(count(*state, "/pod1", kernel(REPEATS_MAX + 1)).count.value, 2);
    assert_int_equal(count(*state, "/pod0", kernel(REPEATS_MAX + 2)).count.value, 1);
}

static struct repeat count_hits(struct repeats *repeats, int64_t us, int64_t memory, int64_t memsw)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->memcg.path = SLICE("/pod");
    incident->time = kernel(us);
    incident->memcg.memory.failcnt = amount_of(memory, 0);
    if (memsw >= 0)
        incident->memcg.memsw.failcnt = amount_of(memsw, 0);
    repeats_count(repeats, incident);
    struct repeat repeat = incident->repeat;
    incident_destroy(incident);
    return repeat;
}

static void test_repeats__failcnt_tells_how_often_the_limit_was_met(void **state)
{
    assert_false(count_hits(*state, 10, 811, -1).hits.known);
    struct repeat second = count_hits(*state, 40, 918402, -1);
    assert_int_equal(second.hits.value, 917591);
    assert_int_equal(second.since_us.value, 30);
    assert_int_equal(count_hits(*state, 50, 918402, -1).hits.value, 0);
    assert_false(count_hits(*state, 60, 5, -1).hits.known); /* another cgroup of that name */
    assert_false(count_hits(*state, 70, 6, 8).hits.known);  /* nothing to compare with */
    assert_int_equal(count_hits(*state, 80, 7, 18).hits.value, 11);
    assert_false(count_hits(*state, 2, 90, 900).hits.known); /* another boot */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_repeats__counts_one_limit_and_its_interval),
        CASE(test_repeats__take_each_log_without_a_host_for_another_machine),
        CASE(test_repeats__take_a_name_that_anyone_has_for_none),
        CASE(test_repeats__leaves_the_interval_of_the_first_unknown),
        CASE(test_repeats__keeps_cgroups_apart),
        CASE(test_repeats__does_not_count_where_the_limit_is_nobodys),
        CASE(test_repeats__another_kernel_is_another_boot_or_machine),
        CASE(test_repeats__sees_a_reboot_when_the_kernels_clock_goes_back),
        CASE(test_repeats__takes_files_read_out_of_order_for_no_reboot),
        CASE(test_repeats__counts_anew_what_may_come_before_the_first),
        CASE(test_repeats__without_a_wall_clock_one_log_tells_of_a_reboot),
        CASE(test_repeats__spans_a_reboot_by_the_wall_clock),
        CASE(test_repeats__sees_a_clock_that_was_set),
        CASE(test_repeats__is_bounded_and_forgets_the_oldest_limit),
        CASE(test_repeats__failcnt_tells_how_often_the_limit_was_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
