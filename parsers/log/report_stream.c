#include "parsers/log/report_stream.h"

#include <stdlib.h>

#include "analyzer/base/hash.h"

struct streams {
    struct stream *by_key; /* in the order in which they last spoke */
    struct stream *last;
};

struct streams *streams_create(void)
{
    return must_allocate(sizeof(struct streams));
}

void streams_destroy(struct streams *streams)
{
    if (!streams)
        return;
    while (streams->by_key)
        streams_forget(streams, streams->by_key);
    free(streams);
}

void streams_forget(struct streams *streams, struct stream *stream)
{
    HASH_DEL(streams->by_key, stream);
    if (streams->last == stream)
        streams->last = NULL;
    free(stream);
}

void streams_skip(struct streams *streams)
{
    streams->last = NULL;
}

void stream_note_hole(struct stream *stream, uint64_t holes)
{
    if (stream->holes == holes)
        return;
    stream->holes = holes;
    stream->is_doubled = stream->has_boot_here = false;
    stream->has_turns = false;
    stream->last_text = 0;
    stream->last_us = stream->clock_us = -1;
}

unsigned streams_count(const struct streams *streams)
{
    return HASH_COUNT(streams->by_key);
}

struct stream *streams_first(const struct streams *streams)
{
    return streams->by_key;
}

struct stream *streams_next(const struct stream *stream)
{
    return stream->hh.next;
}

struct stream *streams_find_hostless(const struct streams *streams, const struct stream *like)
{
    struct stream *stream;
    HASH_FIND(hh, streams->by_key, like->key, 1, stream);
    return stream;
}

static struct slice host_of(const struct stream *stream)
{
    return slice_of(stream->key + 1, stream->hh.keylen - 1);
}

static int compare_hosts(const void *left, const void *right)
{
    const struct stream *a = *(const struct stream *const *)left;
    const struct stream *b = *(const struct stream *const *)right;
    int order = slice_compare(host_of(a), host_of(b));
    return order ? order : a->key[0] - b->key[0]; /* 'k' before 'u' */
}

void streams_hosts(const struct streams *streams,
                   void (*see)(void *context, struct slice host, const char *kernel,
                               const char *boot),
                   void *context)
{
    size_t count = 0;
    const struct stream **all = must_allocate((streams_count(streams) + 1) * sizeof *all);
    for (const struct stream *stream = streams->by_key; stream; stream = streams_next(stream))
        all[count++] = stream;
    qsort(all, count, sizeof *all, compare_hosts);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !slice_equal(host_of(all[i]), host_of(all[i - 1])))
            see(context, host_of(all[i]), all[i]->kernel, all[i]->boot);
    free(all);
}

static bool stream_is(const struct stream *stream, char trust, struct slice host)
{
    return stream->key[0] == trust &&
           slice_equal(slice_of(stream->key + 1, stream->hh.keylen - 1), host);
}

/* The stream with that key, put behind all others. */
static struct stream *find_or_add(struct streams *streams, char trust, struct slice host)
{
    char key[256] = {trust};
    size_t length = host.length + 1;
    struct stream *stream;
    if (host.length)
        memcpy(key + 1, host.data, host.length);
    HASH_FIND(hh, streams->by_key, key, length, stream);
    if (stream) {
        HASH_DEL(streams->by_key, stream);
    } else {
        stream = must_allocate(sizeof *stream + length);
        stream->last_us = stream->clock_us = -1;
        memcpy(stream->key, key, length);
    }
    HASH_ADD_KEYPTR(hh, streams->by_key, stream->key, length, stream);
    return stream;
}

static char trust_of(const struct message *message)
{
    bool is_user =
        message->provenance == PROVENANCE_USER || message->provenance == PROVENANCE_CONTAINER;
    return is_user ? 'u' : 'k';
}

static struct slice host_key(const struct message *message)
{
    return slice_take(message->host, 255);
}

struct stream *streams_last(const struct streams *streams, const struct message *message)
{
    char trust = trust_of(message);
    struct slice host = host_key(message);
    struct stream *last = streams->last;
    if (last && last->key[0] == trust && (host.length == 0 || stream_is(last, trust, host)))
        return last; /* a line without a host goes on where the one before it was */
    return NULL;
}

struct stream *streams_take(struct streams *streams, const struct message *message)
{
    if (!streams_last(streams, message))
        streams->last = find_or_add(streams, trust_of(message), host_key(message));
    return streams->last;
}

void stream_keep_text(char *target, size_t size, struct slice text)
{
    size_t length = text.length < size - 1 ? text.length : size - 1;
    if (length)
        memcpy(target, text.data, length);
    target[length] = '\0';
}

bool stream_is_doubled(struct stream *stream, const struct line_format *format,
                       const struct message *message, uint64_t number)
{
    bool is_telling = format->group == GROUP_HEAD || format->group == GROUP_SUMMARY;
    if (!stream->is_doubled && !is_telling)
        return false;
    uint64_t hash = hash_slice(HASH_START, message->text);
    int64_t us = message->time.has_monotonic ? message->time.monotonic_us : -1;
    bool is_same = us >= 0 && hash == stream->last_text && us == stream->last_us &&
                   number == stream->last_text_message + 1;
    if (is_same)
        stream->is_doubled = true;
    stream->last_text = is_same ? 0 : hash; /* a third one is no double */
    stream->last_text_message = number;
    stream->last_us = us;
    return is_same;
}

void stream_remember_victims(struct stream *stream, const struct report *report)
{
    const struct incident *incident = report->incident;
    for (size_t i = 0; i < incident->victims_count && i < RECENT_VICTIMS; i++)
        if (incident->victims[i].pid.known)
            stream->victims[stream->victims_at++ % RECENT_VICTIMS] =
                (struct recent_victim){incident->victims[i].pid.value, report->last_us};
}

bool stream_has_killed(const struct stream *stream, const struct report *report)
{
    const struct incident *incident = report->incident;
    const struct trigger *trigger = &incident->trigger;
    if (!report->is_failure || !trigger->pid.known || amount_or(trigger->order, -1) != 0)
        return false;
    for (int i = 0; i < RECENT_VICTIMS; i++) {
        const struct recent_victim *victim = &stream->victims[i];
        bool is_close =
            !incident->time.has_monotonic || victim->us < 0 ||
            (incident->time.monotonic_us >= victim->us &&
             incident->time.monotonic_us - victim->us < SILENCE_AFTER_DONE_S * INT64_C(1000000));
        if (victim->pid && victim->pid == trigger->pid.value && is_close)
            return true;
    }
    return false;
}

static bool is_of_victim(const struct report *taker, const struct report *killer)
{
    const struct amount pid = taker->incident->trigger.pid;
    return taker->is_failure && pid.known && report_find_victim(killer, pid.value);
}

int stream_find_aftermath(const struct stream *stream, const struct report *killer)
{
    for (int i = 0; killer->is_done && i < stream->open_count; i++)
        if (stream->open[i] != killer && is_of_victim(stream->open[i], killer))
            return i;
    return -1;
}

void stream_add_foreign(struct stream *stream, const struct report *taker)
{
    for (int i = 0; i < stream->open_count; i++) {
        struct report *report = stream->open[i];
        if (report != taker && !(taker && is_of_victim(taker, report)))
            report->foreign++;
    }
}
