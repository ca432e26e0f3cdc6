/*
 * One line of a rule: keyword and what follows it.
 */
#ifndef WHYOOM_RULES_RULE_LINE_H
#define WHYOOM_RULES_RULE_LINE_H

#include "rules/rule_file.h"

struct rule_line {
    struct rule_list *list;
    struct rule *rule; /* that it belongs to */
    struct slice keyword, rest;
    struct place place; /* of the rest */
    int keyword_column;
};

/** Note a mistake where the rest of the line starts. */
#define LINE_MISTAKE(line, ...) mistakes_add((line)->list->mistakes, (line)->place, __VA_ARGS__)

/** Put what the line says into its rule, or note the mistake. */
void rule_line_take(struct rule_line *line);

#endif
