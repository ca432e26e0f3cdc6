/* Two machines that write into one file without a name: their clocks tell them apart, however their
 * lines take turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/stages_fixture.h"

/* Lines of both by turns: @p burst of the first, then as many of the second, and so on. */
static void say_by_turns(struct session *session, int burst, double first_s, double second_s)
{
    for (enum stage start = HEAD; start < STAGES; start += burst)
        for (int machine = 1; machine <= 2; machine++)
            for (enum stage stage = start; stage < STAGES && stage < start + (enum stage)burst;
                 stage++)
                say_stage(session, stage, machine,
                          (machine == 1 ? first_s : second_s) + 0.001 * stage, "");
}

static void check_both(void **state, int burst, double first_s, double second_s)
{
    struct session *session = *state;
    say_by_turns(session, burst, first_s, second_s);
    assert_int_equal(session_finish(session), 2);
    check_report(session->incidents[0], 1);
    check_report(session->incidents[1], 2);
    /* whether all lines are its own is said to be uncertain */
    assert_false(session->incidents[0]->is_complete);
}

static void test_clock__machines_far_apart(void **state)
{
    check_both(state, 1, 20148497, 3.7);
}

static void test_clock__the_earlier_first(void **state)
{
    check_both(state, 1, 3.7, 20148497);
}

static void test_clock__machines_booted_within_seconds(void **state)
{
    check_both(state, 1, 3.7, 6.4);
}

static void test_clock__bursts(void **state)
{
    check_both(state, 3, 500, 3.7);
}

static void test_clock__many_reports_of_each(void **state)
{
    struct session *session = *state;
    for (int i = 0; i < 10; i++)
        say_by_turns(session, 2, 900 + i, 30 + i);
    assert_int_equal(session_finish(session), 20);
    for (size_t i = 0; i < 20; i++)
        check_report(session->incidents[i], i % 2 ? 2 : 1);
}

/* A machine that was booted again does not go on with what it said before. */
static void test_clock__that_goes_back_and_does_not_return_is_another_boot(void **state)
{
    struct session *session = *state;
    say_stage(session, HEAD, 1, 500, "");
    say_stage(session, CPU, 1, 500.1, "");
    for (int i = 0; i < 70; i++)
        say_stage(session, STAGES, 0, 3 + 0.001 * i, "");
    say_stage(session, KILL, 2, 500.2, "");
    assert_int_equal(session_finish(session), 2);
    assert_int_equal(session->incidents[0]->victims_count, 0);
}

static void test_clock__one_machine_is_not_called_two(void **state)
{
    struct session *session = *state;
    say_report(session, 1, 500);
    say_report(session, 2, 3);
    say_report(session, 3, 700);
    assert_int_equal(session_finish(session), 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < session->incidents[i]->missing_count; k++)
            assert_false(slice_equal(session->incidents[i]->missing[k], SLICE("interleaved")));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_clock__machines_far_apart),
        CASE(test_clock__the_earlier_first),
        CASE(test_clock__machines_booted_within_seconds),
        CASE(test_clock__bursts),
        CASE(test_clock__many_reports_of_each),
        CASE(test_clock__that_goes_back_and_does_not_return_is_another_boot),
        CASE(test_clock__one_machine_is_not_called_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
