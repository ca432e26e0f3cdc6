#include "analyzer/seam.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/limits.h"
#include "analyzer/state.h"
#include "parsers/source/source.h"

enum {
    STEP = 16 * 1024, /* after which it is looked whether the report is over */
    PARTS_MAX = 64,   /* files that one report may go through */
};

struct sewing {
    struct seam *seam;
    struct arena *arena;
    struct log_reader *reader;
    const char *path;          /* what is read now */
    uint64_t at;               /* byte of it that comes next */
    uint64_t whole;            /* bytes so far, of all */
    uint64_t lines;            /* newlines so far, of all */
    struct source_part *parts; /* the log, and what follows it */
    size_t parts_count;
    struct kept_time last;
    char last_byte;
    bool is_torn; /* the file does not follow the one before */
};

/* Where it ends in what was read; a newline that lacks there is counted with its line. */
static uint64_t end_of(const struct sewing *sewing, const struct incident *incident)
{
    uint64_t end = incident->source.end_byte;
    return end < sewing->whole ? end : sewing->whole;
}

static void tell_rests(const struct sewing *sewing, const struct incident *incident)
{
    const struct seam *seam = sewing->seam;
    for (size_t i = 1; i < sewing->parts_count; i++) {
        const struct source_part *part = &sewing->parts[i];
        if (end_of(sewing, incident) > part->first_byte)
            seam->rest_is(seam->context, part->path.data, incident->host,
                          end_of(sewing, incident) - part->first_byte);
    }
}

/* The files that it goes through. */
static void tell_parts(const struct sewing *sewing, struct incident *incident)
{
    for (size_t i = 0; i < sewing->parts_count; i++) {
        struct source_part part = sewing->parts[i];
        if (part.first_byte >= end_of(sewing, incident))
            break;
        part.path = arena_copy(incident->arena, part.path);
        *ARENA_PUSH(incident->arena, incident->source.parts, incident->source.parts_count) = part;
    }
}

static void take_incident(void *context, struct incident *incident)
{
    const struct sewing *sewing = context;
    const struct seam *seam = sewing->seam;
    bool goes_on = incident->source.first_byte < seam->end && end_of(sewing, incident) > seam->end;
    if (goes_on) {
        tell_rests(sewing, incident);
        tell_parts(sewing, incident);
        seam->sink(seam->context, incident);
    } else {
        incident_destroy(incident);
    }
}

static void drop(void *context, struct incident *incident)
{
    (void)context;
    incident_destroy(incident);
}

/* By the first time in @p start, the file's. Kernel times are compared where reports are put
 * together. */
static bool does_follow(const struct sewing *sewing, struct slice start)
{
    struct log_reader *reader = log_reader_create("", SOURCE_LOG, 0, drop, NULL);
    log_reader_feed(reader, start.data, start.length);
    log_reader_finish(reader);
    const struct event_time *a = &sewing->last.time, *b = &log_reader_coverage(reader)->first.time;
    int64_t silence_us = a->has_wall && b->has_wall ? b->wall_us - a->wall_us : 0;
    log_reader_destroy(reader);
    return silence_us >= -1000000 && silence_us <= LIMIT_SILENCE_S * INT64_C(1000000);
}

static bool is_over(const struct sewing *sewing)
{
    return sewing->is_torn || log_reader_settled(sewing->reader).offset >= sewing->seam->end;
}

/* ---- reading */

static bool is_it(void *context, const char *path, enum source_kind kind)
{
    const struct sewing *sewing = context;
    (void)kind;
    return strcmp(path, sewing->path) == 0;
}

static void feed(struct sewing *sewing, struct slice bytes)
{
    log_reader_feed(sewing->reader, bytes.data, bytes.length);
    sewing->lines += slice_count_byte(bytes, '\n');
}

/* The end of the log; it may have grown since. False: that was all. */
static bool feed_log(struct sewing *sewing, struct slice step)
{
    const struct seam *seam = sewing->seam;
    uint64_t start = sewing->at;
    sewing->at += step.length;
    step = slice_take(step, seam->end - start);
    step = slice_skip(step, seam->settled.offset > start ? seam->settled.offset - start : 0);
    feed(sewing, step);
    return sewing->at < seam->end;
}

