/*
 * Feeds text to a dress and keeps the messages, for the tests of the dresses.
 *
 * Messages and their slices are copied, for they last only as long as the sink's call.
 */
#ifndef WHYOOM_TESTS_DRESS_FIXTURE_H
#define WHYOOM_TESTS_DRESS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/log/dress.h"

enum { SEEN_MAX = 256 };

struct seen {
    struct arena *arena;
    struct message messages[SEEN_MAX];
    size_t count;
};

static inline void seen_sink(void *context, const struct message *message)
{
    struct seen *seen = context;
    assert_true(seen->count < SEEN_MAX);
    struct message *copy = &seen->messages[seen->count++];
    *copy = *message;
    copy->text = arena_copy(seen->arena, message->text);
    copy->host = arena_copy(seen->arena, message->host);
    copy->boot = arena_copy(seen->arena, message->boot);
    copy->tag = arena_copy(seen->arena, message->tag);
    copy->caller = arena_copy(seen->arena, message->caller);
    copy->time.printed = arena_copy(seen->arena, message->time.printed);
}

static inline struct seen *seen_create(void)
{
    struct seen *seen = must_allocate(sizeof *seen);
    seen->arena = arena_create();
    return seen;
}

static inline void seen_destroy(struct seen *seen)
{
    arena_destroy(seen->arena);
    free(seen);
}

/** Cut @p text into lines, as log.c does, and feed them. Each line is a heap block of its own, so
 * that a read past its end is noticed. */
static inline void feed_lines(struct dress *dress, struct slice text)
{
    uint64_t number = 1, offset = 0;
    while (text.length) {
        size_t length = slice_find_byte(text, '\n');
        size_t step = length == SLICE_NOT_FOUND ? text.length : length + 1;
        struct slice line = slice_take(text, length);
        char *block = must_reallocate(NULL, line.length);
        memcpy(block, line.data, line.length);
        dress_line(dress, slice_of(block, line.length), number++, offset, offset + step);
        offset += step;
        text = slice_skip(text, step);
        free(block);
    }
}

/** Feed a whole stream; the messages go into @p seen. */
static inline void feed_stream(struct seen *seen, struct slice text)
{
    struct dress *dress = dress_create(seen_sink, seen);
    feed_lines(dress, text);
    dress_flush(dress);
    dress_destroy(dress);
}

/** A stream written as a literal: feed it, and look at the messages. */
#define SEEN(literal) seen_of(SLICE(literal))

static inline struct seen *seen_of(struct slice text)
{
    struct seen *seen = seen_create();
    feed_stream(seen, text);
    return seen;
}

#define assert_slice(slice, expected) assert_string_equal(slice_print(seen, slice), expected)
#define assert_text(at, expected) assert_slice(seen->messages[at].text, expected)

/** NUL-terminated, for messages of failed tests. */
static inline const char *slice_print(struct seen *seen, struct slice text)
{
    return arena_copy(seen->arena, text).data;
}

#endif
