/*
 * What the files of the browser share: browser.c (list, keys, mouse), browser_incident.c (the open
 * incident), browser_prompt.c (search, filter, condition). For these alone.
 */
#ifndef WHYOOM_TUI_BROWSER_PARTS_H
#define WHYOOM_TUI_BROWSER_PARTS_H

#include "tui/browser.h"

/** The entry of the line under the list's cursor; NULL. */
const struct entry *browser_entry(const struct browser *browser);

/** Remember whose line that is, to find it again when the lines are new. */
void browser_note_selected(struct browser *browser);

/** Fit the list into its rows; make its lines anew. */
void browser_measure(struct browser *browser);
void browser_arrange(struct browser *browser);

/** Build the document again that is shown, when it is stale; where a dump must be read for it, one
 * that says so. */
void browser_refresh(struct browser *browser);

void browser_show_tab(struct browser *browser, size_t index);

/** Open the incident under the cursor; go to the next one in the list, or the one before. */
void browser_open(struct browser *browser);
void browser_step(struct browser *browser, int direction);

/** From a claim to its line of the log, or from the line to its claim, and back. */
void browser_follow(struct browser *browser);
void browser_return(struct browser *browser);
void browser_next_claim(struct browser *browser);

/** Into the cgroup under the cursor, and out of it to the one around it. @return false: there is
 * none */
bool browser_enter(struct browser *browser);
bool browser_leave(struct browser *browser);

/** The verdict as Markdown, into a file. */
void browser_copy(struct browser *browser);

/** Of what is shown: the list, a tab, the help. */
struct viewport *browser_viewport(struct browser *browser);

void browser_search(struct browser *browser, int direction);
void browser_set_filter(struct browser *browser, const char *text);

/** False, with the mistake said, when it cannot be understood. */
bool browser_set_where(struct browser *browser, const char *text);
void browser_ask_filter(struct browser *browser);
void browser_press_prompt(struct browser *browser, struct slice key);

#endif
