/* Reading: rows by an order and a filter, counts. */
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/store_database.h"

struct store_cursor {
    struct store *store;
    sqlite3_stmt *statement;
};

/* ---- the question as SQL */

static const struct {
    const char *ascending, *descending;
} orders[STORE_ORDER_COUNT] = {
    [STORE_BY_INPUT] = {"number", "number DESC"},
    [STORE_BY_TIME] = {"wall_us NULLS LAST, monotonic_us NULLS LAST, number",
                       "wall_us DESC, monotonic_us DESC, number DESC"},
    [STORE_BY_CLASS] = {"class, number", "class DESC, number DESC"},
    [STORE_BY_HOST] = {"host NULLS LAST, number", "host DESC, number DESC"},
    [STORE_BY_OWNER] = {"cgroup NULLS LAST, number", "cgroup DESC, number DESC"},
    [STORE_BY_KERNEL] = {"kernel NULLS LAST, number", "kernel DESC, number DESC"},
    [STORE_BY_SIZE] = {"victims_rss_bytes NULLS LAST, number", "victims_rss_bytes DESC, number"},
    [STORE_BY_VICTIMS] = {"victims NULLS LAST, number", "victims DESC, number"},
};

/* A user-space killer may choose a whole cgroup, whose name then stands for its victims. */
#define VICTIM_PROCESS                                                                          \
    "CASE WHEN kind = 'userspace-kill' AND NOT EXISTS (SELECT 1 FROM victims WHERE incident = " \
    "incidents.number AND comm <> '') THEN NULL ELSE victim END"

static const char *const columns[STORE_COLUMN_COUNT] = {
    [STORE_CLASS] = "class",
    [STORE_KIND] = "kind",
    [STORE_LIMIT] = "refused",
    [STORE_DOMINANT] = "dominant",
    [STORE_HOST] = "host",
    [STORE_CGROUP] = "cgroup",
    [STORE_KERNEL] = "kernel",
    [STORE_WORKLOAD] = "workload",
    [STORE_VICTIM] = VICTIM_PROCESS,
    [STORE_DAY] = "strftime('%Y-%m-%d', wall_us / 1000000, 'unixepoch')",
    [STORE_FOLD] = "fold",
};

static void add_terms(sqlite3_str *sql, const char *column, unsigned wanted, enum vocabulary_id id)
{
    const char *between = "";
    if (!wanted)
        return;
    sqlite3_str_appendf(sql, " AND %s IN (", column);
    for (int i = 0; i < vocabulary_get(id)->count; i++)
        if (wanted & (1u << i)) {
            sqlite3_str_appendf(sql, "%s%Q", between, term_name(id, i));
            between = ", ";
        }
    sqlite3_str_appendall(sql, ")");
}

static void add_equal(sqlite3_str *sql, const char *column, const char *value)
{
    if (value)
        sqlite3_str_appendf(sql, " AND %s = %Q", column, value);
}

/* "%text%", in which nothing of the text is a pattern. */
static char *pattern_of(const char *text)
{
    sqlite3_str *pattern = sqlite3_str_new(NULL);
    sqlite3_str_appendchar(pattern, 1, '%');
    for (; *text; text++) {
        if (strchr("\\%_", *text))
            sqlite3_str_appendchar(pattern, 1, '\\');
        sqlite3_str_appendchar(pattern, 1, *text);
    }
    sqlite3_str_appendchar(pattern, 1, '%');
    return store_sql(pattern);
}

static void add_text(sqlite3_str *sql, const char *text)
{
    static const char *const searched[] = {"host",   "cgroup", "owner",  "workload",
                                           "victim", "kernel", "summary"};
    if (!text || !*text)
        return;
    char *pattern = pattern_of(text);
    for (size_t i = 0; i < sizeof searched / sizeof *searched; i++)
        sqlite3_str_appendf(sql, "%s%s LIKE %Q ESCAPE '\\'", i ? " OR " : " AND (", searched[i],
                            pattern);
    sqlite3_str_appendall(sql, ")");
    sqlite3_free(pattern);
}

