#include "rules/condition.h"

#include <stdlib.h>

#include "rules/evaluation.h"

struct condition {
    struct arena *arena;
    struct expression *expression;
};

struct error *condition_create(const char *text, struct condition **ret)
{
    struct mistakes mistakes = {0};
    struct condition *condition = must_allocate(sizeof *condition);
    condition->arena = arena_create();
    struct expression_source source = {
        .text = arena_copy(condition->arena, slice_from_string(text)),
        .place = {"--where", 1, 1},
        .arena = condition->arena,
        .mistakes = &mistakes,
    };
    condition->expression = condition_parse(&source);
    struct error *error = mistakes_to_error(&mistakes, ERROR_USAGE);
    if (error)
        condition_destroy(condition);
    else
        *ret = condition;
    return error;
}

void condition_destroy(struct condition *condition)
{
    if (!condition)
        return;
    arena_destroy(condition->arena);
    free(condition);
}

enum outcome condition_evaluate(const struct condition *condition, const struct incident *incident)
{
    struct evaluation evaluation;
    evaluation_init(&evaluation, (struct incident *)incident, false);
    enum outcome outcome = condition_outcome(&evaluation, condition->expression);
    evaluation_deinit(&evaluation);
    return outcome;
}

void rule_print_facts(FILE *out)
{
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    for (size_t i = 0; i < count; i++) {
        const struct fact_definition *fact = &facts[i];
        const char *unit = fact->type == FACT_TERM ? vocabulary_get(fact->vocabulary)->name
                                                   : type_print(value_type_of(fact->type));
        fprintf(out, "%-36s %-12s %s\n", fact->name, unit, fact->help);
    }
    const struct set_definition *sets = set_all(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%-36s %-12s %s\n", sets[i].name, "has ...", sets[i].help);
}
