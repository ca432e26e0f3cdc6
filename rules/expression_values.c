#include "analyzer/base/suggest.h"
#include "rules/expression_parser.h"
#include "rules/expression_types.h"
#include "rules/literal.h"

static struct expression *parse_share(struct parser *parser);

void parser_advance(struct parser *parser)
{
    parser->token = parser->next;
    parser->next = token_read(parser->source->text, parser->next.end);
}

/* One mistake per expression: what follows it is guesswork. */
void *parser_fail(struct parser *parser, size_t at, struct slice what)
{
    struct place place = parser->source->place;
    place.column += (int)at;
    if (!parser->has_failed)
        mistakes_add(parser->source->mistakes, place, "%.*s", SLICE_ARG(what));
    parser->has_failed = true;
    return NULL;
}

bool parser_at_word(const struct parser *parser, const char *word)
{
    return token_is(&parser->token, TOKEN_WORD, word);
}

bool parser_at_sign(const struct parser *parser, const char *sign)
{
    return token_is(&parser->token, TOKEN_SIGN, sign);
}

bool parser_skip_word(struct parser *parser, const char *word)
{
    if (!parser_at_word(parser, word))
        return false;
    parser_advance(parser);
    return true;
}

bool parser_skip_sign(struct parser *parser, const char *sign)
{
    if (!parser_at_sign(parser, sign))
        return false;
    parser_advance(parser);
    return true;
}

struct slice parser_text_since(const struct parser *parser, size_t start)
{
    return slice_trim(slice_of(parser->source->text.data + start, parser->token.start - start));
}

struct expression *parser_add_node(struct parser *parser, enum node_kind kind)
{
    if (++parser->nodes > EXPRESSION_NODES_MAX)
        return FAIL(parser, parser->token.start, "this condition is too long");
    struct expression *node = arena_allocate(parser->source->arena, sizeof *node);
    node->kind = kind;
    node->line = parser->source->place.line;
    return node;
}

struct expression *parser_add_pair(struct parser *parser, enum node_kind kind,
                                   struct expression *left, struct expression *right)
{
    struct expression *node = left && right ? parser_add_node(parser, kind) : NULL;
    if (!node)
        return NULL;
    node->type = TYPE_CONDITION;
    node->left = left;
    node->right = right;
    return node;
}

static const char *unexpected(const struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return "the line ends here, something is missing";
    if (token->kind != TOKEN_WRONG)
        return "not expected here";
    switch (token->text.data[0]) {
    case '"':
        return "this quote is not closed";
    case '/':
        return "no division here, and this pattern is not closed";
    case '=':
    case '!':
        return "write \"is\" or \"is not\"";
    default:
        return "this character means nothing here";
    }
}

void *parser_fail_unexpected(struct parser *parser)
{
    return FAIL(parser, parser->token.start, "%s", unexpected(parser));
}

/* ---- values */

static struct expression *parse_number(struct parser *parser)
{
    bool is_negative = parser_skip_sign(parser, "-");
    struct token number = parser->token;
    if (number.kind != TOKEN_NUMBER)
        return parser_fail_unexpected(parser);
    struct expression *node = parser_add_node(parser, NODE_LITERAL);
    parser_advance(parser);
    struct slice unit = SLICE("");
    if (parser_at_sign(parser, "%") ||
        (parser->token.kind == TOKEN_WORD && literal_is_unit(parser->token.text))) {
        unit = parser->token.text;
        parser_advance(parser);
    }
    const char *complaint = node ? literal_set(node, number.text, unit, is_negative) : NULL;
    return complaint ? FAIL(parser, number.start, "%s", complaint) : node;
}

static void *fail_fact(struct parser *parser, const struct token *token)
{
    const char *near = fact_suggest(token->text);
    if (set_find(token->text))
        return FAIL(parser, token->start, "\"%.*s\" is asked with \"has\"", SLICE_ARG(token->text));
    return FAIL(parser, token->start, "no fact \"%.*s\"%s%s%s", SLICE_ARG(token->text),
                near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static struct expression *parse_fact(struct parser *parser)
{
    const struct fact_definition *fact = fact_find(parser->token.text);
    if (!fact)
        return fail_fact(parser, &parser->token);
    struct expression *node = parser_add_node(parser, NODE_FACT);
    if (!node)
        return NULL;
    node->fact = fact;
    node->type = value_type_of(fact->type);
    node->vocabulary = fact->vocabulary;
    parser_advance(parser);
    return node;
}

static struct expression *parse_quoted(struct parser *parser)
{
    struct expression *node = parser_add_node(parser, NODE_LITERAL);
    if (!node)
        return NULL;
    node->type = TYPE_TEXT;
    node->literal = (struct fact){.type = FACT_TEXT, .known = true, .text = parser->token.text};
    parser_advance(parser);
    return node;
}

static struct expression *parse_group(struct parser *parser)
{
    size_t start = parser->token.start;
    if (++parser->depth > EXPRESSION_DEPTH_MAX)
        return FAIL(parser, start, "nested too deeply");
    parser_advance(parser);
    struct expression *node = parser_condition(parser);
    parser->depth--;
    if (node && !parser_skip_sign(parser, ")"))
        return FAIL(parser, start, "this parenthesis is not closed");
    return node;
}

static struct expression *parse_primary(struct parser *parser)
{
    if (parser_at_sign(parser, "("))
        return parse_group(parser);
    if (parser_at_sign(parser, "-") || parser->token.kind == TOKEN_NUMBER)
        return parse_number(parser);
    if (parser->token.kind == TOKEN_TEXT)
        return parse_quoted(parser);
    if (parser->token.kind == TOKEN_WORD)
        return parse_fact(parser);
    return parser_fail_unexpected(parser);
}

struct expression *parser_set_type(struct parser *parser, struct expression *node, size_t at)
{
    struct slice complaint = node ? expression_set_type(parser->source->arena, node) : SLICE("");
    return complaint.length ? parser_fail(parser, at, complaint) : node;
}

static struct expression *parse_share(struct parser *parser)
{
    struct expression *left = parse_primary(parser);
    size_t at = parser->token.start;
    bool is_out = parser_at_word(parser, "out") && token_is(&parser->next, TOKEN_WORD, "of");
    if (is_out)
        parser_advance(parser);
    if (!left || !parser_skip_word(parser, "of"))
        return left;
    if (++parser->depth > EXPRESSION_DEPTH_MAX)
        return FAIL(parser, at, "nested too deeply");
    struct expression *right = parse_share(parser);
    parser->depth--;
    return parser_set_type(
        parser, parser_add_pair(parser, is_out ? NODE_OUT_OF : NODE_SHARE, left, right), at);
}

struct expression *parser_sum(struct parser *parser)
{
    struct expression *left = parse_share(parser);
    while (left && (parser_at_sign(parser, "+") || parser_at_sign(parser, "-"))) {
        size_t at = parser->token.start;
        enum node_kind kind = parser_at_sign(parser, "+") ? NODE_ADD : NODE_SUBTRACT;
        parser_advance(parser);
        left =
            parser_set_type(parser, parser_add_pair(parser, kind, left, parse_share(parser)), at);
    }
    return left;
}
