/* analyzer/store.c: what is added is there once, is found again, and outlives the writer. */
#define _GNU_SOURCE /* mkdtemp, open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/incident_identity.h"
#include "analyzer/record.h"
#include "analyzer/store.h"
#include "tests/unit/render_fixture.h"

struct fixture {
    char folder[32], path[64];
    struct store *store;
};

static void must(struct error *error)
{
    if (error)
        fail_msg("%s", error_message(error));
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->folder, "/tmp/whyoom-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/a.db", fixture->folder);
    must(store_create(fixture->path, &fixture->store));
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    store_destroy(fixture->store);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char path[80];
        snprintf(path, sizeof path, "%s%s", fixture->path, suffixes[i]);
        unlink(path);
    }
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static char *record_of(const struct incident *incident)
{
    RENDERED(text, render_json(out, incident));
    text[strlen(text) - 1] = '\0';
    return text;
}

static void add(struct store *store, const struct incident *incident)
{
    char *record = record_of(incident);
    must(store_add(store, incident, slice_from_string(record)));
    free(record);
}

/* The seed report, on another host and at another time: another decision. */
static struct incident *incident_at(const char *host, int64_t wall_us)
{
    struct incident *incident = seed_incident();
    incident->host = arena_copy(incident->arena, slice_from_string(host));
    incident->time.has_wall = wall_us != 0;
    incident->time.has_monotonic = false;
    incident->time.wall_us = wall_us;
    incident->has_header = incident->has_kill_line = true;
    incident_identify(incident);
    return incident;
}

static void add_at(struct store *store, const char *host, int64_t wall_us)
{
    struct incident *incident = incident_at(host, wall_us);
    add(store, incident);
    incident_destroy(incident);
}

static uint64_t count_of(struct store *store, const struct store_query *query)
{
    uint64_t count = 0;
    must(store_count(store, query, &count));
    return count;
}

/* The hosts of the rows in their order, "a b c". */
static void assert_hosts(struct store *store, const struct store_query *query, const char *expected)
{
    char hosts[256] = "";
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row;
    must(store_select(store, query, &cursor));
    for (must(store_next(cursor, &row, &has_row)); has_row;
         must(store_next(cursor, &row, &has_row))) {
        size_t length = strlen(hosts);
        snprintf(hosts + length, sizeof hosts - length, "%s%.*s", length ? " " : "",
                 SLICE_ARG(row.host));
    }
    store_cursor_destroy(cursor);
    assert_string_equal(hosts, expected);
}

/* ---- writing */

static void test_store__keeps_an_incident_that_comes_twice_once(void **state)
{
    struct fixture *fixture = *state;
    add_at(fixture->store, "a", 1000000);
    add_at(fixture->store, "b", 2000000);
    add_at(fixture->store, "a", 1000000);
    assert_int_equal(count_of(fixture->store, &(struct store_query){0}), 2);
}

static void test_store__lets_the_more_complete_copy_replace(void **state)
{
    struct fixture *fixture = *state;
    struct incident *incident = incident_at("a", 1000000), *read;
    int64_t first, second;
    incident->has_header = false;
    add(fixture->store, incident);
    must(store_find(fixture->store, incident->id, &first));
    incident->has_header = true;
    incident->victims_count = 0;
    add(fixture->store, incident);
    incident->has_header = false;
    incident->class_ = CLASS_SLAB;
    add(fixture->store, incident); /* less complete again */
    must(store_find(fixture->store, incident->id, &second));
    assert_int_equal(first, second);
    must(store_read(fixture->store, second, &read));
    assert_true(read->has_header);
    assert_int_equal(read->class_, CLASS_SHMEM);
    assert_int_equal(read->victims_count, 0);
    assert_int_equal(count_of(fixture->store, &(struct store_query){0}), 1);
    incident_destroy(read);
    incident_destroy(incident);
}

static void test_store__gives_the_record_back_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    struct incident *incident = hostile_incident();
    char *record = record_of(incident);
    struct arena *arena = arena_create();
    struct slice stored;
    int64_t rowid;
    add(fixture->store, incident);
    must(store_find(fixture->store, incident->id, &rowid));
    must(store_read_record(fixture->store, rowid, arena, &stored));
    assert_true(slice_equal(stored, slice_from_string(record)));
    arena_destroy(arena);
    free(record);
    incident_destroy(incident);
}

