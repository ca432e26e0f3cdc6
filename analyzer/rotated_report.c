#include "analyzer/rotated_report.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/continuations.h"
#include "analyzer/limits.h"
#include "analyzer/state.h"
#include "parsers/source/names.h"
#include "parsers/source/source.h"

enum {
    STEP = 16 * 1024, /* after which it is looked whether the report is over */
    PARTS_MAX = 64,   /* files that one report may go through */
};

/* The log, or what follows it. */
struct joined_file {
    struct source_part source;
    uint64_t torn; /* bytes at its start: the rest of a line that the one before begins */
};

struct joining {
    struct rotated_report *rotated;
    struct arena *arena;
    struct log_reader *reader;
    const char *path; /* what is read now */
    uint64_t at;      /* byte of it that comes next */
    uint64_t known;   /* bytes of it that come once more */
    uint64_t end;     /* of the log among all bytes */
    uint64_t whole;   /* bytes so far, of all */
    uint64_t lines;   /* newlines so far, of all */
    struct joined_file *parts;
    size_t parts_count;
    struct kept_time last;
    char last_byte;
    char last_line[256]; /* the start of what has no newline yet */
    size_t last_length;
    bool is_torn; /* the file does not follow the one before, or breaks off */
    bool is_lost; /* it may not be read */
};

/* Where it ends in what was read; a newline that lacks there is counted with its line. */
static uint64_t end_of(const struct joining *joining, const struct incident *incident)
{
    uint64_t end = incident->source.end_byte;
    return end < joining->whole ? end : joining->whole;
}

static void tell_continuations(const struct joining *joining, const struct incident *incident)
{
    const struct rotated_report *rotated = joining->rotated;
    uint64_t header = continuation_header(incident);
    for (size_t i = 1; i < joining->parts_count; i++) {
        const struct joined_file *part = &joining->parts[i];
        uint64_t first_byte = part->source.first_byte, end = end_of(joining, incident);
        bool has_header = header != NO_HEADER && header >= first_byte;
        const struct continuation continuation = {
            part->source.path.data, incident->host, end - first_byte,
            has_header ? header - first_byte : NO_HEADER, part->torn};
        if (end > first_byte)
            rotated->continuation(rotated->context, &continuation);
    }
}

/* The files that it goes through. */
static void tell_parts(const struct joining *joining, struct incident *incident)
{
    for (size_t i = 0; i < joining->parts_count; i++) {
        struct source_part part = joining->parts[i].source;
        if (part.first_byte >= end_of(joining, incident))
            break;
        part.path = arena_copy(incident->arena, part.path);
        *ARENA_PUSH(incident->arena, incident->source.parts, incident->source.parts_count) = part;
    }
}

/* Of a kill that goes on, it may begin behind the rotation. */
static void take_left_out(void *context, struct incident *incident)
{
    const struct joining *joining = context;
    const struct rotated_report *rotated = joining->rotated;
    if (!joining->is_lost && end_of(joining, incident) > joining->end) {
        tell_continuations(joining, incident);
        if (rotated->left_out)
            rotated->left_out(rotated->context, incident->source.first_byte);
    }
    incident_destroy(incident);
}

static void take_incident(void *context, struct incident *incident)
{
    const struct joining *joining = context;
    const struct rotated_report *rotated = joining->rotated;
    bool goes_on = !joining->is_lost && incident->source.first_byte < joining->end &&
                   end_of(joining, incident) > joining->end;
    if (goes_on) {
        tell_continuations(joining, incident);
        tell_parts(joining, incident);
        rotated->sink(rotated->context, incident);
    } else {
        incident_destroy(incident);
    }
}

static void drop(void *context, struct incident *incident)
{
    (void)context;
    incident_destroy(incident);
}

static void note_host(void *context, struct slice host, const char *kernel, const char *boot)
{
    bool *has_host = context;
    (void)kernel, (void)boot;
    *has_host |= host.length > 0;
}

/* Names alone may hold together what is of two machines: in one directory, or a copy in another. */
static bool is_doubtful(const struct joining *joining)
{
    const char *first = joining->rotated->path;
    const char *next = joining->parts[joining->parts_count - 1].source.path.data;
    return rotation_of(slice_from_string(first)).is_any_machine ||
           rotation_of(slice_from_string(next)).is_any_machine || !names_are_beside(first, next);
}

/* What a text begins with. */
struct start {
    struct kept_time time;
    bool has_host;
};

static struct start look_at(struct slice text)
{
    struct start start = {0};
    struct log_reader *reader = log_reader_create("", SOURCE_LOG, 0, drop, NULL);
    log_reader_feed(reader, text.data, text.length);
    log_reader_finish(reader);
    log_reader_hosts(reader, note_host, &start.has_host);
    start.time = log_reader_coverage(reader)->first;
    log_reader_destroy(reader);
    return start;
}

static bool has_wall(const struct kept_time *time)
{
    return time->time.has_wall || time->printed[0];
}

