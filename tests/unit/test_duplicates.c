#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "tests/unit/duplicates_fixture.h"

static bool add(struct duplicates *duplicates, struct seen_as as)
{
    bool is_new;
    struct incident *incident = make(as);
    duplicates_add(duplicates, incident, &is_new);
    incident_destroy(incident);
    return is_new;
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

/* Before its name was set a host calls itself localhost, as any other does. */
static void test_duplicates__takes_localhost_for_no_name(void **state)
{
    assert_true(add(*state, (struct seen_as){"localhost", 5000000, 0, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"web1", 5000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"web2", 5000000, 0, NULL, "java", 77}));
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

/* A report of one second: head at 5 s, kill line at 6 s; either may be missing. */
static struct incident *torn(const char *host, bool has_header, bool has_kill_line,
                             int64_t anon_rss)
{
    struct incident *incident =
        make((struct seen_as){host, has_header ? 5000000 : 6000000, 0, NULL,
                              has_header ? "java" : NULL, has_kill_line ? 77 : 0});
    incident->has_header = has_header;
    incident->is_complete = has_header && has_kill_line;
    if (has_kill_line) {
        incident->victims[0].total_vm = amount_of(9000, 0);
        incident->victims[0].anon_rss = amount_of(anon_rss, 0);
    }
    return incident;
}

static void test_duplicates__knows_a_copy_that_broke_off_before_its_kill_line(void **state)
{
    assert_true(add_torn(*state, torn("web1", true, true, 4096)));
    assert_false(add_torn(*state, torn("", true, false, 0)));
}

static void test_duplicates__knows_a_copy_that_lost_its_head(void **state)
{
    assert_true(add_torn(*state, torn("", false, true, 4096)));
    assert_false(add_torn(*state, torn("web1", true, true, 4096)));
}

/* A node problem detector's kill line behind klog's stamp, which is 1 s late. */
static struct incident *retold(int64_t wall_us, const char *printed)
{
    struct incident *incident = make((struct seen_as){NULL, 0, wall_us, printed, NULL, 77});
    incident->victims[0].total_vm = amount_of(9000, 0);
    incident->victims[0].anon_rss = amount_of(4096, 0);
    return incident;
}

static void test_duplicates__knows_a_kill_line_behind_another_stamp(void **state)
{
    struct incident *report = torn("web1", true, true, 4096);
    report->time.printed = SLICE("Mar 28 22:14:31");
    assert_true(add_torn(*state, report));
    assert_false(add_torn(*state, retold(0, "0328 22:14:32.900000")));
    assert_false(add_torn(*state, retold(1774736072000000, NULL)));
    assert_true(add_torn(*state, retold(0, "0328 22:17:32.900000"))); /* 181 s later */
    assert_true(add_torn(*state, retold(0, "0329 22:14:32.900000"))); /* the next day */
}

static void test_duplicates__keeps_two_whole_reports_of_one_victim_apart(void **state)
{
    struct incident *later = torn("web1", true, true, 4096);
    later->time.monotonic_us += 2000000; /* a victim that did not die is killed again */
    assert_true(add_torn(*state, torn("web1", true, true, 4096)));
    assert_true(add_torn(*state, later));
}

static void test_duplicates__keeps_headless_kills_with_other_figures_apart(void **state)
{
    assert_true(add_torn(*state, torn("web1", true, true, 4096)));
    assert_true(add_torn(*state, torn("", false, true, 8192)));
}

/* 1774736071 is 2026-03-28T22:14:31Z (date -d @1774736071). */
static void test_duplicates__joins_dresses_without_a_clock_in_common(void **state)
{
    assert_true(add_torn(*state, dressed(NULL, 5000000, 0, NULL, 4096))); /* dmesg */
    assert_false(add_torn(*state, dressed("web1", 0, 0, "Mar 28 22:14:31", 4096)));
    assert_false(add_torn(*state, dressed(NULL, 0, 0, "Sat Mar 28 22:14:31 2026", 4096)));
}

static void test_duplicates__joins_a_stamp_without_its_zone_with_one_in_utc(void **state)
{
    assert_true(add_torn(*state, dressed("web1", 5000000, 1774736071000000, NULL, 4096)));
    assert_false(add_torn(*state, dressed("web1", 0, 0, "Mar 29 00:14:31", 4096)));
    assert_false(add_torn(*state, dressed("web1", 0, 0, "Mar 29 03:59:31", 4096))); /* +05:45 */
}

/* Zones reach from -12:00 to +14:00: of two logs one day apart the clock at least is another. */
static void test_duplicates__keeps_one_clock_of_two_days_apart(void **state)
{
    assert_true(add_torn(*state, dressed("web1", 0, 0, "Mar 28 22:14:31", 4096)));
    assert_true(add_torn(*state, dressed("web1", 0, 0, "Mar 29 22:14:31", 4096)));
    assert_true(
        add_torn(*state, dressed("web1", 0, 1774736071000000 + 2 * 86400000000, NULL, 4096)));
}

/* The one kill line was cut off; the host's free pages go on from one kill to the next. */
static struct incident *cut(struct incident *whole, int64_t free_pages, bool is_cut)
{
    whole->host_memory.figure[MEM_FREE] = amount_of(free_pages, 0);
    whole->victims_count = !is_cut;
    incident_identify(whole);
    return whole;
}

static void
test_duplicates__knows_a_copy_that_broke_off_by_who_asked_and_what_was_free(void **state)
{
    assert_true(
        add_torn(*state, cut(dressed("web1", 0, 0, "Mar 28 22:14:31", 4096), 40960, false)));
    assert_false(add_torn(*state, cut(dressed("", 5000000, 0, NULL, 4096), 40960, true)));
    assert_true(add_torn(*state, cut(dressed("web1", 0, 0, "Mar 28 22:14:31", 4096), 45056, true)));
    assert_true(add_torn(*state, cut(dressed("web1", 0, 0, "Mar 28 22:14:33", 4096), 40960, true)));
    assert_true(add_torn(*state, cut(dressed("web2", 0, 0, "Mar 28 22:14:31", 4096), 40960, true)));
}

static struct incident *group_of(int64_t first, int64_t second)
{
    struct incident *incident = make((struct seen_as){"web1", 5000000, 0, NULL, "java", first});
    if (second)
        ARENA_PUSH(incident->arena, incident->victims, incident->victims_count)->pid =
            amount_of(second, 0);
    return incident;
}

static void test_duplicates__knows_a_group_of_which_a_copy_lacks_a_kill_line(void **state)
{
    assert_true(add_torn(*state, group_of(77, 0)));
    assert_false(add_torn(*state, group_of(77, 78)));
    assert_false(add_torn(*state, group_of(78, 0)));
    assert_true(add_torn(*state, group_of(79, 0)));
}

static void test_duplicates__keeps_dresses_apart_that_differ_in_a_second(void **state)
{
    assert_true(add_torn(*state, dressed("web1", 0, 0, "Mar 28 22:14:31", 4096)));
    assert_true(add_torn(*state, dressed("web1", 0, 0, "Sat Mar 28 22:14:32 2026", 4096)));
    assert_true(add_torn(*state, dressed("web1", 0, 1774736070000000, NULL, 4096)));
}

static void test_duplicates__keeps_dresses_of_two_hosts_apart(void **state)
{
    assert_true(add_torn(*state, dressed("web1", 5000000, 0, NULL, 4096)));
    assert_true(add_torn(*state, dressed("web2", 0, 0, "Mar 28 22:14:31", 4096)));
}

static void test_duplicates__keeps_dresses_with_other_figures_apart(void **state)
{
    assert_true(add_torn(*state, dressed(NULL, 5000000, 0, NULL, 4096)));
    assert_true(add_torn(*state, dressed("web1", 0, 0, "Mar 28 22:14:31", 8192)));
}

/* A report that killed nobody; without figures it is the words of its call trace alone. */
static bool add_text(struct duplicates *duplicates, struct seen_as as, const char *text,
                     bool has_figures)
{
    struct incident *incident = make(as);
    ARENA_PUSH(incident->arena, incident->lines, incident->lines_count)->text =
        slice_from_string(text);
    incident->memcg.memory.failcnt = has_figures ? amount_of(12, 0) : (struct amount){0};
    return add_torn(duplicates, incident);
}

static void test_duplicates__joins_dresses_of_a_report_without_a_victim(void **state)
{
    const struct seen_as rsyslog = {"web1", 0, 0, "Mar 28 22:14:31", "java", 0};
    const struct seen_as journal = {"web1", 5000000, 1774736071400000, NULL, "java", 0};
    assert_true(add_text(*state, rsyslog, "order:0", false));
    assert_false(add_text(*state, journal, "order:0", false));
    assert_false(add_text(*state, rsyslog, "order:0", false));
}

/* Three failures in a row say the same; the log without the kernel's clock has one of them. */
static void test_duplicates__a_copy_joins_no_storm_to_one(void **state)
{
    const struct seen_as rsyslog = {"web1", 0, 0, "Mar 28 22:14:31", "java", 0};
    assert_true(add_text(*state, rsyslog, "order:0", true));
    for (int64_t us = 5000000; us < 5000003; us++)
        assert_int_equal(us > 5000000,
                         add_text(*state,
                                  (struct seen_as){"web1", us, 1774736071400000, NULL, "java", 0},
                                  "order:0", true));
}

static void test_duplicates__keeps_reports_without_a_victim_apart(void **state)
{
    const struct seen_as rsyslog = {"web1", 0, 0, "Mar 28 22:14:31", "java", 0};
    assert_true(add_text(*state, rsyslog, "order:0", false));
    assert_true(add_text(*state,
                         (struct seen_as){"web1", 5000000, 1774736072000000, NULL, "java", 0},
                         "order:0", false)); /* another second */
    assert_true(add_text(*state,
                         (struct seen_as){"web1", 5100000, 1774736071000000, NULL, "java", 0},
                         "order:1", false));
    assert_true(add_text(*state,
                         (struct seen_as){"web2", 5200000, 1774736071000000, NULL, "java", 0},
                         "order:0", false));
    assert_true(add_text(*state, (struct seen_as){"web1", 0, 0, "Mar 29 22:29:31", "java", 0},
                         "order:0", false)); /* the same second of another quarter */
}

/* /var/log/messages of three failures within a second, as one file and as two copies of it. */
static void test_duplicates__free_pages_tell_a_storm_apart_that_only_a_date_tells(void **state)
{
    for (int copy = 0; copy < 2; copy++)
        for (int64_t pages = 1000; pages < 1003; pages++) {
            struct incident *incident =
                make((struct seen_as){"web1", 0, 0, "Mar 28 22:14:31", "java", 0});
            incident->host_memory.figure[MEM_FREE] = amount_of(pages * 4096, 0);
            incident_identify(incident);
            assert_int_equal(copy == 0, add_torn(*state, incident));
        }
}

/* What the state carries from one run to the next. */
static struct duplicates *carried(struct duplicates *before)
{
    struct duplicates *after = duplicates_create();
    char *lines = NULL, *rest = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&lines, &length);
    duplicates_save(before, out);
    fclose(out);
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        json_t *object = json_loads(line, 0, NULL);
        assert_true(duplicates_load(after, json_object_get(object, "seen")));
        json_decref(object);
    }
    free(lines);
    duplicates_destroy(before);
    return after;
}

