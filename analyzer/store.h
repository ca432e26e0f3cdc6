/*
 * The store: incidents in an SQLite database, to be asked again and again (docs/database.md).
 *
 * One writer at a time, readers beside it (WAL); a writer that is killed leaves what its last
 * store_commit() left. An incident that comes twice (the same id) is kept once, as its more
 * complete copy. Reading gives rows, which cost no parsing, and single records in full. A file of
 * JSON lines is read by importing it into a temporary store, so that everything behind has one way.
 *
 * Units: bytes, microseconds. Ownership: what a store gives is borrowed, unless it says otherwise.
 * Errors: one line that names the file. A store is used by one thread at a time.
 */
#ifndef WHYOOM_STORE_H
#define WHYOOM_STORE_H

#include "analyzer/base/error.h"
#include "analyzer/coverage.h"
#include "analyzer/render.h"
#include "analyzer/time_window.h"

struct rule_set;
struct store;

/* ---- opening */

/** Open the database @p path for writing; one that is not there is created. */
struct error *store_create(const char *path, struct store **ret)
    __attribute__((warn_unused_result));

/**
 * A store that is gone when it is closed, in memory as far as that goes; @p path stands in its
 * errors. When all is in: store_commit(), store_create_indexes().
 */
struct error *store_create_temporary(const char *path, struct store **ret)
    __attribute__((warn_unused_result));

/** Create the indexes of a temporary store; once. */
struct error *store_create_indexes(struct store *store) __attribute__((warn_unused_result));

/** One line about a record that could not be read: "incidents.jsonl:17" and what is wrong. */
typedef void store_complaint(void *context, const char *where, const char *what);

/**
 * Open @p path for reading: a database, or JSON lines (also compressed, and "-" for standard
 * input), which the content tells. Bad lines go to @p complain, the others are imported; what is no
 * incident (whyoom.coverage/1, whyoom.fragment/1) is passed over.
 */
struct error *store_open(const char *path, store_complaint *complain, void *context,
                         struct store **ret) __attribute__((warn_unused_result));

/**
 * A temporary store that tells what @p from tells under pseudonyms (anonymize.h), judged anew by
 * @p rules, under the same numbers. Damaged records go to @p complain. What a record does not keep,
 * such as the slab caches, is not told again; nor are the inputs' paths.
 */
struct error *store_anonymize(struct store *from, const struct rule_set *rules, const char *salt,
                              store_complaint *complain, void *context, struct store **ret)
    __attribute__((warn_unused_result));

/** Is @p path a database of whyoom, by its first bytes? */
bool store_is_database(const char *path);

/** Close; what was not committed is lost. NULL is fine. */
void store_destroy(struct store *store);

/* ---- writing */

/** What one run read. */
struct store_run {
    int64_t started_us, ended_us; /* wall clock */
    struct slice command;         /* as it was called, without paths */
    uint64_t incidents, duplicates, failures;
};

/** An input that was read, or failed. */
struct store_coverage {
    struct slice path;
    struct slice failure;            /* what was wrong; empty: it was read */
    const struct coverage *coverage; /* NULL: nothing is known */
};

/**
 * Add a judged incident, whose record (render_json() without the line end) is @p record. What it
 * `replaces` goes. Every some thousand incidents are committed by themselves.
 */
struct error *store_add(struct store *store, const struct incident *incident, struct slice record)
    __attribute__((warn_unused_result));

/** Remove the incident @p id, which a more complete copy of another id stands for from now on. */
struct error *store_remove(struct store *store, const char *id) __attribute__((warn_unused_result));

struct error *store_add_coverage(struct store *store, const struct store_coverage *coverage)
    __attribute__((warn_unused_result));

/** Note the run that is ending, once, and make everything durable; a new database gets its indexes
 * here. */
struct error *store_add_run(struct store *store, const struct store_run *run)
    __attribute__((warn_unused_result));

/** The number of the run, from store_add_run() on. */
int64_t store_run_number(const struct store *store);

/** Is there a run @p number that ended then? */
struct error *store_has_run(struct store *store, int64_t number, int64_t ended_us, bool *ret)
    __attribute__((warn_unused_result));

/** Make everything that was added durable. */
struct error *store_commit(struct store *store) __attribute__((warn_unused_result));

/* ---- asking */

/** One incident as lists, tables and charts need it; no JSON is parsed for it. Texts are escaped
 * as in the record. */
struct store_row {
    int64_t rowid; /* for store_read(); stays the same as long as the incident is in the store */
    char id[17];
    struct event_time time;
    enum kind kind;
    enum class_term class_;
    enum scope scope;
    enum limit limit;
    enum charge_path charge_path;
    enum confidence confidence;
    enum part dominant;
    struct amount dominant_bytes, dominant_permille;
    struct amount usage, usage_limit; /* of the limit that refused, or of the machine's memory */
    struct amount size;               /* what the victims held */
    struct amount victims;            /* processes killed, each once */
    struct amount repeat;             /* the how many-th at its limit, in the run that read it */
    bool is_panic, is_deadlocked, is_host_wide, is_complete;
    int grade;                       /* incident_grade() */
    struct slice also;               /* other classes that hold too: "swap,memcg-limit" */
    struct slice host, boot, kernel; /* empty: unknown */
    struct slice owner;              /* whose limit, short: story_owner_short() */
    struct slice cgroup;             /* its path */
    struct slice manager, workload;  /* "kubernetes"; pod, unit, container or job */
    struct slice victim, trigger;    /* names */
    struct slice summary, source;    /* the sentence; the path it was read from */
    struct slice fold;               /* rows with equal folds are repeats of one another */
};

