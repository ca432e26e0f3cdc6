#include "rules/evaluation.h"

#include <stdlib.h>

#include "rules/pattern.h"

void evaluation_init(struct evaluation *evaluation, struct incident *incident, bool has_trace)
{
    *evaluation = (struct evaluation){.incident = incident, .has_trace = has_trace};
    evaluation->definitions = fact_all(&evaluation->definitions_count);
    evaluation->facts = must_reallocate(NULL, evaluation->definitions_count * sizeof(struct fact));
    evaluation->printed =
        must_reallocate(NULL, evaluation->definitions_count * sizeof(struct slice));
    evaluation->is_read = must_allocate(evaluation->definitions_count);
}

void evaluation_deinit(struct evaluation *evaluation)
{
    free(evaluation->facts);
    free(evaluation->printed);
    free(evaluation->is_read);
}

void evaluation_forget(struct evaluation *evaluation)
{
    memset(evaluation->is_read, 0, evaluation->definitions_count);
}

static const struct fact *read_fact(struct evaluation *evaluation,
                                    const struct fact_definition *definition)
{
    size_t index = (size_t)(definition - evaluation->definitions);
    struct fact *fact = &evaluation->facts[index];
    if (!evaluation->is_read[index]) {
        evaluation->is_read[index] = 1;
        evaluation->printed[index] = SLICE("");
        *fact = fact_read(definition, evaluation->incident);
        if (fact->type == FACT_TERM && fact->number == 0)
            fact->known = false; /* the first term of every vocabulary is "unknown" */
    }
    return fact;
}

struct slice evaluation_print(struct evaluation *evaluation, const struct fact *fact)
{
    struct arena *arena = evaluation->incident->arena;
    uintptr_t offset = (uintptr_t)fact - (uintptr_t)evaluation->facts;
    if (offset >= evaluation->definitions_count * sizeof *fact)
        return fact_print(arena, fact); /* not one of ours */
    struct slice *printed = &evaluation->printed[offset / sizeof *fact];
    if (!printed->length)
        *printed = fact_print(arena, fact);
    return *printed;
}

/* ---- values */

static struct fact number_of(const struct expression *node, struct fact left, struct fact right,
                             bool is_valid, int64_t number)
{
    return (struct fact){.type = (enum fact_type)node->type,
                         .known = is_valid && left.known && right.known,
                         .number = number,
                         .line = left.line ? left.line : right.line};
}

/* a * b / c without overflow where the result fits: the loss of digits is far below a permille. */
static bool scale(int64_t a, int64_t b, int64_t c, int64_t *ret)
{
    if (c == 0)
        return false;
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) {
        *ret = product / c;
        return true;
    }
    double result = (double)a / (double)c * (double)b;
    *ret = (int64_t)result;
    return result > -9e18 && result < 9e18;
}

static struct fact value_of_pair(struct evaluation *evaluation, const struct expression *node)
{
    struct fact left = value_of(evaluation, node->left);
    struct fact right = value_of(evaluation, node->right);
    int64_t number = 0;
    bool is_valid = false;
    if (!left.known || !right.known)
        return number_of(node, left, right, false, 0);
    if (node->kind == NODE_ADD)
        is_valid = !__builtin_add_overflow(left.number, right.number, &number);
    else if (node->kind == NODE_SUBTRACT)
        is_valid = !__builtin_sub_overflow(left.number, right.number, &number);
    else if (node->kind == NODE_PORTION)
        is_valid = scale(right.number, left.number, 1000, &number);
    else
        is_valid = right.number > 0 && scale(left.number, 1000, right.number, &number);
    return number_of(node, left, right, is_valid, number);
}

static struct fact pages_value(struct amount page_size, struct fact pages)
{
    pages.known =
        page_size.known && !__builtin_mul_overflow(pages.number, page_size.value, &pages.number);
    return pages;
}

struct fact value_of(struct evaluation *evaluation, const struct expression *value)
{
    switch (value->kind) {
    case NODE_LITERAL:
        return value->literal;
    case NODE_PAGES:
        return pages_value(evaluation->incident->page_size, value->literal);
    case NODE_FACT:
        return *read_fact(evaluation, value->fact);
    default:
        return value_of_pair(evaluation, value);
    }
}

