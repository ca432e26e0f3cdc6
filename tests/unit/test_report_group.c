/* memory.oom.group whose line "Tasks in ... are going to be killed" was lost: mm/oom_kill.c
 * oom_kill_process() kills the choice, then every member, the choice once more. */
#include "tests/unit/report_fixture.h"

#define HEAD(stamp)                                                                         \
    "[   " stamp "01] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "       \
    "oom_score_adj=0\n"                                                                     \
    "[   " stamp "02] memory: usage 65536kB, limit 65536kB, failcnt 19\n"                   \
    "[   " stamp "03] Memory cgroup stats for /box:\n"                                      \
    "[   " stamp "04] Tasks state (memory values in pages):\n"                              \
    "[   " stamp "05] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "     \
    "oom_score_adj name\n"                                                                  \
    "[   " stamp "06] [    145]     0   145    16500    16000   172032        3      0 a\n" \
    "[   " stamp "07] [    146]     0   146      500      400    45056        0      0 b\n" \
    "[   " stamp "08] [    147]     0   147      500      400    45056        0      0 c\n" \
    "[   " stamp "09] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"       \
    "mems_allowed=0,oom_memcg=/box,task_memcg=/box/in,task=java,pid=145,uid=0\n"
#define KILL(stamp, pid)                                                                       \
    "[   " stamp "] Memory cgroup out of memory: Killed process " pid " (a) total-vm:2000kB, " \
    "anon-rss:64kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0\n"
#define BARE_KILL(stamp, pid) \
    "[   " stamp "] Killed process " pid " (a) total-vm:2000kB, anon-rss:64kB, file-rss:0kB\n"
#define REAPER(stamp, pid)                                                                     \
    "[   " stamp "] oom_reaper: reaped process " pid " (a), now anon-rss:12kB, file-rss:0kB, " \
    "shmem-rss:0kB\n"

static void check(const char *text, size_t incidents, size_t victims)
{
    struct session *session = session_begin();
    session_say(session, text);
    size_t count = session_finish(session);
    if (count != incidents || session->incidents[0]->victims_count != victims)
        fail_msg("%zu incidents, the first of %zu victims: %s", count,
                 session->incidents[0]->victims_count, text);
    for (size_t i = 0; i < victims; i++)
        assert_int_equal(session->incidents[0]->victims[i].is_group_kill, i > 0);
    session_end(session);
}

static void test_group__who_dies_between_both_kills_of_the_choice_is_of_it(void **state)
{
    (void)state;
    check(HEAD("10.0000") KILL("10.000010", "145") KILL("10.000020", "146") KILL("10.000030", "147")
              KILL("10.000040", "145"),
          1, 3);
    /* the ring buffer kept no more */
    check(KILL("10.000010", "145") KILL("10.000020", "200") KILL("10.000030", "145"), 1, 2);
    /* 4.19 and 5.0 print a choice, and kill lines without its words */
    check("[   10.000001] Memory cgroup out of memory: Kill process 145 (a) score 9 or sacrifice "
          "child\n" BARE_KILL("10.000010", "145") BARE_KILL("10.000020", "146")
              BARE_KILL("10.000030", "145"),
          1, 2);
}

static void test_group__who_follows_the_second_kill_is_of_it_when_the_table_has_him(void **state)
{
    (void)state;
    const char *const first = HEAD("10.0000") KILL("10.000010", "145") KILL("10.000020", "145");
    char text[8192];
    snprintf(text, sizeof text, "%s%s%s", first, KILL("10.000030", "146"),
             KILL("10.000040", "147"));
    check(text, 1, 3);
    snprintf(text, sizeof text, "%s%s", first, KILL("10.000030", "999"));
    check(text, 2, 1);
    snprintf(text, sizeof text, "%s%s", first, KILL("12.000030", "146")); /* no more at once */
    check(text, 2, 1);
}

/* mm/oom_kill.c prints ten reports in five seconds, but every kill line. */
static void test_group__kill_lines_alone_are_kills_of_their_own(void **state)
{
    (void)state;
    check(HEAD("10.0000") KILL("10.000010", "145") KILL("10.000020", "146"), 2, 1);
    check(KILL("10.000010", "145") KILL("10.000020", "146") KILL("10.000030", "147"), 3, 1);
}

/* dmesg and kern.log in one file: the same lines with the same stamps. */
static void test_group__a_copy_proves_nothing(void **state)
{
    (void)state;
    const char *const two = KILL("10.000010", "145") KILL("10.000020", "146");
    char text[4096];
    snprintf(text, sizeof text, "%s%s", two, two);
    check(text, 2, 1);
}

/* As journalctl prints them: then the report itself must be there, and list who dies. */
static void test_group__without_stamps_the_table_tells(void **state)
{
    struct session *session = *state;
    struct slice rest = SLICE(HEAD("10.0000") KILL("10.000010", "145") KILL("10.000020", "146")
                                  KILL("10.000030", "999") KILL("10.000040", "145"));
    while (rest.length) {
        struct slice line = slice_cut(&rest, '\n');
        session_say_line(session, slice_skip(line, slice_find(line, SLICE("] ")) + 2));
    }
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(session->incidents[0]->victims_count, 2);
    assert_amount(session->incidents[1]->victims[0].pid, 999);
}

static void test_group__another_report_in_between_proves_nothing(void **state)
{
    (void)state;
    check(KILL("10.000005", "145") HEAD("10.0001") KILL("10.000150", "146")
              KILL("10.000160", "145"),
          2, 1);
}

static void test_group__what_the_reaper_says_of_a_member_is_kept(void **state)
{
    struct session *session = *state;
    session_say(session, HEAD("10.0000") KILL("10.000010", "145") KILL("10.000020", "146")
                             REAPER("10.000025", "146") KILL("10.000030", "145"));
    assert_int_equal(session_finish(session), 1);
    assert_int_equal(session->incidents[0]->victims_count, 2);
    assert_amount(session->incidents[0]->victims[1].pid, 146);
    assert_amount(session->incidents[0]->victims[1].reaped_anon_rss, KIB(12));
    assert_int_equal(session->incidents[0]->victims[1].cgroup.length,
                     0); /* of which it is not said */
}

/* More than are open at once. */
static void test_group__of_many_is_one(void **state)
{
    enum { MEMBERS = 40 };
    struct session *session = *state;
    session_say(session, HEAD("10.0000") KILL("10.000010", "145"));
    for (int i = 0; i < MEMBERS; i++) {
        char line[256];
        snprintf(line, sizeof line,
                 "[   10.0001%02d] Memory cgroup out of memory: Killed process %d (a) "
                 "total-vm:9kB, anon-rss:8kB, file-rss:1kB\n",
                 i, 300 + i);
        session_say(session, line);
    }
    session_say(session, KILL("10.000200", "145"));
    assert_int_equal(session_finish(session), 1);
    assert_int_equal(session->incidents[0]->victims_count, 1 + MEMBERS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_group__who_dies_between_both_kills_of_the_choice_is_of_it),
        CASE(test_group__who_follows_the_second_kill_is_of_it_when_the_table_has_him),
        CASE(test_group__kill_lines_alone_are_kills_of_their_own),
        CASE(test_group__a_copy_proves_nothing),
        CASE(test_group__without_stamps_the_table_tells),
        CASE(test_group__another_report_in_between_proves_nothing),
        CASE(test_group__what_the_reaper_says_of_a_member_is_kept),
        CASE(test_group__of_many_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
