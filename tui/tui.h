/*
 * The browser in a terminal: events in, screens out, until the user leaves.
 */
#ifndef WHYOOM_TUI_TUI_H
#define WHYOOM_TUI_TUI_H

#include "tui/browser.h"
#include "tui/console.h"

/** How the terminal is used. */
struct tui_options {
    bool is_ascii; /* it knows no UTF-8 */
    bool is_mono;  /* no colours: NO_COLOR, --color never */
    bool is_utc;
};

/** Browse until the user leaves or the terminal does. */
void tui_run(struct console *console, struct browser *browser, const struct tui_options *options);

#endif