enum store_order {
    STORE_BY_INPUT, /* as they were added */
    STORE_BY_TIME,  /* wall clock; without one last, by kernel time */
    STORE_BY_CLASS,
    STORE_BY_HOST,
    STORE_BY_OWNER, /* cgroup path */
    STORE_BY_KERNEL,
    STORE_BY_SIZE,
    STORE_BY_VICTIMS,
    STORE_ORDER_COUNT
};

/** What to select: all that is zero or NULL selects nothing away. */
struct store_query {
    unsigned classes, kinds;                   /* bit (1 << CLASS_...) of each wanted one */
    int64_t number;                            /* the rowid of one incident */
    const char *host, *cgroup, *kernel, *fold; /* exactly */
    const char
        *text;     /* anywhere in host, cgroup, owner, workload, victim, kernel, summary; folded */
    bool is_dated; /* only with a wall clock */
    struct time_window window; /* incidents without a wall clock stay in, as everywhere */
    enum store_order order;
    bool is_descending;
    int64_t offset, most; /* most 0: all */
};

struct store_cursor;

struct error *store_select(struct store *store, const struct store_query *query,
                           struct store_cursor **ret) __attribute__((warn_unused_result));

/**
 * The next row, or false at the end; texts in it live until the next call on the cursor. Other
 * questions may be asked in between.
 */
struct error *store_next(struct store_cursor *cursor, struct store_row *row, bool *has_row)
    __attribute__((warn_unused_result));

void store_cursor_destroy(struct store_cursor *cursor);

/** All rows that @p query selects, one after the other, until @p take wants no more. */
struct error *store_each(struct store *store, const struct store_query *query,
                         bool (*take)(void *context, const struct store_row *row), void *context)
    __attribute__((warn_unused_result));

/**
 * From now on only those incidents are there, as far as questions go, that @p query selects and for
 * which @p holds is true; it is asked with the whole incident. Records that cannot be read go to
 * @p complain and are left out.
 */
struct error *store_restrict(struct store *store, const struct store_query *query,
                             bool (*holds)(void *context, const struct incident *incident),
                             store_complaint *complain, void *context)
    __attribute__((warn_unused_result));

/** How many rows @p query selects, `offset` and `most` aside. */
struct error *store_count(struct store *store, const struct store_query *query, uint64_t *ret)
    __attribute__((warn_unused_result));

/** The columns by which store_tally() counts. */
enum store_column {
    STORE_CLASS,
    STORE_KIND,
    STORE_LIMIT,
    STORE_DOMINANT,
    STORE_HOST,
    STORE_CGROUP,
    STORE_KERNEL,
    STORE_WORKLOAD,
    STORE_VICTIM,
    STORE_DAY, /* "2026-03-28", UTC */
    STORE_FOLD,
    STORE_COLUMN_COUNT
};

/** Count the rows of @p query by a column: `tell` for every value, the most frequent first; unknown
 * is the empty value. @p query's order, offset and most: only `most` counts, of values. */
struct error *store_tally(struct store *store, const struct store_query *query,
                          enum store_column column,
                          void (*tell)(void *context, struct slice value, uint64_t count),
                          void *context) __attribute__((warn_unused_result));

/** The whole incident of a row, to own. */
struct error *store_read(struct store *store, int64_t rowid, struct incident **ret)
    __attribute__((warn_unused_result));

/** Its record as it was stored, without a line end, in @p arena. */
struct error *store_read_record(struct store *store, int64_t rowid, struct arena *arena,
                                struct slice *ret) __attribute__((warn_unused_result));

/** Of a damaged record, an ERROR_INPUT: tell of it, for the others are still good. @return @p error
 * when it is another, else NULL */
struct error *store_pass_over(struct error *error, store_complaint *complain, void *context)
    __attribute__((warn_unused_result));

/** The rowid of the incident @p id; 0 when it is not there. */
struct error *store_find(struct store *store, const char *id, int64_t *ret)
    __attribute__((warn_unused_result));

/** A row for render_list(), to free(). */
struct incident_row *store_row_for_list(const struct store_row *row);

/** From here to store_thaw() all answers are of one moment, whoever writes to the file meanwhile.
 */
struct error *store_freeze(struct store *store) __attribute__((warn_unused_result));
void store_thaw(struct store *store);

/** What was read in all runs, summed, and the number of inputs that failed in the last: a later run
 * over the same inputs meets them again, or finds them mended. */
struct error *store_coverage_sum(struct store *store, struct coverage *coverage, uint64_t *failures)
    __attribute__((warn_unused_result));

#endif