/* What has no wall clock stays in. */
static void add_window(sqlite3_str *sql, const struct time_window *window)
{
    if (window->has_since)
        sqlite3_str_appendf(sql, " AND (wall_us IS NULL OR wall_us >= %lld)",
                            (long long)window->since_us);
    if (window->has_until)
        sqlite3_str_appendf(sql, " AND (wall_us IS NULL OR wall_us < %lld)",
                            (long long)window->until_us);
}

/* Nothing, or " WHERE ...". */
static void add_conditions(sqlite3_str *sql, const struct store *store,
                           const struct store_query *query)
{
    enum { AND_LENGTH = sizeof " AND" - 1 };
    sqlite3_str *conditions = sqlite3_str_new(NULL);
    if (store->is_restricted)
        sqlite3_str_appendall(conditions, " AND number IN temp.chosen");
    if (query->number)
        sqlite3_str_appendf(conditions, " AND number = %lld", (long long)query->number);
    add_terms(conditions, "class", query->classes, VOCABULARY_CLASS);
    add_terms(conditions, "kind", query->kinds, VOCABULARY_KIND);
    add_equal(conditions, "host", query->host);
    add_equal(conditions, "cgroup", query->cgroup);
    add_equal(conditions, "kernel", query->kernel);
    add_equal(conditions, "fold", query->fold);
    if (query->is_dated)
        sqlite3_str_appendall(conditions, " AND wall_us IS NOT NULL");
    add_window(conditions, &query->window);
    add_text(conditions, query->text);
    if (sqlite3_str_length(conditions))
        sqlite3_str_appendf(sql, " WHERE%s", sqlite3_str_value(conditions) + AND_LENGTH);
    sqlite3_free(sqlite3_str_finish(conditions));
}

static struct error *prepare(struct store *store, sqlite3_str *text, sqlite3_stmt **ret)
{
    char *sql = store_sql(text);
    struct error *error = NULL;
    if (sqlite3_prepare_v2(store->database, sql, -1, ret, NULL) != SQLITE_OK)
        error = store_failure(store, "asking");
    sqlite3_free(sql);
    return error;
}

/* ---- rows */

static void add_limits(sqlite3_str *sql, const struct store_query *query)
{
    if (query->most || query->offset)
        sqlite3_str_appendf(sql, " LIMIT %lld OFFSET %lld",
                            query->most ? (long long)query->most : -1LL, (long long)query->offset);
}

struct error *store_select(struct store *store, const struct store_query *query,
                           struct store_cursor **ret)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    char *names = store_column_names();
    sqlite3_str_appendf(sql, "SELECT number, %s FROM incidents", names);
    sqlite3_free(names);
    add_conditions(sql, store, query);
    sqlite3_str_appendf(sql, " ORDER BY %s",
                        query->is_descending ? orders[query->order].descending
                                             : orders[query->order].ascending);
    add_limits(sql, query);
    struct store_cursor *cursor = must_allocate(sizeof *cursor);
    cursor->store = store;
    struct error *error = prepare(store, sql, &cursor->statement);
    if (error) {
        store_cursor_destroy(cursor);
        cursor = NULL;
    }
    *ret = cursor;
    return error;
}

static void read_id(sqlite3_stmt *statement, int at, char id[static 17])
{
    struct slice text = store_column_text(statement, at);
    memset(id, 0, 17);
    if (text.length <= 16 && text.length)
        memcpy(id, text.data, text.length);
}

static void read_column(sqlite3_stmt *statement, int at, const struct store_column_row *column,
                        void *member)
{
    struct event_time *time = member;
    struct amount amount;
    int term;
    switch (column->kind) {
    case COLUMN_ID:
        read_id(statement, at, member);
        break;
    case COLUMN_TEXT:
        *(struct slice *)member = store_column_text(statement, at);
        break;
    case COLUMN_AMOUNT:
        *(struct amount *)member = store_column_amount(statement, at);
        break;
    case COLUMN_TERM: /* a word of another version is unknown to this one */
        term = term_find(column->vocabulary, store_column_text(statement, at));
        memcpy(member, &(unsigned){term > 0 ? (unsigned)term : 0}, sizeof(unsigned));
        break;
    case COLUMN_FLAG:
        *(bool *)member = sqlite3_column_int(statement, at) != 0;
        break;
    case COLUMN_INT:
        *(int *)member = sqlite3_column_int(statement, at);
        break;
    case COLUMN_WALL:
        amount = store_column_amount(statement, at);
        time->has_wall = amount.known;
        time->wall_us = amount.value;
        break;
    case COLUMN_MONOTONIC:
        amount = store_column_amount(statement, at);
        time->has_monotonic = amount.known;
        time->monotonic_us = amount.value;
        break;
    }
}

