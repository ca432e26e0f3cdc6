/*
 * A log that an earlier scan has read in part (state.h): what is known of it is passed over, the
 * reader goes on behind it, and what it comes to is put down for the next scan.
 *
 * Known bytes are looked at only as far as it takes to be sure that they are the same. When they
 * are not, nothing of the stream may be told, and it must be read anew without a state.
 */
#ifndef WHYOOM_RESUME_H
#define WHYOOM_RESUME_H

#include "analyzer/search_ahead.h"
#include "analyzer/state.h"

struct resume;
struct rotated_report_end;

/** One stream, which is all of a file. */
struct resume_stream {
    const char *path;
    enum source_kind kind;
    struct file_stamp stamp;
    bool is_trusted; /* false: read it as if nothing of it were known */
};

/** @p stream is copied, its path borrowed. */
struct resume *resume_create(struct state *state, const struct resume_stream *stream,
                             struct log_reader *reader);

/** The stream is @p file, byte for byte; @p searched searches ahead in it, NULL. */
void resume_set_file(struct resume *resume, int file, struct searched_file *searched);

/** The stream begins with @p head, before that is fed: now is known how much of it is. */
void resume_begin(struct resume *resume, struct slice head);
bool resume_is_begun(const struct resume *resume);

/** Feed the reader what it needs of the next bytes. False: they are not those that were known. */
bool resume_feed(struct resume *resume, struct slice bytes);

/** No more bytes come. False: there should have been more. Before log_reader_finish(). */
bool resume_end(struct resume *resume);

/** Reports that begin in the stream are open at its end; they go on as @p end says. Before they are
 * given to resume_takes(). */
void resume_open_end(struct resume *resume, const struct rotated_report_end *end);

/** Is the incident to be told? It comes from the reader; `replaces` is set where an earlier scan
 * told it under another id. */
bool resume_takes(struct resume *resume, struct incident *incident);

/** Bytes that were not known. */
uint64_t resume_new_bytes(const struct resume *resume);

/** The incidents of the stream were told: put it down. */
void resume_keep(struct resume *resume);

/** What is known of a file that was emptied while reports were open in it, which may go on at the
 * start of this stream; NULL. After resume_begin(). */
const struct state_row *resume_emptied(const struct resume *resume);

/** Free; NULL is fine. */
void resume_destroy(struct resume *resume);

/** Let @p reader know the hosts of a row. */
void resume_remember(const void *row, struct log_reader *reader);

/** Tell what a row still waits for. */
void resume_release(const struct state_row *row, incident_sink *sink, void *context);

#endif