/* What follows it. False: what was open is over. */
static bool feed_next(struct sewing *sewing, struct slice step)
{
    sewing->is_torn = sewing->at == 0 && !does_follow(sewing, step);
    sewing->last_byte = step.data[step.length - 1];
    sewing->at += step.length;
    if (!sewing->is_torn) {
        sewing->whole += step.length;
        feed(sewing, step);
    }
    return !is_over(sewing);
}

static bool take_data(void *context, const char *data, size_t length)
{
    struct sewing *sewing = context;
    bool goes_on = !*sewing->seam->stop;
    for (struct slice rest = slice_of(data, length); goes_on && rest.length;
         rest = slice_skip(rest, STEP))
        goes_on = (sewing->parts_count > 1 ? feed_next : feed_log)(sewing, slice_take(rest, STEP));
    return goes_on;
}

static void read_stream(struct sewing *sewing, const char *path)
{
    const char *archive = sewing->seam->sequel->archive;
    const struct source_visitor visitor = {
        .context = sewing, .stop = sewing->seam->stop, .begin = is_it, .data = take_data};
    sewing->path = path;
    sewing->at = 0;
    source_walk_found(archive ? archive : path, &visitor);
    sewing->last = log_reader_coverage(sewing->reader)->last;
}

static struct source_part *add_part(struct sewing *sewing, const char *path)
{
    struct source_part *part = ARENA_PUSH(sewing->arena, sewing->parts, sewing->parts_count);
    *part = (struct source_part){.path = arena_copy(sewing->arena, slice_from_string(path)),
                                 .first_line = sewing->lines + 1,
                                 .first_byte = sewing->whole};
    return part;
}

static void read_log(struct sewing *sewing)
{
    const struct seam *seam = sewing->seam;
    add_part(sewing, seam->path);
    log_reader_move(sewing->reader, seam->settled);
    sewing->lines = seam->settled.lines;
    seam->remember(seam->remembered, sewing->reader);
    if (seam->rest.length)
        feed(sewing, seam->rest);
    else
        read_stream(sewing, seam->path);
    sewing->last = log_reader_coverage(sewing->reader)->last;
    sewing->whole = seam->end;
}

static int64_t modified_ns(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? file_stamp_of(&status).modified_ns : 0;
}

static void read_next(struct sewing *sewing)
{
    struct seam *seam = sewing->seam;
    const struct source_part *part = add_part(sewing, seam->next);
    free(seam->next);
    read_stream(sewing, part->path.data);
    bool goes_on = !is_over(sewing) && !*seam->stop && sewing->parts_count <= PARTS_MAX;
    seam->next = goes_on ? sequel_of(seam->sequel, part->path.data) : NULL;
}

static struct slice name_of(struct arena *arena, const struct seam *seam)
{
    const char *archive = seam->sequel->archive;
    const char *name = archive ? seam->next + strlen(archive) + 1 : seam->next;
    const char *slash = strrchr(name, '/');
    return arena_format(arena, "%s+%s", seam->path, slash ? slash + 1 : name);
}

struct seam_end seam_read(struct seam *seam)
{
    struct sewing sewing = {.seam = seam, .arena = arena_create()};
    struct seam_end end = {0};
    const char *path = seam->next ? name_of(sewing.arena, seam).data : seam->path;
    sewing.reader = log_reader_create(path, SOURCE_LOG, 0, take_incident, &sewing);
    if (seam->next)
        read_log(&sewing);
    while (seam->next) {
        end.modified_ns = modified_ns(seam->next);
        read_next(&sewing);
        end.is_over = is_over(&sewing);
        end.bytes = sewing.whole;
        end.is_cut = sewing.last_byte != '\n' && sewing.last_byte != '\0';
    }
    log_reader_finish(sewing.reader);
    log_reader_destroy(sewing.reader);
    arena_destroy(sewing.arena);
    return end;
}
