#define _GNU_SOURCE /* qsort_r */
#include "tui/catalogue.h"

#include <stdlib.h>

#include "analyzer/base/hash_table.h"
#include "tui/viewport.h"

#define NONE SIZE_MAX

struct line {
    enum line_kind kind;
    size_t entry, count;
};

struct catalogue {
    const struct rule_set *rules;
    struct store *store; /* of stored entries; NULL */
    struct condition *where;
    struct entry **entries; /* by number */
    size_t count, room;
    size_t asked; /* entries before this one were asked */
    struct line *lines;
    size_t lines_count, lines_room, shown;
    bool is_stale;
    struct entry *open;
};

/* ---- the catalogue */

struct catalogue *catalogue_create(const struct rule_set *rules)
{
    struct catalogue *catalogue = must_allocate(sizeof *catalogue);
    catalogue->rules = rules;
    return catalogue;
}

void catalogue_set_store(struct catalogue *catalogue, struct store *store)
{
    catalogue->store = store;
}

void catalogue_destroy(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (size_t i = 0; i < catalogue->count; i++)
        entry_destroy(catalogue->entries[i]);
    condition_destroy(catalogue->where);
    free(catalogue->entries);
    free(catalogue->lines);
    free(catalogue);
}

static void append(struct catalogue *catalogue, struct entry *entry)
{
    if (catalogue->count == catalogue->room) {
        catalogue->room = catalogue->room ? 2 * catalogue->room : 64;
        catalogue->entries =
            must_reallocate(catalogue->entries, catalogue->room * sizeof *catalogue->entries);
    }
    catalogue->entries[catalogue->count++] = entry;
}

void catalogue_put(struct catalogue *catalogue, struct entry *entry)
{
    size_t index = (size_t)entry->row->number - 1;
    catalogue->is_stale = true;
    if (index >= catalogue->count) {
        append(catalogue, entry);
        return;
    }
    /* A more complete copy; the open one stays what it is as long as it is looked at. */
    struct entry *old = catalogue->entries[index];
    if (old == catalogue->open) {
        entry_destroy(entry);
        return;
    }
    catalogue->entries[index] = entry;
    if (index < catalogue->asked)
        catalogue->asked = index;
    entry_destroy(old);
}

size_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}

size_t catalogue_shown(const struct catalogue *catalogue)
{
    return catalogue->shown;
}

bool catalogue_is_arranged(const struct catalogue *catalogue)
{
    return !catalogue->is_stale;
}

/* ---- filter */

void catalogue_set_condition(struct catalogue *catalogue, struct condition *where)
{
    condition_destroy(catalogue->where);
    catalogue->where = where;
    catalogue->asked = 0;
    catalogue->is_stale = true;
    for (size_t i = 0; i < catalogue->count; i++)
        catalogue->entries[i]->is_asked = false;
}

/* Take the incident of an entry out of where it lies. False: its record cannot be read. */
static bool take_out(const struct catalogue *catalogue, struct entry *entry)
{
    if (!entry->rowid) {
        arena_unfold(entry->arena);
        return true;
    }
    struct error *error = store_read(catalogue->store, entry->rowid, &entry->incident);
    if (!error)
        entry->arena = entry->incident->arena;
    error_destroy(error);
    return entry->incident != NULL;
}

static void put_back(struct entry *entry)
{
    if (!entry->rowid) {
        arena_fold(entry->arena);
        return;
    }
    incident_destroy(entry->incident);
    entry->incident = NULL;
    entry->arena = NULL;
}

static void ask(const struct catalogue *catalogue, struct entry *entry)
{
    bool is_open = entry == catalogue->open;
    bool is_there = is_open || take_out(catalogue, entry);
    entry->where =
        is_there ? condition_evaluate(catalogue->where, entry->incident) : OUTCOME_UNKNOWN;
    entry->is_asked = true;
    if (is_there && !is_open)
        put_back(entry);
}

size_t catalogue_ask(struct catalogue *catalogue, size_t most)
{
    if (!catalogue->where)
        return 0;
    for (; most > 0 && catalogue->asked < catalogue->count; catalogue->asked++) {
        struct entry *entry = catalogue->entries[catalogue->asked];
        if (entry->is_asked)
            continue;
        ask(catalogue, entry);
        catalogue->is_stale = true;
        most--;
    }
    return catalogue->count - catalogue->asked;
}

static bool has_text(const struct entry *entry, struct slice text)
{
    const struct incident_row *row = entry->row;
    const struct slice places[] = {
        row->host,         row->owner,
        row->victim,       slice_from_string(term_name(VOCABULARY_CLASS, (int)row->class_)),
        row->time.printed, entry->summary,
        entry->cgroup,     entry->kernel};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (find_folded(places[i], text) != SLICE_NOT_FOUND)
            return true;
    return false;
}

static bool is_let_through(const struct catalogue *catalogue, const struct entry *entry,
                           struct slice filter)
{
    bool holds = !catalogue->where || (entry->is_asked && entry->where == OUTCOME_YES);
    return holds && (!filter.length || has_text(entry, filter));
}

