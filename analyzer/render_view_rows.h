/*
 * The rows of a table of a view, as its description (render_view_table.h) wants them: taken out of
 * lists in lists, out of an object's members, filtered, alike ones joined, sorted.
 */
#ifndef WHYOOM_RENDER_VIEW_ROWS_H
#define WHYOOM_RENDER_VIEW_ROWS_H

#include <jansson.h>

#include "analyzer/render_view_table.h"

struct view_row_values {
    const json_t *own;   /* of `made` or of the view */
    const json_t *above; /* of a nested row, the row it is in; NULL */
};

struct view_rows {
    struct view_row_values *rows;
    size_t count;
    json_t *made; /* what is in no view: members of objects as rows, joined rows */
};

/** Take the rows of @p spec out of @p view, which they borrow from. */
void view_rows_init(struct view_rows *self, const struct view_table *spec, const json_t *view);
void view_rows_deinit(struct view_rows *self);

/** The value at @p key of the row, or of the one it is in. */
const json_t *view_rows_value(const struct view_row_values *row, const char *key);

#endif
