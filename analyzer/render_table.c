/* Many incidents on one page: a line each, repeats folded. */
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/hash_table.h"
#include "analyzer/base/units.h"
#include "analyzer/duplicates.h"
#include "analyzer/incident_identity.h"
#include "analyzer/render.h"
#include "analyzer/render_columns.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"
#include "analyzer/workload.h"
#include "parsers/source/names.h"

/* ---- one row */

static bool is_host_wide(const struct incident *incident)
{
    bool is_killer = incident->kind == KIND_OOM_KILL || incident->kind == KIND_OOM_NO_KILL;
    return is_killer && (incident->scope == SCOPE_GLOBAL || incident->scope == SCOPE_CPUSET ||
                         incident->scope == SCOPE_MEMPOLICY);
}

/* A container that was killed comes back in a cgroup of another name; its pod keeps its own. */
static struct slice lasting_place(struct arena *arena, const struct incident *incident)
{
    struct workload owner = workload_of_path(arena, incident->memcg.path);
    return escape_text(arena, owner.pod_uid.length ? owner.pod_uid : incident->memcg.path);
}

/* The rotated files of one log have one. */
static struct slice log_place(struct arena *arena, const struct incident *incident)
{
    const struct slice path = incident_first_path(incident);
    const struct rotation log = names_log_of(path);
    struct slice name = arena_format(arena, "%.*s/%.*s%.*s", SLICE_ARG(log.directory),
                                     SLICE_ARG(log.base), SLICE_ARG(log.ending));
    return escape_text(arena, log.is_any_machine ? path : name);
}

/* Same host, class, cgroup and victim: the same story again. The parts cannot run into each other,
 * because none of them holds a newline once it is escaped. */
static struct slice fold_key(struct arena *arena, const struct incident *incident,
                             struct slice host, struct slice victim)
{
    struct slice place = lasting_place(arena, incident);
    if (!host.length) /* of two logs that name none, nobody knows whether it is the same */
        host = log_place(arena, incident);
    return arena_format(arena, "%d\n%d\n%.*s\n%.*s\n%.*s", (int)incident->kind,
                        (int)incident->class_, SLICE_ARG(host), SLICE_ARG(place),
                        SLICE_ARG(victim));
}

static struct slice victim_name(struct arena *arena, const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    if (!victim)
        return (struct slice){0};
    struct slice name = victim->comm.length   ? victim->comm
                        : victim->unit.length ? victim->unit
                                              : victim->cgroup;
    return escape_text(arena, name);
}

struct incident_row *incident_row_pack(const struct incident_row *values)
{
    struct incident_row packed = *values;
    struct slice *texts[] = {&packed.time.printed, &packed.host, &packed.owner, &packed.victim,
                             &packed.fold};
    enum { TEXTS = sizeof texts / sizeof *texts };
    size_t length = 0;
    for (size_t i = 0; i < TEXTS; i++)
        length += texts[i]->length;
    struct incident_row *row = must_allocate(sizeof *row + length);
    char *at = row->text;
    for (size_t i = 0; i < TEXTS; i++) {
        if (texts[i]->length)
            memcpy(at, texts[i]->data, texts[i]->length);
        texts[i]->data = at;
        at += texts[i]->length;
    }
    *row = packed;
    return row;
}

/* A dump of a machine that was given no name is told from others by its own. */
static struct slice host_name(struct arena *arena, const struct incident *incident)
{
    const struct slice host = incident_host(incident);
    bool is_nameless = !host.length && incident->source.kind == SOURCE_VMCORE;
    return is_nameless ? story_source(arena, incident) : escape_text(arena, host);
}

struct incident_row *incident_row_create(const struct incident *incident)
{
    struct arena *arena = arena_create();
    struct slice host = host_name(arena, incident), victim = victim_name(arena, incident);
    struct incident_row values = {
        .time = incident->time,
        .kind = incident->kind,
        .class_ = incident->class_,
        .confidence = incident->confidence,
        .grade = incident_grade(incident),
        .is_panic = incident->is_panic,
        .is_deadlocked = incident->is_deadlocked,
        .is_host_wide = is_host_wide(incident),
        .victims_count = (size_t)amount_or(incident->totals.victims, 0),
        .size = incident->totals.victims_rss,
        .host = host,
        .owner = story_owner_short(arena, incident),
        .victim = victim,
        .fold = fold_key(arena, incident, escape_text(arena, incident_host(incident)), victim),
    };
    struct incident_row *row = incident_row_pack(&values);
    arena_destroy(arena);
    return row;
}