static void test_duplicates__figures_tell_a_storm_apart_in_the_next_run_too(void **state)
{
    for (int copy = 0; copy < 2; copy++)
        for (int64_t count = 1; count < 7; count++) {
            struct incident *incident = make(
                (struct seen_as){"web1", 0, 0, "Mar 28 22:14:31", count < 4 ? "java" : "node", 0});
            if (count < 4)
                incident->memcg.memory.failcnt = amount_of(count, 0);
            else
                incident->host_memory.figure[MEM_FREE] = amount_of(count * 4096, 0);
            incident_identify(incident);
            assert_int_equal(copy == 0, add_torn(*state, incident));
            *state = carried(*state);
        }
}

static void test_duplicates__only_figures_join_what_has_no_clock_in_common(void **state)
{
    const struct seen_as rsyslog = {"web1", 0, 0, "Mar 28 22:14:31", "java", 0};
    assert_true(add_text(*state, rsyslog, "failcnt 12", true));
    assert_false(
        add_text(*state, (struct seen_as){NULL, 5000000, 0, NULL, "java", 0}, "failcnt 12", true));
    assert_true(add_text(*state, (struct seen_as){"web1", 0, 0, "Mar 28 22:14:32", "java", 0},
                         "order:0", false));
    assert_true(
        add_text(*state, (struct seen_as){NULL, 6000000, 0, NULL, "java", 0}, "order:0", false));
}

