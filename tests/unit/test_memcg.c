#include "tests/unit/analysis_fixture.h"

#include "analyzer/kernel.h"
#include "analyzer/lru.h"

static void claim_ratio(int64_t bytes, int64_t expected)
{
    struct amount ratio = lru_ratio(amount_of(bytes, 1));
    assert_true(ratio.known);
    assert_int_equal(ratio.value, expected);
}

/* mm/vmscan.c: 1 below 1 GiB, then the whole root of ten times the GiB; its comment gives 1 GB 3,
 * 10 GB 10, 100 GB 31, 1 TB 101, 10 TB 320. */
static void test_the_wanted_ratio_is_the_kernels_table(void **state)
{
    (void)state;
    claim_ratio(100 * MIB, 1);
    claim_ratio(GIB - 1, 1);
    claim_ratio(GIB, 3);
    claim_ratio(10 * GIB, 10);
    claim_ratio(100 * GIB, 31);
    claim_ratio(1024 * GIB, 101);
    claim_ratio(10 * 1024 * GIB, 320);
    assert_false(lru_ratio(UNKNOWN).known);
}

/* 10 + 1 GiB make ratio 10: 1 GiB * 10 is not below 10 GiB, one byte less is. */
static void test_inactive_is_low_when_the_ratio_is_missed(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.10.0");
    struct amount *stat = incident->memcg.stat;
    stat[STAT_INACTIVE_ANON] = amount_of(GIB, 1);
    stat[STAT_ACTIVE_ANON] = amount_of(10 * GIB, 1);
    claim_number(incident, "memcg.lru.anon.ratio", 10);
    claim_number(incident, "memcg.lru.anon.is_inactive_low", 0);
    stat[STAT_INACTIVE_ANON].value--;
    claim_number(incident, "memcg.lru.anon.is_inactive_low", 1);
    claim_unknown(incident, "memcg.lru.file.is_inactive_low");
    incident_destroy(incident);
}

static void test_file_lists_were_to_be_equal_up_to_4_6(void **state)
{
    (void)state;
    static const char *const kernels[] = {"3.10.0-1160.el7", "4.18.0"};
    static const int64_t is_low[] = {1, 0};
    for (int i = 0; i < 2; i++) {
        struct incident *incident = create_incident(kernels[i]);
        incident->memcg.stat[STAT_INACTIVE_FILE] = amount_of(5 * GIB, 1);
        incident->memcg.stat[STAT_ACTIVE_FILE] = amount_of(8 * GIB, 1);
        claim_number(incident, "memcg.lru.file.is_inactive_low", is_low[i]);
        incident_destroy(incident);
    }
}

static void test_one_node_out_of_balance_is_enough(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.10.0");
    struct host_memory *host = &incident->host_memory;
    for (int id = 0; id < 2; id++) {
        struct node *node = ARENA_PUSH(incident->arena, host->nodes, host->nodes_count);
        node->id = id;
        set_kib(&node->figure[NODE_INACTIVE_ANON], id ? 10 : 1000);
        set_kib(&node->figure[NODE_ACTIVE_ANON], 500);
    }
    claim_number(incident, "host.lru.anon.is_inactive_low", 1);
    host->nodes_count = 1;
    claim_number(incident, "host.lru.anon.is_inactive_low", 0);
    claim_unknown(incident, "host.lru.file.is_inactive_low");
    incident_destroy(incident);
}

/* The second of the first three samples: 3190836 kB swapped, limits 2097152 kB apart. */
static void test_swap_may_exceed_what_the_two_limits_differ_by(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.18.0-147.el8_1");
    set_kib(&incident->memcg.memory.usage, 32461120);
    set_kib(&incident->memcg.memory.limit, 33554432);
    set_kib(&incident->memcg.memsw.usage, 35651584);
    set_kib(&incident->memcg.memsw.limit, 35651584);
    set_kib(&incident->memcg.stat[STAT_SWAP], 3190836);
    claim_number(incident, "memcg.swap.in_use", 3190836 * KIB);
    claim_number(incident, "memcg.memsw.swap_by_limits", 2097152 * KIB);
    claim_number(incident, "memcg.memsw.swap_above_limits", 1093684 * KIB);
    claim_number(incident, "memcg.memsw.fitting", 36 * GIB); /* 35.04 GiB, in steps of 2 GiB */
    incident->memcg.stat[STAT_SWAP] = UNKNOWN;               /* 35651584 - 32461120 */
    claim_number(incident, "memcg.swap.in_use", 3190464 * KIB);
    incident->memcg.memsw.usage = amount_of(0, 1); /* swap accounting is off */
    claim_unknown(incident, "memcg.swap.in_use");
    claim_unknown(incident, "memcg.memsw.fitting");
    incident_destroy(incident);
}

