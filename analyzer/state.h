/*
 * What earlier scans of an archive have read (--state FILE), so that the next one reads what is
 * new.
 *
 * A row is a file. As long as its stamp is the same it is not opened. Else its content tells how
 * much of it is known, whatever it is called now and whether it was packed meanwhile: a row keeps
 * the sum of the bytes that were read, and of their first and last. What a reader must know to go
 * on there is that of a piece of a log (piece.h): the hosts with their kernels and boots, and the
 * bytes of a report that is still being written.
 *
 * FILE is JSON lines (docs/state.md), written anew and renamed into its place when everything that
 * it promises is durable elsewhere. Ownership: rows are the state's. state_put() and state_keep()
 * may be called from any thread, and the rows that were loaded asked; the rest is for one.
 */
#ifndef WHYOOM_STATE_H
#define WHYOOM_STATE_H

#include "analyzer/base/error.h"
#include "analyzer/duplicates.h"
#include "parsers/log/log.h"

struct stat;

/** By what a file that did not change is known. */
struct file_stamp {
    uint64_t device, inode;
    int64_t size, modified_ns, changed_ns;
};

struct file_stamp file_stamp_of(const struct stat *status);

enum { CONTENT_EDGE = 4096 };

/** By what known bytes are known again: CRC-64 of all of them, of the first CONTENT_EDGE and of the
 * last. */
struct content_print {
    uint64_t bytes, sum, head, tail;
};

/** An incident that began behind the place where the next reader begins. */
struct told_incident {
    char id[17];
    uint64_t first_byte;
    int extent; /* how much of the report was there */
};

struct known_host {
    struct slice name, kernel, boot;
};

struct state_row {
    struct slice path;
    struct file_stamp stamp;
    int64_t met_s;    /* wall clock; when a scan met it last */
    bool has_content; /* it is one log, and what follows is known of it */
    enum source_kind kind;
    struct content_print print;
    struct log_place settled;
    struct told_incident *told;
    size_t told_count;
    struct known_host *hosts;
    size_t hosts_count;
    struct slice waiting; /* bytes from `settled` on, in which a report may go on elsewhere */
    uint64_t held;        /* reports in them that are not told yet */
    uint64_t after;       /* `print.sum` of the row of what the file held before it was emptied */
};

struct state;

/** The wall clock, in seconds. */
int64_t state_now_s(void);

/** Read the state FILE; none, or an empty one, is that before the first scan. ERROR_INPUT: another
 * scan uses it, or it is none. */
struct error *state_open(const char *path, struct state **ret) __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void state_close(struct state *state);

/** The incidents that were told; the state's. */
struct duplicates *state_duplicates(struct state *state);

/** The run of the database that took the incidents, and when it ended; 0: there was no database. */
struct state_run {
    int64_t run, ended_us;
};

struct state_run state_run(const struct state *state);

/** Does it know nothing? */
bool state_is_empty(const struct state *state);

/** Forget everything: the incidents are not where they should be. */
void state_forget(struct state *state);

/** The row of an unchanged file, of the same file that changed, or of one that begins with @p head;
 * NULL. */
const struct state_row *state_find_unchanged(const struct state *state,
                                             const struct file_stamp *stamp);
const struct state_row *state_find_content(const struct state *state,
                                           const struct file_stamp *stamp, const char *path,
                                           struct slice head);

/** How many of the first bytes state_find_content() asks for; a file of less is known again too. */
enum { CONTENT_KEY = 256, CONTENT_KEY_LEAST = 64 };

/** The file of the row was met, and has nothing new. */
void state_keep(struct state *state, const struct state_row *row);

/** A file was read, which begins with content_key() @p key; @p known is the row that it went on
 * from, NULL. @p row is copied. */
void state_put(struct state *state, const struct state_row *row, uint64_t key,
               const struct state_row *known);

uint64_t content_key(struct slice head);

/** May more be written to the file of the row, as far as its stamp tells? */
bool state_row_is_fresh(const struct state_row *row);

/** The row of what a file held before it was emptied, while a report was open in it: that of the
 * same inode, or the one that @p known comes after. NULL: there is none. */
const struct state_row *state_find_emptied(struct state *state, const struct file_stamp *stamp,
                                           const char *path, const struct state_row *known);

/** Nothing more comes of what the row waits for. */
void state_settle(struct state *state, const struct state_row *row);

/** Rows that hold reports back whose rest will not come: the file is gone, or has been silent for
 * long. What they wait for is the callee's to tell, now. */
void state_release(struct state *state, void (*tell)(void *context, const struct state_row *row),
                   void *context);

/** Reports that are held back. */
size_t state_waiting(const struct state *state);

/** Before @p incident is told, of which more may come: put down its id, so that, when this scan is
 * killed behind that, the next one knows what its whole report replaces. */
void state_announce(struct state *state, const struct incident *incident);

/** Put the state in its place. */
struct error *state_save(struct state *state, struct state_run run)
    __attribute__((warn_unused_result));

#endif
