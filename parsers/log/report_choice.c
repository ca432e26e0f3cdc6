#include "parsers/log/report_choice.h"

#include "analyzer/page_clock.h"
#include "parsers/log/keyvalue.h"
#include "parsers/log/report_clock.h"
#include "parsers/log/report_group.h"

enum {
    STALE_AFTER = 24, /* a newer report took so many lines meanwhile: the older one is torn, not
                         interleaved */
};

struct report *report_newest(const struct stream *stream)
{
    return stream->open_count ? stream->open[stream->open_count - 1] : NULL;
}

bool report_is_other_caller(const struct report *report, const struct message *message)
{
    return report->caller.length && message->caller.length &&
           !slice_equal(report->caller, message->caller);
}

bool report_is_soon(const struct report *report, const struct message *message)
{
    int64_t now_us = message->time.monotonic_us;
    return report->last_us >= 0 && now_us >= report->last_us && now_us - report->last_us <= JUMP_US;
}

static bool is_foreign_provenance(const struct report *report, const struct message *message)
{
    return report->incident->source.provenance != message->provenance &&
           message->provenance == PROVENANCE_USER;
}

bool report_measure_between(const struct event_time *a, const struct event_time *b, int64_t *ret_us)
{
    struct page_clock_survey survey = {0};
    page_clock_look(&survey, a);
    page_clock_look(&survey, b);
    const struct page_clock clock = page_clock_choose(&survey);
    int64_t a_us, b_us;
    bool are_read = page_clock_read(&clock, a, &a_us) && page_clock_read(&clock, b, &b_us);
    if (!are_read && !(a->has_monotonic && b->has_monotonic))
        return false;
    int64_t us = are_read ? a_us - b_us : a->monotonic_us - b->monotonic_us;
    *ret_us = us < 0 ? -us : us;
    return true;
}

/* Pids are used again; what a kill brings about follows at once. Of stamps in no known form the
 * text up to the hour tells. */
static bool is_hours_apart(const struct event_time *a, const struct event_time *b)
{
    const int64_t hour_us = INT64_C(3600) * 1000000;
    int64_t us;
    if (report_measure_between(a, b, &us))
        return us > hour_us;
    struct slice before = slice_take(a->printed, slice_find_byte(a->printed, ':'));
    struct slice now = slice_take(b->printed, slice_find_byte(b->printed, ':'));
    return before.length && now.length && !slice_equal(before, now);
}

/* "process 12"; in old lines of earlyoom "process 'a' with signal 15, pid: 12". */
static int64_t named_pid(struct slice text)
{
    size_t at = slice_find(text, SLICE("process "));
    struct slice rest =
        slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + sizeof "process " - 1);
    int64_t pid;
    if (slice_take_number(&rest, &pid))
        return pid;
    rest = slice_skip(rest, slice_find_last(rest, SLICE("' with signal ")));
    return amount_or(keyvalue_find(rest, SLICE(", pid: "), 1, 0), -1);
}

static bool names_victim(const struct report *report, const struct message *message)
{
    int64_t pid = named_pid(message->text);
    return pid >= 0 && report_find_victim(report, pid) &&
           !is_hours_apart(&report->incident->time, &message->time);
}

/* Lines that a report holds once: a second one belongs to the other report that is being printed.
 */
static bool has_already(struct report *report, const struct line_format *format, struct slice text)
{
    const struct incident *incident = report->incident;
    if (format->read == read_cpu || format->read == read_old_cpu)
        return incident->trigger.pid.known && !report->is_stall;
    if (format->read == read_trace_start)
        return report->trace_lines;
    if (format->read == read_memcg_limit)
        return has_memcg_limit(report, text);
    if (format->read == read_memcg_stat)
        return has_memcg_stat(report, text);
    if (format->read == read_summary)
        return incident->has_summary;
    return format->read == read_tasks_header && incident->has_tasks_header;
}

