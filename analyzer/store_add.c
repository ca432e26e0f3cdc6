/* Writing: an incident as a row, its record, victims, statistics and findings; runs and coverage.
 */
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/now.h"
#include "analyzer/render_story.h"
#include "analyzer/store_database.h"

/* ---- the row of an incident */

static struct slice also_words(struct arena *arena, const struct incident *incident)
{
    struct slice text = {0};
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        if (incident->also[class_])
            text = story_join(arena, text, ",",
                              slice_from_string(term_name(VOCABULARY_CLASS, class_)));
    return text;
}

/* Who runs there, under the name by which he is looked for. */
static struct slice workload_name(const struct workload *workload)
{
    const struct slice names[] = {workload->pod_uid, workload->job, workload->unit, workload->name,
                                  workload->container_id};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].length)
            return names[i];
    return (struct slice){0};
}

/* Usage and limit of what refused: the cgroup's counter, or the machine's memory. */
static void measure_limit(const struct incident *incident, struct store_row *row)
{
    const struct page_counter *counter = story_refusing_counter(incident);
    const struct pool *pool = &incident->pool;
    if (counter) {
        row->usage = counter->usage;
        row->usage_limit = counter->limit;
    } else if (incident->scope != SCOPE_MEMCG) {
        row->usage = amount_subtract(pool->size, pool->free);
        row->usage_limit = pool->size;
    }
}

/* @p listed holds what its texts point into, as far as @p arena does not. */
static struct store_row row_of(struct arena *arena, const struct incident *incident,
                               const struct incident_row *listed)
{
    struct store_row row = {
        .time = incident->time,
        .kind = incident->kind,
        .class_ = incident->class_,
        .scope = incident->scope,
        .limit = incident->limit,
        .charge_path = incident->charge_path,
        .confidence = incident->confidence,
        .dominant = incident->dominant.part,
        .dominant_bytes = incident->dominant.bytes,
        .size = listed->size,
        .victims = incident->totals.victims,
        .repeat = incident->repeat.count,
        .is_panic = incident->is_panic,
        .is_deadlocked = incident->is_deadlocked,
        .is_host_wide = listed->is_host_wide,
        .is_complete = incident->is_complete,
        .grade = listed->grade,
        .also = also_words(arena, incident),
        .host = listed->host,
        .boot = escape_text(arena, incident->boot),
        .kernel = escape_text(arena, incident->kernel),
        .owner = listed->owner,
        .cgroup = escape_text(arena, incident->memcg.path),
        .manager = escape_text(arena, incident->workload.manager),
        .workload = escape_text(arena, workload_name(&incident->workload)),
        .victim = listed->victim,
        .trigger = escape_text(arena, incident->trigger.comm),
        .summary = escape_text(arena, incident->summary),
        .source = escape_text(arena, incident->source.path),
        .fold = arena_format(arena, "%016" PRIx64, hash_slice(HASH_START, listed->fold)),
    };
    memcpy(row.id, incident->id, sizeof row.id);
    row.time.printed = escape_text(arena, incident->time.printed);
    if (incident->dominant.permille >= 0 && incident->dominant.part != PART_UNKNOWN)
        row.dominant_permille = amount_of(incident->dominant.permille, 0);
    measure_limit(incident, &row);
    return row;
}

static void bind_column(sqlite3_stmt *statement, int at, const struct store_column_row *column,
                        const void *member)
{
    const struct event_time *time = member;
    unsigned term;
    switch (column->kind) {
    case COLUMN_ID:
        store_bind_text(statement, at, slice_from_string(member));
        break;
    case COLUMN_TEXT:
        store_bind_text(statement, at, *(const struct slice *)member);
        break;
    case COLUMN_AMOUNT:
        store_bind_amount(statement, at, *(const struct amount *)member);
        break;
    case COLUMN_TERM:
        memcpy(&term, member, sizeof term);
        store_bind_text(statement, at, slice_from_string(term_name(column->vocabulary, (int)term)));
        break;
    case COLUMN_FLAG:
        sqlite3_bind_int(statement, at, *(const bool *)member);
        break;
    case COLUMN_INT:
        sqlite3_bind_int(statement, at, *(const int *)member);
        break;
    case COLUMN_WALL:
        if (time->has_wall)
            sqlite3_bind_int64(statement, at, time->wall_us);
        break;
    case COLUMN_MONOTONIC:
        if (time->has_monotonic)
            sqlite3_bind_int64(statement, at, time->monotonic_us);
        break;
    }
}

