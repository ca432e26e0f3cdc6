/*
 * A line of text that the user types, in the last line of the screen.
 */
#ifndef WHYOOM_TUI_PROMPT_H
#define WHYOOM_TUI_PROMPT_H

#include <stdbool.h>

#include "analyzer/base/slice.h"

enum prompt_kind { PROMPT_NONE, PROMPT_SEARCH, PROMPT_FILTER, PROMPT_WHERE };

enum { PROMPT_MAX = 512 };

struct prompt {
    enum prompt_kind kind;
    char text[PROMPT_MAX];
    size_t length;
};

enum prompt_answer { PROMPT_TYPED, PROMPT_ACCEPTED, PROMPT_ABORTED };

/** Ask, with @p text to begin with. */
void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *text);

/** Take a key: text, Backspace, ^U, Enter, Esc. */
enum prompt_answer prompt_press(struct prompt *prompt, struct slice key);

#endif
