/* The tables of the database, as docs/database.md shows them. */
#include "analyzer/store_database.h"

#define ROW(name, kind, member)                                    \
    {                                                              \
        name, COLUMN_##kind, offsetof(struct store_row, member), 0 \
    }
#define TERM(name, vocabulary, member)                                                 \
    {                                                                                  \
        name, COLUMN_TERM, offsetof(struct store_row, member), VOCABULARY_##vocabulary \
    }
const struct store_column_row store_columns[] = {
    ROW("id", ID, id),
    ROW("wall_us", WALL, time),
    ROW("monotonic_us", MONOTONIC, time),
    ROW("printed", TEXT, time.printed),
    TERM("kind", KIND, kind),
    TERM("class", CLASS, class_),
    ROW("also", TEXT, also),
    TERM("scope", SCOPE, scope),
    TERM("refused", LIMIT, limit),
    TERM("charge_path", CHARGE_PATH, charge_path),
    TERM("confidence", CONFIDENCE, confidence),
    TERM("dominant", PART, dominant),
    ROW("dominant_bytes", AMOUNT, dominant_bytes),
    ROW("dominant_permille", AMOUNT, dominant_permille),
    ROW("usage_bytes", AMOUNT, usage),
    ROW("limit_bytes", AMOUNT, usage_limit),
    ROW("victims", AMOUNT, victims),
    ROW("victims_rss_bytes", AMOUNT, size),
    ROW("repeat_count", AMOUNT, repeat),
    ROW("panic", FLAG, is_panic),
    ROW("deadlocked", FLAG, is_deadlocked),
    ROW("host_wide", FLAG, is_host_wide),
    ROW("complete", FLAG, is_complete),
    ROW("grade", INT, grade),
    ROW("host", TEXT, host),
    ROW("boot", TEXT, boot),
    ROW("kernel", TEXT, kernel),
    ROW("owner", TEXT, owner),
    ROW("cgroup", TEXT, cgroup),
    ROW("manager", TEXT, manager),
    ROW("workload", TEXT, workload),
    ROW("victim", TEXT, victim),
    ROW("asked_by", TEXT, trigger),
    ROW("source", TEXT, source),
    ROW("summary", TEXT, summary),
    ROW("fold", TEXT, fold),
};
#undef ROW
#undef TERM
const size_t store_columns_count = sizeof store_columns / sizeof *store_columns;

#define ROW(name)                           \
    {                                       \
#name, offsetof(struct memcg, name) \
    }
const struct store_counter store_counters[] = {ROW(memory), ROW(memsw), ROW(swap), ROW(kmem),
                                               ROW(tcp)};
#undef ROW

static const char *type_of_column(enum store_column_kind kind)
{
    switch (kind) {
    case COLUMN_ID:
        return "TEXT NOT NULL UNIQUE";
    case COLUMN_TEXT:
        return "TEXT";
    case COLUMN_TERM:
        return "TEXT NOT NULL";
    case COLUMN_FLAG:
    case COLUMN_INT:
        return "INTEGER NOT NULL";
    case COLUMN_AMOUNT:
    case COLUMN_WALL:
    case COLUMN_MONOTONIC:
        break;
    }
    return "INTEGER";
}

static const char *type_of_field(enum field_kind kind)
{
    return kind == FIELD_TEXT ? "TEXT" : "INTEGER";
}

static void add_incidents(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "CREATE TABLE incidents (\n  number INTEGER PRIMARY KEY,\n"
                               "  run INTEGER NOT NULL");
    for (size_t i = 0; i < store_columns_count; i++)
        sqlite3_str_appendf(sql, ",\n  %s %s", store_columns[i].name,
                            type_of_column(store_columns[i].kind));
    sqlite3_str_appendall(sql, "\n);\n");
}

static void add_victims(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "CREATE TABLE victims (\n  incident INTEGER NOT NULL,\n"
                               "  position INTEGER NOT NULL");
    for (size_t i = 0; i < victim_fields.count; i++)
        sqlite3_str_appendf(sql, ",\n  %s %s", victim_fields.rows[i].key,
                            type_of_field(victim_fields.rows[i].kind));
    sqlite3_str_appendall(sql, ",\n  PRIMARY KEY (incident, position)\n) WITHOUT ROWID;\n");
}

