#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/now.h"
#include "analyzer/duplicates.h"
#include "analyzer/store_database.h"

/* ---- errors and statements */

/* What would help, by SQLite's result. */
static const struct {
    int code;
    const char *advice;
} advices[] = {
    {SQLITE_NOTADB, "it is no database; give --db a file of its own"},
    {SQLITE_CORRUPT, "it is damaged; restore a copy, or scan into a new file"},
    {SQLITE_BUSY, "another program writes to it; wait until it has ended"},
    {SQLITE_LOCKED, "another program writes to it; wait until it has ended"},
    {SQLITE_READONLY, "it cannot be written; look at its owner and its directory's"},
    {SQLITE_FULL, "the disk is full"},
    {SQLITE_CANTOPEN, "it cannot be opened; look at the path and its permissions"},
    {SQLITE_TOOBIG, "the record is larger than SQLite takes"},
};

struct error *store_failure(const struct store *store, const char *doing)
{
    int code = sqlite3_errcode(store->database);
    if (code == SQLITE_NOMEM)
        die_out_of_memory();
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].code == code)
            return error_create(ERROR_SYSTEM, "%s: %s: %s", store->path, doing, advices[i].advice);
    return error_create(ERROR_SYSTEM, "%s: %s: %s", store->path, doing,
                        sqlite3_errmsg(store->database));
}

struct error *store_execute(struct store *store, const char *sql)
{
    if (sqlite3_exec(store->database, sql, NULL, NULL, NULL) == SQLITE_OK)
        return NULL;
    return store_failure(store, "database");
}

struct error *store_prepare(struct store *store, enum store_statement which, const char *sql,
                            sqlite3_stmt **ret)
{
    sqlite3_stmt **statement = &store->statements[which];
    if (!*statement && sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                          statement, NULL) != SQLITE_OK)
        return store_failure(store, "database");
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
    *ret = *statement;
    return NULL;
}

struct error *store_step(struct store *store, sqlite3_stmt *statement, const char *doing)
{
    struct error *error = NULL;
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        error = store_failure(store, doing);
    sqlite3_reset(statement);
    return error;
}

void store_bind_text(sqlite3_stmt *statement, int column, struct slice text)
{
    if (text.length)
        sqlite3_bind_text64(statement, column, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

void store_bind_amount(sqlite3_stmt *statement, int column, struct amount amount)
{
    if (amount.known)
        sqlite3_bind_int64(statement, column, amount.value);
}

struct slice store_column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return slice_of(text, text ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

struct amount store_column_amount(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return UNKNOWN;
    return amount_of(sqlite3_column_int64(statement, column), 0);
}

/* ---- opening */

static struct error *read_number(struct store *store, const char *sql, int64_t *ret)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL) != SQLITE_OK)
        return store_failure(store, "database");
    struct error *error = NULL;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *ret = sqlite3_column_int64(statement, 0);
    else
        error = store_failure(store, "database");
    sqlite3_finalize(statement);
    return error;
}

struct error *store_has_run(struct store *store, int64_t number, int64_t ended_us, bool *ret)
{
    char sql[128];
    int64_t count = 0;
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM runs WHERE run = %" PRId64 " AND ended_us = %" PRId64, number,
             ended_us);
    struct error *error = read_number(store, sql, &count);
    *ret = count > 0;
    return error;
}

/* Is it ours, and of this version? An empty file is: @p is_new. */
static struct error *check_schema(struct store *store, bool *is_new)
{
    int64_t tables = 0, application = 0, schema = 0;
    struct error *error = read_number(store, "SELECT count(*) FROM sqlite_schema", &tables);
    if (!error)
        error = read_number(store, "PRAGMA application_id", &application);
    if (!error)
        error = read_number(store, "PRAGMA user_version", &schema);
    if (error)
        return error;
    *is_new = tables == 0;
    if (tables && application != STORE_APPLICATION)
        return error_create(ERROR_INPUT,
                            "%s: a database of another program; give --db a file of its own",
                            store->path);
    if (tables && schema != STORE_SCHEMA)
        return error_create(ERROR_INPUT,
                            "%s: written by another version of whyoom (schema %" PRId64
                            ", this one knows %d); scan again into a new file",
                            store->path, schema, STORE_SCHEMA);
    return NULL;
}

