#define _GNU_SOURCE /* localtime_r */
#include "analyzer/coverage.h"

#include <inttypes.h>
#include <time.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"

bool coverage_is_backwards(const struct log_coverage *log)
{
    enum { FEW = 4 }; /* lines of several CPUs, and a reboot, step back once in a while */
    const struct event_time *first = &log->first.time, *last = &log->last.time;
    bool does_wall =
        log->has_times && first->has_wall && last->has_wall && last->wall_us < first->wall_us;
    return does_wall || log->steps_back > FEW * (log->steps_on + 1);
}

struct coverage coverage_of(const struct log_coverage *stream)
{
    return (struct coverage){
        .streams = 1,
        .bytes = stream->bytes,
        .lines = stream->lines,
        .cut_lines = stream->cut_lines,
        .kernel_lines = stream->kernel_lines,
        .streams_with_times = stream->has_times,
        .first = stream->first,
        .last = stream->last,
    };
}

static bool is_earlier(const struct event_time *a, const struct event_time *b)
{
    return a->has_wall && (!b->has_wall || a->wall_us < b->wall_us);
}

static bool is_later(const struct event_time *a, const struct event_time *b)
{
    return a->has_wall && (!b->has_wall || a->wall_us > b->wall_us);
}

void coverage_add(struct coverage *sum, const struct coverage *more)
{
    bool is_only = !sum->streams_with_times && more->streams_with_times;
    sum->unchanged += more->unchanged;
    sum->streams += more->streams;
    sum->bytes += more->bytes;
    sum->lines += more->lines;
    sum->cut_lines += more->cut_lines;
    sum->kernel_lines += more->kernel_lines;
    sum->streams_with_times += more->streams_with_times;
    if (is_only || is_earlier(&more->first.time, &sum->first.time))
        sum->first = more->first;
    if (is_only || is_later(&more->last.time, &sum->last.time))
        sum->last = more->last;
}

static void print_wall(FILE *out, int64_t wall_us)
{
    time_t seconds = wall_us / 1000000;
    struct tm broken;
    char text[40];
    if (localtime_r(&seconds, &broken) &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &broken))
        fputs(text, out);
}

static void print_time(FILE *out, const struct kept_time *when)
{
    struct arena *arena = arena_create();
    if (when->time.has_wall)
        print_wall(out, when->time.wall_us);
    else if (when->printed[0])
        fprintf(out, "%.*s", SLICE_ARG(escape_text(arena, slice_from_string(when->printed))));
    else
        fprintf(out, "%.*s after boot", SLICE_ARG(duration_print(arena, when->time.monotonic_us)));
    arena_destroy(arena);
}

/* Without a wall clock the times of several streams have no common scale. */
static bool has_span(const struct coverage *coverage)
{
    return coverage->streams_with_times == 1 ||
           (coverage->first.time.has_wall && coverage->last.time.has_wall);
}

void coverage_print(FILE *out, const struct coverage *coverage)
{
    struct arena *arena = arena_create();
    fprintf(out, "%.*s in %" PRIu64 " %s", SLICE_ARG(bytes_print(arena, (int64_t)coverage->bytes)),
            coverage->streams, coverage->streams == 1 ? "log" : "logs");
    if (has_span(coverage)) {
        fputs(", ", out);
        print_time(out, &coverage->first);
        fputs(" to ", out);
        print_time(out, &coverage->last);
    }
    if (coverage->unchanged)
        fprintf(out, ", %" PRIu64 " unchanged file%s", coverage->unchanged,
                coverage->unchanged == 1 ? "" : "s");
    if (coverage->cut_lines)
        fprintf(out, ", %" PRIu64 " overlong line%s read in part", coverage->cut_lines,
                coverage->cut_lines == 1 ? "" : "s");
    arena_destroy(arena);
}
