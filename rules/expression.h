/*
 * Conditions and values of a rule, parsed and type-checked once, as small trees.
 *
 *   condition  = conjunction { "or" conjunction }
 *   conjunction = negation { "and" negation }
 *   negation   = "not" negation | predicate
 *   predicate  = sum ( ">=" | "<=" | ">" | "<" ) sum
 *              | sum "is" [ "not" ] ( "known" | "unknown" | "one of" value { "," value } | value )
 *              | fact "matches" /pattern/ | fact ( "contains" | "starts with" ) value
 *              | set "has" word { "or" word } | "(" condition ")"
 *   sum        = share { ( "+" | "-" ) share }
 *   share      = primary [ ( "of" | "out of" ) share ]
 *   primary    = fact | number [ unit ] | "text" | "(" sum ")"
 *
 * Every value has a unit (bytes, count, share, text, a vocabulary's term, yes/no); what does not
 * fit together is a mistake when the rule is loaded, never a surprise when it runs.
 */
#ifndef WHYOOM_RULES_EXPRESSION_H
#define WHYOOM_RULES_EXPRESSION_H

#include "analyzer/fact.h"
#include "rules/mistakes.h"
#include "rules/set.h"

/* Every recursion over a tree is bounded by these. */
enum { EXPRESSION_NODES_MAX = 256, EXPRESSION_DEPTH_MAX = 32 };

enum node_kind {
    /* values */
    NODE_LITERAL,
    NODE_PAGES, /* a literal number of pages: bytes by the report's own page size */
    NODE_FACT,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_PORTION, /* 50% of X */
    NODE_SHARE,   /* X of Y */
    NODE_OUT_OF,  /* X out of Y: for templates, "34.0 of 36.0 GiB" */
    /* predicates */
    NODE_COMPARE,
    NODE_SAME,
    NODE_ONE_OF,
    NODE_KNOWN,
    NODE_MATCHES,
    NODE_CONTAINS,
    NODE_STARTS,
    NODE_HAS,
    /* conditions */
    NODE_AND,
    NODE_OR,
    NODE_NOT,
};

enum value_type {
    TYPE_BYTES = FACT_BYTES,
    TYPE_COUNT = FACT_COUNT,
    TYPE_SHARE = FACT_PERMILLE,
    TYPE_TEXT = FACT_TEXT,
    TYPE_TERM = FACT_TERM,
    TYPE_FLAG = FACT_FLAG,
    TYPE_ZERO, /* "0" without a unit fits every number */
    TYPE_PAIR, /* "X out of Y", for people only */
    TYPE_CONDITION,
};

/** What the values of a fact are to a rule. */
static inline enum value_type value_type_of(enum fact_type type)
{
    bool is_count = type == FACT_VERSION || type == FACT_IDENTIFIER;
    return is_count ? TYPE_COUNT : (enum value_type)type;
}

enum comparison { AT_LEAST, AT_MOST, MORE, LESS };

struct text_pattern; /* a compiled /pattern/ */

struct expression {
    enum node_kind kind;
    enum value_type type;
    enum vocabulary_id vocabulary; /* of TYPE_TERM */
    enum comparison comparison;
    bool is_negated; /* "is not", "is unknown" */
    const struct fact_definition *fact;
    struct expression *left, *right;
    struct expression *next; /* in the list of ONE_OF */
    struct fact literal;
    const struct text_pattern *pattern;
    const struct set_definition *set;
    struct set_words words;
    struct slice text; /* as written */
    int line;
};

/** Where an expression stands and what it may use. */
struct expression_source {
    struct slice text;
    struct place place; /* of its first byte */
    struct arena *arena;
    struct mistakes *mistakes;
};

/** A condition; NULL after a mistake. Everything it needs is in the arena. */
struct expression *condition_parse(const struct expression_source *source);

/** A value, as between the braces of a template; NULL after a mistake. */
struct expression *value_parse(const struct expression_source *source);

/** Join two conditions (either may be NULL) as NODE_AND or NODE_OR. */
struct expression *condition_join(struct arena *arena, enum node_kind kind, struct expression *left,
                                  struct expression *right);

/** "bytes", "a count", ... for messages. */
const char *type_print(enum value_type type);

#endif
