/* Single records of a store, as they were written. */
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/record.h"
#include "analyzer/store_database.h"

static struct error *say_which(const struct store *store, int64_t rowid, struct error *error)
{
    if (!error || error_kind(error) != ERROR_INPUT)
        return error;
    return error_context(error, "%s: incident %" PRId64, store->path, rowid);
}

struct error *store_read_record(struct store *store, int64_t rowid, struct arena *arena,
                                struct slice *ret)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(
        store, STATEMENT_READ_RECORD, "SELECT record FROM records WHERE incident = ?", &statement);
    if (error)
        return error;
    sqlite3_bind_int64(statement, 1, rowid);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        error = record_unpack(
            slice_of(sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0)),
            arena, ret);
    else if (code == SQLITE_DONE)
        error = error_create(ERROR_INPUT, "it has no record");
    else
        error = store_failure(store, "reading a record");
    sqlite3_reset(statement);
    return say_which(store, rowid, error);
}

struct error *store_read(struct store *store, int64_t rowid, struct incident **ret)
{
    struct arena *arena = arena_create();
    struct slice record;
    struct error *error = store_read_record(store, rowid, arena, &record);
    if (!error)
        error = say_which(store, rowid, record_read(record, ret));
    arena_destroy(arena);
    return error;
}

struct error *store_pass_over(struct error *error, store_complaint *complain, void *context)
{
    if (!error || error_kind(error) != ERROR_INPUT)
        return error;
    complain(context, NULL, error_message(error));
    error_destroy(error);
    return NULL;
}

struct error *store_find(struct store *store, const char *id, int64_t *ret)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(store, STATEMENT_FIND,
                                        "SELECT number FROM incidents WHERE id = ?", &statement);
    if (error)
        return error;
    store_bind_text(statement, 1, slice_from_string(id));
    int code = sqlite3_step(statement);
    *ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        error = store_failure(store, "looking for an incident");
    sqlite3_reset(statement);
    return error;
}
