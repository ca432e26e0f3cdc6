#include "parsers/log/report_clock.h"

enum {
    SLEEP_MAX = 64, /* lines of the stream; a burst of another machine is no longer */
};

static int64_t distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* Whether a line of that time may be the next of @p report.
 * @param most_us  how far away it may be */
static bool goes_on(const struct report *report, int64_t now_us, int64_t most_us)
{
    int64_t silence_us =
        INT64_C(1000000) * (report->is_done ? SILENCE_AFTER_DONE_S : LIMIT_SILENCE_S);
    return report->last_us < 0 ||
           (now_us >= report->last_us - JUMP_US && now_us <= report->last_us + silence_us &&
            distance(now_us, report->last_us) <= most_us);
}

static void remove_at(struct report **reports, int *count, int at)
{
    for (int i = at; i + 1 < *count; i++)
        reports[i] = reports[i + 1];
    --*count;
}

static void wake_at(struct stream *stream, int at)
{
    struct report *report = stream->asleep[at];
    remove_at(stream->asleep, &stream->asleep_count, at);
    stream->open[stream->open_count++] = report;
}

/* One report may go on after long; where machines take turns, it is the one whose clock is near. */
static int64_t farthest(const struct stream *stream, int64_t now_us)
{
    int64_t nearest = INT64_MAX;
    if (!stream->has_turns)
        return nearest;
    for (int i = 0; i < stream->open_count; i++)
        if (distance(now_us, stream->open[i]->last_us) < nearest)
            nearest = distance(now_us, stream->open[i]->last_us);
    for (int i = 0; i < stream->asleep_count; i++)
        if (distance(now_us, stream->asleep[i]->last_us) < nearest)
            nearest = distance(now_us, stream->asleep[i]->last_us);
    return nearest < JUMP_US ? JUMP_US : INT64_MAX;
}

static void put_to_sleep(struct stream *stream, int64_t now_us)
{
    int64_t most_us = farthest(stream, now_us);
    for (int i = 0; i < stream->open_count;) {
        struct report *report = stream->open[i];
        if (goes_on(report, now_us, most_us)) {
            i++;
            continue;
        }
        remove_at(stream->open, &stream->open_count, i);
        stream->asleep[stream->asleep_count++] = report;
        report->slept = 0;
    }
}

/* A clock that came back was never set: there are two. */
static void wake(struct stream *stream, int64_t now_us)
{
    int64_t most_us = farthest(stream, now_us);
    for (int i = 0; i < stream->asleep_count;) {
        struct report *report = stream->asleep[i];
        if (!goes_on(report, now_us, most_us)) {
            i++;
            continue;
        }
        wake_at(stream, i);
        stream->has_turns = report->is_mixed = true;
    }
}

void stream_follow_clock(struct stream *stream, int64_t now_us)
{
    for (int i = 0; i < stream->asleep_count; i++)
        stream->asleep[i]->slept++;
    if (now_us < 0)
        return;
    if (stream->clock_us >= 0 && distance(now_us, stream->clock_us) > JUMP_US)
        wake(stream, now_us);
    put_to_sleep(stream, now_us);
    stream->clock_us = now_us;
}

struct report *stream_wake_overslept(struct stream *stream)
{
    for (int i = 0; i < stream->asleep_count; i++)
        if (stream->asleep[i]->slept > SLEEP_MAX) {
            wake_at(stream, i);
            return stream->open[stream->open_count - 1];
        }
    return NULL;
}

bool stream_wake(struct stream *stream, const struct report *report)
{
    for (int i = 0; i < stream->asleep_count; i++)
        if (stream->asleep[i] == report) {
            wake_at(stream, i);
            return true;
        }
    return false;
}
