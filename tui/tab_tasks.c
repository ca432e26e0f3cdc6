/* The candidates: every task of the report's table, with what the killer thought of it. */
#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>

#include "analyzer/badness.h"
#include "analyzer/base/units.h"
#include "tui/tab.h"

struct task_row {
    const struct task *task;
    const struct candidate *candidate; /* NULL: badness is not known */
    size_t place;
};

static int64_t figure_of(const struct task_row *row, enum task_order order)
{
    const struct task *task = row->task;
    switch (order) {
    case TASK_BY_BADNESS:
        return row->candidate ? amount_or(row->candidate->points, INT64_MIN) : INT64_MIN;
    case TASK_BY_RSS:
        return amount_or(task->rss, -1);
    case TASK_BY_SWAP:
        return amount_or(task->swap, -1);
    case TASK_BY_ADJUSTMENT:
        return amount_or(task->oom_score_adj, INT64_MIN);
    case TASK_BY_PID:
        return -task->pid;
    default:
        return -(int64_t)row->place;
    }
}

static int compare(const void *a, const void *b, void *context)
{
    const struct task_row *left = a, *right = b;
    const struct tab_context *tab = context;
    int64_t x = figure_of(left, tab->task_order), y = figure_of(right, tab->task_order);
    int order = (x < y) - (x > y);
    if (tab->task_order == TASK_BY_NAME)
        order = slice_compare(left->task->comm, right->task->comm);
    if (order == 0)
        order = (left->place > right->place) - (left->place < right->place);
    return tab->is_reversed ? -order : order;
}

static struct task_row *rows_of(const struct tab_context *context, struct arena *arena)
{
    const struct incident *incident = context->incident;
    const struct candidate *candidates = badness_candidates(incident, arena);
    struct task_row *rows = arena_allocate(arena, (incident->tasks_count + 1) * sizeof *rows);
    for (size_t i = 0; i < incident->tasks_count; i++)
        rows[i] = (struct task_row){&incident->tasks[i], candidates ? &candidates[i] : NULL, i};
    qsort_r(rows, incident->tasks_count, sizeof *rows, compare, (void *)(uintptr_t)context);
    return rows;
}

static bool is_victim(const struct incident *incident, const struct task *task)
{
    for (size_t i = 0; i < incident->victims_count; i++)
        if (amount_or(incident->victims[i].pid, -1) == task->pid)
            return true;
    return false;
}

static void write_bytes(struct document *document, enum style style, struct amount amount,
                        int width)
{
    struct slice text = amount.known ? bytes_print(document->arena, amount.value) : SLICE("-");
    document_right(document, style, text, width);
}

static void write_task(const struct incident *incident, struct document *document,
                       const struct task_row *row)
{
    const struct task *task = row->task;
    bool is_killed = is_victim(incident, task),
         is_exempt = row->candidate && row->candidate->is_exempt;
    enum style style = is_killed ? STYLE_ALERT : is_exempt ? STYLE_DIM : STYLE_PLAIN;
    document_begin(document, task->line);
    document_add(document, style, is_killed ? SLICE("×") : SLICE(" "));
    document_format(document, style, "%7lld ", (long long)task->pid);
    document_left(document, style, task->comm, 15);
    write_bytes(document, style, task->rss, 11);
    write_bytes(document, style, task->swap, 11);
    write_bytes(document, style, task->pgtables, 10);
    if (task->oom_score_adj.known)
        document_format(document, style, "%6lld", (long long)task->oom_score_adj.value);
    else
        document_add(document, style, SLICE("     -"));
    if (is_exempt)
        document_right(document, style, SLICE("exempt"), 11);
    else
        write_bytes(document, style, row->candidate ? row->candidate->points : UNKNOWN, 11);
}

static const char *const order_names[TASK_ORDERS] = {
    [TASK_BY_BADNESS] = "badness",           [TASK_BY_RSS] = "rss", [TASK_BY_SWAP] = "swap",
    [TASK_BY_ADJUSTMENT] = "oom_score_adj",  [TASK_BY_PID] = "pid", [TASK_BY_NAME] = "name",
    [TASK_BY_REPORT] = "the report's order",
};

void tab_tasks(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    if (!incident->tasks_count) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM, SLICE("No task table is in what was read."));
        return;
    }
    const struct task_row *rows = rows_of(context, document->arena);
    document_begin(document, 0);
    document_format(
        document, STYLE_DIM, "%zu task%s by %s%s; × was killed; s sorts by the next column",
        incident->tasks_count, incident->tasks_count == 1 ? "" : "s",
        order_names[context->task_order], context->is_reversed ? ", the other way round" : "");
    document_begin(document, 0);
    document_add(
        document, STYLE_HEADING,
        SLICE("     pid name                   rss       swap    tables   adj    badness"));
    for (size_t i = 0; i < incident->tasks_count; i++)
        write_task(incident, document, &rows[i]);
}
