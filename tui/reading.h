/*
 * Reading in the background: a thread runs the pipeline and makes entries, the browser collects
 * them between two keys.
 */
#ifndef WHYOOM_TUI_READING_H
#define WHYOOM_TUI_READING_H

#include "analyzer/pipeline.h"
#include "tui/catalogue.h"

/** A line about an input: it could not be read, or is worth knowing. */
struct reading_note {
    char *path, *what;
    struct reading_note *next;
};

struct reading;

/** How far it is. */
struct reading_state {
    bool is_running, is_stopping;
    uint64_t bytes, total; /* total 0: not known */
    int64_t elapsed_us;
};

/**
 * Start reading. @p options, @p paths and what they point to are borrowed until reading_finish();
 * `stop` and `progress` in it are set here.
 * @param total  bytes of all inputs, or 0
 */
struct reading *reading_start(const struct pipeline_options *options, char *const *paths,
                              size_t count, uint64_t total);

/** Start listing the incidents of the database @p path, which is borrowed. */
struct reading *reading_start_store(const char *path);

/** Put what was found since the last time into @p catalogue. @return how many */
size_t reading_collect(struct reading *reading, struct catalogue *catalogue);

struct reading_state reading_state(struct reading *reading);

/** Notes so far, the newest first; valid until reading_destroy(). */
const struct reading_note *reading_notes(struct reading *reading);

/** Read nothing more; returns at once. */
void reading_stop(struct reading *reading);

/** Wait for the end, and tell what the run came to. False: the thread waits for input that does not
 * come (a pipe), and nothing that it uses may be freed. */
bool reading_finish(struct reading *reading, struct pipeline_totals *ret);

/** Free it, after reading_finish(); NULL is fine. */
void reading_destroy(struct reading *reading);

#endif
