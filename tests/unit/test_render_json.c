/* analyzer/render_json.c: the record, read back with jansson and checked against its schema. */
#define _GNU_SOURCE /* open_memstream, popen */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>

#include "analyzer/render_json_writer.h"
#include "tests/unit/render_fixture.h"

static char *line_of(const struct incident *incident)
{
    RENDERED(text, render_json(out, incident));
    return text;
}

/* The record of @p incident, which is destroyed. */
static json_t *record_of(struct incident *incident)
{
    char *text = line_of(incident);
    incident_destroy(incident);
    json_error_t error;
    json_t *record = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!record)
        fail_msg("%s at %d in: %s", error.text, error.position, text);
    free(text);
    return record;
}

static json_int_t integer_at(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        fail_msg("%s is no integer", key);
    return json_integer_value(value);
}

static const char *text_at(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(absent)";
}

static void test_render_json__is_one_line_with_the_schema_first(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    char *text = line_of(incident);
    const char *start = "{\"schema\":\"whyoom.incident/1\",\"id\":\"";
    assert_int_equal(strncmp(text, start, strlen(start)), 0);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    incident_destroy(incident);
    free(text);
}

static void test_render_json__keeps_the_order_of_the_contract(void **state)
{
    (void)state;
    static const char *const order[] = {
        "schema",      "id",        "kind",       "class",    "also",    "scope",   "limit",
        "charge_path", "dominant",  "confidence", "complete", "missing", "report",  "kernel",
        "arch",        "page_size", "time",       "source",   "trigger", "victims", "memcg",
        "pool",        "workload",  "summary",    "findings", "quotes",
    };
    json_t *record = record_of(seed_incident());
    size_t at = 0;
    for (void *i = json_object_iter(record); i; i = json_object_iter_next(record, i))
        assert_string_equal(json_object_iter_key(i), order[at++]);
    assert_int_equal(at, sizeof order / sizeof *order);
    json_decref(record);
}

/* 32461120, 35651584, 28013264, 1968776 kB as they stand in the report, times 1024. */
static void test_render_json__has_the_seed_reports_figures_in_bytes(void **state)
{
    (void)state;
    json_t *record = record_of(seed_incident());
    json_t *memcg = json_object_get(record, "memcg");
    json_t *memory = json_object_get(memcg, "memory"), *memsw = json_object_get(memcg, "memsw");
    assert_int_equal(integer_at(memory, "usage_bytes"), 33240186880);
    assert_int_equal(integer_at(memory, "limit_bytes"), 34359738368);
    assert_int_equal(integer_at(memory, "failcnt"), 0);
    assert_int_equal(integer_at(memsw, "usage_bytes"), 36507222016);
    assert_int_equal(integer_at(memsw, "limit_bytes"), 36507222016);
    assert_int_equal(integer_at(memsw, "failcnt"), 24892068);
    json_t *stat = json_object_get(memcg, "stat");
    assert_int_equal(integer_at(stat, "shmem_bytes"), 28685582336);
    assert_int_equal(integer_at(stat, "swap_bytes"), 3267416064);
    json_t *victim = json_array_get(json_object_get(record, "victims"), 0);
    assert_int_equal(integer_at(victim, "anon_rss_bytes"), 2016026624);
    assert_int_equal(integer_at(victim, "file_rss_bytes"), 0); /* printed, so known to be zero */
    json_decref(record);
}

static void test_render_json__has_the_verdict_in_terms(void **state)
{
    (void)state;
    json_t *record = record_of(seed_incident());
    assert_string_equal(text_at(record, "class"), "shmem");
    assert_string_equal(text_at(record, "limit"), "memsw");
    assert_string_equal(text_at(record, "scope"), "memcg");
    assert_string_equal(text_at(record, "charge_path"), "file-fault");
    json_t *also = json_object_get(record, "also");
    assert_int_equal(json_array_size(also), 2);
    assert_string_equal(json_string_value(json_array_get(also, 0)), "swap");
    assert_string_equal(json_string_value(json_array_get(also, 1)), "memcg-limit");
    json_t *dominant = json_object_get(record, "dominant");
    assert_string_equal(text_at(dominant, "part"), "shmem");
    double share = json_real_value(json_object_get(dominant, "share"));
    assert_true(share > 0.855 && share < 0.865);
    json_decref(record);
}