/* What joins two may come first, last or between: dmesg has the kernel's clock alone. */
static void test_duplicates__a_copy_tells_of_an_entry_what_it_did_not_say(void **state)
{
    assert_true(add_torn(*state, dressed(NULL, 5000000, 0, NULL, 4096)));
    assert_false(add_torn(*state, dressed("web1", 5000000, 1774736071000000, NULL, 4096)));
    assert_false(add_torn(*state, dressed("web1", 0, 1774736071000000, NULL, 4096)));
    assert_true(add_torn(*state, dressed("web2", 5000000, 0, NULL, 4096)));
    assert_true(add_torn(*state, dressed("web1", 0, 1774736099000000, NULL, 4096)));
}

/* rsyslog strips the domain, journald does not. */
static void test_duplicates__a_name_without_its_domain_is_the_same_machine(void **state)
{
    assert_true(add(*state, (struct seen_as){"db7", 5000000, 0, NULL, "java", 77}));
    assert_false(add(*state, (struct seen_as){"DB7.example.com", 5000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"db7.example.org", 5000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"db8", 5000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"10.0.0.1", 6000000, 0, NULL, "java", 77}));
    assert_true(add(*state, (struct seen_as){"10.0.0.2", 6000000, 0, NULL, "java", 77}));
}

/* dmesg -T adds the kernel's clock, which stands still while the machine sleeps, to the boot. */
static void test_duplicates__dmesgs_reckoned_clock_may_be_off(void **state)
{
    struct incident *reckoned = dressed(NULL, 0, 0, "Sat Mar 28 22:13:01 2026", 4096);
    reckoned->time.wall_source = WALL_DMESG_T;
    assert_true(add_torn(*state, dressed("web1", 5000000, 1774736071000000, NULL, 4096)));
    assert_false(add_torn(*state, reckoned));
    reckoned = dressed(NULL, 0, 0, "Sat Mar 28 22:13:02 2026", 8192); /* another's figures */
    reckoned->time.wall_source = WALL_DMESG_T;
    assert_true(add_torn(*state, reckoned));
}