/* warn_alloc() prints its trace and the machine's memory; no cgroup, no task and no decision. */
static bool has_no_place(const struct report *report, enum line_group group)
{
    bool is_of_memcg = group >= GROUP_MEMCG_OWNER && group <= GROUP_MEMCG_STATS;
    bool is_of_kill = group >= GROUP_PROTECTION && group <= GROUP_GROUP_KILL;
    if (report->is_failure)
        return is_of_memcg || is_of_kill;
    return report->is_stall && group != GROUP_CPU && group != GROUP_TRACE;
}

static bool takes(struct report *report, const struct line_format *format,
                  const struct message *message)
{
    enum line_group group = format->group;
    if (has_no_place(report, group) || report_is_other_caller(report, message) ||
        is_foreign_provenance(report, message))
        return false;
    if (report->is_done) {
        bool is_kill = group == GROUP_KILL || group == GROUP_CHOICE;
        bool is_second_trace =
            report->incident->is_panic && group <= GROUP_TRACE && group > GROUP_HEAD;
        return group == GROUP_GROUP_KILL || is_second_trace ||
               (is_kill && (report->expects_kill || names_victim(report, message) ||
                            report_kills_of_group(report, message)));
    }
    if (report->expects_kill && group == GROUP_CHOICE) /* the next choice is the next report's */
        return names_victim(report, message);
    return group >= report->stage && !has_already(report, format, slice_trim(message->text));
}

/* Two reports without caller ids take turns: whose line is whose is then partly a guess. */
static void note_mixing(struct report *taker, struct report *other)
{
    struct report *older = taker->first_message < other->first_message ? taker : other;
    struct report *younger = older == taker ? other : taker;
    if (older->is_strong && younger->is_strong && older->last_message > younger->first_message)
        older->is_mixed = younger->is_mixed = true;
}

/* A kill line goes to the report that waits for one, even when one that is over names the same
 * process. */
static bool is_nearer(const struct report *report, const struct report *than)
{
    if (report->is_done != than->is_done && (report->is_done ? than : report)->is_strong)
        return than->is_done;
    bool are_both_done = report->is_done && than->is_done; /* then the newer, which came first */
    return !are_both_done && report->stage > than->stage;
}

/* Its choice stands alone, as where a grep showed it, and @p message says the same of the same
 * moment: the report it was taken from is here. */
static bool is_copy(const struct report *report, const struct message *message)
{
    const struct incident *incident = report->incident;
    const struct event_time *a = &incident->time, *b = &message->time;
    bool is_other_time = a->has_monotonic && b->has_monotonic && a->monotonic_us != b->monotonic_us;
    return incident->lines_count == 1 && report->expects_kill && !is_other_time &&
           slice_equal(incident->lines[0].text, slice_trim(message->text)) &&
           names_victim(report, message);
}

static void drop_copies(const struct stream *stream, const struct report *of,
                        const struct message *message)
{
    for (int i = 0; i < stream->open_count; i++)
        if (stream->open[i] != of && is_copy(stream->open[i], message))
            stream->open[i]->is_strong = false;
}

struct report *report_find_taker(const struct stream *stream, const struct line_format *format,
                                 const struct message *message)
{
    struct report *best = NULL;
    for (int i = stream->open_count - 1; i >= 0; i--) {
        struct report *report = stream->open[i];
        bool is_stale = best && best->last_message > report->last_message + STALE_AFTER;
        bool has_chosen = best && format->group == GROUP_CHOICE && report->expects_kill;
        if (is_stale || has_chosen || !takes(report, format, message))
            continue;
        if (best && message->caller.length == 0 && !report->is_done && !best->is_done)
            note_mixing(best, report);
        if (!best || is_nearer(report, best))
            best = report;
    }
    if (best && format->group == GROUP_CHOICE)
        drop_copies(stream, best, message);
    return best;
}

static bool holds(const struct report *report, struct slice text)
{
    for (size_t i = 0; i < report->incident->lines_count; i++)
        if (slice_equal(report->incident->lines[i].text, text))
            return true;
    return false;
}