static void claim_used_up(int64_t total, int64_t free, int64_t expected)
{
    struct incident *incident = create_incident("6.1.0");
    incident->host_memory.swap_total = amount_of(total, 1);
    incident->host_memory.swap_free = amount_of(free, 1);
    claim_number(incident, "swap.is_used_up", expected);
    incident_destroy(incident);
}

static void test_swap_is_used_up_below_one_percent(void **state)
{
    (void)state;
    claim_used_up(2 * GIB, 0, 1);
    claim_used_up(100 * MIB, MIB - 1, 1);
    claim_used_up(100 * MIB, MIB, 0);
    claim_used_up(0, 0, 0); /* there was none */
    claim_used_up(2 * GIB, -4096, 1);
}

static void test_more_free_swap_than_there_is_says_nothing_of_its_use(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    set_kib(&incident->host_memory.swap_total, 100);
    set_kib(&incident->host_memory.swap_free, 40);
    claim_number(incident, "swap.used", 60 * KIB);
    claim_number(incident, "swap.free.share", 400);
    set_kib(&incident->host_memory.swap_free, 500);
    claim_unknown(incident, "swap.used");
    claim_unknown(incident, "swap.free.share");
    incident_destroy(incident);
}

static void test_a_swap_limit_of_nothing_is_not_used_up(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    incident->memcg.swap.limit = incident->memcg.swap.usage = amount_of(0, 1);
    claim_number(incident, "swap.is_used_up", 0);
    incident->memcg.swap.limit = UNKNOWN;
    incident->memcg.swap.is_unlimited = true;
    claim_unknown(incident, "swap.is_used_up"); /* the machine's swap is not printed */
    incident_destroy(incident);
}

static void test_cache_that_may_go_is_what_nobody_holds(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    struct amount *stat = incident->memcg.stat;
    set_kib(&stat[STAT_INACTIVE_FILE], 800);
    set_kib(&stat[STAT_ACTIVE_FILE], 200);
    set_kib(&stat[STAT_FILE_DIRTY], 100);
    set_kib(&stat[STAT_FILE_WRITEBACK], 50);
    claim_unknown(incident, "memcg.cache.reclaimable");
    set_kib(&stat[STAT_FILE_MAPPED], 300);
    claim_number(incident, "memcg.cache.reclaimable", 550 * KIB);
    claim_number(incident, "memcg.cache.unwritten", 150 * KIB);
    set_kib(&stat[STAT_FILE_MAPPED], 3000); /* shared memory is mapped too */
    claim_number(incident, "memcg.cache.reclaimable", 0);
    incident_destroy(incident);
}

static void test_refaults_are_pages(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    incident->memcg.stat[STAT_WORKINGSET_REFAULT_FILE] = amount_of(1000, 1);
    claim_number(incident, "memcg.cache.refaulted", 1000 * 4096);
    claim_number(incident, "memcg.stat.workingset_refault_file", 1000);
    claim_unknown(incident, "memcg.cache.activated");
    incident->memcg.stat[STAT_WORKINGSET_ACTIVATE_FILE] = amount_of(50, 1);
    claim_number(incident, "memcg.cache.activated", 50 * 4096);
    incident->page_size = UNKNOWN;
    claim_unknown(incident, "memcg.cache.refaulted");
    incident_destroy(incident);
}

static void claim_ancestor(const char *owner, const char *victim, int64_t expected)
{
    struct incident *incident = create_incident("6.1.0");
    incident->memcg.path = slice_from_string(owner);
    incident->memcg.victim_path = slice_from_string(victim);
    claim_number(incident, "memcg.is_ancestor", expected);
    incident_destroy(incident);
}