static void test_duplicates__grades_a_whole_report_above_a_torn_one(void **state)
{
    (void)state;
    struct incident *whole = torn("web1", true, true, 4096), *rest = torn("", false, true, 4096);
    whole->has_kill_line = rest->has_kill_line = true;
    assert_true(incident_grade(whole) > incident_grade(rest));
    incident_destroy(whole);
    incident_destroy(rest);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_duplicates__knows_a_report_again),
        CASE(test_duplicates__joins_dmesg_with_kern_log),
        CASE(test_duplicates__joins_dmesg_with_kern_log_in_the_other_order),
        CASE(test_duplicates__keeps_two_hosts_apart),
        CASE(test_duplicates__takes_localhost_for_no_name),
        CASE(test_duplicates__keeps_a_storm_within_one_second_apart),
        CASE(test_duplicates__keeps_two_victims_apart),
        CASE(test_duplicates__trusts_the_kernels_clock_over_the_collectors),
        CASE(test_duplicates__joins_by_the_wall_clock_when_one_lacks_the_kernels),
        CASE(test_duplicates__knows_a_copy_that_broke_off_before_its_kill_line),
        CASE(test_duplicates__knows_a_copy_that_lost_its_head),
        CASE(test_duplicates__knows_a_kill_line_behind_another_stamp),
        CASE(test_duplicates__keeps_two_whole_reports_of_one_victim_apart),
        CASE(test_duplicates__keeps_headless_kills_with_other_figures_apart),
        CASE(test_duplicates__joins_dresses_without_a_clock_in_common),
        CASE(test_duplicates__joins_a_stamp_without_its_zone_with_one_in_utc),
        CASE(test_duplicates__keeps_one_clock_of_two_days_apart),
        CASE(test_duplicates__knows_a_copy_that_broke_off_by_who_asked_and_what_was_free),
        CASE(test_duplicates__knows_a_group_of_which_a_copy_lacks_a_kill_line),
        CASE(test_duplicates__keeps_dresses_apart_that_differ_in_a_second),
        CASE(test_duplicates__keeps_dresses_of_two_hosts_apart),
        CASE(test_duplicates__keeps_dresses_with_other_figures_apart),
        CASE(test_duplicates__joins_dresses_of_a_report_without_a_victim),
        CASE(test_duplicates__a_copy_joins_no_storm_to_one),
        CASE(test_duplicates__keeps_reports_without_a_victim_apart),
        CASE(test_duplicates__free_pages_tell_a_storm_apart_that_only_a_date_tells),
        CASE(test_duplicates__figures_tell_a_storm_apart_in_the_next_run_too),
        CASE(test_duplicates__only_figures_join_what_has_no_clock_in_common),
        CASE(test_duplicates__a_copy_tells_of_an_entry_what_it_did_not_say),
        CASE(test_duplicates__a_name_without_its_domain_is_the_same_machine),
        CASE(test_duplicates__dmesgs_reckoned_clock_may_be_off),
        CASE(test_duplicates__grades_a_whole_report_above_a_torn_one),
        CASE(test_duplicates__gives_the_earlier_entry_back),
        CASE(test_duplicates__forgets_the_oldest_beyond_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
