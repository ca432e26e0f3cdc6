/*
 * The terminal: the only room that knows curses. It shows a screen of cells, and gives what the
 * user does as events, signals among them (signalfd: no handler, no global state).
 *
 * Whatever ends the browser, console_destroy() puts the terminal back as it was.
 */
#ifndef WHYOOM_TUI_CONSOLE_H
#define WHYOOM_TUI_CONSOLE_H

#include "analyzer/base/error.h"
#include "tui/screen.h"

enum event_kind {
    EVENT_NONE, /* nothing happened in time */
    EVENT_KEY,
    EVENT_CLICK,
    EVENT_WHEEL,
    EVENT_RESIZE,
    EVENT_SUSPEND, /* somebody asks us to stop */
    EVENT_RESUMED,
    EVENT_END, /* the terminal was closed, or somebody asks us to go */
};

struct event {
    enum event_kind kind;
    char key[16]; /* name of a key (keys.h), or a character */
    int row, column;
    int lines; /* of the wheel; negative: up */
};

struct console;

/** Take the terminal over; ERROR_USAGE when there is none. Before any thread is started. */
struct error *console_create(struct console **ret) __attribute__((warn_unused_result));

/** Give it back; NULL is fine. */
void console_destroy(struct console *console);

void console_size(const struct console *console, int *rows, int *columns);
bool console_has_colours(const struct console *console);

/** Wait for an event, up to @p timeout_ms (-1: for ever). */
struct event console_wait(struct console *console, int timeout_ms);

void console_show(struct console *console, const struct screen *screen, enum theme_id theme);

/** Take the mouse, or leave it to the terminal. */
void console_take_mouse(struct console *console, bool is_taken);

/** To the shell, and back when it says so. */
void console_suspend(struct console *console);

/** Draw everything afresh with the next show. */
void console_redraw(struct console *console);

#endif
