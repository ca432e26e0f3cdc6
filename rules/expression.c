#include "rules/expression.h"

#include "analyzer/base/suggest.h"
#include "rules/expression_parser.h"
#include "rules/pattern.h"

/* ---- predicates */

/* "a, b, c" as "a"|"b"|"c": the words that a vocabulary has, for a suggestion. */
static void *fail_term(struct parser *parser, enum vocabulary_id id, const struct token *token)
{
    const struct vocabulary *vocabulary = vocabulary_get(id);
    const char *near = suggest(token->text, vocabulary->terms, (size_t)vocabulary->count);
    return FAIL(parser, token->start, "%s is never \"%.*s\"%s%s%s", vocabulary->name,
                SLICE_ARG(token->text), near ? " (did you mean " : "", near ? near : "",
                near ? "?)" : "");
}

static struct expression *add_word(struct parser *parser, enum value_type type, int value)
{
    struct expression *node = parser_add_node(parser, NODE_LITERAL);
    if (!node)
        return NULL;
    node->type = type;
    node->literal = (struct fact){
        .type = (enum fact_type)type, .known = true, .number = value, .text = parser->token.text};
    parser_advance(parser);
    return node;
}

static struct expression *parse_term(struct parser *parser, enum vocabulary_id vocabulary)
{
    int term = term_find(vocabulary, parser->token.text);
    if (term < 0)
        return fail_term(parser, vocabulary, &parser->token);
    struct expression *node = add_word(parser, TYPE_TERM, term);
    if (node)
        node->vocabulary = vocabulary;
    return node;
}

/* The right side of "is": what a word means depends on the left side. */
static struct expression *parse_value_for(struct parser *parser, const struct expression *left)
{
    bool is_word = parser->token.kind == TOKEN_WORD;
    if (is_word && left->type == TYPE_FLAG &&
        (parser_at_word(parser, "yes") || parser_at_word(parser, "no")))
        return add_word(parser, TYPE_FLAG, parser_at_word(parser, "yes"));
    if (is_word && left->type == TYPE_TERM && !fact_find(parser->token.text))
        return parse_term(parser, left->vocabulary);
    if (is_word && left->type == TYPE_TEXT && !fact_find(parser->token.text))
        return FAIL(parser, parser->token.start, "text stands in quotes: \"%.*s\"",
                    SLICE_ARG(parser->token.text));
    return parser_sum(parser);
}

static struct expression *parse_one_of(struct parser *parser, struct expression *left, size_t at)
{
    struct expression *node = parser_add_node(parser, NODE_ONE_OF);
    if (!node)
        return NULL;
    node->left = left;
    struct expression **end = &node->right;
    do {
        struct expression *value = parse_value_for(parser, left);
        if (!value)
            return NULL;
        *end = value;
        end = &value->next;
    } while (parser_skip_sign(parser, ","));
    return parser_set_type(parser, node, at);
}

static struct expression *parse_known(struct parser *parser, struct expression *left,
                                      bool is_negated)
{
    struct expression *node = parser_add_node(parser, NODE_KNOWN);
    if (!node)
        return NULL;
    node->type = TYPE_CONDITION;
    node->is_negated = is_negated != parser_at_word(parser, "unknown");
    node->left = left;
    parser_advance(parser);
    return node;
}

static struct expression *parse_is(struct parser *parser, struct expression *left)
{
    size_t at = parser->token.start;
    struct expression *node;
    parser_advance(parser);
    bool is_negated = parser_skip_word(parser, "not");
    if (parser_at_word(parser, "known") || parser_at_word(parser, "unknown"))
        return parse_known(parser, left, is_negated);
    if (parser_at_word(parser, "one") && token_is(&parser->next, TOKEN_WORD, "of")) {
        parser_advance(parser);
        parser_advance(parser);
        node = parse_one_of(parser, left, at);
    } else {
        node = parser_add_pair(parser, NODE_SAME, left, parse_value_for(parser, left));
        node = parser_set_type(parser, node, at);
    }
    if (node)
        node->is_negated = is_negated;
    return node;
}

