/* analyzer/dump.c: what the views of a dump, as JSON, add to an incident. The views are written by
 * hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analyzer/dump.h"
#include "analyzer/lru.h"

/* An incident of the machine, or of the cgroup @p memcg, that took @p views. */
static struct incident *taken(const char *memcg, const char *views)
{
    json_error_t error;
    json_t *object = json_loads(views, 0, &error);
    if (!object)
        fail_msg("%s at %d in: %s", error.text, error.position, views);
    struct incident *incident = incident_create();
    incident->memcg.path = slice_from_string(memcg);
    incident_take_dump(incident, object);
    json_decref(object);
    return incident;
}

static void is_amount(struct amount amount, int64_t value)
{
    assert_true(amount.known);
    assert_int_equal(amount.value, value);
}

static void is_text(struct slice text, const char *expected)
{
    assert_true(slice_equal(text, slice_from_string(expected)));
}

#define ZONE(name, free, serves, compaction)                             \
    "{\"name\":\"" name "\",\"managed_bytes\":4096,\"free_bytes\":" free \
    ",\"serves_order\":[" serves "],\"compaction\":{" compaction "}}"

static void test_the_zone_where_compaction_is_put_off_longest_is_told(void **state)
{
    struct incident *incident =
        taken("", "{\"zones\":{\"nodes\":[{}],\"zones\":[" ZONE(
                      "DMA", "4096", "true,false,false",
                      "\"defer_shift\":0,\"considered\":0,\"order_failed\":"
                      "0") "," ZONE("DMA32", "8192", "true,true,false",
                                    "\"defer_shift\":3,\"considered\":5,"
                                    "\"order_failed\":2") "," ZONE("Normal", "0",
                                                                   "false,"
                                                                   "false,"
                                                                   "false",
                                                                   "\"defer"
                                                                   "_shift"
                                                                   "\":1,"
                                                                   "\"consi"
                                                                   "dered\""
                                                                   ":1,"
                                                                   "\"order"
                                                                   "_failed"
                                                                   "\":4") "]}}");
    is_amount(incident->dump.free, 12288);
    is_amount(incident->dump.largest_order, 1);
    is_text(incident->dump.compaction_zone, "DMA32");
    is_amount(incident->dump.compaction_deferred, 8); /* 1 << 3 */
    is_amount(incident->dump.compaction_passed, 5);
    is_amount(incident->dump.compaction_order, 2);
    incident_destroy(incident);
    (void)state;
}

static void test_a_zone_without_its_figures_leaves_them_unknown(void **state)
{
    struct incident *incident = taken("", "{\"zones\":{\"nodes\":[{}],\"zones\":[" ZONE(
                                              "DMA", "null", "", "\"defer_shift\":70") "]}}");
    assert_false(incident->dump.free.known);
    assert_false(incident->dump.largest_order.known);
    assert_false(incident->dump.compaction_deferred.known); /* no kernel shifts so far: broken */
    incident_destroy(incident);
    (void)state;
}

#define CGROUP(path, steal, anon, file)                                                        \
    "{\"path\":\"" path "\",\"stat\":{\"pgsteal\":" steal ",\"workingset_refault_anon\":" anon \
    ",\"workingset_refault_file\":" file "}}"

static void test_refaults_are_those_of_the_pool_that_ran_out(void **state)
{
    static const char views[] =
        "{\"cgroups\":{\"cgroups\":[" CGROUP("/", "900", "30", "60") "," CGROUP(
            "/a", "500", "3", "4") "," CGROUP("/a/b", "7", "1", "null") "]}}";
    struct incident *machine = taken("", views), *group = taken("/a", views);
    is_amount(machine->dump.reclaimed, 900);
    is_amount(machine->dump.refaults, 90);
    is_amount(group->dump.reclaimed, 500);
    is_amount(group->dump.refaults, 7);
    incident_destroy(machine);
    incident_destroy(group);
    group = taken("/a/b", views);
    assert_false(group->dump.refaults.known);
    incident_destroy(group);
    (void)state;
}

#define TASK(cgroup, frames) "{\"cgroup\":\"" cgroup "\",\"frames\":[" frames "]}"

