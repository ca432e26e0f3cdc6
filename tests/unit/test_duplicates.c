#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/duplicates.h"

struct seen_as {
    const char *host;
    int64_t kernel_us, wall_us; /* 0: none */
    const char *printed;
    const char *comm;
    int64_t victim; /* 0: none */
};

static struct incident *make(struct seen_as as)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->host = slice_from_string(as.host);
    incident->trigger.comm = slice_from_string(as.comm);
    incident->time.has_monotonic = as.kernel_us;
    incident->time.monotonic_us = as.kernel_us;
    incident->time.has_wall = as.wall_us;
    incident->time.wall_us = as.wall_us;
    incident->time.printed = slice_from_string(as.printed);
    if (as.victim)
        ARENA_PUSH(incident->arena, incident->victims, incident->victims_count)->pid =
            amount_of(as.victim, 0);
    incident_identify(incident);
    return incident;
}

static bool add(struct duplicates *duplicates, struct seen_as as)
{
    bool is_new;
    struct incident *incident = make(as);
    duplicates_add(duplicates, incident, &is_new);
    incident_destroy(incident);
    return is_new;
}

static int setup(void **state)
{
    *state = duplicates_create();
    return 0;
}

static int teardown(void **state)
{
    duplicates_destroy(*state);
    return 0;
}

static void test_duplicates__knows_a_report_again(void **state)
{
    struct seen_as report = {"web1", 5000000, 0, "Mar 28 22:14:31", "java", 77};
    assert_true(add(*state, report));
    assert_false(add(*state, report));
}

static void test_duplicates__joins_dmesg_with_kern_log(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 5000000, 0, "Mar 28 22:14:31", "java", 77}));
    assert_false(add(*state, (struct seen_as){"", 5000000, 0, NULL, "java", 77}));
}

static void test_duplicates__joins_dmesg_with_kern_log_in_the_other_order(void **state)
{
    assert_true(add(*state, (struct seen_as){NULL, 5000000, 0, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"web1", 5000000, 0, NULL, "java", 77}));
}

static void test_duplicates__keeps_two_hosts_apart(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 5000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"web2", 5000000, 0, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"web2", 5000000, 0, NULL, "java", 77}));
}

static void test_duplicates__keeps_a_storm_within_one_second_apart(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 5000000, 0, "Mar 28 22:14:31", "java", 0}));
    assert_true(add(*state, (struct seen_as){"web1", 5000001, 0, "Mar 28 22:14:31", "java", 0}));
    assert_true(add(*state, (struct seen_as){"web1", 5000002, 0, "Mar 28 22:14:31", "java", 0}));
}

static void test_duplicates__keeps_two_victims_apart(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 0, 0, "Mar 28 22:14:31", "java", 77}));
    assert_true(add(*state, (struct seen_as){"web1", 0, 0, "Mar 28 22:14:31", "java", 78}));
}

static void test_duplicates__trusts_the_kernels_clock_over_the_collectors(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 5000000, 1774736071999999, NULL, "java", 77}));
    assert_false(
        add(*state, (struct seen_as){"web1", 5000000, 1774736072000001, NULL, "java", 77}));
}

static void test_duplicates__joins_by_the_wall_clock_when_one_lacks_the_kernels(void **state)
{
    assert_true(add(*state, (struct seen_as){"web1", 5000000, 1774736071000000, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"web1", 0, 1774736071000000, NULL, "java", 77}));
}

static void test_duplicates__gives_the_earlier_entry_back(void **state)
{
    bool is_new;
    struct incident *incident = make((struct seen_as){"web1", 1, 0, NULL, "java", 77});
    duplicates_add(*state, incident, &is_new)->number = 42;
    assert_int_equal(duplicates_add(*state, incident, &is_new)->number, 42);
    assert_false(is_new);
    incident_destroy(incident);
}

static void test_duplicates__forgets_the_oldest_beyond_its_bound(void **state)
{
    for (int64_t us = 1; us <= DUPLICATES_MAX + 1; us++)
        assert_true(add(*state, (struct seen_as){"web1", us, 0, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"web1", 2, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"web1", 1, 0, NULL, "java", 77}));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_duplicates__knows_a_report_again),
        CASE(test_duplicates__joins_dmesg_with_kern_log),
        CASE(test_duplicates__joins_dmesg_with_kern_log_in_the_other_order),
        CASE(test_duplicates__keeps_two_hosts_apart),
        CASE(test_duplicates__keeps_a_storm_within_one_second_apart),
        CASE(test_duplicates__keeps_two_victims_apart),
        CASE(test_duplicates__trusts_the_kernels_clock_over_the_collectors),
        CASE(test_duplicates__joins_by_the_wall_clock_when_one_lacks_the_kernels),
        CASE(test_duplicates__gives_the_earlier_entry_back),
        CASE(test_duplicates__forgets_the_oldest_beyond_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