/* By the first time in @p text. Kernel times are compared where reports are put together; but they
 * must be there where no host is named and the names are doubtful. */
static bool fits_in_time(const struct joining *joining, const struct event_time *last,
                         struct slice text)
{
    const struct start start = look_at(text);
    const struct event_time *next = &start.time.time;
    bool have_wall = last->has_wall && next->has_wall;
    bool have_kernel = last->has_monotonic && next->has_monotonic;
    int64_t silence_us = have_wall ? next->wall_us - last->wall_us : 0;
    if (!have_wall && !start.has_host && is_doubtful(joining))
        silence_us = have_kernel ? next->monotonic_us - last->monotonic_us : INT64_MAX;
    return silence_us >= -1000000 && silence_us <= LIMIT_SILENCE_S * INT64_C(1000000);
}

/* ---- where one file ends inside of a line */

enum seam {
    SEAM_LINE,    /* the line ends with the file */
    SEAM_NEWLINE, /* so it does, but its newline lacks */
    SEAM_REST,    /* the next file begins with its rest */
    SEAM_UNKNOWN, /* there are no clocks to tell these two apart */
};

/* The start of the line that has no end yet. */
static void keep_last_line(struct joining *joining, struct slice bytes)
{
    size_t newline = slice_find_last(bytes, SLICE("\n"));
    if (newline != SLICE_NOT_FOUND) {
        joining->last_length = 0;
        bytes = slice_skip(bytes, newline + 1);
    }
    bytes = slice_take(bytes, sizeof joining->last_line - joining->last_length);
    if (bytes.length)
        memcpy(joining->last_line + joining->last_length, bytes.data, bytes.length);
    joining->last_length += bytes.length;
}

static struct slice first_line(struct slice text)
{
    size_t newline = slice_find_byte(text, '\n');
    return newline == SLICE_NOT_FOUND ? text : slice_take(text, newline + 1);
}

/* A line of its own has a clock of its own, as the one before it has; the rest of one has not.
 * @param[out] ret_last  the time of the line that goes over the seam; it stays when there is none
 */
static enum seam seam_before(const struct joining *joining, struct slice text,
                             struct event_time *ret_last)
{
    struct slice last = slice_of(joining->last_line, joining->last_length), next = first_line(text);
    if (last.length == 0 || joining->last_byte == '\0')
        return SEAM_LINE;
    const struct start whole =
        look_at(arena_format(joining->arena, "%.*s%.*s", SLICE_ARG(last), SLICE_ARG(next)));
    const struct start rest = look_at(next);
    bool has_clock = has_wall(&whole.time) || whole.time.time.has_monotonic;
    *ret_last = has_clock ? whole.time.time : *ret_last;
    if (has_wall(&whole.time))
        return has_wall(&rest.time) ? SEAM_NEWLINE : SEAM_REST;
    if (has_clock)
        return rest.time.time.has_monotonic ? SEAM_NEWLINE : SEAM_REST;
    return SEAM_UNKNOWN;
}

static bool is_over(const struct joining *joining)
{
    return joining->is_torn || joining->is_lost ||
           log_reader_settled(joining->reader).offset >= joining->end;
}

/* ---- reading */

static bool is_it(void *context, const char *path, enum source_kind kind)
{
    const struct joining *joining = context;
    (void)kind;
    return strcmp(path, joining->path) == 0;
}

static void feed(struct joining *joining, struct slice bytes)
{
    log_reader_feed(joining->reader, bytes.data, bytes.length);
    joining->lines += slice_count_byte(bytes, '\n');
    keep_last_line(joining, bytes);
    joining->last_byte = bytes.length ? bytes.data[bytes.length - 1] : joining->last_byte;
}

/* The end of the log; it may have grown since. False: that was all. */
static bool feed_log(struct joining *joining, struct slice step)
{
    const struct rotated_report *rotated = joining->rotated;
    uint64_t start = joining->at;
    if (start >= rotated->end) /* a second one of that name, in an archive */
        return false;
    joining->at += step.length;
    step = slice_take(step, rotated->end - start);
    step = slice_skip(step, rotated->settled.offset > start ? rotated->settled.offset - start : 0);
    feed(joining, step);
    return joining->at < rotated->end;
}

/* The newline that lacks is counted with the file before. */
static void end_line(struct joining *joining)
{
    struct joined_file *file = &joining->parts[joining->parts_count - 1];
    feed(joining, SLICE("\n"));
    joining->end += joining->parts_count == 2;
    file->source.first_byte = ++joining->whole;
    file->source.first_line = joining->lines + 1;
}

/* How much of its start goes on with what is read: where the times do not fit, nothing, or the rest
 * of a line. */