static void test_store__loses_only_what_was_not_committed_when_it_is_killed(void **state)
{
    struct fixture *fixture = *state;
    store_destroy(fixture->store);
    fixture->store = NULL;
    pid_t child = fork();
    if (child == 0) {
        struct store *store;
        must(store_create(fixture->path, &store));
        add_at(store, "a", 1000000);
        must(store_commit(store));
        add_at(store, "b", 2000000);
        raise(SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    must(store_create(fixture->path, &fixture->store));
    assert_hosts(fixture->store, &(struct store_query){0}, "a");
    add_at(fixture->store, "c", 3000000);
    must(store_commit(fixture->store));
    assert_hosts(fixture->store, &(struct store_query){0}, "a c");
}

static void test_store__sums_what_was_read(void **state)
{
    struct fixture *fixture = *state;
    const struct coverage coverage = {.streams = 1, .bytes = 1000, .lines = 10};
    struct store_coverage inputs[] = {
        {.path = SLICE("a.log"), .coverage = &coverage},
        {.path = SLICE("b.log"), .coverage = &coverage},
        {.path = SLICE("c.log"), .failure = SLICE("no such file")},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        must(store_add_coverage(fixture->store, &inputs[i]));
    must(store_add_run(fixture->store, &(struct store_run){.started_us = 1, .ended_us = 2}));
    struct coverage sum;
    uint64_t failures;
    must(store_coverage_sum(fixture->store, &sum, &failures));
    assert_int_equal(sum.bytes, 2000);
    assert_int_equal(sum.streams, 2);
    assert_int_equal(failures, 1);
    assert_false(sum.first.time.has_wall);
    must(store_commit(fixture->store));
    store_destroy(fixture->store);
    must(store_create(fixture->path, &fixture->store));
    must(store_add_coverage(fixture->store, &inputs[1])); /* another run, which reads all */
    must(store_coverage_sum(fixture->store, &sum, &failures));
    assert_int_equal(sum.streams, 3);
    assert_int_equal(failures, 0);
}

/* ---- reading */

static void test_store__gives_rows_as_the_incident_has_it(void **state)
{
    struct fixture *fixture = *state;
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row;
    add_at(fixture->store, "a", 1000000);
    must(store_select(fixture->store, &(struct store_query){0}, &cursor));
    must(store_next(cursor, &row, &has_row));
    assert_true(has_row);
    assert_int_equal(row.class_, CLASS_SHMEM);
    assert_int_equal(row.limit, LIMIT_MEMSW);
    assert_int_equal(row.dominant, PART_SHMEM);
    assert_int_equal(row.dominant_bytes.value, KIB(28013264));
    assert_int_equal(row.usage_limit.value, KIB(35651584));
    assert_int_equal(row.size.value, KIB(1968776 + 16356));
    assert_int_equal(row.time.wall_us, 1000000);
    assert_true(slice_equal(row.also, SLICE("swap,memcg-limit")));
    assert_true(slice_equal(row.cgroup, SLICE(CGROUP)));
    assert_true(slice_equal(row.manager, SLICE("kubernetes")));
    assert_true(slice_equal(row.victim, SLICE("java")));
    assert_false(row.repeat.known);
    assert_false(row.is_panic);
    must(store_next(cursor, &row, &has_row));
    assert_false(has_row);
    store_cursor_destroy(cursor);
}

static void test_store__orders_and_cuts(void **state)
{
    struct fixture *fixture = *state;
    add_at(fixture->store, "b", 3000000);
    add_at(fixture->store, "c", 0);
    add_at(fixture->store, "a", 2000000);
    struct store *store = fixture->store;
    assert_hosts(store, &(struct store_query){0}, "b c a");
    assert_hosts(store, &(struct store_query){.order = STORE_BY_TIME}, "a b c");
    assert_hosts(store, &(struct store_query){.order = STORE_BY_TIME, .is_descending = true},
                 "b a c");
    assert_hosts(store, &(struct store_query){.order = STORE_BY_HOST}, "a b c");
    assert_hosts(store, &(struct store_query){.order = STORE_BY_HOST, .offset = 1, .most = 1}, "b");
    for (int order = 0; order < STORE_ORDER_COUNT; order++)
        for (int descending = 0; descending < 2; descending++) {
            struct store_cursor *cursor;
            must(store_select(store,
                              &(struct store_query){.order = (enum store_order)order,
                                                    .is_descending = descending},
                              &cursor));
            store_cursor_destroy(cursor);
        }
}

static void test_store__filters(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    add_at(store, "a", 1000000);
    add_at(store, "b%_'\\", 2000000);
    add_at(store, "c", 0);
    assert_hosts(store, &(struct store_query){.host = "b%_'\\"}, "b%_'\\");
    assert_hosts(store, &(struct store_query){.text = "%_'\\"}, "b%_'\\");
    assert_hosts(store, &(struct store_query){.text = "JAVA", .host = "a"}, "a");
    assert_hosts(store, &(struct store_query){.text = "no such text"}, "");
    assert_int_equal(count_of(store, &(struct store_query){.classes = 1u << CLASS_SHMEM}), 3);
    assert_int_equal(count_of(store, &(struct store_query){.classes = 1u << CLASS_SLAB}), 0);
    assert_int_equal(count_of(store, &(struct store_query){.kinds = 1u << KIND_OOM_KILL}), 3);
    const struct time_window window = {
        .has_since = true, .since_us = 2000000, .has_until = true, .until_us = 3000000};
    assert_hosts(store, &(struct store_query){.window = window}, "b%_'\\ c");
}

struct tally {
    char text[128];
};

static void tell(void *context, struct slice value, uint64_t count)
{
    struct tally *tally = context;
    size_t length = strlen(tally->text);
    snprintf(tally->text + length, sizeof tally->text - length, "%.*s:%d ", SLICE_ARG(value),
             (int)count);
}

static void assert_tally(struct store *store, enum store_column column, int64_t most,
                         const char *expected)
{
    struct tally tally = {""};
    must(store_tally(store, &(struct store_query){.most = most}, column, tell, &tally));
    assert_string_equal(tally.text, expected);
}

static void test_store__counts_by_a_column(void **state)
{
    struct fixture *fixture = *state;
    add_at(fixture->store, "a", INT64_C(1774736071000000));
    add_at(fixture->store, "b", INT64_C(1774736072000000));
    add_at(fixture->store, "b", INT64_C(1774736073000000));
    add_at(fixture->store, "c", 0);
    assert_tally(fixture->store, STORE_HOST, 0, "b:2 a:1 c:1 ");
    assert_tally(fixture->store, STORE_HOST, 1, "b:2 ");
    assert_tally(fixture->store, STORE_DAY, 0, "2026-03-28:3 :1 ");
    assert_tally(fixture->store, STORE_CLASS, 0, "shmem:4 ");
    for (int column = 0; column < STORE_COLUMN_COUNT; column++) {
        struct tally tally = {""};
        must(store_tally(fixture->store, &(struct store_query){.most = 1},
                         (enum store_column)column, tell, &tally));
    }
}

/* ---- files that are none of ours */

static void test_store__answers_of_one_moment_while_it_is_frozen(void **state)
{
    struct fixture *fixture = *state;
    struct store *reader;
    const struct store_query all = {0};
    add_at(fixture->store, "a", 1000000);
    must(store_commit(fixture->store));
    must(store_open(fixture->path, NULL, NULL, &reader));
    must(store_freeze(reader));
    assert_int_equal(count_of(reader, &all), 1);
    add_at(fixture->store, "b", 2000000);
    must(store_commit(fixture->store));
    assert_int_equal(count_of(reader, &all), 1);
    store_thaw(reader);
    assert_int_equal(count_of(reader, &all), 2);
    store_destroy(reader);
}

static void test_store__refuses_another_schema(void **state)
{
    struct fixture *fixture = *state;
    char command[128];
    struct store *store;
    store_destroy(fixture->store);
    fixture->store = NULL;
    snprintf(command, sizeof command, "sqlite3 %s 'PRAGMA user_version = 99'", fixture->path);
    if (system("command -v sqlite3 >/dev/null") != 0)
        skip(); /* no sqlite3 program */
    assert_int_equal(system(command), 0);
    struct error *error = store_create(fixture->path, &store);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), "schema 99"));
    error_destroy(error);
    error = store_open(fixture->path, NULL, NULL, &store);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), "schema 99"));
    error_destroy(error);
}

