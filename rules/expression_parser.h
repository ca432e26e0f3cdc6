/*
 * The two halves of the expression parser share this: the state, and its smallest steps.
 *
 * Everything here returns NULL or false after a mistake, which has then been noted once.
 */
#ifndef WHYOOM_RULES_EXPRESSION_PARSER_H
#define WHYOOM_RULES_EXPRESSION_PARSER_H

#include "rules/expression.h"
#include "rules/token.h"

struct parser {
    const struct expression_source *source;
    struct token token, next;
    int nodes, depth;
    bool has_failed;
};

void parser_advance(struct parser *parser);

/** Note a mistake at byte @p at of the expression; only the first counts, the rest is guesswork. */
void *parser_fail(struct parser *parser, size_t at, struct slice what);

/** The current token cannot stand here. */
void *parser_fail_unexpected(struct parser *parser);

#define FAIL(parser, at, ...) \
    parser_fail((parser), (at), arena_format((parser)->source->arena, __VA_ARGS__))

bool parser_at_word(const struct parser *parser, const char *word);
bool parser_at_sign(const struct parser *parser, const char *sign);
bool parser_skip_word(struct parser *parser, const char *word);
bool parser_skip_sign(struct parser *parser, const char *sign);

/** What was read from byte @p start up to the current token. */
struct slice parser_text_since(const struct parser *parser, size_t start);

struct expression *parser_add_node(struct parser *parser, enum node_kind kind);

/** A node over two others; NULL when one of them is. */
struct expression *parser_add_pair(struct parser *parser, enum node_kind kind,
                                   struct expression *left, struct expression *right);

/** Type-check @p node; what does not fit is a mistake at byte @p at. */
struct expression *parser_set_type(struct parser *parser, struct expression *node, size_t at);

/** sum = share { ("+" | "-") share }, in expression_values.c. */
struct expression *parser_sum(struct parser *parser);

/** condition = conjunction { "or" conjunction }, in expression.c. */
struct expression *parser_condition(struct parser *parser);

#endif
