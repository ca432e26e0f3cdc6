/*
 * A condition of the rule language by itself, for `--where EXPR`, and the list of facts that it may
 * ask.
 */
#ifndef WHYOOM_RULES_CONDITION_H
#define WHYOOM_RULES_CONDITION_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/incident.h"

struct condition;

/**
 * Parse "scope is memcg and memcg.stat.shmem >= 1 GiB". The text is copied.
 * @return NULL, or ERROR_USAGE naming the column and what was probably meant
 */
struct error *condition_create(const char *text, struct condition **ret)
    __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void condition_destroy(struct condition *condition);

/** Ask a judged incident; unknown when the evidence does not tell. Threads may share the condition,
 * not the incident. */
enum outcome condition_evaluate(const struct condition *condition, const struct incident *incident);

/** `whyoom rules facts`: every fact and every set: name, unit, what it is. */
void rule_print_facts(FILE *out);

#endif
