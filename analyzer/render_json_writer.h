/*
 * Writes one JSON object front to back into a buffer.
 *
 * A tree of jansson nodes costs some 300 microseconds for a record of 500 values, several times
 * what reading the report takes; records are written where hundreds of thousands a minute are
 * possible, in an order that is known beforehand, so nothing has to be kept. (Reading JSON, and
 * checking what is written here, is jansson's.) Text goes through escape_text() first: what comes
 * out is always valid UTF-8 and valid JSON. Reals are printed by integer arithmetic, whatever the
 * locale's decimal point is.
 */
#ifndef WHYOOM_RENDER_JSON_WRITER_H
#define WHYOOM_RENDER_JSON_WRITER_H

#include <stdio.h>

#include "analyzer/base/amount.h"
#include "analyzer/base/arena.h"

enum { JSON_DEPTH_MAX = 16 };

struct json_writer {
    char *data; /* malloc'ed; the writer's owner frees it */
    size_t length, size;
    size_t starts[JSON_DEPTH_MAX]; /* where each open container's key begins */
    bool is_array[JSON_DEPTH_MAX];
    int depth;
    struct arena *arena; /* for escaped copies */
};

/* In all of these, @p key is NULL inside an array. Amounts that are unknown write nothing. */

void json_open_object(struct json_writer *writer, const char *key);
void json_open_array(struct json_writer *writer, const char *key);

/** Close the innermost container; an empty one stays as {} or []. */
void json_close(struct json_writer *writer);

/** Close the innermost container, and take it back with its key when nothing was written in it. */
void json_close_unless_empty(struct json_writer *writer);

void json_put_integer(struct json_writer *writer, const char *key, int64_t value);
void json_put_amount(struct json_writer *writer, const char *key, struct amount amount);

/** An amount that cannot be negative: of a forged or torn figure below zero nothing is written. */
void json_put_natural(struct json_writer *writer, const char *key, struct amount amount);

void json_put_flag(struct json_writer *writer, const char *key, bool value);

/** @p value / 10^@p digits, exactly, without trailing zeros: (862, 3) is 0.862. */
void json_put_decimal(struct json_writer *writer, const char *key, int64_t value, int digits);

/** Text as a string; empty text writes nothing. */
void json_put_text(struct json_writer *writer, const char *key, struct slice text);

/** Text that the program made itself and that needs no escaping. */
void json_put_word(struct json_writer *writer, const char *key, const char *word);

#endif
