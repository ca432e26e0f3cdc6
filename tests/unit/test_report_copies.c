/* Lines of one report that a document shows twice. */
#include "tests/unit/report_fixture.h"

#define CHOICE "Out of memory: Kill process 17982 (java) score 77 or sacrifice child\n"
#define KILL                                                                               \
    "[   50.459642] Killed process 17982 (java) total-vm:19803312kB, anon-rss:2540308kB, " \
    "file-rss:0kB\n"

/* "grep -i kill messages", and below the whole of it from dmesg. */
static void test_copies__a_choice_that_grep_showed_first_is_no_other_kill(void **state)
{
    (void)state;
    struct session *session = session_begin();
    session->printed = "Jul 27 13:29:54";
    session_say(session, CHOICE);
    session->printed = "";
    session_say(session, "[   50.459165] 9275 total pagecache pages\n"
                         "[   50.459170] Total swap = 2097148kB\n"
                         "[   50.459581] " CHOICE KILL);
    report_reader_finish(session->reader);
    assert_int_equal(session->count, 1);
    const struct incident *incident = session->incidents[0];
    assert_amount(incident->host_memory.swap_total, KIB(2097148));
    assert_amount(incident->victims[0].anon_rss, KIB(2540308));
    for (size_t i = 0; i < incident->missing_count; i++)
        assert_false(slice_equal(incident->missing[i], SLICE("interleaved")));
    session_end(session);
}

static void test_copies__a_choice_of_another_moment_is_another(void **state)
{
    (void)state;
    struct session *session = session_begin();
    session_say(session, "[   40.459581] " CHOICE "[   50.459165] 9275 total pagecache pages\n"
                         "[   50.459581] " CHOICE KILL);
    report_reader_finish(session->reader);
    assert_int_equal(session->count, 2);
    session_end(session);
}

#define HEADER "[ 8.063890] main invoked oom-killer: gfp_mask=0x24000c0, order=0, oom_score_adj=0\n"
#define OWNER "Task in /docker/34 killed as a result of limit of /docker/34\n"
#define LIMIT "memory: usage 204800kB, limit 204800kB, failcnt 4563\n"
#define END                                                                                      \
    "[ 8.064125] Memory cgroup out of memory: Kill process 11344 (main) score 904 or sacrifice " \
    "child\n"                                                                                    \
    "[ 8.083306] Killed process 11344 (main) total-vm:390360kB, anon-rss:183712kB\n"

/* Two screens of tmux that overlap. */
static void test_copies__lines_printed_again_with_their_stamps_begin_no_report(void **state)
{
    (void)state;
    struct session *session = session_begin();
    session_say(session, HEADER "[ 8.063986] " OWNER "[ 8.063994] " LIMIT "[ 8.063986] " OWNER
                                "[ 8.063994] " LIMIT END);
    report_reader_finish(session->reader);
    assert_int_equal(session->count, 1);
    assert_true(session->incidents[0]->has_header);
    assert_true(session->incidents[0]->has_kill_line);
    session_end(session);
}

/* The same cgroup again: a CPU that prints its own report meanwhile has its own stamps. */
static void test_copies__the_same_words_at_a_later_time_are_another_report(void **state)
{
    (void)state;
    struct session *session = session_begin();
    session_say(session, HEADER "[ 8.063986] " OWNER "[ 8.063994] " LIMIT "[ 8.064001] " OWNER
                                "[ 8.064002] " LIMIT END);
    report_reader_finish(session->reader);
    assert_int_equal(session->count, 2);
    session_end(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies__a_choice_that_grep_showed_first_is_no_other_kill),
        cmocka_unit_test(test_copies__a_choice_of_another_moment_is_another),
        cmocka_unit_test(test_copies__lines_printed_again_with_their_stamps_begin_no_report),
        cmocka_unit_test(test_copies__the_same_words_at_a_later_time_are_another_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