/* ---- the worst */

/* What makes an incident bad, the weightiest first. */
struct severity {
    int64_t by[7];
};

static struct severity severity_of(const struct incident_row *row)
{
    return (struct severity){{row->is_panic, row->is_host_wide, row->is_deadlocked,
                              (int64_t)row->victims_count, row->grade, (int64_t)row->confidence,
                              amount_or(row->size, -1)}};
}

/* Is @p a worse than @p b? The first difference decides. */
static bool is_worse(const struct incident_row *a, const struct incident_row *b)
{
    const struct severity of_a = severity_of(a), of_b = severity_of(b);
    for (size_t i = 0; i < sizeof of_a.by / sizeof *of_a.by; i++)
        if (of_a.by[i] != of_b.by[i])
            return of_a.by[i] > of_b.by[i];
    return false;
}

size_t incident_rows_worst(struct incident_row *const *rows, size_t count)
{
    size_t worst = 0;
    for (size_t i = 1; i < count; i++)
        if (is_worse(rows[i], rows[worst]))
            worst = i;
    return worst;
}

/* ---- folding */

struct group {
    const struct incident_row *first;
    int number, last_number; /* as the user asks for them */
    size_t count;
    bool has_worst;
    UT_hash_handle hh;
};

/* Rows with equal folds as one group, in the order of their first. */
static size_t fold_rows(struct arena *arena, struct incident_row *const *rows, size_t count,
                        struct group **groups)
{
    struct group *by_fold = NULL;
    size_t groups_count = 0, worst = count ? incident_rows_worst(rows, count) : 0;
    *groups = arena_allocate(arena, (count + 1) * sizeof **groups);
    for (size_t i = 0; i < count; i++) {
        struct group *group = NULL;
        HASH_FIND(hh, by_fold, rows[i]->fold.data, rows[i]->fold.length, group);
        int number = rows[i]->number ? rows[i]->number : (int)i + 1;
        if (!group) {
            group = &(*groups)[groups_count++];
            *group = (struct group){.first = rows[i], .number = number};
            HASH_ADD_KEYPTR(hh, by_fold, rows[i]->fold.data, rows[i]->fold.length, group);
        }
        group->count++;
        group->last_number = number;
        group->has_worst = group->has_worst || i == worst;
    }
    HASH_CLEAR(hh, by_fold);
    return groups_count;
}

/* ---- the table */

enum column { NUMBER, WHEN, HOST, CLASS, OWNER, VICTIM, SIZE, TIMES, COLUMNS };

static const struct render_column layout[COLUMNS] = {
    [NUMBER] = {"#", 0, 0, true},        [WHEN] = {"when", 0, 7, false},
    [HOST] = {"host", 6, 2, false},      [CLASS] = {"class", 0, 3, false},
    [OWNER] = {"limit of", 8, 1, false}, [VICTIM] = {"killed", 6, 6, false},
    [SIZE] = {"rss", 0, 5, true},        [TIMES] = {"", 0, 4, false},
};

struct line {
    struct slice cells[COLUMNS];
    bool is_worst;
};

static struct slice times_words(struct arena *arena, const struct group *group)
{
    if (group->count < 2)
        return (struct slice){0};
    return arena_format(arena, "×%zu, last %d", group->count, group->last_number);
}

struct slice incident_row_nobody(const struct incident_row *row)
{
    bool is_certain = row->kind == KIND_OOM_NO_KILL || row->kind == KIND_ALLOC_FAILURE ||
                      row->kind == KIND_CHARGE_STALL;
    return is_certain ? SLICE("nobody") : SLICE("unknown");
}

static struct slice victim_words(struct arena *arena, const struct incident_row *row)
{
    if (row->victims_count < 2)
        return row->victims_count ? row->victim : incident_row_nobody(row);
    return arena_format(arena, "%.*s +%zu", SLICE_ARG(row->victim), row->victims_count - 1);
}

