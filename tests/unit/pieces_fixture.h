/*
 * Pieces of a log, mapped and merged in this process: what comes of a text that is cut in two, and
 * what should.
 */
#ifndef WHYOOM_TESTS_PIECES_FIXTURE_H
#define WHYOOM_TESTS_PIECES_FIXTURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* open_memstream, mkstemp */
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/merge.h"
#include "analyzer/piece.h"
#include "tests/unit/sample_file.h"

/* ---- what map and merge write, with a line for each incident in place of its record */

struct output {
    FILE *stream;
    char *text;
    size_t length;
    unsigned failures;
};

static void take_incident(void *context, struct incident *incident)
{
    struct output *output = context;
    fprintf(output->stream,
            "{\"schema\":\"whyoom.incident/1\",\"id\":\"%s\",\"source\":{\"path\":\"kern.log\","
            "\"first_byte\":%ju,\"end_byte\":%ju},\"is\":[%d,%zu,%zu,%zu",
            incident->id, (uintmax_t)incident->source.first_byte,
            (uintmax_t)incident->source.end_byte, incident->kind, incident->tasks_count,
            incident->missing_count, incident->victims_count);
    for (size_t i = 0; i < incident->lines_count; i++)
        fprintf(output->stream, ",%ju,%ju", (uintmax_t)incident->lines[i].number,
                (uintmax_t)incident->lines[i].offset);
    fputs("]}\n", output->stream);
    incident_destroy(incident);
}

static void take_coverage(void *context, const struct coverage *coverage)
{
    (void)context, (void)coverage;
}

static void take_words(void *context, const char *path, const char *what)
{
    struct output *output = context;
    output->failures++;
    print_message("%s: %s\n", path, what);
}

/* Of a merge without all pieces. */
static void pass_note(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what;
}

static void begin_output(struct output *output)
{
    *output = (struct output){.failures = 0};
    output->stream = open_memstream(&output->text, &output->length);
    assert_non_null(output->stream);
}

static struct slice end_output(struct output *output)
{
    fclose(output->stream);
    assert_int_equal(output->failures, 0);
    return slice_of(output->text, output->length);
}

static void free_text(struct slice text)
{
    free((char *)(uintptr_t)text.data);
}

static struct slice map(struct slice text, size_t from, size_t to)
{
    struct output output;
    begin_output(&output);
    const struct piece_place place = {"kern.log", SOURCE_LOG, from};
    struct piece *piece = piece_open(&place, output.stream, take_incident, &output);
    struct line_marks marks;
    line_marks_begin(&marks, from);
    line_marks_count(&marks, slice_of(text.data + from, to - from));
    piece_feed(piece, slice_of(text.data + from, to - from));
    piece_close(piece, &marks);
    return end_output(&output);
}

/* Of all that stands in @p count outputs, which are freed. */
static struct slice merge(struct slice *parts, size_t count)
{
    char path[] = "/tmp/whyoom-pieces-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        fwrite(parts[i].data, 1, parts[i].length, file);
        free_text(parts[i]);
    }
    fclose(file);
    struct output output;
    begin_output(&output);
    const struct intake_sink sink = {.context = &output,
                                     .incident = take_incident,
                                     .covered = take_coverage,
                                     .failed = take_words,
                                     .noted = pass_note};
    struct merge *merge = merge_create(&sink);
    atomic_bool stop = false;
    merge_add(merge, path);
    unlink(path);
    merge_write(merge, output.stream, &stop);
    merge_destroy(merge);
    return end_output(&output);
}

/* Cut at byte @p cut and merged, is it the whole? */
static bool is_lawful(struct slice text, struct slice whole, size_t cut)
{
    struct slice parts[] = {map(text, cut, text.length), map(text, 0, cut)};
    struct slice joined = merge(parts, 2);
    bool is_same = slice_equal(joined, whole);
    free_text(joined);
    return is_same;
}

#endif