static void test_an_ancestor_owns_the_limit_of_what_lies_below(void **state)
{
    (void)state;
    claim_ancestor("/lxc/39004", "/lxc/39004/ns/docker/x", 1);
    claim_ancestor("/lxc/39004", "/lxc/39004", 0);
    claim_ancestor("/lxc/39", "/lxc/39004", 0);
    claim_ancestor("/", "/box", 1);
}

static void test_the_largest_of_the_listed_children_is_named(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.4.0");
    static const struct {
        const char *path;
        int64_t anon, file;
    } rows[] = {{"/pod", 0, 2}, {"/pod/a", 100, 100}, {"/pod/b", 50, 900}, {"/pod/c", 500, 1}};
    incident->memcg.path = SLICE("/pod"); /* its own line is among them */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct memcg_child *child =
            ARENA_PUSH(incident->arena, incident->memcg.children, incident->memcg.children_count);
        child->path = slice_from_string(rows[i].path);
        set_kib(&child->stat[STAT_ANON], rows[i].anon);
        set_kib(&child->stat[STAT_FILE], rows[i].file);
    }
    claim_number(incident, "memcg.children.count", 3);
    claim_text(incident, "memcg.children.largest.path", "/pod/b");
    claim_number(incident, "memcg.children.largest.charged", 950 * KIB);
    incident_destroy(incident);
}

static void claim_version(const char *release, int64_t version, int64_t rhel)
{
    struct incident *incident = create_incident(release);
    struct amount found = kernel_version(incident), distribution = kernel_rhel(incident);
    assert_int_equal(found.known ? found.value : -1, version);
    assert_int_equal(distribution.known ? distribution.value : -1, rhel);
    incident_destroy(incident);
}

static void test_releases_are_numbers_where_they_start_with_them(void **state)
{
    (void)state;
    claim_version("4.18.0-147.mt20200626.413.el8_1.x86_64", 4018, 8);
    claim_version("2.6.32-642.el6.x86_64", 2006, 6);
    claim_version("6.1.0-50-cloud-amd64", 6001, -1);
    claim_version("7.2.13", 7002, -1);
    claim_version("", -1, -1);
    claim_version("6", -1, -1);
    claim_version("6.x", -1, -1);
    claim_version("99999999999.1", -1, -1);
    claim_version("6.1000", -1, -1);
}

static void test_new_anonymous_pages_changed_sides_in_5_9(void **state)
{
    (void)state;
    static const struct {
        const char *kernel;
        int is_inactive; /* -1: cannot be told */
    } kernels[] = {{"4.18.0", 0}, {"5.8.0", 0}, {"5.9.1", 1}, {"4.18.0-553.el8_10", -1}, {"", -1}};
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        struct incident *incident = create_incident(kernels[i].kernel);
        struct fact fact = read_named(incident, "kernel.is_anon_born_inactive");
        assert_int_equal(fact.known ? (int)fact.number : -1, kernels[i].is_inactive);
        incident_destroy(incident);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_wanted_ratio_is_the_kernels_table),
        cmocka_unit_test(test_inactive_is_low_when_the_ratio_is_missed),
        cmocka_unit_test(test_file_lists_were_to_be_equal_up_to_4_6),
        cmocka_unit_test(test_one_node_out_of_balance_is_enough),
        cmocka_unit_test(test_swap_may_exceed_what_the_two_limits_differ_by),
        cmocka_unit_test(test_swap_is_used_up_below_one_percent),
        cmocka_unit_test(test_more_free_swap_than_there_is_says_nothing_of_its_use),
        cmocka_unit_test(test_a_swap_limit_of_nothing_is_not_used_up),
        cmocka_unit_test(test_cache_that_may_go_is_what_nobody_holds),
        cmocka_unit_test(test_refaults_are_pages),
        cmocka_unit_test(test_an_ancestor_owns_the_limit_of_what_lies_below),
        cmocka_unit_test(test_the_largest_of_the_listed_children_is_named),
        cmocka_unit_test(test_releases_are_numbers_where_they_start_with_them),
        cmocka_unit_test(test_new_anonymous_pages_changed_sides_in_5_9),
    };
    return cmocka_run_group_tests_name("memcg", tests, NULL, NULL);
}
