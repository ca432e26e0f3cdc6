/*
 * For the tests of parsers/source: a directory of its own, files in it, and a visitor that writes
 * down everything it is told.
 */
#ifndef WHYOOM_TESTS_SOURCE_RECORD_H
#define WHYOOM_TESTS_SOURCE_RECORD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* mkdtemp, strdup, memmem: include this header first */
#endif

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/base/arena.h"
#include "parsers/source/source.h"

/* ---- what a walk said */

struct stream {
    char *path;
    enum source_kind kind;
    char *data;
    size_t length;
    bool ended;
};

struct record {
    struct stream streams[64];
    size_t streams_count, ends;
    char failed[4096], notes[4096], vmcores[1024]; /* "path: message\n" each */
    size_t failures;
};

static inline bool record_begin(void *context, const char *path, enum source_kind kind)
{
    struct record *record = context;
    assert_true(record->streams_count < 64);
    record->streams[record->streams_count++] = (struct stream){.path = strdup(path), .kind = kind};
    return true;
}

static inline bool record_data(void *context, const char *data, size_t length)
{
    struct record *record = context;
    struct stream *stream = &record->streams[record->streams_count - 1];
    assert_false(stream->ended);
    stream->data = must_reallocate(stream->data, stream->length + length + 1);
    memcpy(stream->data + stream->length, data, length);
    stream->length += length;
    stream->data[stream->length] = '\0';
    return true;
}

static inline void record_end(void *context)
{
    struct record *record = context;
    record->streams[record->streams_count - 1].ended = true;
    record->ends++;
}

static inline void record_line(char *text, size_t size, const char *path, const char *what)
{
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s%s%s\n", path, *what ? ": " : "", what);
}

static inline void record_vmcore(void *context, const char *path)
{
    struct record *record = context;
    record_line(record->vmcores, sizeof record->vmcores, path, "");
}

static inline void record_failed(void *context, const char *path, struct error *error)
{
    struct record *record = context;
    record_line(record->failed, sizeof record->failed, path, error_message(error));
    record->failures++;
    error_destroy(error);
}

static inline void record_note(void *context, const char *path, const char *what)
{
    struct record *record = context;
    record_line(record->notes, sizeof record->notes, path, what);
}

static inline struct source_visitor record_visitor(struct record *record)
{
    return (struct source_visitor){.context = record,
                                   .begin = record_begin,
                                   .data = record_data,
                                   .end = record_end,
                                   .vmcore = record_vmcore,
                                   .failed = record_failed,
                                   .note = record_note};
}

static inline void record_walk(struct record *record, const char *path)
{
    struct source_visitor visitor = record_visitor(record);
    memset(record, 0, sizeof *record);
    source_walk(path, &visitor);
    assert_int_equal(record->ends, record->streams_count);
}

static inline void record_free(struct record *record)
{
    for (size_t i = 0; i < record->streams_count; i++) {
        free(record->streams[i].path);
        free(record->streams[i].data);
    }
}

/* All of the paths, each on a line. */
static inline const char *record_paths(struct record *record, char *text, size_t size)
{
    *text = '\0';
    for (size_t i = 0; i < record->streams_count; i++)
        record_line(text, size, record->streams[i].path, "");
    return text;
}

#define assert_paths(record, expected) \
    assert_string_equal(record_paths((record), (char[4096]){0}, 4096), (expected))

/* The one stream holds exactly this and nothing went wrong. */
static inline void assert_only_stream(struct record *record, const char *data, size_t length)
{
    assert_string_equal(record->failed, "");
    assert_int_equal(record->streams_count, 1);
    assert_int_equal(record->streams[0].length, length);
    if (length)
        assert_memory_equal(record->streams[0].data, data, length);
}

static inline void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not say \"%s\"", text, part);
}

/* ---- a directory of its own: every test runs inside of it */

struct room {
    char path[64];
    int home;
};

static inline int room_enter(void **state)
{
    struct room *room = must_allocate(sizeof *room);
    strcpy(room->path, "/tmp/whyoom-test-XXXXXX");
    room->home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = room;
    return mkdtemp(room->path) && chdir(room->path) == 0 ? 0 : -1;
}

static inline int room_leave(void **state)
{
    struct room *room = *state;
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwX %s; rm -rf %s", room->path, room->path);
    int status = fchdir(room->home) == 0 ? system(command) : -1;
    close(room->home);
    free(room);
    return status;
}

#define in_room(test) cmocka_unit_test_setup_teardown(test, room_enter, room_leave)

static inline void write_file(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_file(path, text, strlen(text));
}

/* @p length bytes of log lines, each different, which do not pack too well; free it. */
static inline char *make_log(size_t length)
{
    char *log = must_allocate(length + 128);
    uint64_t random = 88172645463325252u;
    for (size_t at = 0, line = 0; at < length; line++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        at += (size_t)sprintf(log + at, "[%5zu.%06llu] host kernel: word %016llx\n", line,
                              (unsigned long long)(random % 1000000), (unsigned long long)random);
    }
    return log;
}

#endif