/* A statement whose SQL is made from tables. */
static struct error *prepare_made(struct store *store, enum store_statement which,
                                  char *(*make)(void), sqlite3_stmt **ret)
{
    char *sql = store->statements[which] ? NULL : make();
    struct error *error = store_prepare(store, which, sql, ret);
    sqlite3_free(sql);
    return error;
}

static struct error *put_incident(struct store *store, const struct store_row *row, int64_t number)
{
    sqlite3_stmt *statement;
    struct error *error = prepare_made(store, STATEMENT_INCIDENT, store_incident_sql, &statement);
    if (error)
        return error;
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, store->run);
    for (size_t i = 0; i < store_columns_count; i++)
        bind_column(statement, (int)i + 3, &store_columns[i],
                    (const char *)row + store_columns[i].offset);
    return store_step(store, statement, "adding an incident");
}

/* ---- what belongs to it */

static void bind_field(sqlite3_stmt *statement, int at, enum field_kind kind, const void *member)
{
    switch (kind) {
    case FIELD_NATURAL:
    case FIELD_AMOUNT:
    case FIELD_SECONDS:
        store_bind_amount(statement, at, *(const struct amount *)member);
        break;
    case FIELD_NUMBER:
        sqlite3_bind_int64(statement, at, *(const int64_t *)member);
        break;
    case FIELD_TEXT:
        store_bind_text(statement, at, *(const struct slice *)member);
        break;
    case FIELD_FLAG:
    case FIELD_TRUTH:
        sqlite3_bind_int(statement, at, *(const bool *)member);
        break;
    }
}

/* Bind @p fields of @p record from parameter @p at on; returns the next parameter. */
static int bind_fields(struct arena *arena, sqlite3_stmt *statement, int at, const void *record,
                       const struct record_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const void *member = (const char *)record + fields->rows[i].offset;
        struct slice clean;
        if (fields->rows[i].kind == FIELD_TEXT) {
            clean = escape_text(arena, *(const struct slice *)member);
            member = &clean;
        }
        bind_field(statement, at++, fields->rows[i].kind, member);
    }
    return at;
}

static struct error *put_record(struct store *store, int64_t number, struct slice record)
{
    sqlite3_stmt *statement;
    struct error *error =
        store_prepare(store, STATEMENT_RECORD, "INSERT INTO records VALUES (?, ?)", &statement);
    if (error)
        return error;
    sqlite3_bind_int64(statement, 1, number);
    if (!store->packer)
        store->packer = record_packer_create();
    struct slice frame = record_pack(store->packer, record);
    sqlite3_bind_blob64(statement, 2, frame.data, frame.length, SQLITE_STATIC);
    return store_step(store, statement, "adding a record");
}

static struct error *put_victims(struct store *store, struct arena *arena, int64_t number,
                                 const struct incident *incident)
{
    struct error *error = NULL;
    for (size_t i = 0; i < incident->victims_count && !error; i++) {
        sqlite3_stmt *statement;
        error = prepare_made(store, STATEMENT_VICTIM, store_victim_sql, &statement);
        if (error)
            return error;
        sqlite3_bind_int64(statement, 1, number);
        sqlite3_bind_int64(statement, 2, (int64_t)i + 1);
        bind_fields(arena, statement, 3, &incident->victims[i], &victim_fields);
        error = store_step(store, statement, "adding a victim");
    }
    return error;
}

