#include "rules/rule_check.h"

static struct place place_of(const struct rule *rule, int line)
{
    return (struct place){rule->file, line ? line : rule->line, 1};
}

static bool is_ordered(const struct rule *rule)
{
    return rule->role == ROLE_DECIDES || rule->role == ROLE_SUMMARY;
}

static bool is_finding(const struct rule *rule)
{
    return rule->role == ROLE_FINDING;
}

static bool is_charge_path(const struct rule *rule)
{
    return rule->role == ROLE_DECIDES && rule->vocabulary == VOCABULARY_CHARGE_PATH;
}

static bool has_purpose(const struct rule *rule)
{
    return rule->role != ROLE_NONE;
}

static bool has_title(const struct rule *rule)
{
    return !is_finding(rule) || rule->title.length;
}

static bool has_condition(const struct rule *rule)
{
    return is_ordered(rule) || rule->when_lines > 0 || rule->role == ROLE_NONE;
}

static bool has_source(const struct rule *rule)
{
    bool needs_source = is_finding(rule) || rule->role == ROLE_DECIDES || rule->role == ROLE_ALSO;
    return !needs_source || rule->source.length;
}

static bool has_order(const struct rule *rule)
{
    return !is_ordered(rule) || rule->order;
}

static bool fits_order(const struct rule *rule)
{
    return is_ordered(rule) || !rule->order;
}

static bool fits_frames(const struct rule *rule)
{
    return is_charge_path(rule) || !rule->frames.count;
}

static bool fits_advice(const struct rule *rule)
{
    return is_finding(rule) || !rule->advise;
}

static bool fits_class(const struct rule *rule)
{
    return is_finding(rule) || !rule->class_;
}

static const struct demand {
    bool (*holds)(const struct rule *rule);
    const char *complaint;
} demands[] = {
    {has_purpose, "has neither \"says\" nor \"decides\" nor \"summary\""},
    {has_title, "has no title"},
    {has_condition, "has no \"when\""},
    {has_source, "has no source: where does the kernel do this?"},
    {has_order, "has no order: rules of this kind are tried one after another"},
    {fits_order, "has an order, but it is not tried in turn: findings have a weight"},
    {fits_frames, "has frames, but does not decide charge_path"},
    {fits_advice, "has an advice, but no \"says\""},
    {fits_class, "has a class, but no \"says\""},
};

/* "scope is memcg", which no other word of the scope can be at the same time. */
static bool is_claim(const struct expression *node)
{
    return node->kind == NODE_SAME && !node->is_negated && node->type == TYPE_CONDITION &&
           node->left->kind == NODE_FACT && node->left->type == TYPE_TERM &&
           node->right->kind == NODE_LITERAL;
}

static const struct expression *find_contrary(const struct expression *within,
                                              const struct expression *claim)
{
    if (within->kind == NODE_AND) {
        const struct expression *found = find_contrary(within->left, claim);
        return found ? found : find_contrary(within->right, claim);
    }
    bool is_contrary = is_claim(within) && within->left->fact == claim->left->fact &&
                       within->right->literal.number != claim->right->literal.number;
    return is_contrary ? within : NULL;
}

static void check_contraries(struct mistakes *mistakes, const struct rule *rule,
                             const struct expression *whole, const struct expression *node)
{
    if (node->kind == NODE_AND) {
        check_contraries(mistakes, rule, whole, node->left);
        check_contraries(mistakes, rule, whole, node->right);
        return;
    }
    const struct expression *contrary = is_claim(node) ? find_contrary(whole, node) : NULL;
    if (contrary && contrary->line <= node->line && contrary->text.data < node->text.data)
        mistakes_add(mistakes, place_of(rule, node->line),
                     "never holds together with line %d: %.*s", contrary->line,
                     SLICE_ARG(contrary->text));
}

/* Every group of conditions that "or" separates, for itself. */
static void check_groups(struct mistakes *mistakes, const struct rule *rule,
                         const struct expression *node)
{
    if (node->kind == NODE_OR) {
        check_groups(mistakes, rule, node->left);
        check_groups(mistakes, rule, node->right);
    } else {
        check_contraries(mistakes, rule, node, node);
    }
}

static void check_name(const struct rule_list *list, size_t index)
{
    const struct rule *rule = list->items[index];
    for (size_t i = 0; i < index; i++) {
        const struct rule *other = list->items[i];
        if (other->layer == rule->layer && slice_equal(other->name, rule->name)) {
            mistakes_add(list->mistakes, place_of(rule, 0),
                         "a second rule %.*s, the first is %s:%d", SLICE_ARG(rule->name),
                         other->file, other->line);
            return;
        }
    }
}

void rule_check_each(const struct rule_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct rule *rule = list->items[i];
        for (size_t j = 0; j < sizeof demands / sizeof *demands; j++)
            if (!demands[j].holds(rule))
                mistakes_add(list->mistakes, place_of(rule, 0), "rule %.*s %s",
                             SLICE_ARG(rule->name), demands[j].complaint);
        if (rule->when)
            check_groups(list->mistakes, rule, rule->when);
        check_name(list, i);
    }
}

static bool always_decides(const struct rule *rule)
{
    return !rule->when_lines && !rule->frames.count && !rule->taken && rule->role == ROLE_DECIDES;
}

void rule_check_sequence(struct mistakes *mistakes, struct rule *const *rules, size_t count)
{
    const struct rule *last = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rules[i];
        bool is_taken = i > 0 && rules[i - 1]->order == rule->order && rule->order;
        if (is_taken)
            mistakes_add(mistakes, place_of(rule, rule->order_line),
                         "order %d is that of rule %.*s (%s:%d) too", rule->order,
                         SLICE_ARG(rules[i - 1]->name), rules[i - 1]->file, rules[i - 1]->line);
        else if (last)
            mistakes_add(mistakes, place_of(rule, 0),
                         "rule %.*s is never tried: %.*s before it always decides",
                         SLICE_ARG(rule->name), SLICE_ARG(last->name));
        if (!last && always_decides(rule))
            last = rule;
    }
}
