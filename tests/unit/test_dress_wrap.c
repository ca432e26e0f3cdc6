/* Lines that a mailer or a terminal cut, whose pieces say little of it themselves. */
#include "tests/unit/dress_fixture.h"

/* A mailer cuts at blanks alone: a cgroup's path stays whole, and what is behind it goes below. */
static void test_dress_wrap__a_word_longer_than_the_width_stands_on_its_own(void **state)
{
    (void)state;
    struct seen *seen = SEEN(
        "[20148402.291616] java invoked oom-killer:\n"
        "gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), order=0,\n"
        "oom_score_adj=916\n"
        "[20148402.293103] CPU: 14 PID: 48975 Comm: java Kdump: loaded Tainted: G\n"
        "W  O  K  --------- -  - 4.18.0-147.mt20200626.413.el8_1.x86_64 #1\n"
        "[20148402.294435] Hardware name: Dell Inc. PowerEdge R7415/065PKD, BIOS\n"
        "1.15.0 09/11/2020\n"
        "[20148402.322046] Memory cgroup stats for\n"
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podd63c4bbe_5f18_11ec.slice/"
        "docker-083afd1a06b8b612.scope:\n"
        "cache:27747820KB rss:4233580KB\n"
        "[20148402.322047] Tasks state\n");
    assert_int_equal(seen->count, 5);
    assert_text(3, "Memory cgroup stats for "
                   "/kubepods.slice/kubepods-burstable.slice/"
                   "kubepods-burstable-podd63c4bbe_5f18_11ec.slice/docker-083afd1a06b8b612.scope: "
                   "cache:27747820KB rss:4233580KB");
    assert_text(4, "Tasks state");
    seen_destroy(seen);
}

/* As long as the others, whose column it shares, only with the bracket that copying lost. */
static void test_dress_wrap__the_first_line_is_cut_where_the_others_are(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("5193605.000001] Task in /kubepods killed as a result of limit of /kubepo\n"
             "ds/pod951f6bc5\n"
             "[5193605.000002] Memory cgroup stats for /kubepods/pod951f6bc5: cache:507\n"
             "172KB rss:448KB\n"
             "[5193605.000003] Memory cgroup out of memory: Kill process 62685 (bash) s\n"
             "core 0 or sacrifice child\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "Task in /kubepods killed as a result of limit of /kubepods/pod951f6bc5");
    assert_int_equal(seen->messages[0].time.monotonic_us, 5193605000001);
    assert_text(1, "Memory cgroup stats for /kubepods/pod951f6bc5: cache:507172KB rss:448KB");
    seen_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_wrap__a_word_longer_than_the_width_stands_on_its_own),
        cmocka_unit_test(test_dress_wrap__the_first_line_is_cut_where_the_others_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