static struct expression *parse_compare(struct parser *parser, struct expression *left)
{
    static const char *const signs[] = {
        [AT_LEAST] = ">=", [AT_MOST] = "<=", [MORE] = ">", [LESS] = "<"};
    size_t at = parser->token.start;
    int comparison = 0;
    while (!parser_at_sign(parser, signs[comparison]))
        comparison++;
    parser_advance(parser);
    struct expression *node = parser_add_pair(parser, NODE_COMPARE, left, parser_sum(parser));
    if (node)
        node->comparison = (enum comparison)comparison;
    return parser_set_type(parser, node, at);
}

static struct expression *parse_matches(struct parser *parser, struct expression *left)
{
    parser_advance(parser);
    struct token token = parser->token;
    if (token.kind != TOKEN_PATTERN)
        return FAIL(parser, token.start, "a pattern stands between slashes: /^kube/");
    struct expression *node = parser_add_node(parser, NODE_MATCHES);
    if (!node)
        return NULL;
    parser_advance(parser);
    bool ignores_case = parser->token.start == token.end && parser_skip_word(parser, "i");
    size_t offset = 0;
    struct slice message = SLICE("");
    node->left = left;
    node->pattern =
        pattern_compile(parser->source->arena, token.text, ignores_case, &offset, &message);
    if (!node->pattern)
        return parser_fail(parser, token.start + 1 + offset, message);
    return parser_set_type(parser, node, token.start);
}

static struct expression *parse_text_test(struct parser *parser, struct expression *left)
{
    size_t at = parser->token.start;
    enum node_kind kind = parser_at_word(parser, "starts") ? NODE_STARTS : NODE_CONTAINS;
    parser_advance(parser);
    if (kind == NODE_STARTS && !parser_skip_word(parser, "with"))
        return FAIL(parser, at, "write \"starts with\"");
    struct expression *right = parse_value_for(parser, left);
    return parser_set_type(parser, parser_add_pair(parser, kind, left, right), at);
}

/* In "stack has a or b" the word behind "or" is one more symbol, unless an operator follows it. */
static bool at_next_symbol(const struct parser *parser)
{
    static const char *const operators[] = {"is", "matches", "contains", "starts", "has", "of"};
    if (!parser_at_word(parser, "or") || parser->next.kind != TOKEN_WORD ||
        token_is(&parser->next, TOKEN_WORD, "not"))
        return false;
    struct token third = token_read(parser->source->text, parser->next.end);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (token_is(&third, TOKEN_WORD, operators[i]))
            return false;
    return third.kind != TOKEN_SIGN || token_is(&third, TOKEN_SIGN, ")") ||
           token_is(&third, TOKEN_SIGN, ",");
}

static struct expression *parse_has(struct parser *parser)
{
    struct expression *node = parser_add_node(parser, NODE_HAS);
    if (!node)
        return NULL;
    node->type = TYPE_CONDITION;
    node->set = set_find(parser->token.text);
    parser_advance(parser);
    do {
        parser_advance(parser); /* "has", "or" or a comma */
        struct token token = parser->token;
        if (token.kind != TOKEN_WORD && token.kind != TOKEN_TEXT)
            return parser_fail_unexpected(parser);
        const char *complaint = node->set->complain ? node->set->complain(token.text) : NULL;
        if (complaint)
            return FAIL(parser, token.start, "%s", complaint);
        *ARENA_PUSH(parser->source->arena, node->words.items, node->words.count) =
            set_word_of(token.text);
        parser_advance(parser);
    } while (parser_at_sign(parser, ",") || at_next_symbol(parser));
    return node;
}

