/*
 * A rule set, ready to judge: the rules in the order in which they get their turn.
 */
#ifndef WHYOOM_RULES_RULE_SET_H
#define WHYOOM_RULES_RULE_SET_H

#include "rules/charge_path.h"

/** Rules that are tried one after another, or all of them. */
struct rule_sequence {
    struct rule **items;
    size_t count;
};

struct rule_set {
    struct arena *arena;
    struct rule_list all;                             /* replaced ones taken out */
    struct rule_sequence decisions[VOCABULARY_COUNT]; /* by order */
    struct rule_sequence summaries;                   /* by order */
    struct rule_sequence findings;                    /* heaviest first */
    struct rule_sequence also, missing;
    struct frame_index frames; /* of decisions[VOCABULARY_CHARGE_PATH] */
};

#endif