static struct line make_line(struct arena *arena, const struct group *group, bool is_utc)
{
    const struct incident_row *row = group->first;
    struct line line = {.is_worst = group->has_worst};
    line.cells[NUMBER] = arena_format(arena, "%s%d", group->has_worst ? "> " : "", group->number);
    line.cells[WHEN] = story_time(arena, &row->time, is_utc);
    line.cells[HOST] = row->host;
    line.cells[CLASS] = slice_from_string(term_name(VOCABULARY_CLASS, (int)row->class_));
    line.cells[OWNER] = row->owner;
    line.cells[VICTIM] = victim_words(arena, row);
    if (row->size.known)
        line.cells[SIZE] = bytes_print(arena, row->size.value);
    line.cells[TIMES] = times_words(arena, group);
    return line;
}

/* The host is worth a column only when there are several. */
static void drop_single_host(struct line *lines, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!slice_equal(lines[i].cells[HOST], lines[0].cells[HOST]))
            return;
    for (size_t i = 0; i < count; i++)
        lines[i].cells[HOST] = (struct slice){0};
}

static void measure(const struct line *lines, size_t count, int widths[COLUMNS])
{
    for (int column = 0; column < COLUMNS; column++) {
        widths[column] = 0;
        for (size_t i = 0; i < count; i++) {
            int needed = text_columns(lines[i].cells[column]);
            if (needed > widths[column])
                widths[column] = needed;
        }
        int title = text_columns(slice_from_string(layout[column].title));
        if (widths[column] && widths[column] < title)
            widths[column] = title;
    }
}

static struct slice pad(struct arena *arena, struct slice text, int columns, bool is_right)
{
    int blanks = columns - text_columns(text);
    if (blanks <= 0)
        return text;
    return is_right ? arena_format(arena, "%*s%.*s", blanks, "", SLICE_ARG(text))
                    : arena_format(arena, "%.*s%*s", SLICE_ARG(text), blanks, "");
}

static struct slice without_blanks_behind(struct slice text)
{
    while (text.length && text.data[text.length - 1] == ' ')
        text.length--;
    return text;
}

static void write_line(const struct page *page, enum role role, const struct line *line,
                       const int widths[COLUMNS])
{
    struct slice text = {0};
    for (int column = 0; column < COLUMNS; column++) {
        if (!widths[column])
            continue;
        struct slice cell = text_cut_middle(page->arena, line->cells[column], widths[column]);
        cell = pad(page->arena, cell, widths[column], layout[column].is_right);
        text = arena_format(page->arena, "%.*s%s%.*s", SLICE_ARG(text), text.length ? "  " : "",
                            SLICE_ARG(cell));
    }
    page_write(page, role, without_blanks_behind(text));
    fputc('\n', page->out);
}

void render_list(FILE *out, struct incident_row *const *rows, size_t count,
                 const struct render_options *options)
{
    struct page page = {.out = out,
                        .width =
                            options->width < PAGE_WIDTH_LEAST ? PAGE_WIDTH_LEAST : options->width,
                        .has_colour = options->has_colour,
                        .arena = arena_create()};
    struct group *groups;
    size_t groups_count = fold_rows(page.arena, rows, count, &groups);
    struct line *lines = arena_allocate(page.arena, (groups_count + 1) * sizeof *lines);
    for (size_t i = 0; i < groups_count; i++)
        lines[i] = make_line(page.arena, &groups[i], options->is_utc);
    int needed[COLUMNS], widths[COLUMNS];
    drop_single_host(lines, groups_count);
    measure(lines, groups_count, needed);
    columns_fit(layout, COLUMNS, needed, page.width, widths);
    struct line titles = {0};
    for (int column = 0; column < COLUMNS; column++)
        titles.cells[column] = slice_from_string(layout[column].title);
    if (groups_count)
        write_line(&page, ROLE_DIM, &titles, widths);
    for (size_t i = 0; i < groups_count; i++)
        write_line(&page, lines[i].is_worst ? ROLE_HEADING : ROLE_PLAIN, &lines[i], widths);
    arena_destroy(page.arena);
}
