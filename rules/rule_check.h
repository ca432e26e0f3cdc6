/*
 * What only the whole shows: lines that a rule lacks, orders taken twice, rules that never get
 * their turn.
 */
#ifndef WHYOOM_RULES_RULE_CHECK_H
#define WHYOOM_RULES_RULE_CHECK_H

#include "rules/rule_file.h"

/** Check each rule of @p list by itself; mistakes go to the list's. */
void rule_check_each(const struct rule_list *list);

/** Check @p count rules that are tried one after another, in their order. */
void rule_check_sequence(struct mistakes *mistakes, struct rule *const *rules, size_t count);

#endif