static void overwrite(const char *path, long offset, size_t length)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    for (size_t i = 0; i < length; i++)
        fputc(0xa5, file);
    fclose(file);
}

static void test_store__says_that_a_database_is_damaged(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL;
    uint64_t count = 0;
    for (int i = 0; i < 300; i++)
        add_at(fixture->store, "a", 1000000 + i);
    must(store_commit(fixture->store));
    store_destroy(fixture->store);
    fixture->store = NULL;
    overwrite(fixture->path, 4096, 200 * 4096);
    struct error *error = store_open(fixture->path, NULL, NULL, &store);
    if (!error)
        error = store_count(store, &(struct store_query){.text = "java"}, &count);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), "damaged"));
    error_destroy(error);
    store_destroy(store);
}

static void test_store__does_not_write_into_a_log(void **state)
{
    struct fixture *fixture = *state;
    char path[80];
    struct store *store;
    snprintf(path, sizeof path, "%s/kern.log", fixture->folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 100; i++)
        fputs("Nov 23 06:33:01 web1 kernel: nothing\n", file);
    fclose(file);
    struct error *error = store_create(path, &store);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), "no database"));
    error_destroy(error);
    unlink(path);
}

/* ---- JSON lines */

struct complaints {
    char text[512];
};

static void complain(void *context, const char *where, const char *what)
{
    struct complaints *complaints = context;
    size_t length = strlen(complaints->text);
    snprintf(complaints->text + length, sizeof complaints->text - length, "%s: %s\n",
             strrchr(where, '/') + 1, what);
}