/* ---- folding */

struct head {
    struct slice fold;
    size_t entry, last; /* the first of the repeats, and the last so far */
    UT_hash_handle hh;
};

/* The entries that are let through, repeats chained behind their first. @return how many firsts */
static size_t fold_entries(struct catalogue *catalogue, const struct arrangement *arrangement,
                           size_t *firsts)
{
    struct slice filter = slice_from_string(arrangement->filter);
    struct head *heads = must_allocate(catalogue->count * sizeof *heads), *by_fold = NULL;
    size_t count = 0;
    catalogue->shown = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        struct entry *entry = catalogue->entries[i];
        struct head *head = NULL;
        entry->next = NONE;
        entry->count = 0;
        if (!is_let_through(catalogue, entry, filter))
            continue;
        catalogue->shown++;
        if (arrangement->is_folded)
            HASH_FIND_BYHASHVALUE(hh, by_fold, entry->row->fold.data, entry->row->fold.length,
                                  entry->fold_hash, head);
        if (head) {
            catalogue->entries[head->last]->next = i;
            head->last = i;
            catalogue->entries[head->entry]->count++;
            continue;
        }
        entry->count = 1;
        head = &heads[count];
        *head = (struct head){.fold = entry->row->fold, .entry = i, .last = i};
        if (arrangement->is_folded)
            HASH_ADD_KEYPTR_BYHASHVALUE(hh, by_fold, head->fold.data, head->fold.length,
                                        entry->fold_hash, head);
        firsts[count++] = i;
    }
    HASH_CLEAR(hh, by_fold);
    free(heads);
    return count;
}

/* ---- sorting */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* What is not known comes last. */
static int compare_amounts(struct amount a, struct amount b)
{
    if (!a.known || !b.known)
        return (int)b.known - (int)a.known;
    return compare_numbers(a.value, b.value);
}

static int compare_times(const struct event_time *a, const struct event_time *b)
{
    struct amount wall_a = {.value = a->wall_us, .known = a->has_wall};
    struct amount wall_b = {.value = b->wall_us, .known = b->has_wall};
    struct amount uptime_a = {.value = a->monotonic_us, .known = a->has_monotonic};
    struct amount uptime_b = {.value = b->monotonic_us, .known = b->has_monotonic};
    int by_wall = compare_amounts(wall_a, wall_b);
    return by_wall ? by_wall : compare_amounts(uptime_a, uptime_b);
}

static int compare_by(enum list_order order, const struct entry *a, const struct entry *b)
{
    const struct incident_row *left = a->row, *right = b->row;
    switch (order) {
    case ORDER_TIME:
        return compare_times(&left->time, &right->time);
    case ORDER_HOST:
        return slice_compare(left->host, right->host);
    case ORDER_CLASS:
        return compare_numbers((int64_t)left->class_, (int64_t)right->class_);
    case ORDER_OWNER:
        return slice_compare(left->owner, right->owner);
    case ORDER_VICTIM:
        return slice_compare(left->victim, right->victim);
    case ORDER_SIZE:
        return compare_amounts(left->size, right->size);
    case ORDER_REPEATS:
        return compare_numbers((int64_t)a->count, (int64_t)b->count);
    case ORDER_INPUT:
    case LIST_ORDERS:
        break;
    }
    return compare_numbers(left->number, right->number);
}

struct sorting {
    const struct catalogue *catalogue;
    const struct arrangement *arrangement;
};

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct sorting *sorting = context;
    const struct arrangement *arrangement = sorting->arrangement;
    const struct entry *a = sorting->catalogue->entries[*(const size_t *)left];
    const struct entry *b = sorting->catalogue->entries[*(const size_t *)right];
    if (a->group_rank != b->group_rank)
        return a->group_rank < b->group_rank ? -1 : 1;
    int by_order = compare_by(arrangement->order, a, b);
    if (by_order)
        return arrangement->is_descending ? -by_order : by_order;
    return compare_numbers(a->row->number, b->row->number);
}

/* ---- lines */

static struct line *add_line(struct catalogue *catalogue, enum line_kind kind, size_t entry)
{
    if (catalogue->lines_count == catalogue->lines_room) {
        catalogue->lines_room = catalogue->lines_room ? 2 * catalogue->lines_room : 64;
        catalogue->lines =
            must_reallocate(catalogue->lines, catalogue->lines_room * sizeof *catalogue->lines);
    }
    struct line *line = &catalogue->lines[catalogue->lines_count++];
    *line = (struct line){kind, entry, 0};
    return line;
}

static void add_incident(struct catalogue *catalogue, size_t first)
{
    const struct entry *entry = catalogue->entries[first];
    add_line(catalogue, LINE_INCIDENT, first)->count = entry->count;
    if (!entry->is_unfolded)
        return;
    for (size_t i = entry->next; i != NONE; i = catalogue->entries[i]->next)
        add_line(catalogue, LINE_REPEAT, i)->count = 1;
}

