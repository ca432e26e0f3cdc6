/*
 * The browser: what is looked at, what keys do to it, and how it is drawn. It knows no terminal:
 * keys come in by name, a screen of cells comes out, so that tests drive it as a user does.
 *
 * To use: browser_init(), browser_resize(), then for each key browser_press() and browser_draw().
 * What needs the terminal itself (leave, suspend, draw afresh, mouse, colours) stands in `wish` and
 * in the struct.
 */
#ifndef WHYOOM_TUI_BROWSER_H
#define WHYOOM_TUI_BROWSER_H

#include "tui/catalogue.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/reading.h"
#include "tui/tab.h"

enum wish { WISH_NONE, WISH_QUIT, WISH_SUSPEND, WISH_REDRAW };

enum { TABS_MAX = 16, ROWS_LEAST = 16, COLUMNS_LEAST = 60, MESSAGE_MAX = 256 };

/** A place in an incident, to come back to. */
struct place {
    size_t view;
    struct viewport viewport;
};

enum { PLACES_MAX = 32 };

struct browser {
    struct catalogue *catalogue;
    struct reading *reading; /* NULL: nothing is read; borrowed */
    int rows, columns;

    unsigned mode;             /* IN_LIST, IN_DETAIL or IN_HELP */
    unsigned mode_before_help; /* IN_LIST or IN_DETAIL */
    enum wish wish;
    bool is_utc, has_mouse, is_reading_done;
    enum theme_id theme;
    char message[MESSAGE_MAX]; /* in the last line until the next key */
    struct prompt prompt;
    char search[FILTER_MAX];

    struct arrangement arrangement;
    char where[PROMPT_MAX];         /* the condition, as it was typed */
    char filter_before[FILTER_MAX]; /* when the prompt is aborted */
    struct viewport list;
    struct list_layout layout;
    size_t unasked; /* incidents that the condition was not asked of yet */
    int selected;   /* number of the incident under the cursor, to find it again in new lines */

    const struct incident *incident; /* that is open */
    size_t view;
    struct viewport viewports[TABS_MAX]; /* of its tabs */
    struct place places[PLACES_MAX];     /* that evidence was followed from */
    size_t places_count;
    struct dump_views views; /* of the dump that it is from */
    char *cgroup;            /* of that dump, that is looked into; NULL: the tree */
    enum task_order task_order;
    bool is_task_reversed;

    struct document document; /* of the tab, or the help */
    bool is_document_stale;
    bool is_announced; /* the dump must be read for it, and it says so: browser_settle() */
    struct viewport help;
};

/** @p catalogue and @p reading are borrowed. */
void browser_init(struct browser *browser, struct catalogue *catalogue, struct reading *reading);
void browser_deinit(struct browser *browser);

/** The terminal has another size. */
void browser_resize(struct browser *browser, int rows, int columns);

/** A key, by its name (keys.h). */
void browser_press(struct browser *browser, struct slice key);

/** A click, or the wheel by so many lines (negative: up). */
void browser_click(struct browser *browser, int row, int column);
void browser_wheel(struct browser *browser, int lines);

/** Between keys: collect what was read, ask the condition of more incidents. @return true when
 * there is something new to draw */
bool browser_tick(struct browser *browser);

/** Read the dump that was announced, and build the document from it: when that was drawn. */
void browser_settle(struct browser *browser);

/** Is there work left that a tick would do? Then do not wait long for a key. */
bool browser_is_busy(const struct browser *browser);

/** Draw it all. The screen has the size that was given to browser_resize(). */
void browser_draw(const struct browser *browser, struct screen *screen);

/* For the files that it is made of: */

/** Rows that the list (its titles not counted), a tab or the help has for its lines. */
int browser_list_rows(const struct browser *browser);
int browser_document_rows(const struct browser *browser);

/** Rows for the sentence of the incident under the list's cursor. */
int browser_footing_lines(const struct browser *browser);

/** The index of the tab whose name stands in @p column, or TABS_MAX. */
size_t browser_tab_at(const struct browser *browser, int column);

/** What the keys are for where the browser is. */
void browser_build_help(struct document *document);

/** Say something in the last line. */
void browser_say(struct browser *browser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