static struct slice take_start(struct joining *joining, struct slice text)
{
    struct joined_file *file = &joining->parts[joining->parts_count - 1];
    struct event_time last = joining->last.time;
    enum seam seam = seam_before(joining, text, &last);
    size_t rest = seam == SEAM_REST ? first_line(text).length : 0;
    joining->is_torn = !fits_in_time(joining, &last, slice_skip(text, rest));
    if (seam == SEAM_NEWLINE)
        end_line(joining);
    file->torn = joining->is_torn && is_doubtful(joining) ? 0 : rest;
    return joining->is_torn ? slice_take(text, file->torn) : text;
}

/* What follows it. False: what was open is over. */
static bool feed_next(struct joining *joining, struct slice step)
{
    if (joining->at == 0)
        step = take_start(joining, step);
    joining->at += step.length;
    joining->whole += step.length;
    feed(joining, step);
    return !is_over(joining);
}

static bool take_bytes(struct joining *joining, struct slice rest)
{
    bool goes_on = !*joining->rotated->stop;
    for (; goes_on && rest.length; rest = slice_skip(rest, STEP))
        goes_on =
            (joining->parts_count > 1 ? feed_next : feed_log)(joining, slice_take(rest, STEP));
    return goes_on;
}

static bool take_data(void *context, const char *data, size_t length)
{
    struct joining *joining = context;
    struct slice rest = slice_skip(slice_of(data, length), joining->known);
    joining->known -= length - rest.length;
    return take_bytes(joining, rest);
}

static void tear(void *context)
{
    struct joining *joining = context;
    joining->is_torn = true;
}

static void read_stream(struct joining *joining, const char *path)
{
    const struct source_visitor visitor = {.context = joining,
                                           .stop = joining->rotated->stop,
                                           .begin = is_it,
                                           .data = take_data,
                                           .broke_off = tear};
    joining->path = path;
    joining->known = joining->at;
    if (!next_rotated_walk(joining->rotated->next_rotated, path, &visitor))
        joining->is_lost = true;
    joining->last = log_reader_coverage(joining->reader)->last;
}

/* What is known of its start is often enough. */
static void read_member(struct joining *joining, const char *path)
{
    bool is_whole;
    struct slice head = next_rotated_head(joining->rotated->next_rotated, path, &is_whole);
    joining->at = 0;
    if (take_bytes(joining, head) && !is_whole)
        read_stream(joining, path);
    joining->last = log_reader_coverage(joining->reader)->last;
}

/* Returns its path. */
static const char *add_part(struct joining *joining, const char *path)
{
    struct slice copy = arena_copy(joining->arena, slice_from_string(path));
    struct joined_file *part = ARENA_PUSH(joining->arena, joining->parts, joining->parts_count);
    *part = (struct joined_file){{copy, joining->lines + 1, joining->whole}, 0};
    return copy.data;
}

static void read_log(struct joining *joining)
{
    const struct rotated_report *rotated = joining->rotated;
    add_part(joining, rotated->path);
    log_reader_move(joining->reader, rotated->settled);
    joining->lines = rotated->settled.lines;
    rotated->remember(rotated->remembered, joining->reader);
    if (rotated->rest.length)
        feed(joining, rotated->rest);
    else
        read_stream(joining, rotated->path);
    joining->last = log_reader_coverage(joining->reader)->last;
    joining->whole = rotated->end;
}

static int64_t modified_ns(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? file_stamp_of(&status).modified_ns : 0;
}

static void read_next(struct joining *joining)
{
    struct rotated_report *rotated = joining->rotated;
    const char *path = add_part(joining, rotated->next);
    free(rotated->next);
    read_member(joining, path);
    bool goes_on = !is_over(joining) && !*rotated->stop && joining->parts_count <= PARTS_MAX;
    rotated->next = goes_on ? next_rotated_path(rotated->next_rotated, path) : NULL;
}

static struct slice name_of(struct arena *arena, const struct rotated_report *rotated)
{
    const char *archive = rotated->next_rotated->archive;
    const char *name = archive ? rotated->next + strlen(archive) + 1 : rotated->next;
    const char *slash = strrchr(name, '/');
    return arena_format(arena, "%s+%s", rotated->path, slash ? slash + 1 : name);
}

struct rotated_report_end rotated_report_read(struct rotated_report *rotated)
{
    struct joining joining = {.rotated = rotated, .arena = arena_create(), .end = rotated->end};
    struct rotated_report_end end = {0};
    const char *path = rotated->next ? name_of(joining.arena, rotated).data : rotated->path;
    joining.reader = log_reader_create(path, SOURCE_LOG, 0, take_incident, &joining);
    log_reader_tell_left_out(joining.reader, take_left_out);
    if (rotated->next)
        read_log(&joining);
    while (rotated->next) {
        end.modified_ns = modified_ns(rotated->next);
        read_next(&joining);
        end.is_over = is_over(&joining);
        end.bytes = joining.whole;
        end.is_cut = joining.last_byte != '\n' && joining.last_byte != '\0';
    }
    log_reader_finish(joining.reader);
    log_reader_destroy(joining.reader);
    arena_destroy(joining.arena);
    return end;
}
