/*
 * Which keys of a view stand in which columns, for the text tables and the browser alike.
 */
#ifndef WHYOOM_RENDER_VIEW_TABLE_H
#define WHYOOM_RENDER_VIEW_TABLE_H

#include <stddef.h>

enum column_kind {
    COLUMN_TEXT,   /* to the left, cut in the middle where it does not fit */
    COLUMN_FIGURE, /* to the right; keys that end in "bytes" in their unit */
    COLUMN_ID      /* a number that is a name: pid, PFN, node */
};

enum { VIEW_COLUMNS_MAX = 12 };

struct view_column {
    const char *key, *heading; /* key NULL: no more; "stat.anon_bytes" looks into an object */
    enum column_kind kind;
};

struct view_table {
    const char *view, *array; /* "cgroups", the key that holds its rows */
    const char *sort;         /* the key whose largest value comes first; NULL: as they are */
    struct view_column columns[VIEW_COLUMNS_MAX + 1];
};

/** All tables; a view may have several. */
const struct view_table *view_tables(size_t *count);

#endif