static struct error *open_database(const char *file, const char *path, int flags,
                                   struct store **ret)
{
    struct store *store = must_allocate(sizeof *store);
    store->path = must_copy(slice_from_string(path));
    store->started_us = now_wall_us();
    *ret = store;
    bool is_relative = file[0] && file[0] != '/'; /* and no word of SQLite's, as ":memory:" is */
    char *name = sqlite3_mprintf("%s%s", is_relative ? "./" : "", file);
    int code = sqlite3_open_v2(name, &store->database, flags | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_free(name);
    if (code != SQLITE_OK)
        return store_failure(store, "database");
    sqlite3_busy_timeout(store->database, STORE_BUSY_MS);
    sqlite3_extended_result_codes(store->database, 0);
    return NULL;
}

static struct error *prepare_writing(struct store *store)
{
    bool is_new = false;
    struct error *error = check_schema(store, &is_new);
    if (!error) /* the journal is checkpointed seldom: it is bulk that is written */
        error = store_execute(store, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA wal_autocheckpoint = 4000;"
                                     "PRAGMA cache_size = -65536;");
    if (error || !is_new)
        return error;
    error = store_execute(store, "BEGIN IMMEDIATE");
    if (!error) /* another writer may have been faster */
        error = check_schema(store, &is_new);
    if (!error && is_new)
        error = store_create_tables(store);
    return error ? error : store_execute(store, "COMMIT");
}

/* On an error the store is closed. */
static struct error *opened(struct store **store, struct error *error)
{
    if (error) {
        store_destroy(*store);
        *store = NULL;
    }
    return error;
}

struct error *store_create(const char *path, struct store **ret)
{
    struct error *error =
        open_database(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ret);
    if (!error)
        error = prepare_writing(*ret);
    return opened(ret, error);
}

struct error *store_create_temporary(const char *path, struct store **ret)
{
    struct error *error = open_database("", path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ret);
    (*ret)->is_temporary = true;
    if (!error)
        error = store_execute(*ret, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;");
    if (!error)
        error = store_create_tables(*ret);
    return opened(ret, error);
}

bool store_is_database(const char *path)
{
    char head[16] = "";
    struct stat status; /* of a pipe the head would be gone */
    bool is_file = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    FILE *file = is_file ? fopen(path, "rb") : NULL;
    size_t length = file ? fread(head, 1, sizeof head, file) : 0;
    if (file)
        fclose(file);
    return length == sizeof head && memcmp(head, "SQLite format 3", sizeof head) == 0;
}

static struct error *open_reading(const char *path, struct store **ret)
{
    bool is_new = false;
    struct error *error = open_database(path, path, SQLITE_OPEN_READONLY, ret);
    if (!error)
        error = check_schema(*ret, &is_new);
    if (!error && is_new)
        error = error_create(ERROR_INPUT, "%s: an empty database", path);
    if (!error) /* memory is bounded by this, however large the file: sorting spills to the disk */
        error = store_execute(*ret, "PRAGMA cache_size = -65536;");
    return opened(ret, error);
}

static struct error *open_imported(const char *path, store_complaint *complain, void *context,
                                   struct store **ret)
{
    struct error *error = store_create_temporary(path, ret);
    if (error)
        return error;
    error = store_import(*ret, path, complain, context);
    if (!error)
        error = store_commit(*ret);
    if (!error)
        error = store_create_indexes(*ret);
    return opened(ret, error);
}

struct error *store_open(const char *path, store_complaint *complain, void *context,
                         struct store **ret)
{
    return store_is_database(path) ? open_reading(path, ret)
                                   : open_imported(path, complain, context, ret);
}

/* Back to one plain file, which can be copied and read where nothing may be written; fails, and
 * need not succeed, while others have it open. */
static void leave_one_file(struct store *store)
{
    if (!store->is_temporary && !sqlite3_db_readonly(store->database, "main"))
        sqlite3_exec(store->database, "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE", NULL,
                     NULL, NULL);
}

void store_destroy(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    if (store->is_in_transaction)
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    if (store->database)
        leave_one_file(store);
    sqlite3_close_v2(store->database);
    record_packer_destroy(store->packer);
    duplicates_destroy(store->known);
    free(store->path);
    free(store);
}
