/*
 * The rule files that are compiled in: build/builtin_rules.c, written by rules/embed.sh.
 */
#ifndef WHYOOM_RULES_BUILTIN_H
#define WHYOOM_RULES_BUILTIN_H

#include <stddef.h>

struct builtin_rule_file {
    const char *path; /* "rules/scope.rule" */
    const char *text;
    size_t length;
};

/** In the order of their names; the last has no path. */
extern const struct builtin_rule_file builtin_rule_files[];

#endif