struct error *store_next(struct store_cursor *cursor, struct store_row *row, bool *has_row)
{
    int code = sqlite3_step(cursor->statement);
    *has_row = code == SQLITE_ROW;
    if (code == SQLITE_DONE)
        return NULL;
    if (code != SQLITE_ROW)
        return store_failure(cursor->store, "reading");
    memset(row, 0, sizeof *row);
    row->rowid = sqlite3_column_int64(cursor->statement, 0);
    for (size_t i = 0; i < store_columns_count; i++)
        read_column(cursor->statement, (int)i + 1, &store_columns[i],
                    (char *)row + store_columns[i].offset);
    return NULL;
}

void store_cursor_destroy(struct store_cursor *cursor)
{
    if (!cursor)
        return;
    sqlite3_finalize(cursor->statement);
    free(cursor);
}

struct error *store_each(struct store *store, const struct store_query *query,
                         bool (*take)(void *context, const struct store_row *row), void *context)
{
    struct store_cursor *cursor;
    struct store_row row;
    bool goes_on = true;
    struct error *error = store_select(store, query, &cursor);
    while (!error && goes_on) {
        error = store_next(cursor, &row, &goes_on);
        goes_on = !error && goes_on && take(context, &row);
    }
    store_cursor_destroy(cursor);
    return error;
}

/* ---- a selection that only the incidents themselves can tell */

struct restriction {
    struct store *store;
    bool (*holds)(void *context, const struct incident *incident);
    store_complaint *complain;
    void *context;
    sqlite3_stmt *insert;
};

static struct error *choose(struct restriction *restriction, int64_t rowid)
{
    struct incident *incident = NULL;
    struct error *error = store_read(restriction->store, rowid, &incident);
    error = store_pass_over(error, restriction->complain, restriction->context);
    if (!error && incident && restriction->holds(restriction->context, incident)) {
        sqlite3_bind_int64(restriction->insert, 1, rowid);
        error = store_step(restriction->store, restriction->insert, "selecting");
    }
    incident_destroy(incident);
    return error;
}

static struct error *choose_all(struct restriction *restriction, const struct store_query *query)
{
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row = true;
    struct error *error = store_select(restriction->store, query, &cursor);
    while (!error && has_row) {
        error = store_next(cursor, &row, &has_row);
        if (!error && has_row)
            error = choose(restriction, row.rowid);
    }
    store_cursor_destroy(cursor);
    return error;
}

struct error *store_restrict(struct store *store, const struct store_query *query,
                             bool (*holds)(void *context, const struct incident *incident),
                             store_complaint *complain, void *context)
{
    struct restriction restriction = {store, holds, complain, context, NULL};
    sqlite3_str *sql = sqlite3_str_new(NULL);
    struct error *error =
        store_execute(store, "CREATE TEMP TABLE chosen (number INTEGER PRIMARY KEY)");
    sqlite3_str_appendall(sql, "INSERT INTO temp.chosen VALUES (?)");
    if (!error)
        error = prepare(store, sql, &restriction.insert);
    else
        sqlite3_free(sqlite3_str_finish(sql));
    if (!error)
        error = choose_all(&restriction, query);
    sqlite3_finalize(restriction.insert);
    store->is_restricted = true;
    return error;
}

/* ---- counts */

struct error *store_count(struct store *store, const struct store_query *query, uint64_t *ret)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_stmt *statement = NULL;
    sqlite3_str_appendall(sql, "SELECT count(*) FROM incidents");
    add_conditions(sql, store, query);
    struct error *error = prepare(store, sql, &statement);
    if (!error && sqlite3_step(statement) == SQLITE_ROW)
        *ret = (uint64_t)sqlite3_column_int64(statement, 0);
    else if (!error)
        error = store_failure(store, "counting");
    sqlite3_finalize(statement);
    return error;
}

