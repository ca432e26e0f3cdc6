/*
 * Columns of a table that must fit into a line. Names shrink, figures never: where shrinking is not
 * enough, a column leaves, and the others get the room back that they had shrunk by.
 *
 * Units: columns of a terminal, two of them between neighbours.
 */
#ifndef WHYOOM_RENDER_COLUMNS_H
#define WHYOOM_RENDER_COLUMNS_H

#include <stdbool.h>

struct render_column {
    const char *title;
    int least;  /* columns that it may shrink to; 0: it keeps what it needs */
    int leaves; /* the how many-th to leave; 0: it stays */
    bool is_right;
};

/** How wide each of @p count columns is in a line of @p available, for cells that need @p needed;
 * 0: it is not shown. */
void columns_fit(const struct render_column *columns, int count, const int *needed, int available,
                 int *widths);

#endif
