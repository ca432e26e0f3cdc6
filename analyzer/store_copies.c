/* Copies: an incident that comes twice is kept once, whatever scan it comes in. By its id it is
 * known as long as the row is there; by its clocks, victims and figures (duplicates.h) among the
 * last DUPLICATES_MAX, which the table `decisions` carries from run to run. */
#include <stdlib.h>

#include "analyzer/duplicates.h"
#include "analyzer/store_database.h"

/* ---- what earlier runs know */

static struct error *load_decisions(struct store *store)
{
    sqlite3_stmt *statement;
    struct error *error = store_execute(store, "CREATE TABLE IF NOT EXISTS " STORE_DECISIONS);
    if (!error)
        error = store_prepare(store, STATEMENT_DECISIONS,
                              "SELECT incident, seen FROM decisions ORDER BY incident", &statement);
    if (error)
        return error;
    store->known = duplicates_create();
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        json_t *array = json_loads((const char *)sqlite3_column_text(statement, 1), 0, NULL);
        struct seen *seen = array ? duplicates_load(store->known, array) : NULL;
        if (seen)
            seen->number = (uint64_t)sqlite3_column_int64(statement, 0);
        json_decref(array);
    }
    if (code != SQLITE_DONE)
        error = store_failure(store, "looking for what is known");
    sqlite3_reset(statement);
    return error;
}

static struct error *save_decision(struct store *store, const struct seen *seen)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(
        store, STATEMENT_DECISION, "INSERT OR REPLACE INTO decisions VALUES (?, ?)", &statement);
    if (error)
        return error;
    json_t *array = duplicates_saved(seen);
    char *text = json_dumps(array, JSON_COMPACT);
    sqlite3_bind_int64(statement, 1, (int64_t)seen->number);
    store_bind_text(statement, 2, slice_from_string(text));
    error = store_step(store, statement, "noting what is known");
    free(text);
    json_decref(array);
    return error;
}

static struct error *forget_old_decisions(struct store *store)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(store, STATEMENT_FORGET_DECISIONS,
                                        "DELETE FROM decisions WHERE incident <= ?", &statement);
    if (error)
        return error;
    sqlite3_bind_int64(statement, 1, store->last_number - DUPLICATES_MAX);
    return store_step(store, statement, "forgetting what is old");
}

/* ---- rows */

struct error *store_forget(struct store *store, int64_t number)
{
    static const struct {
        enum store_statement statement;
        const char *sql;
    } rows[] = {
        {STATEMENT_FORGET_INCIDENT, "DELETE FROM incidents WHERE number = ?"},
        {STATEMENT_FORGET_RECORD, "DELETE FROM records WHERE incident = ?"},
        {STATEMENT_FORGET_VICTIMS, "DELETE FROM victims WHERE incident = ?"},
        {STATEMENT_FORGET_STATS, "DELETE FROM memcg_stats WHERE incident = ?"},
        {STATEMENT_FORGET_FINDINGS, "DELETE FROM findings WHERE incident = ?"},
    };
    struct error *error = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !error; i++) {
        sqlite3_stmt *statement;
        error = store_prepare(store, rows[i].statement, rows[i].sql, &statement);
        if (error)
            return error;
        sqlite3_bind_int64(statement, 1, number);
        error = store_step(store, statement, "replacing an incident");
    }
    return error;
}

/* The row of the incident's id, or of the copy that it is known as. */
struct found_row {
    int64_t number; /* 0: there is none */
    bool is_of_id;
    bool is_poorer; /* it says less than the incident, or as much without a date */
};

/* By the id: a number is given again when the last row was deleted. */
static struct error *find_row(struct store *store, const struct incident *incident,
                              const struct seen *seen, struct found_row *ret)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(
        store, STATEMENT_FIND_COPY,
        "SELECT number, id = ?1, ?3 > grade OR (?3 = grade AND ?4 AND wall_us IS NULL)"
        " FROM incidents WHERE number = coalesce((SELECT number FROM incidents WHERE id = ?1),"
        " (SELECT number FROM incidents WHERE id = ?2))",
        &statement);
    if (error)
        return error;
    store_bind_text(statement, 1, slice_from_string(incident->id));
    store_bind_text(statement, 2, slice_from_string(seen ? seen->id : ""));
    sqlite3_bind_int(statement, 3, incident_grade(incident));
    sqlite3_bind_int(statement, 4, incident->time.has_wall);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *ret =
            (struct found_row){sqlite3_column_int64(statement, 0), sqlite3_column_int(statement, 1),
                               sqlite3_column_int(statement, 2)};
    else if (code != SQLITE_DONE)
        error = store_failure(store, "looking for an incident");
    sqlite3_reset(statement);
    return error;
}

/* ---- where an incident goes */

/* What an incident says that it replaces: the row of its own id, or another, which goes. */
static struct error *remove_replaced(struct store *store, const struct incident *incident,
                                     const struct seen *seen)
{
    const char *replaces = incident->replaces;
    bool is_other = replaces[0] && strcmp(replaces, incident->id) != 0 &&
                    (!seen || strcmp(replaces, seen->id) != 0);
    return is_other ? store_remove(store, replaces) : NULL;
}

static bool is_better(const struct incident *incident, const struct found_row *row,
                      const struct seen *seen)
{
    if (row->is_of_id && strcmp(incident->replaces, incident->id) == 0)
        return true;
    bool is_of_seen = seen && seen->number == (uint64_t)row->number;
    return is_of_seen ? seen_says_less(seen, incident, true) : row->is_poorer;
}

/* An upsert would do the same, and keeps a journal of its own for it at six times the cost. */
struct error *store_find_place(struct store *store, const struct incident *incident,
                               struct store_place *ret)
{
    bool is_new;
    struct found_row row = {0};
    struct error *error = store->known || store->is_temporary ? NULL : load_decisions(store);
    if (error)
        return error;
    struct seen *seen = store->known ? duplicates_add(store->known, incident, &is_new) : NULL;
    error = remove_replaced(store, incident, seen);
    if (!error)
        error = find_row(store, incident, seen, &row);
    bool is_kept = row.number && !is_better(incident, &row, seen);
    if (!error && row.number && !is_kept)
        error = store_forget(store, row.number);
    *ret = (struct store_place){row.number ? row.number : ++store->last_number, is_kept, seen};
    return error;
}

struct error *store_know(struct store *store, const struct incident *incident,
                         const struct store_place *place)
{
    struct seen *seen = place->seen;
    if (!seen)
        return NULL;
    bool is_added = (int64_t)seen->number != place->number && !place->is_kept;
    if (!place->is_kept) {
        seen_note(seen, incident);
        memcpy(seen->id, incident->id, sizeof seen->id);
    }
    if (!seen->id[0]) /* of a database that older programs wrote */
        memcpy(seen->id, incident->id, sizeof seen->id);
    seen->number = (uint64_t)place->number;
    struct error *error = save_decision(store, seen);
    return error || !is_added ? error : forget_old_decisions(store);
}
