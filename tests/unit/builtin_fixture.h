/*
 * The compiled-in rules, loaded once for all cases of a program. Include it first, as
 * rule_fixture.h.
 */
#ifndef WHYOOM_TESTS_BUILTIN_FIXTURE_H
#define WHYOOM_TESTS_BUILTIN_FIXTURE_H

#include "tests/unit/rule_fixture.h"

static struct rule_set *rules;

static inline int load(void **state)
{
    (void)state;
    struct error *error = rule_set_create(NULL, &rules);
    if (error)
        print_error("%s\n", error_message(error));
    return error != NULL;
}

static inline int unload(void **state)
{
    (void)state;
    rule_set_destroy(rules);
    return 0;
}

#endif