static void test_store__imports_json_lines_and_goes_on_behind_a_bad_one(void **state)
{
    struct fixture *fixture = *state;
    char path[80];
    struct complaints complaints = {""};
    struct incident *a = incident_at("a", 1000000), *b = incident_at("b", 2000000);
    char *records[] = {record_of(a), record_of(b)};
    snprintf(path, sizeof path, "%s/a.jsonl", fixture->folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "%s\n\n{\"schema\":\n{\"schema\":\"whyoom.coverage/1\"}\n%s", records[0],
            records[1]); /* the last one without a line end */
    fclose(file);
    struct store *store;
    must(store_open(path, complain, &complaints, &store));
    assert_hosts(store, &(struct store_query){0}, "a b");
    assert_non_null(strstr(complaints.text, "a.jsonl:3: no JSON at byte"));
    assert_ptr_equal(strchr(complaints.text, '\n'), complaints.text + strlen(complaints.text) - 1);
    store_destroy(store);
    unlink(path);
    free(records[0]);
    free(records[1]);
    incident_destroy(a);
    incident_destroy(b);
}

static void test_store__refuses_to_import_a_log(void **state)
{
    struct fixture *fixture = *state;
    struct complaints complaints = {""};
    struct store *store;
    (void)fixture;
    struct error *error =
        store_open("samples/lab-6.12-host-anon.log", complain, &complaints, &store);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), "neither a database"));
    error_destroy(error);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_store__keeps_an_incident_that_comes_twice_once),
        CASE(test_store__lets_the_more_complete_copy_replace),
        CASE(test_store__gives_the_record_back_as_it_was),
        CASE(test_store__loses_only_what_was_not_committed_when_it_is_killed),
        CASE(test_store__sums_what_was_read),
        CASE(test_store__gives_rows_as_the_incident_has_it),
        CASE(test_store__orders_and_cuts),
        CASE(test_store__filters),
        CASE(test_store__counts_by_a_column),
        CASE(test_store__answers_of_one_moment_while_it_is_frozen),
        CASE(test_store__refuses_another_schema),
        CASE(test_store__says_that_a_database_is_damaged),
        CASE(test_store__does_not_write_into_a_log),
        CASE(test_store__imports_json_lines_and_goes_on_behind_a_bad_one),
        CASE(test_store__refuses_to_import_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
