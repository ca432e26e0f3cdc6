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

/* The row of this id, or that number; 0: there is none. @p ret_says_more: than it, this incident,
 * or as much with a date. */
static struct error *find_row(struct store *store, const struct incident *incident, uint64_t number,
                              int64_t *ret, bool *ret_says_more)
{
    sqlite3_stmt *statement;
    struct error *error =
        store_prepare(store, STATEMENT_FIND_COPY,
                      "SELECT number, ?3 > grade OR (?3 = grade AND ?4 AND wall_us IS NULL)"
                      " FROM incidents"
                      " WHERE number = coalesce((SELECT number FROM incidents WHERE id = ?1), ?2)",
                      &statement);
    if (error)
        return error;
    store_bind_text(statement, 1, slice_from_string(incident->id));
    sqlite3_bind_int64(statement, 2, (int64_t)number);
    sqlite3_bind_int(statement, 3, incident_grade(incident));
    sqlite3_bind_int(statement, 4, incident->time.has_wall);
    int code = sqlite3_step(statement);
    *ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    *ret_says_more = code == SQLITE_ROW && sqlite3_column_int(statement, 1);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        error = store_failure(store, "looking for an incident");
    sqlite3_reset(statement);
    return error;
}

/* ---- where an incident goes */

/* Of as much of the report, a copy may name more victims, or a host and a date; what has grown by
 * half a line tells neither. */
static bool says_more(const struct seen *seen, const struct incident *incident)
{
    bool has_grown = incident->replaces[0] && strcmp(incident->replaces, seen->id) == 0;
    int names = incident_names(incident) + has_grown;
    if (incident_grade(incident) != seen->grade)
        return incident_grade(incident) > seen->grade;
    if (incident->victims_count != seen->victims)
        return incident->victims_count > seen->victims;
    return names > seen->names;
}

/* An upsert would do the same, and keeps a journal of its own for it at six times the cost. */
struct error *store_find_place(struct store *store, const struct incident *incident,
                               struct store_place *ret)
{
    bool is_new, is_better, is_itself = strcmp(incident->replaces, incident->id) == 0;
    struct error *error = store->known || store->is_temporary ? NULL : load_decisions(store);
    if (error)
        return error;
    *ret = (struct store_place){0};
    ret->seen = store->known ? duplicates_add(store->known, incident, &is_new) : NULL;
    const struct seen *seen = ret->seen;
    bool is_of_seen = seen && strcmp(incident->replaces, seen->id) == 0;
    if (incident->replaces[0] && !is_itself && !is_of_seen)
        error = store_remove(store, incident->replaces);
    if (!error)
        error = find_row(store, incident, seen ? seen->number : 0, &ret->number, &is_better);
    if (!error && ret->number && seen && (int64_t)seen->number == ret->number)
        is_better = says_more(seen, incident);
    ret->is_kept = ret->number && !is_better && !is_itself;
    if (!error && ret->number && !ret->is_kept)
        error = store_forget(store, ret->number);
    if (!ret->number)
        ret->number = ++store->last_number;
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
        seen->grade = incident_grade(incident);
        seen->names = incident_names(incident);
        seen->victims = incident->victims_count;
        memcpy(seen->id, incident->id, sizeof seen->id);
    }
    seen->number = (uint64_t)place->number;
    struct error *error = save_decision(store, seen);
    return error || !is_added ? error : forget_old_decisions(store);
}
