/*
 * One open report for each test case, to which lines are said: for the tests of the readers.
 */
#ifndef WHYOOM_TESTS_LINE_FIXTURE_H
#define WHYOOM_TESTS_LINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report_fixture.h"

static inline int begin_report(void **state)
{
    *state = report_begin();
    return 0;
}

static inline int end_report(void **state)
{
    report_end(*state);
    return 0;
}

static inline struct incident *incident_of(void **state)
{
    return ((struct report *)*state)->incident;
}

static inline const struct victim *only_victim(void **state)
{
    assert_int_equal(incident_of(state)->victims_count, 1);
    return &incident_of(state)->victims[0];
}

static inline void say(void **state, const char *line)
{
    if (!report_say(*state, line))
        fail_msg("no row reads \"%s\"", line);
}

static inline const struct victim *say_user_kill(void **state, const char *line,
                                                 struct slice killer)
{
    say(state, line);
    assert_int_equal(incident_of(state)->kind, KIND_USERSPACE_KILL);
    assert_true(slice_equal(incident_of(state)->killer, killer));
    return only_victim(state);
}

#endif
