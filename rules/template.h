/*
 * Sentences with facts in them: "{memcg.stat.shmem} of {memcg.memory.usage}[ in {memcg.path}]".
 *
 *   {value}             the value for people: "26.7 GiB", "86 %"; any value of expression.h
 *   {count|one|many}    the count with the word that fits: "1 task", "3 tasks"
 *   [ ... ]             vanishes when a fact inside is unknown
 *   [ a | b ]           the first alternative whose facts are all known, or nothing
 *   [if scope is memcg: a | b]   an alternative with a condition
 *   \{ \} \[ \] \| \\   the character itself
 *
 * A sentence never has a hole: where a fact outside of brackets is unknown, there is no sentence.
 */
#ifndef WHYOOM_RULES_TEMPLATE_H
#define WHYOOM_RULES_TEMPLATE_H

#include "rules/evaluation.h"

struct template;

/** Parse one line of a template; NULL after a mistake. */
struct template *template_parse(const struct expression_source *source);

/** @p first, a blank, @p second; either may be NULL. */
struct template *template_join(struct template *first, struct template *second);

/**
 * Write the sentence into the incident's arena.
 * @return false when a fact that it needs is unknown
 */
bool template_render(struct evaluation *evaluation, const struct template *template,
                     struct slice *ret);

/** The facts that the sentence names, known or not. */
void template_visit_facts(struct evaluation *evaluation, const struct template *template,
                          fact_visit *visit, void *context);

/** The first value outside of brackets that is unknown: why there is no sentence; or NULL. */
const struct expression *template_unknown(struct evaluation *evaluation,
                                          const struct template *template);

#endif
