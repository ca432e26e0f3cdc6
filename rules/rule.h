/*
 * The rules: text files that decide and explain, and the engine that loads, checks and evaluates
 * them.
 *
 * rules/README.md is the language on one page. A rule set is built once (the compiled-in rules,
 * then those of --rules DIR, which add or override by name), is read-only afterwards and may serve
 * any number of threads.
 */
#ifndef WHYOOM_RULES_RULE_H
#define WHYOOM_RULES_RULE_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/incident.h"

struct rule_set;

/**
 * Load the compiled-in rules and, when @p directory is not NULL, its *.rule files over them.
 * @return NULL, or ERROR_INPUT whose message holds one "file:line:column: what, did you mean" line
 * per mistake
 */
struct error *rule_set_create(const char *directory, struct rule_set **ret)
    __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void rule_set_destroy(struct rule_set *rules);

/**
 * Judge @p incident (already analyzed): scope, limit, charge path, dominant, class, also,
 * confidence, missing, summary, findings, each with evidence. Slices that it leaves in the incident
 * point into the incident's arena or into @p rules, which must outlive it.
 * @param with_trace  record every predicate in incident->trace as well (--why)
 */
void rule_set_judge(const struct rule_set *rules, struct incident *incident, bool with_trace);

/** `whyoom rules list`: name, what it decides or says, one line each. */
void rule_set_list(const struct rule_set *rules, FILE *out);

/** `whyoom rules show NAME`: the rule's text as written; ERROR_USAGE with "did you mean" when there
 * is none. */
struct error *rule_set_show(const struct rule_set *rules, struct slice name, FILE *out)
    __attribute__((warn_unused_result));

/** `whyoom rules check PATH`: parse and type-check a file or directory; ERROR_INPUT as
 * rule_set_create(). */
struct error *rule_check(const char *path) __attribute__((warn_unused_result));

/** The same for a text in memory, called @p name in the messages. */
struct error *rule_check_text(const char *name, struct slice text)
    __attribute__((warn_unused_result));

/** A file that a rule must fire on (example) or stay silent on (counter). */
struct rule_case {
    struct slice rule;
    struct slice path; /* as written, relative to the project's root */
    bool must_fire;
};

/** Every example and counter-example of the set, in order; for `whyoom rules test`. */
const struct rule_case *rule_set_cases(const struct rule_set *rules, size_t *count);

/** Did the rule @p name fire on @p incident (a finding of that name, or a decision that it took)?
 */
bool rule_fired(const struct incident *incident, struct slice name);

#endif
