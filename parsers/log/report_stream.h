/*
 * What is remembered of one host's kernel while a log is read: open reports, last victims, boot.
 *
 * Lines of different hosts never meet, nor do the kernel's lines and those of a program that writes
 * like a kernel: each is a stream of its own. Streams are kept in the order in which they last
 * spoke, so that the one that was silent longest can be forgotten (LIMIT_HOSTS).
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_STREAM_H
#define WHYOOM_PARSERS_LOG_REPORT_STREAM_H

#include "analyzer/base/hash_table.h"
#include "analyzer/limits.h"
#include "parsers/log/line_format.h"
#include "parsers/log/message.h"

enum {
    SILENCE_AFTER_DONE_S = 10, /* what a kill brings about follows within that */
    RECENT_VICTIMS = 8,
};

struct recent_victim {
    int64_t pid, us;
};

struct stream {
    UT_hash_handle hh;
    struct report *open[2 * LIMIT_OPEN_REPORTS]; /* oldest first; behind them those that woke */
    struct report
        *asleep[2 * LIMIT_OPEN_REPORTS]; /* see report_clock.h; no more of both together */
    int open_count, asleep_count;
    int64_t clock_us; /* of the last line that had a time, or -1 */
    bool has_turns;   /* two clocks take turns: of two machines */
    struct recent_victim victims[RECENT_VICTIMS];
    unsigned victims_at;
    bool is_doubled;    /* every line stands twice, as when console and syslog were merged */
    uint64_t last_text; /* hash of the last text, for that */
    uint64_t last_text_message; /* its running number */
    int64_t last_us;
    uint64_t holes;            /* of the input, when it was heard last */
    bool has_boot_here;        /* a line since the last hole named the boot */
    char kernel[64], boot[40]; /* of the last "Linux version" and boot mark; empty */
    char key[];                /* one byte of trust, then the host */
};

struct streams;

struct streams *streams_create(void);

/** Free them and all streams; not the reports. NULL is fine. */
void streams_destroy(struct streams *streams);

/** The stream that @p message belongs to; new when its host is. It is the last one from now on. */
struct stream *streams_take(struct streams *streams, const struct message *message);

/** The stream of the last message, when @p message belongs to it too; else NULL. */
struct stream *streams_last(const struct streams *streams, const struct message *message);

/** Lines were passed over: a line without a host belongs to none that spoke before. */
void streams_skip(struct streams *streams);

/** The stream of lines that name no host, as trusted as @p like; NULL. */
struct stream *streams_find_hostless(const struct streams *streams, const struct stream *like);

unsigned streams_count(const struct streams *streams);

/** The stream that was silent longest, and the ones after it; NULL. */
struct stream *streams_first(const struct streams *streams);
struct stream *streams_next(const struct stream *stream);

/** Each host once, by name; of the kernel's stream, else of a program's. */
void streams_hosts(const struct streams *streams,
                   void (*see)(void *context, struct slice host, const char *kernel,
                               const char *boot),
                   void *context);

/** Free @p stream, which has no open report. */
void streams_forget(struct streams *streams, struct stream *stream);

/** Forget what does not hold behind a hole; @p holes were there so far. */
void stream_note_hole(struct stream *stream, uint64_t holes);

/** Copy @p text to @p target as a string, cut to @p size. */
void stream_keep_text(char *target, size_t size, struct slice text);

/** Is this the same line again, right behind itself? True only where lines are doubled throughout:
 * seen at a header, because inside a trace true doubles occur. @p number counts messages. */
bool stream_is_doubled(struct stream *stream, const struct line_format *format,
                       const struct message *message, uint64_t number);

void stream_remember_victims(struct stream *stream, const struct report *report);

/** Is @p report the failed allocation of a task that was just killed? 6.12 and later dump it right
 * after the kill; it is part of that event. */
bool stream_has_killed(const struct stream *stream, const struct report *report);

/** The place among the open ones of a failed allocation of a task that @p killer killed; -1: there
 * is none. Nothing more comes of it when nothing more comes of @p killer. */
int stream_find_aftermath(const struct stream *stream, const struct report *killer);

/** @p taker, NULL, took a line: to the other open reports it is foreign, but not to the one that
 * killed the task which @p taker is of. */
void stream_add_foreign(struct stream *stream, const struct report *taker);

#endif
