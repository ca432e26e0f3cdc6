/*
 * Which keys of a view stand in which columns, and what keys are called: data alone.
 */
#ifndef WHYOOM_RENDER_VIEW_TABLE_H
#define WHYOOM_RENDER_VIEW_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/slice.h"

enum column_kind {
    COLUMN_TEXT,   /* to the left; gives way where a row does not fit */
    COLUMN_FIGURE, /* to the right; keys that end in "bytes" in their unit */
    COLUMN_RARE,   /* a figure or a yes that most dumps lack: 0 in all rows is not shown either */
    COLUMN_ID      /* a number that is a name: pid, PFN, node */
};

enum { VIEW_COLUMNS_MAX = 12 };

struct view_column {
    const char *key, *heading; /* key NULL: no more; "stat.anon_bytes" looks into an object */
    enum column_kind kind;
};

struct view_table {
    const char *view, *array; /* "cgroups", the key that holds its rows */
    struct view_column columns[VIEW_COLUMNS_MAX + 1];
    const char *sort;   /* the key whose largest value comes first; NULL: as they are */
    const char *nested; /* the key of a list in each row, whose members are the rows instead; their
                           own keys go before those of the row they are in */
    const char *filter; /* a key: rows in which it is 0 are not shown */
    const char *alike;  /* a key: rows in which it and "state" are equal are shown once, the rarest
                           first, their number under the key "alike" */
};

/** All tables; a view may have several. */
const struct view_table *view_tables(size_t *count);

/** What a single value is called, and whether it is a number that is a name. */
struct view_label {
    const char *key, *label;
    bool is_id;
};

/** The label of @p key ("parts.anon_bytes": through objects); NULL: it has none. */
const struct view_label *view_label_find(struct slice key);

#endif
