/*
 * The list: which columns there is room for, and its lines drawn.
 */
#ifndef WHYOOM_TUI_LIST_H
#define WHYOOM_TUI_LIST_H

#include "tui/catalogue.h"
#include "tui/viewport.h"

enum list_column {
    COLUMN_NUMBER,
    COLUMN_WHEN,
    COLUMN_HOST,
    COLUMN_CLASS,
    COLUMN_OWNER,
    COLUMN_VICTIM,
    COLUMN_SIZE,
    COLUMN_REPEATS,
    LIST_COLUMNS
};

/** What the cells need that were in sight so far: columns grow and never shrink, so that they stand
 * still while one scrolls. */
struct list_layout {
    int needed[LIST_COLUMNS];
    uint64_t host;  /* hash of the first that was seen; 0: none was */
    bool has_hosts; /* another one was seen: the column is worth its room */
};

/** Take the lines in sight into account. */
void list_measure(struct list_layout *layout, const struct catalogue *catalogue,
                  const struct viewport *viewport, int rows, bool is_utc);

struct list_style {
    const struct list_layout *layout;
    const struct arrangement *arrangement;
    bool is_utc;
    struct slice found; /* marked where it occurs; may be empty */
};

/** Titles in @p row, the lines in the @p rows - 1 rows below. */
void list_draw(const struct catalogue *catalogue, const struct viewport *viewport,
               const struct list_style *style, struct screen *screen, int row, int rows);

/** The line, from @p from on in @p direction and around the end, in which @p text stands;
 * SLICE_NOT_FOUND. */
size_t list_find(const struct catalogue *catalogue, bool is_utc, struct slice text, size_t from,
                 int direction);

/** "sorted by size, largest first": what the arrangement is, for people. */
const char *list_order_name(enum list_order order);
const char *list_group_name(enum list_group group);

#endif