/* "34.0 GiB" of "36.0 GiB": the unit is said once. */
static struct slice print_out_of(struct arena *arena, struct slice part, struct slice whole)
{
    size_t unit = slice_find_last(part, SLICE(" "));
    if (unit != SLICE_NOT_FOUND && slice_ends(whole, slice_skip(part, unit)))
        part = slice_take(part, unit);
    return arena_format(arena, "%.*s of %.*s", SLICE_ARG(part), SLICE_ARG(whole));
}

struct slice value_print(struct evaluation *evaluation, const struct expression *value)
{
    struct arena *arena = evaluation->incident->arena;
    if (value->kind == NODE_OUT_OF) {
        struct slice part = value_print(evaluation, value->left);
        struct slice whole = value_print(evaluation, value->right);
        return part.length && whole.length ? print_out_of(arena, part, whole) : SLICE("");
    }
    if (value->kind == NODE_FACT) {
        const struct fact *fact = read_fact(evaluation, value->fact);
        return fact->known ? evaluation_print(evaluation, fact) : SLICE("");
    }
    struct fact fact = value_of(evaluation, value);
    return fact.known ? fact_print(arena, &fact) : SLICE("");
}

/* ---- the trace */

void evaluation_record(struct evaluation *evaluation, struct trace_step step)
{
    struct incident *incident = evaluation->incident;
    if (!evaluation->has_trace)
        return;
    step.rule = evaluation->rule;
    *ARENA_PUSH(incident->arena, incident->trace, incident->trace_count) = step;
}

struct collector {
    struct evaluation *evaluation;
    const char *separator;
    struct slice text;
    uint32_t line;
};

static void collect_value(void *context, struct slice name, const struct fact *fact)
{
    struct collector *collector = context;
    (void)name;
    struct slice value = evaluation_print(collector->evaluation, fact);
    if (collector->text.length)
        value = arena_format(collector->evaluation->incident->arena, "%.*s%s%.*s",
                             SLICE_ARG(collector->text), collector->separator, SLICE_ARG(value));
    collector->text = value;
    if (!collector->line)
        collector->line = fact->line;
}

/* "a >= 50% of b" and "a of b >= 50%": a and b are said as "a of b". */
static bool is_one_of_one(const struct expression *node)
{
    const struct expression *left = node->left, *right = node->right;
    if (node->kind != NODE_COMPARE)
        return false;
    if (left->kind == NODE_FACT && right->kind == NODE_PORTION)
        return right->right->kind == NODE_FACT;
    return left->kind == NODE_SHARE && left->left->kind == NODE_FACT &&
           left->right->kind == NODE_FACT && right->kind == NODE_LITERAL;
}

static void record_predicate(struct evaluation *evaluation, const struct expression *node,
                             enum outcome outcome)
{
    struct collector found = {.evaluation = evaluation,
                              .separator = is_one_of_one(node) ? " of " : ", ",
                              .text = SLICE("")};
    expression_visit_facts(evaluation, node, collect_value, &found);
    evaluation_record(evaluation, (struct trace_step){.predicate = node->text,
                                                      .values = found.text,
                                                      .outcome = outcome,
                                                      .rule_line = node->line,
                                                      .line = found.line});
}

/* ---- predicates */

static enum outcome outcome_of(bool is_true)
{
    return is_true ? OUTCOME_YES : OUTCOME_NO;
}

static enum outcome negate(enum outcome outcome)
{
    return outcome == OUTCOME_UNKNOWN ? OUTCOME_UNKNOWN : outcome_of(outcome == OUTCOME_NO);
}

static enum outcome compare(const struct expression *node, struct fact left, struct fact right)
{
    if (!left.known || !right.known)
        return OUTCOME_UNKNOWN;
    switch (node->comparison) {
    case AT_LEAST:
        return outcome_of(left.number >= right.number);
    case AT_MOST:
        return outcome_of(left.number <= right.number);
    case MORE:
        return outcome_of(left.number > right.number);
    default:
        return outcome_of(left.number < right.number);
    }
}

