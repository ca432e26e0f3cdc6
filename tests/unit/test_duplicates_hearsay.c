/* analyzer/duplicates.h: what others than the kernel tell of its kills. */
#include "tests/unit/duplicates_fixture.h"

/* kubelet/oom/oom_watcher_linux.go reads the kill in /dev/kmsg, and tells pid and name of it. */
static bool add_heard(struct duplicates *duplicates, struct seen_as as, bool is_heard)
{
    struct incident *incident = make(as);
    if (is_heard)
        incident->victims[0].message = SLICE("System OOM encountered");
    incident->has_header = !is_heard;
    return add_torn(duplicates, incident);
}

static void test_duplicates_hearsay__joins_what_kubelet_heard_of_a_kill(void **state)
{
    assert_true(add_heard(*state, (struct seen_as){"n1", 5000000, 0, "Apr  2 08:15:10", "java", 77},
                          false));
    assert_false(add_heard(*state, (struct seen_as){"n1", 0, 0, "0402 08:16:02.1", "", 77}, true));
    assert_false(add_heard(*state, (struct seen_as){"", 0, 0, NULL, "", 77}, true)); /* kubectl */
    assert_true(add_heard(*state, (struct seen_as){"n1", 0, 0, "0402 08:19:02.1", "", 77}, true));
    assert_true(add_heard(*state, (struct seen_as){"n2", 0, 0, "0402 08:15:11.1", "", 77}, true));
    assert_true(add_heard(*state, (struct seen_as){"n1", 0, 0, "0402 08:15:11.1", "", 78}, true));
}

static void
test_duplicates_hearsay__a_report_behind_what_kubelet_heard_is_known_by_its_own(void **state)
{
    const struct seen_as report = {"n1", 5000000, 0, "Apr  2 08:15:10", "java", 77};
    assert_true(add_heard(*state, (struct seen_as){"n1", 0, 0, "0402 08:15:11.1", "", 77}, true));
    assert_false(add_heard(*state, report, false));
    assert_false(add_heard(*state, report, false));
    assert_true(add_heard(*state, (struct seen_as){"n1", 6000000, 0, NULL, "java", 77}, false));
}

/* systemd src/core/unit.c unit_check_oom(): PID 1 finds the count of kills risen; its line stands
 * in daemon.log, the kernel's in kern.log. */
static bool add_told(struct duplicates *duplicates, const char *host, const char *printed,
                     const char *unit)
{
    struct incident *incident = make((struct seen_as){host, 0, 0, printed, "", 0});
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    victim->unit = slice_from_string(unit);
    victim->message = SLICE("A process of this unit has been killed by the OOM killer");
    return add_torn(duplicates, incident);
}

static bool add_in(struct duplicates *duplicates, struct seen_as as, const char *path)
{
    struct incident *incident = make(as);
    incident->memcg.victim_path = slice_from_string(path);
    incident->has_header = true;
    return add_torn(duplicates, incident);
}

static void test_duplicates_hearsay__joins_what_pid_1_tells_of_a_kill(void **state)
{
    const char *path = "/system.slice/app.service/worker.service";
    struct seen_as report = {"n1", 5000000, 0, "Apr  2 08:15:59", "java", 77};
    assert_true(add_in(*state, report, path));
    assert_false(add_told(*state, "n1", "Apr  2 08:15:59", "app.service"));
    assert_false(add_told(*state, "n1", "Apr  2 08:16:59", "app.service"));
    assert_true(add_told(*state, "n1", "Apr  2 08:18:00", "app.service"));
    assert_true(add_told(*state, "n1", "Apr  3 08:15:59", "app.service"));
    assert_true(add_told(*state, "n2", "Apr  2 08:16:00", "app.service"));
    assert_true(add_told(*state, "n1", "Apr  2 08:16:00", "worker.service"));
    assert_true(add_told(*state, "n1", NULL, "app.service"));
}

static void test_duplicates_hearsay__what_pid_1_tells_is_no_other_victim(void **state)
{
    struct incident *report = dressed("n1", 0, 0, "Apr  2 08:15:59", 4096);
    report->memcg.victim_path = SLICE("/system.slice/app.service");
    assert_true(add_torn(*state, report));
    assert_false(add_told(*state, "n1", "Apr  2 08:15:59", "app.service"));
    assert_false(add_torn(*state, dressed("", 5000000, 0, NULL, 4096)));
}

static void
test_duplicates_hearsay__a_report_behind_what_pid_1_told_is_known_by_its_own(void **state)
{
    const char *path = "/user.slice/user-7.slice/user@7.service/app.slice/run-1.scope";
    struct seen_as report = {"n1", 5000000, 0, "Apr  2 08:16:01", "java", 77};
    assert_true(add_told(*state, "n1", "Apr  2 08:16:02", "run-1.scope"));
    assert_false(add_in(*state, report, path));
    assert_false(add_in(*state, (struct seen_as){"", 5000000, 0, NULL, "java", 77}, path));
    assert_false(add_told(*state, "n1", "Apr  2 08:16:03", "run-1.scope"));
    assert_true(
        add_in(*state, (struct seen_as){"n1", 9000000, 0, "Apr  2 08:16:05", "java", 78}, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_duplicates_hearsay__joins_what_kubelet_heard_of_a_kill),
        CASE(test_duplicates_hearsay__a_report_behind_what_kubelet_heard_is_known_by_its_own),
        CASE(test_duplicates_hearsay__joins_what_pid_1_tells_of_a_kill),
        CASE(test_duplicates_hearsay__what_pid_1_tells_is_no_other_victim),
        CASE(test_duplicates_hearsay__a_report_behind_what_pid_1_told_is_known_by_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
