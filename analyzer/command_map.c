/*
 * whyoom map and whyoom merge: a piece of a log to JSON lines that can be joined, and their join.
 */
#include "analyzer/command.h"

#include "analyzer/interrupt.h"
#include "analyzer/merge.h"
#include "analyzer/newest_first.h"
#include "analyzer/piece.h"
#include "analyzer/render.h"
#include "parsers/source/source.h"

static bool show(void *context, struct incident *incident, uint64_t number)
{
    struct run *run = context;
    (void)number;
    render_json(run->out, incident);
    run_flush(run);
    return false;
}

/* ---- map */

struct map {
    struct run *run;
    const struct intake_sink *sink;
    struct piece *piece;
    struct line_marks marks;
    const char *stream; /* the open one's name */
    bool has_data;      /* of it */
    bool has_begun, has_refused;
};

static void take_incident(void *context, struct incident *incident)
{
    const struct map *map = context;
    intake_settle(incident);
    map->sink->incident(map->sink->context, incident);
}

static bool begin_stream(void *context, const char *path, enum source_kind kind)
{
    struct map *map = context;
    const struct options *options = map->run->command->options;
    bool is_named = options->stream || options->offset;
    if (is_named && map->has_begun) {
        if (!map->has_refused) /* once, whatever a directory holds */
            map->sink->failed(map->sink->context, path,
                              "a second log; --stream and --offset are for one, map them apart");
        map->has_refused = true;
        return false;
    }
    struct piece_place place = {options->stream ? options->stream : path, kind, options->offset};
    map->has_begun = true;
    map->stream = place.stream;
    map->has_data = false;
    line_marks_begin(&map->marks, place.start);
    map->piece = piece_open(&place, map->run->out, take_incident, map);
    return true;
}

/* A piece is read as it stands: what comes before it may be in another. */
static void note_newest_first(const struct map *map, struct slice start)
{
    if (newest_first_is(start))
        map->sink->noted(map->sink->context, map->stream,
                         "its newest line comes first, and map reads on from the start: turn it "
                         "round (tac)");
}

static bool take_data(void *context, const char *data, size_t length)
{
    struct map *map = context;
    if (!map->has_data)
        note_newest_first(map, slice_of(data, length));
    map->has_data = true;
    line_marks_count(&map->marks, slice_of(data, length));
    piece_feed(map->piece, slice_of(data, length));
    return !map->run->stop;
}

static void end_stream(void *context)
{
    struct map *map = context;
    struct log_coverage covered = piece_close(map->piece, &map->marks);
    struct coverage coverage = coverage_of(&covered);
    map->piece = NULL;
    map->sink->covered(map->sink->context, &coverage);
}

static void meet_vmcore(void *context, const char *path)
{
    const struct map *map = context;
    map->sink->failed(map->sink->context, path,
                      "a kernel dump is no piece of a log; whyoom scan reads it");
}

static void fail(void *context, const char *path, struct error *error)
{
    const struct map *map = context;
    map->sink->failed(map->sink->context, path, error_message(error));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    const struct map *map = context;
    map->sink->noted(map->sink->context, path, what);
}

static void map_all(void *context, const struct intake_sink *sink)
{
    struct run *run = context;
    const struct options *options = run->command->options;
    struct map map = {.run = run, .sink = sink};
    const struct source_visitor visitor = {
        .context = &map,
        .wants_offsets = options->stream || options->offset,
        .stop = &run->stop,
        .begin = begin_stream,
        .data = take_data,
        .end = end_stream,
        .vmcore = meet_vmcore,
        .failed = fail,
        .note = note,
    };
    for (size_t i = 0; i < options->operands_count && !run->stop; i++)
        source_walk(options->operands[i], &visitor);
}

/* ---- merge */

static void merge_all(void *context, const struct intake_sink *sink)
{
    struct run *run = context;
    const struct options *options = run->command->options;
    struct merge *merge = merge_create(sink);
    for (size_t i = 0; i < options->operands_count; i++)
        merge_add(merge, options->operands[i]);
    merge_write(merge, run->out, &run->stop);
    merge_destroy(merge);
}

/* ---- both */

static struct error *write_pieces(const struct command *command, pipeline_reader *read, int *status)
{
    struct run run = {.command = command, .out = stdout, .show = show};
    run.context = &run;
    struct error *error = run_read_from(&run, read, &run);
    if (!error)
        error = run_finish(&run, status);
    run_deinit(&run);
    return error;
}

struct error *command_map(const struct command *command, int *status)
{
    if (command->options->operands_count == 0)
        return error_create(ERROR_USAGE, "map needs a piece of a log: whyoom map SHARD");
    return write_pieces(command, map_all, status);
}

struct error *command_merge(const struct command *command, int *status)
{
    if (command->options->operands_count == 0)
        return error_create(ERROR_USAGE, "merge needs what map wrote: whyoom merge FILE...");
    return write_pieces(command, merge_all, status);
}