static void test_render_json__leaves_unlimited_and_unknown_out(void **state)
{
    (void)state;
    json_t *record = record_of(seed_incident());
    json_t *memcg = json_object_get(record, "memcg");
    assert_null(json_object_get(json_object_get(memcg, "kmem"), "limit_bytes"));
    assert_null(json_object_get(memcg, "swap"));
    assert_null(json_object_get(memcg, "tcp"));
    assert_null(json_object_get(record, "host"));
    assert_null(json_object_get(record, "panic"));
    assert_null(json_object_get(record, "tasks_total"));
    assert_null(json_object_get(record, "host_memory"));
    json_decref(record);
}

static void test_render_json__keeps_microseconds_exact(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->time.monotonic_us = INT64_C(20148402291616);
    char *text = line_of(incident);
    assert_non_null(strstr(text, "\"monotonic_s\":20148402.291616}"));
    free(text);
    incident->time.monotonic_us = 3000000;
    text = line_of(incident);
    assert_non_null(strstr(text, "\"monotonic_s\":3.0}"));
    free(text);
    incident_destroy(incident);
}

static void test_render_json__prints_wall_times_as_rfc_3339(void **state)
{
    (void)state;
    json_t *record = record_of(host_incident(0));
    json_t *time = json_object_get(record, "time");
    assert_string_equal(text_at(time, "wall"), "2021-12-20T11:33:20.250000Z");
    assert_string_equal(text_at(time, "wall_source"), "journal");
    json_decref(record);
}

static void test_render_json__shows_reliable_frames_and_the_mask_in_hex(void **state)
{
    (void)state;
    json_t *record = record_of(seed_incident());
    json_t *trigger = json_object_get(record, "trigger");
    assert_string_equal(text_at(trigger, "gfp_mask"), "0x6200ca");
    json_t *stack = json_object_get(trigger, "stack");
    assert_int_equal(json_array_size(stack), 4); /* of five frames one is marked '?' */
    assert_string_equal(json_string_value(json_array_get(stack, 3)), "ext4_filemap_fault");
    json_decref(record);
}

static void test_render_json__quotes_evidence_with_its_line(void **state)
{
    (void)state;
    json_t *record = record_of(seed_incident());
    json_t *finding = json_array_get(json_object_get(record, "findings"), 0);
    json_t *evidence = json_array_get(json_object_get(finding, "evidence"), 0);
    assert_string_equal(text_at(evidence, "fact"), "memcg.stat.shmem");
    assert_int_equal(integer_at(evidence, "value"), 28685582336);
    assert_int_equal(integer_at(evidence, "line"), 33);
    assert_int_equal(strncmp(text_at(evidence, "text"), "Memory cgroup stats for /", 25), 0);
    finding = json_array_get(json_object_get(record, "findings"), 1);
    evidence = json_array_get(json_object_get(finding, "evidence"), 0);
    assert_string_equal(text_at(evidence, "value"), "memsw");
    assert_null(json_object_get(evidence, "line")); /* computed */
    json_decref(record);
}

/* Of 30 tasks with rss of 0 to 29 KiB, the one with pid 4 holds 100000 KiB in swap. */
static void test_render_json__keeps_the_twenty_largest_tasks(void **state)
{
    (void)state;
    json_t *record = record_of(host_incident(30));
    json_t *tasks = json_object_get(record, "tasks");
    assert_int_equal(integer_at(record, "tasks_total"), 30);
    assert_int_equal(json_array_size(tasks), 20);
    assert_int_equal(integer_at(json_array_get(tasks, 0), "pid"), 4);
    assert_int_equal(integer_at(json_array_get(tasks, 1), "pid"), 30);
    assert_int_equal(integer_at(json_array_get(tasks, 19), "pid"), 12);
    json_decref(record);
}

static void test_render_json__writes_zones_with_buddy_and_reserve(void **state)
{
    (void)state;
    json_t *record = record_of(host_incident(0));
    json_t *host = json_object_get(record, "host_memory");
    assert_int_equal(integer_at(host, "managed_bytes"), KIB(2000000));
    json_t *zone = json_array_get(json_object_get(host, "zones"), 1);
    assert_int_equal(integer_at(zone, "node"), 1);
    assert_int_equal(integer_at(zone, "free_bytes"), KIB(504));
    assert_int_equal(integer_at(zone, "margin_bytes"), KIB(-1336));
    assert_int_equal(json_array_size(json_object_get(zone, "buddy")), 11);
    assert_int_equal(json_array_size(json_object_get(zone, "reserve_bytes")), 2);
    assert_int_equal(integer_at(json_object_get(host, "swap"), "total_bytes"), 0);
    json_decref(record);
}

