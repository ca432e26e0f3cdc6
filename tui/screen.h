/*
 * What is on the screen, as cells: drawing is a function into one of these, so that it can be
 * looked at without a terminal (screen_dump) and only console.c knows curses.
 *
 * Positions count from 0, at the top left. Text that does not fit is cut. Whatever is put, no
 * control character and no broken UTF-8 gets into a cell: names come from hostile logs, and what
 * escape_text() missed would be shown as '?'.
 */
#ifndef WHYOOM_TUI_SCREEN_H
#define WHYOOM_TUI_SCREEN_H

#include <stdio.h>

#include "analyzer/base/slice.h"
#include "tui/theme.h"

enum { CELL_BYTES = 12 };

struct cell {
    char text[CELL_BYTES]; /* a character with its marks; empty: the right half of a wide one */
    unsigned char length;
    unsigned char style; /* enum style */
    bool is_selected;    /* shown in reverse */
};

struct screen {
    int rows, columns;
    bool is_ascii; /* our own bars and dots as ASCII, other people's letters as '?' */
    struct cell *cells;
};

void screen_init(struct screen *screen, int rows, int columns, bool is_ascii);
void screen_deinit(struct screen *screen);

/** All blank. */
void screen_clear(struct screen *screen);

/**
 * Put @p text at (@p row, @p column), into no more than @p width columns. What lies outside of the
 * screen is left out. @return the columns that it took
 */
int screen_put(struct screen *screen, int row, int column, int width, enum style style,
               struct slice text);

/** Give @p width cells of a row a style, text and all that is behind it. */
void screen_paint(struct screen *screen, int row, int column, int width, enum style style);

/** Show a row in reverse. */
void screen_select(struct screen *screen, int row);

/** The text of the cells, a line a row, without blanks at the ends. */
void screen_dump(const struct screen *screen, FILE *out);

#endif
