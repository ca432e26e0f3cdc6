/*
 * Rule files: from text to checked rules.
 *
 * What is said here about a rule holds for the compiled-in ones and for a user's: the same parser
 * reads both. rules/README.md is the language.
 */
#ifndef WHYOOM_RULES_RULE_FILE_H
#define WHYOOM_RULES_RULE_FILE_H

#include "rules/rule.h"
#include "rules/template.h"

/* A rule file that a person wrote has some dozens of lines. */
enum {
    RULE_FILE_MAX = 1024 * 1024,
    RULE_LINE_MAX = 2000,
    RULE_CONDITIONS_MAX = 64, /* lines of one "when" */
    RULES_MAX = 4000,
};

enum rule_role {
    ROLE_NONE,
    ROLE_FINDING, /* says */
    ROLE_DECIDES, /* decides scope memcg */
    ROLE_ALSO,    /* decides also swap */
    ROLE_MISSING, /* decides missing header */
    ROLE_SUMMARY, /* summary */
};

struct rule {
    /* what every incident asks of every rule stands together */
    struct slice name;
    struct expression *when; /* NULL: always */
    enum class_term class_;  /* only considered when the incident has it; 0: always */

    struct slice title;
    struct slice text; /* as written, from "rule" to the next one */
    const char *file;
    int line;
    int layer; /* 0: compiled in, 1: of --rules */
    enum rule_role role;

    enum vocabulary_id vocabulary;       /* of a decision */
    int term;                            /* what it decides, when that is a word */
    const struct fact_definition *taken; /* the fact that gives the term, else */
    struct slice missing;                /* what is missing, for ROLE_MISSING */
    int order;                           /* of decisions and summaries; 0: none given */
    int order_line;

    int class_line;
    int weight;
    struct expression *groups; /* while it is read: the groups before the last "or" */
    int when_lines;
    struct set_words frames; /* of a charge path */
    struct template *says;   /* the sentence of a finding or a summary */
    struct template *advise;
    int says_line;
    struct slice source;
};

/** Rules as they stand in the files, in order; arrays in an arena. */
struct rule_list {
    struct arena *arena;
    struct mistakes *mistakes;
    struct rule **items;
    size_t count;
    struct rule_case *cases;
    size_t cases_count;
    int layer;
};

/** Add the rules of one file's @p text (up to RULE_FILE_MAX) to @p list; @p file and @p text must
 * outlive it. */
void rule_file_parse(struct rule_list *list, const char *file, struct slice text);

#endif
