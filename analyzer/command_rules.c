/* whyoom rules: what decides and explains, and whether it does what its examples say. */
#include "analyzer/command.h"

#include "analyzer/base/suggest.h"
#include "analyzer/rules_test.h"
#include "analyzer/terminal.h"
#include "rules/condition.h"

/* One word after `rules`, and its work. @p operands: what follows. */
struct subcommand {
    const char *name;
    struct error *(*run)(const struct options *options, char *const *operands, size_t count);
    size_t least, most; /* operands */
    const char *usage;
};

static struct error *list(const struct options *options, char *const *operands, size_t count)
{
    struct rule_set *rules;
    struct error *error = rule_set_create(options->rules_directory, &rules);
    (void)operands, (void)count;
    if (error)
        return error;
    rule_set_list(rules, stdout);
    rule_set_destroy(rules);
    return NULL;
}

static struct error *show(const struct options *options, char *const *operands, size_t count)
{
    struct rule_set *rules;
    struct error *error = rule_set_create(options->rules_directory, &rules);
    if (error)
        return error;
    for (size_t i = 0; i < count && !error; i++)
        error = rule_set_show(rules, slice_from_string(operands[i]), stdout);
    rule_set_destroy(rules);
    return error;
}

/* Every path is checked, whatever was wrong with the one before. */
static struct error *check(const struct options *options, char *const *operands, size_t count)
{
    struct error *all = NULL;
    (void)options;
    for (size_t i = 0; i < count; i++) {
        struct error *error = rule_check(operands[i]);
        if (error && all) {
            struct error *joined =
                error_create(ERROR_RULES, "%s\n%s", error_message(all), error_message(error));
            error_destroy(all);
            error_destroy(error);
            error = joined;
        }
        all = error ? error : all;
    }
    return all;
}

static struct error *test(const struct options *options, char *const *operands, size_t count)
{
    struct rule_set *rules;
    struct error *error = rule_set_create(options->rules_directory, &rules);
    (void)operands, (void)count;
    if (error)
        return error;
    bool is_possible = rules_test_is_possible(rules);
    size_t failed = is_possible ? rules_test(rules, stdout) : 0;
    rule_set_destroy(rules);
    if (!is_possible)
        return error_create(ERROR_USAGE, "rules test: none of the examples' logs is here; run it "
                                         "in the project's root, where samples/ lies");
    if (failed)
        return error_create(ERROR_SYSTEM, "%zu of the rules' cases failed", failed);
    return NULL;
}

static struct error *facts(const struct options *options, char *const *operands, size_t count)
{
    (void)options, (void)operands, (void)count;
    rule_print_facts(stdout);
    return NULL;
}

static const struct subcommand subcommands[] = {
    {"list", list, 0, 0, "rules list"},
    {"show", show, 1, SIZE_MAX, "rules show NAME..."},
    {"check", check, 1, SIZE_MAX, "rules check PATH..."},
    {"test", test, 0, 0, "rules test"},
    {"facts", facts, 0, 0, "rules facts"},
};

enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static struct error *no_subcommand(const char *word)
{
    const char *names[SUBCOMMANDS];
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        names[i] = subcommands[i].name;
    const char *near = word ? suggest(slice_from_string(word), names, SUBCOMMANDS) : NULL;
    if (near)
        return error_create(ERROR_USAGE, "no command 'rules %s'; did you mean 'rules %s'?", word,
                            near);
    return error_create(ERROR_USAGE, "rules needs one of list, show, check, test, facts");
}

static const struct subcommand *find(const char *word)
{
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (word && strcmp(subcommands[i].name, word) == 0)
            return &subcommands[i];
    return NULL;
}

struct error *command_rules(const struct command *command, int *status)
{
    const struct options *options = command->options;
    const char *word = options->operands_count ? options->operands[0] : NULL;
    const struct subcommand *subcommand = find(word);
    if (!subcommand)
        return no_subcommand(word);
    size_t count = options->operands_count - 1;
    if (count < subcommand->least || count > subcommand->most)
        return error_create(ERROR_USAGE, "it is: whyoom %s", subcommand->usage);
    struct error *error = subcommand->run(options, options->operands + 1, count);
    bool is_cut_off;
    if (!error)
        error = terminal_flush(stdout, &is_cut_off);
    *status = STATUS_FOUND;
    return error;
}
