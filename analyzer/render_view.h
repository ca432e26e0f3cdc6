/*
 * A view of a dump (parsers/kernel/view.h) as a table for people.
 *
 * Prints what the JSON object holds, the largest rows first, and what could not be read; computes
 * nothing. An empty cell is unknown.
 */
#ifndef WHYOOM_RENDER_VIEW_H
#define WHYOOM_RENDER_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct view_page {
    FILE *out;
    int width; /* columns of the terminal */
    bool has_colour;
    size_t rows_most; /* of one table; 0: all */
    bool scrolls;     /* to the right too: a last column of text is not cut */
};

void render_view(const struct view_page *page, const json_t *view);

#endif
