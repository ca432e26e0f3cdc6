/*
 * The keys: one table (keys.def) for dispatch, last line, help and manual page.
 *
 * A key is known by its name: a character stands for itself, others are called as in the table
 * ("Down", "^L", "S-Tab").
 */
#ifndef WHYOOM_TUI_KEYS_H
#define WHYOOM_TUI_KEYS_H

#include "analyzer/base/slice.h"

enum action {
    ACTION_NONE,
    ACTION_DOWN,
    ACTION_UP,
    ACTION_PAGE_DOWN,
    ACTION_PAGE_UP,
    ACTION_HOME,
    ACTION_END,
    ACTION_OPEN,
    ACTION_UNFOLD,
    ACTION_FOLD,
    ACTION_FOLD_ALL,
    ACTION_FILTER,
    ACTION_WHERE,
    ACTION_SORT,
    ACTION_REVERSE,
    ACTION_GROUP,
    ACTION_TAB_NEXT,
    ACTION_TAB_PREVIOUS,
    ACTION_TAB,
    ACTION_FOLLOW,
    ACTION_RETURN,
    ACTION_NEXT_CLAIM,
    ACTION_RIGHT,
    ACTION_LEFT,
    ACTION_COPY,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_PREVIOUS,
    ACTION_UTC,
    ACTION_THEME,
    ACTION_MOUSE,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_HELP,
    ACTION_BACK,
    ACTION_QUIT,
    ACTION_INTERRUPT,
};

/** Where a key works; a bit each. */
enum { IN_LIST = 1, IN_DETAIL = 2, IN_HELP = 4 };

struct key_row {
    enum action action;
    unsigned where;
    const char *keys;   /* names, parted by blanks */
    const char *footer; /* one word for the last line, "" when there is no room for it */
    const char *help;
};

const struct key_row *keys_table(size_t *count);

/** What the key called @p name does at one place. */
enum action key_action(struct slice name, unsigned where);

/** The name of a row's first key. */
struct slice key_first(const struct key_row *row);

#endif