static enum outcome is_same(struct fact left, struct fact right)
{
    if (!left.known || !right.known)
        return OUTCOME_UNKNOWN;
    if (left.type == FACT_TEXT)
        return outcome_of(slice_equal(left.text, right.text));
    return outcome_of(left.number == right.number);
}

static enum outcome is_one_of(struct evaluation *evaluation, const struct expression *node)
{
    enum outcome best = OUTCOME_NO;
    struct fact left = value_of(evaluation, node->left);
    for (const struct expression *value = node->right; value; value = value->next) {
        enum outcome outcome = is_same(left, value_of(evaluation, value));
        if (outcome == OUTCOME_YES)
            return outcome;
        if (outcome == OUTCOME_UNKNOWN)
            best = outcome;
    }
    return best;
}

static enum outcome test_text(struct evaluation *evaluation, const struct expression *node)
{
    struct fact left = value_of(evaluation, node->left);
    if (!left.known)
        return OUTCOME_UNKNOWN;
    if (node->kind == NODE_MATCHES)
        return pattern_match(node->pattern, left.text);
    struct fact right = value_of(evaluation, node->right);
    if (!right.known)
        return OUTCOME_UNKNOWN;
    return outcome_of(node->kind == NODE_STARTS ? slice_starts(left.text, right.text)
                                                : slice_contains(left.text, right.text));
}

static enum outcome predicate_outcome(struct evaluation *evaluation, const struct expression *node)
{
    switch (node->kind) {
    case NODE_COMPARE:
        return compare(node, value_of(evaluation, node->left), value_of(evaluation, node->right));
    case NODE_SAME:
        return is_same(value_of(evaluation, node->left), value_of(evaluation, node->right));
    case NODE_ONE_OF:
        return is_one_of(evaluation, node);
    case NODE_KNOWN:
        return outcome_of(value_of(evaluation, node->left).known);
    case NODE_HAS:
        return node->set->has(evaluation->incident, &node->words).outcome;
    default:
        return test_text(evaluation, node);
    }
}

/* ---- conditions */

/* With a trace both sides are evaluated, so that it shows all that was asked. */
static enum outcome joined_outcome(struct evaluation *evaluation, const struct expression *node)
{
    enum outcome deciding = node->kind == NODE_AND ? OUTCOME_NO : OUTCOME_YES;
    enum outcome left = condition_outcome(evaluation, node->left);
    if (left == deciding && !evaluation->has_trace)
        return left;
    enum outcome right = condition_outcome(evaluation, node->right);
    if (left == deciding || right == deciding)
        return deciding;
    return left == OUTCOME_UNKNOWN ? left : right;
}

enum outcome condition_outcome(struct evaluation *evaluation, const struct expression *condition)
{
    if (condition->kind == NODE_AND || condition->kind == NODE_OR)
        return joined_outcome(evaluation, condition);
    if (condition->kind == NODE_NOT)
        return negate(condition_outcome(evaluation, condition->left));
    enum outcome outcome = predicate_outcome(evaluation, condition);
    if (condition->is_negated)
        outcome = negate(outcome);
    if (evaluation->has_trace)
        record_predicate(evaluation, condition, outcome);
    return outcome;
}

/* ---- which facts were asked for */

static void visit_set(struct evaluation *evaluation, const struct expression *node,
                      fact_visit *visit, void *context)
{
    struct set_hit hit = node->set->has(evaluation->incident, &node->words);
    struct fact fact = {.type = FACT_TEXT,
                        .known = hit.outcome == OUTCOME_YES,
                        .text = hit.found,
                        .line = hit.line};
    visit(context, slice_from_string(node->set->name), &fact);
}

void expression_visit_facts(struct evaluation *evaluation, const struct expression *expression,
                            fact_visit *visit, void *context)
{
    for (; expression; expression = expression->next) {
        if (expression->kind == NODE_FACT)
            visit(context, slice_from_string(expression->fact->name),
                  read_fact(evaluation, expression->fact));
        if (expression->kind == NODE_HAS)
            visit_set(evaluation, expression, visit, context);
        if (expression->left)
            expression_visit_facts(evaluation, expression->left, visit, context);
        if (expression->right)
            expression_visit_facts(evaluation, expression->right, visit, context);
    }
}
