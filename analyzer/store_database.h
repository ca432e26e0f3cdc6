/*
 * The inside of the store, for store*.c alone: the connection, the schema as tables, errors.
 *
 * The columns of `incidents` are one table, by which the schema is made and rows are written and
 * read; victims and statistics take theirs from record_fields.h and figures.h.
 */
#ifndef WHYOOM_STORE_DATABASE_H
#define WHYOOM_STORE_DATABASE_H

#include <sqlite3.h>

#include "analyzer/record_fields.h"
#include "analyzer/store.h"
#include "analyzer/store_record.h"

enum {
    STORE_SCHEMA = 1,                  /* PRAGMA user_version */
    STORE_APPLICATION = 0x7768796f,    /* PRAGMA application_id: "whyo" */
    STORE_BUSY_MS = 10 * 1000,         /* how long another writer is waited for */
    STORE_COMMIT_AFTER = 5000,         /* incidents of one transaction */
    STORE_COMMIT_US = 2 * 1000 * 1000, /* and how long it stays open, so that readers see them */
};

/* Statements that are prepared once. */
enum store_statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_LAST_NUMBER,
    STATEMENT_INCIDENT,
    STATEMENT_RECORD,
    STATEMENT_FIND_COPY,
    STATEMENT_DECISIONS,
    STATEMENT_DECISION,
    STATEMENT_FORGET_DECISIONS,
    STATEMENT_FORGET_INCIDENT,
    STATEMENT_FORGET_RECORD,
    STATEMENT_FORGET_VICTIMS,
    STATEMENT_FORGET_STATS,
    STATEMENT_FORGET_FINDINGS,
    STATEMENT_VICTIM,
    STATEMENT_STATS,
    STATEMENT_FINDING,
    STATEMENT_START_RUN,
    STATEMENT_END_RUN,
    STATEMENT_COVERAGE,
    STATEMENT_READ_RECORD,
    STATEMENT_FIND,
    STATEMENT_COUNT
};

struct store {
    sqlite3 *database;
    struct record_packer *packer;              /* NULL until something is written */
    struct duplicates *known;                  /* the same; of a temporary store always */
    char *path;                                /* for messages */
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* NULL until it is needed */
    bool is_temporary, is_in_transaction;
    bool is_restricted;           /* to the incidents of temp.chosen */
    int64_t started_us, begun_us; /* wall clock: the store was opened, the transaction begun */
    int64_t run;                  /* its row; 0 until something is written */
    int64_t last_number;          /* of the incidents that are there */
    uint64_t uncommitted;
};

/* ---- the schema */

enum store_column_kind {
    COLUMN_ID,        /* char[17] */
    COLUMN_TEXT,      /* struct slice; empty is NULL */
    COLUMN_AMOUNT,    /* struct amount */
    COLUMN_TERM,      /* an enum; `vocabulary` says of what */
    COLUMN_FLAG,      /* bool */
    COLUMN_INT,       /* int */
    COLUMN_WALL,      /* of a struct event_time */
    COLUMN_MONOTONIC, /* of a struct event_time */
};

struct store_column_row {
    const char *name;
    enum store_column_kind kind;
    size_t offset; /* in struct store_row */
    enum vocabulary_id vocabulary;
};

extern const struct store_column_row store_columns[];
extern const size_t store_columns_count;

/** The page counters that stand before the statistics in memcg_stats. */
enum { STORE_COUNTERS = 5 };
struct store_counter {
    const char *name;
    size_t offset; /* of a page_counter in struct memcg */
};
extern const struct store_counter store_counters[STORE_COUNTERS];

/** The table of what copies are known by, which older databases lack. */
#define STORE_DECISIONS "decisions (\n  incident INTEGER PRIMARY KEY,\n  seen TEXT NOT NULL\n);\n"

/** Create all tables. */
struct error *store_create_tables(struct store *store) __attribute__((warn_unused_result));

/** SQL that writes one row; sqlite3_free() it. */
char *store_incident_sql(void);
char *store_victim_sql(void);
char *store_stats_sql(void);

/** The names of the columns of `incidents` behind `number`, with commas; sqlite3_free() it. */
char *store_column_names(void);

/** The text of @p text, which is freed; sqlite3_free() it. Never NULL. */
char *store_sql(sqlite3_str *text);

/* ---- copies */

/** Where an incident goes. */
struct store_place {
    int64_t number;
    bool is_kept;      /* what is there says as much */
    struct seen *seen; /* what it is known by; NULL in a temporary store; valid until the next */
};

/** Its number, an earlier copy's or a new one; what the incident replaces is forgotten. */
struct error *store_find_place(struct store *store, const struct incident *incident,
                               struct store_place *ret) __attribute__((warn_unused_result));

/** Know it again in later runs, when it is there. */
struct error *store_know(struct store *store, const struct incident *incident,
                         const struct store_place *place) __attribute__((warn_unused_result));

/** Delete the rows of an incident. */
struct error *store_forget(struct store *store, int64_t number) __attribute__((warn_unused_result));

/* ---- statements and errors */

/** What SQLite just refused, with what would help. @p doing: "adding an incident". */
struct error *store_failure(const struct store *store, const char *doing)
    __attribute__((warn_unused_result));

/** Run statements without results. */
struct error *store_execute(struct store *store, const char *sql)
    __attribute__((warn_unused_result));

/** Prepare @p sql, unless @p which is prepared already; the statement is reset and unbound. */
struct error *store_prepare(struct store *store, enum store_statement which, const char *sql,
                            sqlite3_stmt **ret) __attribute__((warn_unused_result));

/** Step a statement that gives no row, and reset it. */
struct error *store_step(struct store *store, sqlite3_stmt *statement, const char *doing)
    __attribute__((warn_unused_result));

void store_bind_text(sqlite3_stmt *statement, int column, struct slice text);
void store_bind_amount(sqlite3_stmt *statement, int column, struct amount amount);

/** Text of a column; empty for NULL. Lives until the next step. */
struct slice store_column_text(sqlite3_stmt *statement, int column);
struct amount store_column_amount(sqlite3_stmt *statement, int column);

/** Open a transaction unless one is open. */
struct error *store_begin(struct store *store) __attribute__((warn_unused_result));

/** Read JSON lines of @p path into @p store. */
struct error *store_import(struct store *store, const char *path, store_complaint *complain,
                           void *context) __attribute__((warn_unused_result));

#endif
