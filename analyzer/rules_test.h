/*
 * `whyoom rules test`: every example fires, every counter-example stays silent, and every rule runs
 * on every sample.
 */
#ifndef WHYOOM_RULES_TEST_H
#define WHYOOM_RULES_TEST_H

#include <stdio.h>

#include "rules/rule.h"

/** Is any log of the cases below the working directory? Without one no case can hold. */
bool rules_test_is_possible(const struct rule_set *rules);

/**
 * Run the cases of @p rules and all of samples/ (below the working directory, as the paths in the
 * rules are), and tell in TAP on @p out.
 * @return how many failed
 */
size_t rules_test(const struct rule_set *rules, FILE *out);

#endif