static struct error *put_stats(struct store *store, struct arena *arena, int64_t number,
                               const struct memcg *memcg)
{
    sqlite3_stmt *statement;
    struct error *error = prepare_made(store, STATEMENT_STATS, store_stats_sql, &statement);
    if (error)
        return error;
    int at = 1;
    sqlite3_bind_int64(statement, at++, number);
    for (size_t i = 0; i < STORE_COUNTERS; i++)
        at = bind_fields(arena, statement, at, (const char *)memcg + store_counters[i].offset,
                         &counter_fields);
    for (int i = 0; i < STAT_COUNT; i++)
        store_bind_amount(statement, at++, memcg->stat[i]);
    return store_step(store, statement, "adding statistics");
}

static struct error *put_findings(struct store *store, struct arena *arena, int64_t number,
                                  const struct incident *incident)
{
    struct error *error = NULL;
    for (size_t i = 0; i < incident->findings_count && !error; i++) {
        const struct finding *finding = &incident->findings[i];
        sqlite3_stmt *statement;
        error = store_prepare(store, STATEMENT_FINDING,
                              "INSERT INTO findings VALUES (?, ?, ?, ?, ?)", &statement);
        if (error)
            return error;
        sqlite3_bind_int64(statement, 1, number);
        sqlite3_bind_int64(statement, 2, (int64_t)i + 1);
        store_bind_text(statement, 3, escape_text(arena, finding->rule));
        sqlite3_bind_int64(statement, 4, finding->weight);
        store_bind_text(statement, 5, escape_text(arena, finding->title));
        error = store_step(store, statement, "adding a finding");
    }
    return error;
}

static struct error *put_parts(struct store *store, struct arena *arena, int64_t number,
                               const struct incident *incident, struct slice record)
{
    struct error *error = put_record(store, number, record);
    if (!error)
        error = put_victims(store, arena, number, incident);
    if (!error && incident->memcg.is_present)
        error = put_stats(store, arena, number, &incident->memcg);
    if (!error)
        error = put_findings(store, arena, number, incident);
    return error;
}

/* ---- transactions */

static struct error *start_run(struct store *store)
{
    sqlite3_stmt *statement;
    struct error *error =
        store_prepare(store, STATEMENT_START_RUN,
                      "INSERT INTO runs (started_us, version) VALUES (?, ?)", &statement);
    if (error || store->run)
        return error;
    sqlite3_bind_int64(statement, 1, store->started_us);
    store_bind_text(statement, 2, SLICE(WHYOOM_VERSION));
    error = store_step(store, statement, "noting the run");
    store->run = sqlite3_last_insert_rowid(store->database);
    return error;
}

static struct error *find_last_number(struct store *store)
{
    sqlite3_stmt *statement;
    struct error *error = store_prepare(store, STATEMENT_LAST_NUMBER,
                                        "SELECT max(number) FROM incidents", &statement);
    if (error)
        return error;
    if (sqlite3_step(statement) == SQLITE_ROW)
        store->last_number = sqlite3_column_int64(statement, 0);
    else
        error = store_failure(store, "database");
    if (store->last_number == INT64_MAX)
        error = error_create(ERROR_INPUT, "%s: no number is left for an incident", store->path);
    sqlite3_reset(statement);
    return error;
}

struct error *store_begin(struct store *store)
{
    sqlite3_stmt *statement;
    if (store->is_in_transaction)
        return NULL;
    struct error *error = store_prepare(store, STATEMENT_BEGIN, "BEGIN IMMEDIATE", &statement);
    if (!error)
        error = store_step(store, statement, "database");
    if (error)
        return error;
    store->is_in_transaction = true;
    store->begun_us = now_wall_us();
    error = find_last_number(store);
    return error ? error : start_run(store);
}

struct error *store_commit(struct store *store)
{
    sqlite3_stmt *statement;
    if (!store->is_in_transaction)
        return NULL;
    struct error *error = store_prepare(store, STATEMENT_COMMIT, "COMMIT", &statement);
    if (!error)
        error = store_step(store, statement, "committing");
    store->is_in_transaction = error != NULL;
    store->uncommitted = 0;
    return error;
}

