/*
 * Evaluate conditions and values against one incident, in three-valued logic: yes, no, unknown.
 *
 * As with SQL's NULL, what is compared with an unknown is unknown; "unknown and no" is no, "unknown
 * or yes" is yes, "not unknown" is unknown. Each predicate that is evaluated leaves a step in the
 * trace when one is wanted; the explanation is printed from these.
 */
#ifndef WHYOOM_RULES_EVALUATION_H
#define WHYOOM_RULES_EVALUATION_H

#include "rules/expression.h"

/** One judgement of one incident: what was read is read once. */
struct evaluation {
    struct incident *incident;
    struct fact *facts;     /* by index in fact_all() */
    struct slice *printed;  /* likewise; empty: not yet */
    unsigned char *is_read; /* likewise */
    const struct fact_definition *definitions;
    size_t definitions_count;
    bool has_trace;
    struct slice rule; /* whose steps are recorded */
};

void evaluation_init(struct evaluation *evaluation, struct incident *incident, bool has_trace);
void evaluation_deinit(struct evaluation *evaluation);

/** Forget what was read: a decision has changed what facts say. */
void evaluation_forget(struct evaluation *evaluation);

enum outcome condition_outcome(struct evaluation *evaluation, const struct expression *condition);

struct fact value_of(struct evaluation *evaluation, const struct expression *value);

/** The value for people, "34.0 of 36.0 GiB" for "out of"; empty when it is unknown. */
struct slice value_print(struct evaluation *evaluation, const struct expression *value);

/** A fact for people, "unknown" included; one that was read for this evaluation is printed once. */
struct slice evaluation_print(struct evaluation *evaluation, const struct fact *fact);

/** Put a step into the trace, when there is one. */
void evaluation_record(struct evaluation *evaluation, struct trace_step step);

/** Call @p visit for every fact (NULL set) and every set hit that @p expression asks for, in the
 * order of the text. */
typedef void fact_visit(void *context, struct slice name, const struct fact *fact);
void expression_visit_facts(struct evaluation *evaluation, const struct expression *expression,
                            fact_visit *visit, void *context);

#endif