static void add_stats(sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "CREATE TABLE memcg_stats (\n  incident INTEGER PRIMARY KEY");
    for (size_t i = 0; i < STORE_COUNTERS; i++)
        for (size_t j = 0; j < counter_fields.count; j++)
            sqlite3_str_appendf(sql, ",\n  %s_%s INTEGER", store_counters[i].name,
                                counter_fields.rows[j].key);
    for (int i = 0; i < STAT_COUNT; i++)
        sqlite3_str_appendf(sql, ",\n  stat_%s INTEGER", memcg_stats[i].key);
    sqlite3_str_appendall(sql, "\n);\n");
}

static const char other_tables[] =
    "CREATE TABLE " STORE_DECISIONS
    "CREATE TABLE records (\n  incident INTEGER PRIMARY KEY,\n  record BLOB NOT NULL\n);\n"
    "CREATE TABLE findings (\n  incident INTEGER NOT NULL,\n  position INTEGER NOT NULL,\n"
    "  rule TEXT,\n  weight INTEGER NOT NULL,\n  title TEXT,\n"
    "  PRIMARY KEY (incident, position)\n) WITHOUT ROWID;\n"
    "CREATE TABLE runs (\n  run INTEGER PRIMARY KEY,\n  started_us INTEGER NOT NULL,\n"
    "  ended_us INTEGER,\n  version TEXT NOT NULL,\n  command TEXT,\n  incidents INTEGER,\n"
    "  duplicates INTEGER,\n  failures INTEGER\n);\n"
    "CREATE TABLE coverage (\n  run INTEGER NOT NULL,\n  path TEXT,\n  failure TEXT,\n"
    "  streams INTEGER,\n  bytes INTEGER,\n  lines INTEGER,\n  cut_lines INTEGER,\n"
    "  kernel_lines INTEGER,\n  first_wall_us INTEGER,\n  last_wall_us INTEGER\n);\n";

static const char indexes[] =
    "CREATE INDEX IF NOT EXISTS incidents_wall ON incidents (wall_us);\n"
    "CREATE INDEX IF NOT EXISTS incidents_class ON incidents (class);\n"
    "CREATE INDEX IF NOT EXISTS incidents_host ON incidents (host);\n"
    "CREATE INDEX IF NOT EXISTS incidents_cgroup ON incidents (cgroup);\n"
    "CREATE INDEX IF NOT EXISTS incidents_kernel ON incidents (kernel);\n"
    "CREATE INDEX IF NOT EXISTS incidents_fold ON incidents (fold);\n"
    "CREATE INDEX IF NOT EXISTS incidents_size ON incidents (victims_rss_bytes);\n";

char *store_sql(sqlite3_str *text)
{
    char *sql = sqlite3_str_finish(text);
    if (!sql)
        die_out_of_memory();
    return sql;
}

struct error *store_create_tables(struct store *store)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    add_incidents(text);
    add_victims(text);
    add_stats(text);
    sqlite3_str_appendall(text, other_tables);
    sqlite3_str_appendf(text, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n",
                        STORE_APPLICATION, STORE_SCHEMA);
    char *sql = store_sql(text);
    struct error *error = store_execute(store, sql);
    sqlite3_free(sql);
    return error;
}

struct error *store_create_indexes(struct store *store)
{
    return store_execute(store, indexes);
}

char *store_column_names(void)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    for (size_t i = 0; i < store_columns_count; i++)
        sqlite3_str_appendf(text, "%s%s", i ? ", " : "", store_columns[i].name);
    return store_sql(text);
}

static void add_marks(sqlite3_str *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sqlite3_str_appendall(text, i ? ", ?" : "?");
}

char *store_incident_sql(void)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendall(text, "INSERT INTO incidents VALUES (");
    add_marks(text, 2 + store_columns_count);
    sqlite3_str_appendall(text, ")");
    return store_sql(text);
}

char *store_victim_sql(void)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendall(text, "INSERT INTO victims VALUES (");
    add_marks(text, 2 + victim_fields.count);
    sqlite3_str_appendall(text, ")");
    return store_sql(text);
}

char *store_stats_sql(void)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendall(text, "INSERT INTO memcg_stats VALUES (");
    add_marks(text, 1 + STORE_COUNTERS * counter_fields.count + STAT_COUNT);
    sqlite3_str_appendall(text, ")");
    return store_sql(text);
}