static void test_render_json__escapes_hostile_text(void **state)
{
    (void)state;
    struct incident *incident = hostile_incident();
    char *text = line_of(incident);
    for (const char *at = text; *at && *at != '\n'; at++)
        assert_true((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f);
    free(text);
    json_t *record = record_of(incident); /* and jansson takes it for UTF-8 */
    assert_string_equal(text_at(record, "host"), "\\x1b[31mred\\x0a\\xff\"|<b>`*");
    json_decref(record);
}

static void test_render_json__writes_no_negative_size(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->victims[0].anon_rss = amount_of(-4096, 1);
    json_t *record = record_of(incident);
    json_t *victim = json_array_get(json_object_get(record, "victims"), 0);
    assert_null(json_object_get(victim, "anon_rss_bytes"));
    json_decref(record);
}

static void test_render_json__knows_nothing_of_an_empty_incident(void **state)
{
    (void)state;
    json_t *record = record_of(incident_create());
    assert_string_equal(text_at(record, "class"), "unknown");
    assert_string_equal(text_at(record, "kind"), "unknown");
    assert_null(json_object_get(record, "memcg"));
    assert_null(json_object_get(record, "time"));
    assert_null(json_object_get(record, "trigger"));
    assert_null(json_object_get(record, "summary"));
    assert_int_equal(json_array_size(json_object_get(record, "victims")), 0);
    json_decref(record);
}

static void test_json_writer__writes_the_largest_and_smallest_numbers(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    json_open_array(&writer, NULL);
    json_put_integer(&writer, NULL, INT64_MIN);
    json_put_integer(&writer, NULL, INT64_MAX);
    json_put_decimal(&writer, NULL, -50, 3);
    json_close(&writer);
    const char *wanted = "[-9223372036854775808,9223372036854775807,-0.05]";
    assert_int_equal(writer.length, strlen(wanted));
    assert_memory_equal(writer.data, wanted, strlen(wanted));
    free(writer.data);
}

static const char validator[] = "python3 -c '\n"
                                "import json, sys\n"
                                "try:\n"
                                "    import jsonschema\n"
                                "except ImportError:\n"
                                "    sys.exit(77)\n"
                                "schema = json.load(open(\"docs/incident.schema.json\"))\n"
                                "jsonschema.Draft202012Validator.check_schema(schema)\n"
                                "validator = jsonschema.Draft202012Validator(schema)\n"
                                "wrong = 0\n"
                                "for line in sys.stdin:\n"
                                "    for error in validator.iter_errors(json.loads(line)):\n"
                                "        print(\"#\", error.json_path, error.message[:200])\n"
                                "        wrong += 1\n"
                                "sys.exit(wrong > 0)\n"
                                "' 2>&1";

static void test_render_json__satisfies_its_schema(void **state)
{
    (void)state;
    struct incident *incidents[] = {seed_incident(), hostile_incident(), host_incident(30),
                                    incident_create()};
    incident_identify(incidents[3]);
    FILE *out = popen(validator, "w");
    assert_non_null(out);
    for (size_t i = 0; i < sizeof incidents / sizeof *incidents; i++) {
        render_json(out, incidents[i]);
        incident_destroy(incidents[i]);
    }
    int status = pclose(out);
    if (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127) {
        print_message("# python3-jsonschema is not installed\n");
        skip();
    }
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_json__is_one_line_with_the_schema_first),
        cmocka_unit_test(test_render_json__keeps_the_order_of_the_contract),
        cmocka_unit_test(test_render_json__has_the_seed_reports_figures_in_bytes),
        cmocka_unit_test(test_render_json__has_the_verdict_in_terms),
        cmocka_unit_test(test_render_json__leaves_unlimited_and_unknown_out),
        cmocka_unit_test(test_render_json__keeps_microseconds_exact),
        cmocka_unit_test(test_render_json__prints_wall_times_as_rfc_3339),
        cmocka_unit_test(test_render_json__shows_reliable_frames_and_the_mask_in_hex),
        cmocka_unit_test(test_render_json__quotes_evidence_with_its_line),
        cmocka_unit_test(test_render_json__keeps_the_twenty_largest_tasks),
        cmocka_unit_test(test_render_json__writes_zones_with_buddy_and_reserve),
        cmocka_unit_test(test_render_json__escapes_hostile_text),
        cmocka_unit_test(test_render_json__writes_no_negative_size),
        cmocka_unit_test(test_render_json__knows_nothing_of_an_empty_incident),
        cmocka_unit_test(test_json_writer__writes_the_largest_and_smallest_numbers),
        cmocka_unit_test(test_render_json__satisfies_its_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
