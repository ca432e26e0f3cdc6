#include "rules/expression_types.h"

static const char *const type_names[] = {
    [TYPE_BYTES] = "bytes",   [TYPE_COUNT] = "a count",   [TYPE_SHARE] = "a share (%)",
    [TYPE_TEXT] = "text",     [TYPE_TERM] = "a word",     [TYPE_FLAG] = "yes or no",
    [TYPE_ZERO] = "a number", [TYPE_PAIR] = "two values", [TYPE_CONDITION] = "a condition",
};

const char *type_print(enum value_type type)
{
    return type_names[type];
}

static bool is_number(enum value_type type)
{
    return type == TYPE_BYTES || type == TYPE_COUNT || type == TYPE_SHARE || type == TYPE_ZERO;
}

static bool fits(const struct expression *a, const struct expression *b)
{
    if (is_number(a->type) && is_number(b->type))
        return a->type == b->type || a->type == TYPE_ZERO || b->type == TYPE_ZERO;
    return a->type == b->type && (a->type != TYPE_TERM || a->vocabulary == b->vocabulary);
}

static struct slice describe(struct arena *arena, const struct expression *node)
{
    if (node->type == TYPE_TERM)
        return arena_format(arena, "a word of %s", vocabulary_get(node->vocabulary)->name);
    return slice_from_string(type_print(node->type));
}

static struct slice complain(struct arena *arena, const struct expression *a,
                             const struct expression *b)
{
    bool lacks_unit = b->kind == NODE_LITERAL && b->type == TYPE_COUNT && is_number(a->type);
    const char *hint = !lacks_unit ? "" : a->type == TYPE_BYTES ? ": write 100 MiB" : ": write 50%";
    struct slice left = describe(arena, a), right = describe(arena, b);
    return arena_format(arena, "the left side is %.*s, the right side %.*s%s", SLICE_ARG(left),
                        SLICE_ARG(right), hint);
}

static struct slice set_sum(struct arena *arena, struct expression *node)
{
    node->type = node->left->type == TYPE_ZERO ? node->right->type : node->left->type;
    if (!is_number(node->type) || !fits(node->left, node->right))
        return complain(arena, node->left, node->right);
    return SLICE("");
}

/* "50% of X" is a portion of X, "X of Y" the share that X has of Y. */
static struct slice set_share(struct arena *arena, struct expression *node)
{
    enum value_type left = node->left->type, right = node->right->type;
    bool is_amount = right == TYPE_BYTES || right == TYPE_COUNT;
    if (node->kind == NODE_SHARE && left == TYPE_SHARE && is_amount) {
        node->kind = NODE_PORTION;
        node->type = right;
        return SLICE("");
    }
    node->type = node->kind == NODE_OUT_OF ? TYPE_PAIR : TYPE_SHARE;
    return is_amount && left == right ? SLICE("") : complain(arena, node->left, node->right);
}

static struct slice set_comparison(struct arena *arena, struct expression *node)
{
    node->type = TYPE_CONDITION;
    if (!is_number(node->left->type) || !is_number(node->right->type) ||
        !fits(node->left, node->right))
        return complain(arena, node->left, node->right);
    return SLICE("");
}

static struct slice set_same(struct arena *arena, struct expression *node)
{
    node->type = TYPE_CONDITION;
    for (const struct expression *value = node->right; value; value = value->next) {
        bool is_value = value->type != TYPE_PAIR && value->type != TYPE_CONDITION;
        if (!is_value || !fits(node->left, value))
            return complain(arena, node->left, value);
    }
    return SLICE("");
}

static struct slice set_text_test(struct arena *arena, struct expression *node)
{
    node->type = TYPE_CONDITION;
    if (node->left->type != TYPE_TEXT)
        return arena_format(arena, "this is for text, the left side is %s",
                            type_print(node->left->type));
    return node->right && node->right->type != TYPE_TEXT ? complain(arena, node->left, node->right)
                                                         : SLICE("");
}

static struct slice set_known(struct arena *arena, struct expression *node)
{
    (void)arena;
    node->type = TYPE_CONDITION;
    return node->left->type == TYPE_CONDITION ? SLICE("a condition is not a value") : SLICE("");
}

static struct slice set_condition(struct arena *arena, struct expression *node)
{
    node->type = TYPE_CONDITION;
    const struct expression *sides[] = {node->left, node->right};
    for (int i = 0; i < 2; i++)
        if (sides[i] && sides[i]->type != TYPE_CONDITION)
            return arena_format(arena, "%s side is %s, not a condition", i ? "the right" : "this",
                                type_print(sides[i]->type));
    return SLICE("");
}

struct slice expression_set_type(struct arena *arena, struct expression *node)
{
    static struct slice (*const rules[])(struct arena *, struct expression *) = {
        [NODE_ADD] = set_sum,
        [NODE_SUBTRACT] = set_sum,
        [NODE_SHARE] = set_share,
        [NODE_OUT_OF] = set_share,
        [NODE_COMPARE] = set_comparison,
        [NODE_SAME] = set_same,
        [NODE_ONE_OF] = set_same,
        [NODE_KNOWN] = set_known,
        [NODE_MATCHES] = set_text_test,
        [NODE_CONTAINS] = set_text_test,
        [NODE_STARTS] = set_text_test,
        [NODE_AND] = set_condition,
        [NODE_OR] = set_condition,
        [NODE_NOT] = set_condition,
    };
    return rules[node->kind](arena, node);
}
