#define _GNU_SOURCE /* scandir */
#include "rules/rule_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/base/suggest.h"
#include "rules/builtin.h"
#include "rules/rule_check.h"

enum { LAYER_BUILTIN, LAYER_OVERLAY };

/* ---- reading */

static struct error *fail_size(const char *name)
{
    return error_create(ERROR_RULES, "%s:1:1: larger than 1 MiB, so no rule file", name);
}

static struct error *read_all(FILE *file, struct arena *arena, const char *path, struct slice *ret)
{
    char *text = must_allocate(RULE_FILE_MAX + 1);
    size_t length = fread(text, 1, RULE_FILE_MAX + 1, file);
    struct error *error = NULL;
    if (ferror(file))
        error = error_create(ERROR_SYSTEM, "%s: cannot read it", path);
    else if (length > RULE_FILE_MAX)
        error = fail_size(path);
    else
        *ret = arena_copy(arena, slice_of(text, length));
    free(text);
    return error;
}

static struct error *load_file(struct rule_list *list, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_create(ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    struct slice text;
    struct error *error = read_all(file, list->arena, path, &text);
    fclose(file);
    if (!error)
        rule_file_parse(list, arena_copy(list->arena, slice_from_string(path)).data, text);
    return error;
}

static int is_rule_file(const struct dirent *entry)
{
    struct slice name = slice_from_string(entry->d_name);
    return slice_ends(name, SLICE(".rule")) && entry->d_name[0] != '.';
}

static struct error *load_directory(struct rule_list *list, const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_rule_file, alphasort);
    if (count < 0)
        return error_create(ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    struct error *error = NULL;
    for (int i = 0; i < count; i++) {
        struct slice file = arena_format(list->arena, "%s/%s", path, entries[i]->d_name);
        if (!error)
            error = load_file(list, file.data);
        free(entries[i]);
    }
    free(entries);
    if (!error && count == 0)
        error = error_create(ERROR_USAGE, "%s: no *.rule file in it", path);
    return error;
}

static struct error *load_path(struct rule_list *list, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_create(ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    return S_ISDIR(status.st_mode) ? load_directory(list, path) : load_file(list, path);
}

static void load_builtin(struct rule_list *list)
{
    for (const struct builtin_rule_file *file = builtin_rule_files; file->path; file++)
        rule_file_parse(list, file->path, slice_of(file->text, file->length));
}

/* ---- putting in order */

/* A rule of a later layer takes the place of its namesake, and its examples fall away with it. */
static void replace_by_name(struct rule_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct rule *rule = list->items[i];
        size_t at = 0;
        while (at < kept && (list->items[at]->layer == rule->layer ||
                             !slice_equal(list->items[at]->name, rule->name)))
            at++;
        list->items[at] = rule;
        kept += at == kept;
    }
    list->count = kept;
}

static void drop_replaced_cases(struct rule_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->cases_count; i++) {
        const struct rule *rule = NULL;
        for (size_t j = 0; j < list->count && !rule; j++)
            if (list->items[j]->name.data == list->cases[i].rule.data)
                rule = list->items[j];
        if (rule)
            list->cases[kept++] = list->cases[i];
    }
    list->cases_count = kept;
}

static struct rule_sequence *sequence_of(struct rule_set *set, const struct rule *rule)
{
    switch (rule->role) {
    case ROLE_DECIDES:
        return &set->decisions[rule->vocabulary];
    case ROLE_SUMMARY:
        return &set->summaries;
    case ROLE_ALSO:
        return &set->also;
    case ROLE_MISSING:
        return &set->missing;
    default:
        return &set->findings;
    }
}