bool report_is_printed_again(const struct stream *stream, const struct message *message)
{
    int64_t us = message->time.monotonic_us;
    for (int i = 0; message->time.has_monotonic && i < stream->open_count; i++) {
        const struct report *report = stream->open[i];
        const struct event_time *begin = &report->incident->time;
        bool is_within = begin->has_monotonic && us >= begin->monotonic_us && us <= report->last_us;
        if (is_within && !report->is_done && holds(report, slice_trim(message->text)))
            return true;
    }
    return false;
}

struct report *report_find_latest(const struct stream *stream)
{
    struct report *latest = NULL;
    for (int i = 0; i < stream->open_count; i++)
        if (!latest || stream->open[i]->last_message >= latest->last_message)
            latest = stream->open[i];
    return latest;
}

enum block report_open_block(const struct stream *stream, const struct message *message)
{
    const struct report *latest = report_find_latest(stream);
    enum block block = latest ? latest->block : BLOCK_NONE;
    for (int i = stream->open_count - 1; i >= 0; i--) {
        const struct report *report = stream->open[i];
        if (message->caller.length && slice_equal(report->caller, message->caller))
            return report->block;
        if (block == BLOCK_NONE && !report->is_done)
            block = report->block;
    }
    return block;
}

struct report *report_find_by_victim(const struct stream *stream, const struct message *message)
{
    for (int i = stream->open_count - 1; i >= 0; i--)
        if (names_victim(stream->open[i], message))
            return stream->open[i];
    return NULL;
}

/* "app.service" of "app.service: systemd-oomd killed ..." and of "Killed /a/app.service due to". */
static struct slice unit_of(const struct line_format *format, struct slice text)
{
    bool is_note = format->read == read_oomd_note;
    if (!is_note)
        slice_word(&text);
    struct slice unit = is_note ? slice_cut(&text, ':') : slice_word(&text);
    return slice_last_component(unit);
}

struct report *report_find_by_unit(const struct stream *stream, const struct line_format *format,
                                   const struct message *message)
{
    bool is_note = format->read == read_oomd_note;
    struct slice unit = unit_of(format, slice_trim(message->text));
    for (int i = stream->open_count - 1; i >= 0; i--) {
        const struct incident *incident = stream->open[i]->incident;
        const struct victim *victim = incident_chosen(incident);
        bool is_other_half =
            victim && incident->lines_count == 1 && (victim->cgroup.length > 0) == is_note;
        if (is_other_half && slice_equal(slice_last_component(victim->unit), unit) &&
            !is_hours_apart(&incident->time, &message->time))
            return stream->open[i];
    }
    return NULL;
}

struct report *report_find_done(const struct stream *stream)
{
    for (int i = stream->open_count - 1; i >= 0; i--)
        if (stream->open[i]->is_done)
            return stream->open[i];
    return NULL;
}

static bool is_headed_failure(const struct report *report)
{
    return report->is_failure && report->incident->has_header;
}

/* The tail of an allocation failure's dump: SLUB speaks right after it. */
static bool is_bare_meminfo(const struct report *report)
{
    return report->incident->host_memory.is_present && !report->incident->has_header &&
           report->stage <= GROUP_RAM;
}

/* Each waits for its own decision: the kernel's notes for a header, earlyoom's for its kill. */
static bool is_preamble_of(const struct report *report, const struct line_format *format)
{
    bool is_earlyooms = report->incident->killer.length > 0;
    bool is_kill = format->read == read_earlyoom_kill || format->read == read_earlyoom_old_kill;
    bool fits = is_earlyooms ? is_kill : format->group == GROUP_HEAD;
    return fits && !report->is_done && report->stage == GROUP_PREAMBLE;
}

struct report *report_find_waiting(const struct stream *stream, const struct line_format *format,
                                   const struct message *message)
{
    struct report *last = report_newest(stream);
    if (!last || report_is_other_caller(last, message))
        return NULL;
    bool is_of_failure = is_headed_failure(last) || is_bare_meminfo(last);
    bool waits = format->read == read_slub_header && is_of_failure;
    return waits || is_preamble_of(last, format) ? last : NULL;
}