static void test_tasks_in_a_charge_are_counted_by_their_frames(void **state)
{
    static const char file[] = "{\"stacks\":{\"tasks\":[" TASK("/a", "\"schedule\"") "," TASK(
        "/a", "\"try_charge_memcg\",\"charge_memcg\",\"__filemap_add_"
              "folio\"") "," TASK("/a", "\"shrink_node\",\"try_charge\","
                                        "\"mem_cgroup_charge\",\"do_"
                                        "anonymous_page\"") "]}}";
    static const char mixed[] = "{\"stacks\":{\"tasks\":[" TASK("/a", "\"try_charge\"") "," TASK(
        "/b", "\"try_charge\"") "," TASK("/a", "\"try_charge\"") "]}}";
    struct incident *incident = taken("", file);
    is_amount(incident->dump.in_charge, 2);
    is_amount(incident->dump.in_charge_of_file, 1);
    is_text(incident->dump.charge_memcg, "/a");
    incident_destroy(incident);
    incident = taken("", mixed);
    is_amount(incident->dump.in_charge, 3);
    is_text(incident->dump.charge_memcg, "");
    incident_destroy(incident);
    (void)state;
}

/* Rows of a subtree: what is right below the root adds up. 16 pages of 2 MiB are 32 MiB. */
static void test_huge_pages_are_told_by_owner_and_pool(void **state)
{
    struct incident *incident = taken(
        "", "{\"huge\":{\"deferred_split\":3,\"hugetlb\":[{\"page_bytes\":2097152,\"total\":16,"
            "\"free\":9},{\"nodes\":[]}],\"memcgs\":[{\"path\":\"/\",\"anon_thp_bytes\":8388608},"
            "{\"path\":\"/a\",\"anon_thp_bytes\":4194304,\"shmem_thp_bytes\":2097152},"
            "{\"path\":\"/a/b\",\"anon_thp_bytes\":4194304}]}}");
    is_amount(incident->dump.hugetlb, 16 * 2097152);
    is_amount(incident->dump.hugetlb_free, 9 * 2097152);
    is_amount(incident->dump.huge_deferred, 3);
    is_amount(incident->dump.huge_machine, 8388608);
    is_amount(incident->dump.huge.bytes, 6291456);
    is_text(incident->dump.huge.largest, "/a");
    incident_destroy(incident);
    (void)state;
}

#define LISTS(generations)                                                                  \
    "{\"cgroups\":{\"lru_gen\":" generations ",\"cgroups\":[{\"path\":\"/\",\"stat\":{"     \
    "\"inactive_anon_bytes\":4096,\"active_anon_bytes\":8192,\"inactive_file_bytes\":8192," \
    "\"active_file_bytes\":8192}}]}}"

/* Below 1 GiB the ratio is 1: 4096 of 8192 is too little, 8192 of 8192 is not. */
static void test_the_balance_of_lists_is_asked_without_generations_alone(void **state)
{
    struct incident *incident = taken("", LISTS("false"));
    is_amount(incident->dump.active_anon, 8192);
    is_amount(dump_is_inactive_anon_low(incident), 1);
    is_amount(dump_is_inactive_file_low(incident), 0);
    incident_destroy(incident);
    incident = taken("", LISTS("true"));
    assert_false(dump_is_inactive_anon_low(incident).known);
    assert_false(dump_is_inactive_file_low(incident).known);
    incident_destroy(incident);
    (void)state;
}

/* 90.25 s before its last line, the crash at 2024-11-29T10:20:37Z: 10:19:07, to the second. */
static void test_a_dump_tells_host_and_wall_clock(void **state)
{
    static const char views[] =
        "{\"swap\":{\"host\":\"db1\",\"crash\":{\"time\":\"2024-11-29T10:20:37Z\","
        "\"epoch_s\":1732875637,\"uptime_us\":1100250000}}}";
    json_t *object = json_loads(views, 0, NULL);
    struct incident *incident = incident_create();
    incident->time = (struct event_time){.has_monotonic = true, .monotonic_us = 1010000000};
    incident_take_dump(incident, object);
    is_text(incident->host, "db1");
    assert_true(incident->time.has_wall);
    assert_int_equal(incident->time.wall_source, WALL_CRASHTIME);
    assert_int_equal(incident->time.wall_us, INT64_C(1732875547) * 1000000);
    incident->time = (struct event_time){.has_monotonic = true, .monotonic_us = 1200000000};
    incident_take_dump(incident, object); /* behind the end of the log: of another boot */
    assert_false(incident->time.has_wall);
    incident_destroy(incident);
    json_decref(object);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_zone_where_compaction_is_put_off_longest_is_told),
        cmocka_unit_test(test_a_zone_without_its_figures_leaves_them_unknown),
        cmocka_unit_test(test_refaults_are_those_of_the_pool_that_ran_out),
        cmocka_unit_test(test_huge_pages_are_told_by_owner_and_pool),
        cmocka_unit_test(test_the_balance_of_lists_is_asked_without_generations_alone),
        cmocka_unit_test(test_a_dump_tells_host_and_wall_clock),
        cmocka_unit_test(test_tasks_in_a_charge_are_counted_by_their_frames),
    };
    return cmocka_run_group_tests_name("dump_incident", tests, NULL, NULL);
}