struct error *store_tally(struct store *store, const struct store_query *query,
                          enum store_column column,
                          void (*tell)(void *context, struct slice value, uint64_t count),
                          void *context)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_stmt *statement = NULL;
    sqlite3_str_appendf(sql, "SELECT %s AS value, count(*) AS times FROM incidents",
                        columns[column]);
    add_conditions(sql, store, query);
    sqlite3_str_appendall(sql, " GROUP BY value ORDER BY times DESC, value");
    if (query->most)
        sqlite3_str_appendf(sql, " LIMIT %lld", (long long)query->most);
    struct error *error = prepare(store, sql, &statement);
    int code = SQLITE_DONE;
    while (!error && (code = sqlite3_step(statement)) == SQLITE_ROW)
        tell(context, store_column_text(statement, 0),
             (uint64_t)sqlite3_column_int64(statement, 1));
    if (!error && code != SQLITE_DONE)
        error = store_failure(store, "counting");
    sqlite3_finalize(statement);
    return error;
}

/* ---- for lists, and what was read */

/* A database may come from anywhere. */
struct incident_row *store_row_for_list(const struct store_row *row)
{
    struct arena *arena = arena_create();
    int64_t victims = amount_or(row->victims, 0);
    struct incident_row values = {
        .number = (int)row->rowid,
        .time = row->time,
        .kind = row->kind,
        .class_ = row->class_,
        .confidence = row->confidence,
        .grade = row->grade,
        .is_panic = row->is_panic,
        .is_deadlocked = row->is_deadlocked,
        .is_host_wide = row->is_host_wide,
        .victims_count = victims > 0 ? (size_t)victims : 0,
        .size = row->size,
        .host = escape_text(arena, row->host),
        .owner = escape_text(arena, row->owner),
        .victim = escape_text(arena, row->victim),
        .fold = row->fold,
    };
    values.time.printed = escape_text(arena, row->time.printed);
    struct incident_row *ret = incident_row_pack(&values);
    arena_destroy(arena);
    return ret;
}

/* A savepoint rather than a transaction: what is being written may be asked too. */
struct error *store_freeze(struct store *store)
{
    return store_execute(store, "SAVEPOINT frozen");
}

void store_thaw(struct store *store)
{
    sqlite3_exec(store->database, "RELEASE frozen", NULL, NULL, NULL);
}

static struct kept_time wall_of(struct amount wall_us)
{
    return (struct kept_time){.time = {.has_wall = wall_us.known, .wall_us = wall_us.value}};
}

struct error *store_coverage_sum(struct store *store, struct coverage *coverage, uint64_t *failures)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_stmt *statement = NULL;
    sqlite3_str_appendall(sql,
                          "SELECT total(streams), total(bytes), total(lines), "
                          "total(cut_lines), total(kernel_lines), min(first_wall_us), "
                          "max(last_wall_us), count(failure) FILTER (WHERE run = (SELECT max(run) "
                          "FROM coverage)) FROM coverage");
    struct error *error = prepare(store, sql, &statement);
    if (!error && sqlite3_step(statement) == SQLITE_ROW) {
        struct amount first = store_column_amount(statement, 5);
        struct amount last = store_column_amount(statement, 6);
        *coverage = (struct coverage){
            .streams = (uint64_t)sqlite3_column_int64(statement, 0),
            .bytes = (uint64_t)sqlite3_column_int64(statement, 1),
            .lines = (uint64_t)sqlite3_column_int64(statement, 2),
            .cut_lines = (uint64_t)sqlite3_column_int64(statement, 3),
            .kernel_lines = (uint64_t)sqlite3_column_int64(statement, 4),
            .streams_with_times = first.known && last.known,
            .first = wall_of(first),
            .last = wall_of(last),
        };
        *failures = (uint64_t)sqlite3_column_int64(statement, 7);
    } else if (!error) {
        error = store_failure(store, "reading what was covered");
    }
    sqlite3_finalize(statement);
    return error;
}
