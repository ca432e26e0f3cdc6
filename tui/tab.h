/*
 * The tabs of an incident: a table of functions, each of which writes a document. A view computes
 * nothing and decides nothing; it shows what the model holds, and each line knows what it rests on.
 *
 * To add a tab: a function here, its file tab_NAME.c, a row in tab.c.
 */
#ifndef WHYOOM_TUI_TAB_H
#define WHYOOM_TUI_TAB_H

#include "tui/document.h"
#include "tui/dump_views.h"

/** How the tasks are sorted; TASK_BY_REPORT: as the kernel printed them. */
enum task_order {
    TASK_BY_BADNESS,
    TASK_BY_RSS,
    TASK_BY_SWAP,
    TASK_BY_ADJUSTMENT,
    TASK_BY_PID,
    TASK_BY_NAME,
    TASK_BY_REPORT,
    TASK_ORDERS
};

/** What a view draws from. */
struct tab_context {
    const struct incident *incident;
    bool is_utc;
    enum task_order task_order;
    bool is_reversed;         /* the tasks */
    struct dump_views *views; /* of the dump that the incident is from */
    struct slice cgroup;      /* of a dump: the one that is looked into; empty: the whole tree */
};

struct tab {
    const char *name;
    void (*build)(const struct tab_context *context, struct document *document);
    const char *view; /* of a dump, that it is read from; NULL: the incident has it all */
};

/** The tabs that @p incident has, in the order of their number keys. */
const struct tab *tabs_table(const struct incident *incident, size_t *count);

void tab_verdict(const struct tab_context *context, struct document *document);
void tab_memory(const struct tab_context *context, struct document *document);
void tab_tasks(const struct tab_context *context, struct document *document);
void tab_cgroups(const struct tab_context *context, struct document *document);
void tab_stack(const struct tab_context *context, struct document *document);
void tab_why(const struct tab_context *context, struct document *document);
void tab_log(const struct tab_context *context, struct document *document);
void tab_shmem(const struct tab_context *context, struct document *document);
void tab_slabs(const struct tab_context *context, struct document *document);
void tab_pages(const struct tab_context *context, struct document *document);
void tab_lru(const struct tab_context *context, struct document *document);
void tab_swap(const struct tab_context *context, struct document *document);
void tab_stacks(const struct tab_context *context, struct document *document);

/** Of a dump: every cgroup with its use as a bar, or the one that is looked into (cgroup_tree.c);
 * for the Cgroups tab. */
void dump_cgroups(const struct tab_context *context, struct document *document);

/** A view of the dump; NULL when it cannot be read, which is then written down. */
const json_t *tab_view(const struct tab_context *context, struct document *document,
                       const char *name);

/** Which lines of the report the verdict rests on: by index in incident.lines, from 1; as many bits
 * as there are lines, and one more. In @p arena. */
const bool *evidence_lines(struct arena *arena, const struct incident *incident);

#endif
