/*
 * The views of a dump: what `whyoom inspect VIEW` shows, what the browser draws and the verdict is
 * checked against.
 *
 * A view is one JSON object as the contract lists them ("whyoom.view/1"): jansson, because it
 * crosses from the process that reads the dump to the one that shows it. Figures are bytes where
 * the key ends in _bytes, pages or counts otherwise; what is unknown is left out. A view fills what
 * it can and notes what it could not read and why; no view fails another.
 */
#ifndef WHYOOM_PARSERS_KERNEL_VIEW_H
#define WHYOOM_PARSERS_KERNEL_VIEW_H

#include <jansson.h>

#include "parsers/kernel/kernel.h"

struct view {
    json_t *object;       /* the record under construction */
    const char *argument; /* of `page ADDR|PFN`; NULL */
};

/** Fill @p view from @p kernel. */
typedef void view_fill(const struct kernel *kernel, struct view *view);

struct view_row {
    const char *name, *what; /* "cgroups", "the tree of memory cgroups" */
    const char *argument;    /* "ADDR|PFN"; NULL: takes none */
    view_fill *fill;
    bool (*accepts)(const char *argument); /* is it written as one? */
};

/** All of them, one file each: view_NAME.c. */
const struct view_row *views_table(size_t *count);

/** Does @p view hold anything that was read of the dump? Otherwise its notes say why not. */
bool view_has_content(const json_t *view);

/** The row of @p name; NULL. */
const struct view_row *view_find(const char *name);

/** The whole object with its head ("schema", "view", "kernel", "types", "notes"), which dump.c
 * makes longer; the caller decrefs. */
json_t *view_make(const struct view_row *row, const struct kernel *kernel, const char *argument);

/** Say once what could not be read, and why. */
void view_note(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Say in the record ("complete":false) that rows may be missing, so that none must be counted. */
void view_incomplete(struct view *view);
bool view_is_complete(const struct view *view);

/* In these, what is unknown or empty adds nothing. Text is escaped (escape.h). */
void view_put_amount(json_t *object, const char *key, struct amount amount);
void view_put_text(json_t *object, const char *key, const char *text);

/** Append a new object to the array @p array; borrowed. */
json_t *view_append(json_t *array);

/** A new array under @p key of @p object; borrowed. */
json_t *view_array(json_t *object, const char *key);

view_fill view_log, view_summary, view_cgroups, view_lru, view_pages, view_page, view_zones,
    view_slabs, view_tasks, view_shmem, view_swap, view_stacks, view_huge;

/** hugetlb's pools by node and the number of huge pages that wait to be split, for two views. */
struct memcg_tree;
void view_put_huge(const struct kernel *kernel, const struct memcg_tree *groups, struct view *view);

bool view_page_accepts(const char *argument);

#endif
