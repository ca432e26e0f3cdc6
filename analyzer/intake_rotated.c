/* A report that is open where a stream ends may go on in the next file of a rotated log. */
#include "analyzer/intake_private.h"
#include "analyzer/rotated_report.h"

/* The open one that begins there, or their count. */
static size_t find_open(const struct intake *intake, uint64_t first_byte)
{
    size_t at = 0;
    while (at < intake->open_count && intake->open[at]->source.first_byte != first_byte)
        at++;
    return at;
}

static void leave_out(void *context, uint64_t first_byte)
{
    struct intake *intake = context;
    size_t at = find_open(intake, first_byte);
    if (at == intake->open_count)
        return;
    incident_destroy(intake->open[at]);
    intake->open_count--;
    memmove(intake->open + at, intake->open + at + 1,
            (intake->open_count - at) * sizeof *intake->open);
}

/* The whole report takes the place of its first part, which may be too little to be one: a few
 * frames of a trace. */
static void take_whole(void *context, struct incident *incident)
{
    struct intake *intake = context;
    size_t at = find_open(intake, incident->source.first_byte);
    if (at < intake->open_count)
        incident_destroy(intake->open[at]);
    else
        ARENA_PUSH(intake->open_arena, intake->open, intake->open_count);
    intake->open[at] = incident;
}

static void tell_continuation(void *context, const struct continuation *continuation)
{
    const struct intake *intake = context;
    intake->sink->continuation(intake->sink->context, continuation);
}

static void remember_host(void *context, struct slice host, const char *kernel, const char *boot)
{
    log_reader_remember(context, host, slice_from_string(kernel), slice_from_string(boot));
}

static void remember_hosts(const void *context, struct log_reader *reader)
{
    log_reader_hosts(context, remember_host, reader);
}

/* What follows a stream does not go on where its bytes break off. */
static char *next_path(struct intake *intake)
{
    return intake->is_broken_off ? NULL : next_rotated_path(&intake->next_rotated, intake->path);
}

static struct rotated_report_end look_on(struct intake *intake, struct log_place settled)
{
    struct rotated_report rotated = {.path = intake->path,
                                     .rest = open_end_from(&intake->archive.end, settled.offset),
                                     .settled = settled,
                                     .end = intake->bytes,
                                     .next = next_path(intake),
                                     .next_rotated = &intake->next_rotated,
                                     .stop = intake->stop,
                                     .remember = remember_hosts,
                                     .remembered = intake->reader,
                                     .sink = take_whole,
                                     .left_out = leave_out,
                                     .continuation = tell_continuation,
                                     .context = intake};
    return rotated_report_read(&rotated);
}

void intake_finish_stream(struct intake *intake)
{
    struct rotated_report_end end = {0};
    intake->settled = log_reader_settled(intake->reader);
    intake->open_arena = arena_create();
    intake->is_ending = true;
    bool is_open = log_reader_finish(intake->reader) && !intake->is_turned;
    intake->is_ending = false;
    if (is_open)
        end = look_on(intake, intake->settled);
    if (is_open && intake->resume)
        resume_open_end(intake->resume, &end);
    for (size_t i = 0; i < intake->open_count; i++)
        intake_deliver(intake, intake->open[i]);
    arena_destroy(intake->open_arena);
    intake->open_count = 0;
    intake->open = NULL;
}