static void add_lines(struct catalogue *catalogue, enum list_group group, const size_t *firsts,
                      size_t count)
{
    size_t heading = NONE;
    bool is_closed = false;
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = catalogue->entries[firsts[i]];
        bool is_new =
            group != GROUP_NONE &&
            (i == 0 || catalogue->entries[firsts[i - 1]]->group_rank != entry->group_rank);
        if (is_new) {
            heading = catalogue->lines_count;
            add_line(catalogue, LINE_GROUP, firsts[i]);
            is_closed = entry->is_group_closed;
        }
        if (heading != NONE)
            catalogue->lines[heading].count += entry->count;
        if (!is_closed)
            add_incident(catalogue, firsts[i]);
    }
}

void catalogue_arrange(struct catalogue *catalogue, const struct arrangement *arrangement)
{
    size_t *firsts = must_allocate(catalogue->count * sizeof *firsts);
    struct sorting sorting = {catalogue, arrangement};
    size_t count = fold_entries(catalogue, arrangement, firsts);
    bool is_sorted = arrangement->order == ORDER_INPUT && !arrangement->is_descending &&
                     arrangement->group == GROUP_NONE;
    entry_rank_groups(catalogue->entries, firsts, count, arrangement->group);
    if (!is_sorted)
        qsort_r(firsts, count, sizeof *firsts, compare_entries, &sorting);
    catalogue->lines_count = 0;
    add_lines(catalogue, arrangement->group, firsts, count);
    free(firsts);
    catalogue->is_stale = false;
}

size_t catalogue_lines(const struct catalogue *catalogue)
{
    return catalogue->lines_count;
}

struct list_line catalogue_line(const struct catalogue *catalogue, size_t index)
{
    const struct line *line = &catalogue->lines[index];
    return (struct list_line){line->kind, catalogue->entries[line->entry], line->count};
}

size_t catalogue_find(const struct catalogue *catalogue, int number)
{
    size_t folded_into = NONE;
    if (number < 1 || (size_t)number > catalogue->count)
        return NONE;
    const struct entry *entry = catalogue->entries[number - 1];
    for (size_t i = 0; i < catalogue->lines_count; i++) {
        const struct entry *shown = catalogue->entries[catalogue->lines[i].entry];
        if (catalogue->lines[i].kind == LINE_GROUP)
            continue;
        if (shown == entry)
            return i;
        if (folded_into == NONE && slice_equal(shown->row->fold, entry->row->fold))
            folded_into = i;
    }
    return folded_into;
}

static void close_group(struct catalogue *catalogue, const struct entry *member,
                        enum list_group group, bool is_closed)
{
    for (size_t i = 0; i < catalogue->count; i++)
        if (slice_equal(entry_group(catalogue->entries[i], group), entry_group(member, group)))
            catalogue->entries[i]->is_group_closed = is_closed;
}

void catalogue_unfold(struct catalogue *catalogue, size_t index, enum list_group group,
                      bool is_unfolded)
{
    while (index > 0 && catalogue->lines[index].kind == LINE_REPEAT)
        index--;
    struct entry *entry = catalogue->entries[catalogue->lines[index].entry];
    bool is_heading = catalogue->lines[index].kind == LINE_GROUP;
    bool is_group = is_heading || (!is_unfolded && !entry->is_unfolded && group != GROUP_NONE);
    catalogue->is_stale = true;
    if (is_group)
        close_group(catalogue, entry, group, !is_unfolded);
    else
        entry->is_unfolded = is_unfolded;
}

/* ---- opening */

/* The rules say the same again, this time with the trace. What the parser found missing stays. */
static void judge_again(const struct rule_set *rules, struct incident *incident)
{
    incident->scope = SCOPE_UNKNOWN;
    incident->limit = LIMIT_UNKNOWN;
    incident->charge_path = CHARGE_UNKNOWN;
    incident->charge_line = 0;
    incident->dominant.part = PART_UNKNOWN;
    incident->dominant.bytes = UNKNOWN;
    incident->dominant.permille = -1;
    incident->class_ = CLASS_UNKNOWN;
    memset(incident->also, 0, sizeof incident->also);
    incident->confidence = CONFIDENCE_UNKNOWN;
    incident->summary = (struct slice){0};
    incident->findings_count = incident->fired_count = incident->trace_count = 0;
    rule_set_judge(rules, incident, true);
}

const struct incident *catalogue_open(struct catalogue *catalogue, const struct entry *entry)
{
    struct entry *wanted = catalogue->entries[entry->row->number - 1];
    if (wanted == catalogue->open)
        return wanted->incident;
    if (catalogue->open)
        put_back(catalogue->open);
    catalogue->open = NULL;
    if (!take_out(catalogue, wanted))
        return NULL;
    catalogue->open = wanted;
    if (!wanted->rowid) /* a record says less than its log did */
        judge_again(catalogue->rules, wanted->incident);
    return wanted->incident;
}