static bool is_due(const struct store *store)
{
    return store->uncommitted >= STORE_COMMIT_AFTER ||
           now_wall_us() - store->begun_us > STORE_COMMIT_US;
}

struct error *store_add(struct store *store, const struct incident *incident, struct slice record)
{
    struct error *error = store_begin(store);
    if (error)
        return error;
    struct arena *arena = arena_create();
    struct incident_row *listed = incident_row_create(incident);
    const struct store_row row = row_of(arena, incident, listed);
    struct store_place place = {0};
    error = store_find_place(store, incident, &place);
    if (!error && !place.is_kept)
        error = put_incident(store, &row, place.number);
    if (!error && !place.is_kept)
        error = put_parts(store, arena, place.number, incident, record);
    if (!error)
        error = store_know(store, incident, &place);
    free(listed);
    arena_destroy(arena);
    store->uncommitted++;
    return !error && is_due(store) ? store_commit(store) : error;
}

struct error *store_remove(struct store *store, const char *id)
{
    int64_t number = 0;
    struct error *error = store_begin(store);
    if (!error)
        error = store_find(store, id, &number);
    return error || !number ? error : store_forget(store, number);
}

/* ---- runs */

static void bind_time(sqlite3_stmt *statement, int at, const struct event_time *time)
{
    if (time->has_wall)
        sqlite3_bind_int64(statement, at, time->wall_us);
}

struct error *store_add_coverage(struct store *store, const struct store_coverage *input)
{
    sqlite3_stmt *statement;
    struct error *error = store_begin(store);
    if (!error)
        error =
            store_prepare(store, STATEMENT_COVERAGE,
                          "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &statement);
    if (error)
        return error;
    struct arena *arena = arena_create();
    const struct coverage *coverage = input->coverage;
    sqlite3_bind_int64(statement, 1, store->run);
    store_bind_text(statement, 2, escape_text(arena, input->path));
    store_bind_text(statement, 3, escape_text(arena, input->failure));
    if (coverage) {
        sqlite3_bind_int64(statement, 4, (int64_t)coverage->streams);
        sqlite3_bind_int64(statement, 5, (int64_t)coverage->bytes);
        sqlite3_bind_int64(statement, 6, (int64_t)coverage->lines);
        sqlite3_bind_int64(statement, 7, (int64_t)coverage->cut_lines);
        sqlite3_bind_int64(statement, 8, (int64_t)coverage->kernel_lines);
        bind_time(statement, 9, &coverage->first.time);
        bind_time(statement, 10, &coverage->last.time);
    }
    error = store_step(store, statement, "noting what was read");
    arena_destroy(arena);
    return error;
}

struct error *store_add_run(struct store *store, const struct store_run *run)
{
    sqlite3_stmt *statement;
    struct error *error = store_begin(store);
    if (!error)
        error = store_prepare(store, STATEMENT_END_RUN,
                              "UPDATE runs SET started_us = ?, ended_us = ?, command = ?, "
                              "incidents = ?, duplicates = ?, failures = ? WHERE run = ?",
                              &statement);
    if (error)
        return error;
    sqlite3_bind_int64(statement, 1, run->started_us);
    sqlite3_bind_int64(statement, 2, run->ended_us);
    store_bind_text(statement, 3, run->command);
    sqlite3_bind_int64(statement, 4, (int64_t)run->incidents);
    sqlite3_bind_int64(statement, 5, (int64_t)run->duplicates);
    sqlite3_bind_int64(statement, 6, (int64_t)run->failures);
    sqlite3_bind_int64(statement, 7, store->run);
    error = store_step(store, statement, "noting the run");
    if (!error)
        error = store_commit(store);
    return error ? error : store_create_indexes(store);
}

int64_t store_run_number(const struct store *store)
{
    return store->run;
}
