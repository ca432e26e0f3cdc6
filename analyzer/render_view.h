/*
 * A view of a dump (parsers/kernel/view.h) as tables for people.
 *
 * Prints what the JSON object holds, the largest rows first, and what could not be read; computes
 * nothing. An empty cell is unknown; a column that is unknown in all rows is not shown.
 */
#ifndef WHYOOM_RENDER_VIEW_H
#define WHYOOM_RENDER_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** What becomes of text that is wider than its column. The last column, when it is text, is never
 * padded; its lists go on below. */
enum view_fit {
    VIEW_FITS,       /* a terminal: it is cut, "/kube…scope" */
    VIEW_LAST_WHOLE, /* a pipe: a path in the last column is not cut */
    VIEW_WHOLE,      /* nothing is cut */
    VIEW_SCROLLS     /* to the right too: nothing of the last column is cut, nor goes on below */
};

struct view_page {
    FILE *out;
    int width; /* columns of the terminal */
    bool has_colour;
    size_t rows_most; /* of one table; 0: all */
    enum view_fit fit;
};

void render_view(const struct view_page *page, const json_t *view);

#endif
