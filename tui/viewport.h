/*
 * Which part of something long is on the screen, and which line of it the cursor is on: once for
 * the list, the tabs and the help.
 */
#ifndef WHYOOM_TUI_VIEWPORT_H
#define WHYOOM_TUI_VIEWPORT_H

#include <stddef.h>

#include "tui/document.h"
#include "tui/keys.h"
#include "tui/screen.h"

struct viewport {
    size_t cursor, top; /* lines, from 0 */
    int left;           /* columns that long lines are pushed out by */
};

/** Bring cursor and top in order for @p count lines on @p rows rows. */
void viewport_clamp(struct viewport *viewport, size_t count, int rows);

/** Put the cursor on a line, which is shown in the upper third when it was out of sight. */
void viewport_show(struct viewport *viewport, size_t line, size_t count, int rows);

/** Move as ACTION_DOWN and its like say. @return false: none of these */
bool viewport_act(struct viewport *viewport, enum action action, size_t count, int rows);

/** Scroll by @p lines without leaving the last ones; the cursor stays in sight. */
void viewport_scroll(struct viewport *viewport, int lines, size_t count, int rows);

/** Draw the lines of @p document into @p rows rows from @p row on. What @p found (may be empty)
 * matches is marked. */
void viewport_draw(const struct viewport *viewport, const struct document *document,
                   struct screen *screen, int row, int rows, struct slice found);

/** The next line that contains @p text, letters of either case, going down (+1) or up (-1) from
 * @p from and around the end; SLICE_NOT_FOUND when there is none. */
size_t document_find(const struct document *document, struct slice text, size_t from,
                     int direction);

/** Does @p text contain @p needle, ASCII letters of either case being the same? Its offset. */
size_t find_folded(struct slice text, struct slice needle);

#endif
