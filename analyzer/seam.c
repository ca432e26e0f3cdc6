#include "analyzer/seam.h"

#include "analyzer/limits.h"
#include "parsers/source/source.h"

enum { STEP = 16 * 1024 }; /* after which it is looked whether the report is over */

struct sewing {
    const struct seam *seam;
    struct log_reader *reader;
    uint64_t at;   /* byte of the file that comes next */
    uint64_t from; /* bytes of it before that are not needed */
    struct kept_time last;
    const char *path;      /* what is read now */
    bool is_next, is_torn; /* in the second file; which does not follow the first */
    incident_sink *sink;
    void *context;
};

static void take_incident(void *context, struct incident *incident)
{
    const struct sewing *sewing = context;
    uint64_t end = sewing->seam->end;
    if (!sewing->is_torn && incident->source.first_byte < end && incident->source.end_byte > end)
        sewing->sink(sewing->context, incident);
    else
        incident_destroy(incident);
}

static void remember(void *context, struct slice host, const char *kernel, const char *boot)
{
    log_reader_remember(context, host, slice_from_string(kernel), slice_from_string(boot));
}

/* Kernel times are compared where reports are put together. */
static bool does_follow(const struct sewing *sewing)
{
    const struct event_time *a = &sewing->last.time,
                            *b = &log_reader_coverage(sewing->reader)->last.time;
    if (!a->has_wall || !b->has_wall)
        return true;
    int64_t silence_us = b->wall_us - a->wall_us;
    return silence_us >= -1000000 && silence_us <= LIMIT_SILENCE_S * INT64_C(1000000);
}

static bool is_it(void *context, const char *path, enum source_kind kind)
{
    const struct sewing *sewing = context;
    (void)kind;
    return strcmp(path, sewing->path) == 0;
}

/* False: what was open is over. */
static bool feed_next(struct sewing *sewing, struct slice bytes)
{
    log_reader_feed(sewing->reader, bytes.data, bytes.length);
    if (sewing->at <= STEP)
        sewing->is_torn = !does_follow(sewing);
    return !sewing->is_torn && log_reader_settled(sewing->reader).offset < sewing->seam->end;
}

static bool feed_step(struct sewing *sewing, struct slice step)
{
    const struct seam *seam = sewing->seam;
    uint64_t start = sewing->at;
    sewing->at += step.length;
    if (sewing->is_next)
        return feed_next(sewing, step);
    step = slice_take(step, seam->end - start); /* it may have grown since */
    step = slice_skip(step, sewing->from > start ? sewing->from - start : 0);
    log_reader_feed(sewing->reader, step.data, step.length);
    return sewing->at < seam->end;
}

static bool take_data(void *context, const char *data, size_t length)
{
    struct sewing *sewing = context;
    bool goes_on = !*sewing->seam->stop;
    for (struct slice rest = slice_of(data, length); goes_on && rest.length;
         rest = slice_skip(rest, STEP))
        goes_on = feed_step(sewing, slice_take(rest, STEP));
    return goes_on;
}

static struct slice name_of(struct arena *arena, const struct seam *seam)
{
    bool is_member = strcmp(seam->next, seam->next_file) != 0;
    const char *name = is_member ? seam->next + strlen(seam->next_file) + 1 : seam->next;
    const char *slash = strrchr(name, '/');
    return arena_format(arena, "%s+%s", seam->path, slash ? slash + 1 : name);
}

void seam_read(const struct seam *seam, incident_sink *sink, void *context)
{
    struct arena *arena = arena_create();
    struct sewing sewing = {
        .seam = seam, .from = seam->settled.offset, .sink = sink, .context = context};
    const struct source_visitor visitor = {
        .context = &sewing, .stop = seam->stop, .begin = is_it, .data = take_data};
    sewing.reader =
        log_reader_create(name_of(arena, seam).data, SOURCE_LOG, 0, take_incident, &sewing);
    log_reader_move(sewing.reader, seam->settled);
    log_reader_hosts(seam->reader, remember, sewing.reader);
    sewing.path = seam->path;
    source_walk_found(seam->file, &visitor);
    sewing.last = log_reader_coverage(sewing.reader)->last;
    sewing.is_next = true;
    sewing.at = 0;
    sewing.path = seam->next;
    source_walk_found(seam->next_file, &visitor);
    log_reader_finish(sewing.reader);
    log_reader_destroy(sewing.reader);
    arena_destroy(arena);
}