static int compare_rules(const void *first, const void *second)
{
    const struct rule *a = *(struct rule *const *)first, *b = *(struct rule *const *)second;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    bool has_weight = a->role == ROLE_FINDING;
    if (has_weight && a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return slice_compare(a->name, b->name);
}

static void sort_sequence(struct rule_set *set, struct rule_sequence *sequence)
{
    if (sequence->count)
        qsort(sequence->items, sequence->count, sizeof *sequence->items, compare_rules);
    rule_check_sequence(set->all.mistakes, sequence->items, sequence->count);
}

static void put_in_order(struct rule_set *set)
{
    struct rule_list *list = &set->all;
    rule_check_each(list);
    replace_by_name(list);
    drop_replaced_cases(list);
    for (size_t i = 0; i < list->count; i++) {
        struct rule_sequence *sequence = sequence_of(set, list->items[i]);
        *ARENA_PUSH(set->arena, sequence->items, sequence->count) = list->items[i];
    }
    for (int i = 0; i < VOCABULARY_COUNT; i++)
        sort_sequence(set, &set->decisions[i]);
    sort_sequence(set, &set->summaries);
    sort_sequence(set, &set->findings);
    struct rule_sequence *charge_paths = &set->decisions[VOCABULARY_CHARGE_PATH];
    set->frames = frame_index_create(set->arena, charge_paths->items, charge_paths->count);
}

/* ---- the public side */

/* Where rules come from that are laid over the compiled-in ones: a path, a text, or neither. */
struct overlay {
    const char *path, *name;
    struct slice text;
};

static struct error *load_overlay(struct rule_list *list, const struct overlay *overlay)
{
    list->layer = LAYER_OVERLAY;
    if (overlay->path)
        return load_path(list, overlay->path);
    if (overlay->text.length > RULE_FILE_MAX)
        return fail_size(overlay->name);
    if (overlay->name)
        rule_file_parse(list, overlay->name, overlay->text);
    return NULL;
}

static struct error *build(const struct overlay *overlay, struct rule_set **ret)
{
    struct mistakes mistakes = {0};
    struct rule_set *set = must_allocate(sizeof *set);
    set->arena = arena_create();
    set->all = (struct rule_list){.arena = set->arena, .mistakes = &mistakes};
    load_builtin(&set->all);
    struct error *error = load_overlay(&set->all, overlay);
    if (!error)
        put_in_order(set);
    struct error *wrong = mistakes_to_error(&mistakes, ERROR_RULES);
    if (!error)
        error = wrong;
    else
        error_destroy(wrong);
    if (error)
        rule_set_destroy(set);
    else
        *ret = set;
    return error;
}

static struct error *check(const struct overlay *overlay)
{
    struct rule_set *set;
    struct error *error = build(overlay, &set);
    if (!error)
        rule_set_destroy(set);
    return error;
}

struct error *rule_set_create(const char *directory, struct rule_set **ret)
{
    return build(&(struct overlay){.path = directory}, ret);
}

struct error *rule_check(const char *path)
{
    return check(&(struct overlay){.path = path});
}

struct error *rule_check_text(const char *name, struct slice text)
{
    return check(&(struct overlay){.name = name, .text = text});
}

void rule_set_destroy(struct rule_set *rules)
{
    if (!rules)
        return;
    arena_destroy(rules->arena);
    free(rules);
}

const struct rule_case *rule_set_cases(const struct rule_set *rules, size_t *count)
{
    *count = rules->all.cases_count;
    return rules->all.cases;
}

static void print_purpose(const struct rule *rule, FILE *out)
{
    const char *what = rule->role == ROLE_DECIDES ? vocabulary_get(rule->vocabulary)->name
                       : rule->role == ROLE_ALSO  ? "also"
                                                  : "missing";
    struct slice term = rule->role == ROLE_MISSING ? rule->missing
                        : rule->taken              ? slice_from_string(rule->taken->name)
                                      : slice_from_string(term_name(rule->vocabulary, rule->term));
    if (rule->role == ROLE_FINDING)
        fprintf(out, "says     %4d  %.*s\n", rule->weight, SLICE_ARG(rule->title));
    else if (rule->role == ROLE_SUMMARY)
        fprintf(out, "summary  %4d  %.*s\n", rule->order, SLICE_ARG(rule->title));
    else if (rule->order)
        fprintf(out, "decides  %4d  %s %.*s\n", rule->order, what, SLICE_ARG(term));
    else
        fprintf(out, "decides        %s %.*s\n", what, SLICE_ARG(term));
}

static void list_sequence(const struct rule_sequence *sequence, FILE *out)
{
    for (size_t i = 0; i < sequence->count; i++) {
        fprintf(out, "%-36.*s  ", SLICE_ARG(sequence->items[i]->name));
        print_purpose(sequence->items[i], out);
    }
}

void rule_set_list(const struct rule_set *rules, FILE *out)
{
    for (int i = 0; i < VOCABULARY_COUNT; i++)
        list_sequence(&rules->decisions[i], out);
    list_sequence(&rules->also, out);
    list_sequence(&rules->missing, out);
    list_sequence(&rules->summaries, out);
    list_sequence(&rules->findings, out);
}

static struct error *fail_name(const struct rule_set *rules, struct slice name)
{
    const char **names = must_allocate((rules->all.count + 1) * sizeof *names);
    struct arena *arena = arena_create();
    for (size_t i = 0; i < rules->all.count; i++)
        names[i] = arena_copy(arena, rules->all.items[i]->name).data;
    const char *near = suggest(name, names, rules->all.count);
    struct error *error =
        error_create(ERROR_USAGE, "no rule %.*s%s%s%s", SLICE_ARG(name),
                     near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    arena_destroy(arena);
    free(names);
    return error;
}

struct error *rule_set_show(const struct rule_set *rules, struct slice name, FILE *out)
{
    for (size_t i = 0; i < rules->all.count; i++) {
        const struct rule *rule = rules->all.items[i];
        if (slice_equal(rule->name, name)) {
            fprintf(out, "# %s:%d\n%.*s\n", rule->file, rule->line, SLICE_ARG(rule->text));
            return NULL;
        }
    }
    return fail_name(rules, name);
}