static struct expression *parse_predicate(struct parser *parser)
{
    size_t start = parser->token.start;
    struct expression *node;
    bool is_set = token_is(&parser->next, TOKEN_WORD, "has") && set_find(parser->token.text);
    if (parser->token.kind == TOKEN_WORD && is_set)
        node = parse_has(parser);
    else if ((node = parser_sum(parser)) == NULL)
        return NULL;
    else if (parser_at_sign(parser, ">=") || parser_at_sign(parser, "<=") ||
             parser_at_sign(parser, ">") || parser_at_sign(parser, "<"))
        node = parse_compare(parser, node);
    else if (parser_at_word(parser, "is"))
        node = parse_is(parser, node);
    else if (parser_at_word(parser, "matches"))
        node = parse_matches(parser, node);
    else if (parser_at_word(parser, "contains") || parser_at_word(parser, "starts"))
        node = parse_text_test(parser, node);
    else
        return node; /* a value, or a condition in parentheses */
    if (node)
        node->text = parser_text_since(parser, start);
    return node;
}

/* ---- conditions */

/* "not" belongs to its predicate, so that the trace shows what was really asked. */
static struct expression *negate(struct parser *parser, struct expression *inner, size_t start)
{
    bool is_predicate = inner->kind >= NODE_COMPARE && inner->kind <= NODE_HAS;
    if (!is_predicate) {
        struct expression *node = parser_add_node(parser, NODE_NOT);
        if (node)
            node->left = inner;
        return parser_set_type(parser, node, start);
    }
    inner->is_negated = !inner->is_negated;
    inner->text = parser_text_since(parser, start);
    return inner;
}

static struct expression *parse_negation(struct parser *parser)
{
    size_t start = parser->token.start;
    if (!parser_skip_word(parser, "not"))
        return parse_predicate(parser);
    if (++parser->depth > EXPRESSION_DEPTH_MAX)
        return FAIL(parser, start, "nested too deeply");
    struct expression *inner = parse_negation(parser);
    parser->depth--;
    return inner ? negate(parser, inner, start) : NULL;
}

static struct expression *parse_joined(struct parser *parser, const char *word, enum node_kind kind,
                                       struct expression *(*parse)(struct parser *))
{
    struct expression *left = parse(parser);
    size_t at = parser->token.start;
    while (left && parser_skip_word(parser, word)) {
        left = parser_set_type(parser, parser_add_pair(parser, kind, left, parse(parser)), at);
        at = parser->token.start;
    }
    return left;
}

static struct expression *parse_conjunction(struct parser *parser)
{
    return parse_joined(parser, "and", NODE_AND, parse_negation);
}

struct expression *parser_condition(struct parser *parser)
{
    return parse_joined(parser, "or", NODE_OR, parse_conjunction);
}

static struct expression *parse_all(const struct expression_source *source, bool is_condition)
{
    struct parser parser = {.source = source};
    parser.next = token_read(source->text, 0);
    parser_advance(&parser);
    struct expression *node = is_condition ? parser_condition(&parser) : parser_sum(&parser);
    if (node && parser.token.kind != TOKEN_END)
        return parser_fail_unexpected(&parser);
    if (node && is_condition && node->type != TYPE_CONDITION)
        return FAIL(&parser, 0, "this is %s, not a condition: compare it or ask \"is known\"",
                    type_print(node->type));
    if (node && !is_condition && node->type == TYPE_CONDITION)
        return FAIL(&parser, 0, "this is a condition, not a value");
    return node;
}

struct expression *condition_parse(const struct expression_source *source)
{
    return parse_all(source, true);
}

struct expression *value_parse(const struct expression_source *source)
{
    struct expression *value = parse_all(source, false);
    if (value)
        value->text = slice_trim(source->text);
    return value;
}

struct expression *condition_join(struct arena *arena, enum node_kind kind, struct expression *left,
                                  struct expression *right)
{
    if (!left || !right)
        return left ? left : right;
    struct expression *node = arena_allocate(arena, sizeof *node);
    *node = (struct expression){
        .kind = kind, .type = TYPE_CONDITION, .left = left, .right = right, .line = left->line};
    return node;
}
