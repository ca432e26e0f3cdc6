#include "tui/prompt.h"

#include <stdio.h>

void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *text)
{
    prompt->kind = kind;
    int length = snprintf(prompt->text, sizeof prompt->text, "%s", text);
    prompt->length =
        (size_t)length < sizeof prompt->text ? (size_t)length : sizeof prompt->text - 1;
}

/* The last character, with all of its bytes. */
static void erase(struct prompt *prompt)
{
    while (prompt->length > 0 && ((unsigned char)prompt->text[prompt->length - 1] & 0xc0) == 0x80)
        prompt->length--;
    if (prompt->length > 0)
        prompt->length--;
    prompt->text[prompt->length] = '\0';
}

/* Characters stand for themselves; the names of other keys are longer ASCII words. */
static bool is_character(struct slice key)
{
    return key.length == 1 || (key.length > 1 && (unsigned char)key.data[0] >= 0x80);
}

static void insert(struct prompt *prompt, struct slice text)
{
    if (prompt->length + text.length >= sizeof prompt->text)
        return;
    memcpy(prompt->text + prompt->length, text.data, text.length);
    prompt->length += text.length;
    prompt->text[prompt->length] = '\0';
}

enum prompt_answer prompt_press(struct prompt *prompt, struct slice key)
{
    if (slice_equal(key, SLICE("Enter")))
        return PROMPT_ACCEPTED;
    if (slice_equal(key, SLICE("Esc")) || slice_equal(key, SLICE("^C")))
        return PROMPT_ABORTED;
    if (slice_equal(key, SLICE("Backspace")))
        erase(prompt);
    else if (slice_equal(key, SLICE("^U")))
        prompt_open(prompt, prompt->kind, "");
    else if (slice_equal(key, SLICE("Space")))
        insert(prompt, SLICE(" "));
    else if (is_character(key))
        insert(prompt, key);
    return PROMPT_TYPED;
}
