#include "tests/unit/analysis_fixture.h"

#include "analyzer/page_size.h"

/* Usage and limit in kB, as a counter line prints them; a limit of 0 stands for none. */
static void set_counter(struct page_counter *counter, int64_t usage, int64_t limit, int64_t failcnt)
{
    set_kib(&counter->usage, usage);
    counter->is_unlimited = limit == 0;
    if (limit)
        set_kib(&counter->limit, limit);
    counter->failcnt = amount_of(failcnt, 1);
    counter->line = 1;
}

static struct incident *charge(int64_t order)
{
    struct incident *incident = create_incident("5.10.0");
    set_request(incident, "GFP_KERNEL", order);
    return incident;
}

/* The first three samples: memory has 129 MiB and 1 GiB of room, memory+swap none. */
static void test_memory_and_swap_refuses_while_memory_has_room(void **state)
{
    (void)state;
    static const int64_t usage[] = {33421628, 32461120, 32461112};
    for (size_t i = 0; i < sizeof usage / sizeof *usage; i++) {
        struct incident *incident = charge(0);
        set_counter(&incident->memcg.memory, usage[i], 33554432, 0);
        set_counter(&incident->memcg.memsw, 35651584, 35651584, 61602);
        set_counter(&incident->memcg.kmem, 497680, 0, 0);
        claim_text(incident, "memcg.refusing", "memsw");
        claim_number(incident, "memcg.memory.room", (33554432 - usage[i]) * KIB);
        claim_number(incident, "memcg.memory.is_reached", 0);
        claim_number(incident, "memcg.memsw.is_reached", 1);
        claim_number(incident, "memcg.kmem.is_reached", 0);
        claim_number(incident, "memcg.kmem.is_unlimited", 1);
        incident_destroy(incident);
    }
}

/* Memory has 100 kB of room, memory+swap none: but nothing was ever charged to that. */
static void test_a_counter_that_is_not_kept_refuses_nothing(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    struct memcg *memcg = &incident->memcg;
    set_counter(&memcg->memory, 65436, 65536, 3);
    memcg->memsw = (struct page_counter){.line = 1};
    set_kib(&memcg->memsw.usage, 0);
    set_kib(&memcg->memsw.limit, 0);
    memcg->memsw.failcnt = amount_of(0, 1);
    claim_number(incident, "memcg.memsw.is_reached", 0);
    claim_text(incident, "memcg.refusing", "memory");
    memcg->memsw.failcnt = amount_of(1, 1);
    claim_number(incident, "memcg.memsw.is_reached", 1);
    incident_destroy(incident);
}

/* 64 pages are 256 kB; the request itself is 4 kB, or 32 kB of order 3. */
static void test_a_counter_may_stand_a_charge_batch_below_its_limit(void **state)
{
    (void)state;
    static const struct {
        int64_t room, order;
        int64_t is_reached;
    } cases[] = {{0, 0, 1},   {252, 0, 1}, {259, 0, 1}, {260, 0, 0},
                 {260, 3, 1}, {288, 3, 0}, {-532, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct incident *incident = charge(cases[i].order);
        set_counter(&incident->memcg.memory, 65536 - cases[i].room, 65536, 3);
        claim_number(incident, "memcg.memory.is_reached", cases[i].is_reached);
        incident_destroy(incident);
    }
}

static void test_larger_pages_make_a_larger_batch(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    incident->page_size = amount_of(65536, 1);
    set_counter(&incident->memcg.memory, 100000, 104000, 0); /* 4000 kB: below 65 * 64 kB */
    claim_number(incident, "memcg.memory.is_reached", 1);
    incident_destroy(incident);
}

static void test_of_two_that_are_reached_the_one_with_less_room_refused(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 65500, 65536, 900);
    set_counter(&incident->memcg.memsw, 65536, 65536, 1);
    claim_text(incident, "memcg.refusing", "memsw");
    incident_destroy(incident);
}

static void test_with_equal_room_the_larger_failcnt_refused(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 65536, 65536, 0);
    set_counter(&incident->memcg.memsw, 65536, 65536, 77);
    claim_text(incident, "memcg.refusing", "memsw");
    incident->memcg.memory.failcnt = amount_of(78, 1);
    claim_text(incident, "memcg.refusing", "memory");
    incident_destroy(incident);
}

static void test_a_kmem_limit_refuses_below_the_others(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 300000, 1000000, 0);
    set_counter(&incident->memcg.memsw, 300000, 0, 0);
    set_counter(&incident->memcg.kmem, 65536, 65536, 5000);
    claim_text(incident, "memcg.refusing", "kmem");
    incident_destroy(incident);
}

static void test_swap_max_of_v2_makes_memory_refuse(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    incident->memcg.version = 2;
    set_counter(&incident->memcg.memory, 49152, 49152, 20);
    set_counter(&incident->memcg.swap, 16384, 16384, 9000);
    claim_text(incident, "memcg.refusing", "memory");
    claim_number(incident, "swap.is_used_up", 1);
    incident_destroy(incident);
}

static void test_a_lowered_limit_is_passed_by_far(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 65600, 16384, 0);
    claim_text(incident, "memcg.refusing", "memory");
    claim_number(incident, "memcg.memory.room", (16384 - 65600) * KIB);
    incident_destroy(incident);
}

static void test_the_only_limit_refused_even_when_the_victim_freed_memory_since(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 30000, 65536, 5);
    set_counter(&incident->memcg.memsw, 30000, 0, 0);
    set_counter(&incident->memcg.kmem, 200, 0, 0);
    claim_text(incident, "memcg.refusing", "memory");
    incident->memcg.memsw = incident->memcg.kmem = (struct page_counter){0};
    incident->memcg.version = 2;
    claim_text(incident, "memcg.refusing", "memory");
    incident_destroy(incident);
}

/* The memsw report of the samples without its line "memory+swap": memory has 20 MiB of room. */
static void test_a_lost_counter_may_be_the_one_that_refused(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 44828, 65536, 0);
    claim_unknown(incident, "memcg.refusing");
    set_counter(&incident->memcg.kmem, 184, 0, 0);
    claim_unknown(incident, "memcg.refusing");
    claim_number(incident, "evidence.has_all_counters", 0);
    set_counter(&incident->memcg.memsw, 65536, 65536, 9);
    claim_text(incident, "memcg.refusing", "memsw");
    claim_number(incident, "evidence.has_all_counters", 1);
    incident_destroy(incident);
}

/* 20 MiB of room and a failcnt of 0: not this one, though no other limit can be read. */
static void test_a_counter_whose_failcnt_is_0_refused_nothing(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    incident->memcg.version = 2;
    set_counter(&incident->memcg.memory, 44828, 65536, 0);
    claim_unknown(incident, "memcg.refusing");
    set_counter(&incident->memcg.memory, 65500, 65536, 0);
    claim_unknown(incident, "memcg.refusing");
    incident->memcg.memory.failcnt = UNKNOWN;
    claim_text(incident, "memcg.refusing", "memory");
    incident_destroy(incident);
}

/* "limit 99999999999999999999999kB" is no number: what it stood for may be what refused. */
static void test_an_illegible_limit_may_be_the_one_that_refused(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 44828, 65536, 7);
    set_counter(&incident->memcg.kmem, 184, 0, 0);
    set_counter(&incident->memcg.memsw, 65536, 0, 9);
    claim_text(incident, "memcg.refusing", "memory");
    incident->memcg.memsw.is_unlimited = false;
    claim_unknown(incident, "memcg.refusing");
    incident_destroy(incident);
}

/* No kmem line before 3.8. */
static void test_old_kernels_have_two_counters(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    incident->kernel = slice_from_string("2.6.32-642.el6.x86_64");
    set_counter(&incident->memcg.memory, 30000, 65536, 5);
    set_counter(&incident->memcg.memsw, 30000, 0, 0);
    claim_text(incident, "memcg.refusing", "memory");
    incident_destroy(incident);
}

static void test_two_limits_with_room_leave_it_unknown(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    set_counter(&incident->memcg.memory, 30000, 65536, 5);
    set_counter(&incident->memcg.memsw, 30000, 131072, 5);
    claim_unknown(incident, "memcg.refusing");
    incident_destroy(incident);
}

static void test_without_counters_nothing_is_claimed(void **state)
{
    (void)state;
    struct incident *incident = charge(0);
    claim_unknown(incident, "memcg.refusing");
    claim_unknown(incident, "memcg.memory.room");
    claim_unknown(incident, "memcg.memory.is_reached");
    claim_unknown(incident, "memcg.memory.is_unlimited");
    claim_unknown(incident, "memcg.version");
    incident_destroy(incident);
}

/* Section 3.1 of the format reference, in kB. */
static void test_the_number_for_no_limit_tells_the_page_size(void **state)
{
    (void)state;
    static const struct {
        int64_t limit_kib, page;
    } limits[] = {{9007199254740988, 4096}, {9007199254740928, 65536}, {8589934588, 4096}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        assert_int_equal(page_size_of_unlimited(limits[i].limit_kib).value, limits[i].page);
    assert_false(page_size_of_unlimited(9007199254740991).known); /* up to 3.18, any page size */
    assert_false(page_size_of_unlimited(33554432).known);
}

static void test_memory_in_pages_and_in_kb_tells_the_page_size(void **state)
{
    (void)state;
    assert_int_equal(page_size_of_ratio(4000, 1000).value, 4096);
    assert_int_equal(page_size_of_ratio(63000, 1000).value, 65536);
    assert_false(page_size_of_ratio(40, 10).known);     /* too small to trust */
    assert_false(page_size_of_ratio(6000, 1000).known); /* no page is 6 KiB */
    assert_false(page_size_of_ratio(0, 1000).known);
    assert_false(page_size_of_ratio(1, INT64_MAX).known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_and_swap_refuses_while_memory_has_room),
        cmocka_unit_test(test_a_counter_that_is_not_kept_refuses_nothing),
        cmocka_unit_test(test_a_counter_may_stand_a_charge_batch_below_its_limit),
        cmocka_unit_test(test_larger_pages_make_a_larger_batch),
        cmocka_unit_test(test_of_two_that_are_reached_the_one_with_less_room_refused),
        cmocka_unit_test(test_with_equal_room_the_larger_failcnt_refused),
        cmocka_unit_test(test_a_kmem_limit_refuses_below_the_others),
        cmocka_unit_test(test_swap_max_of_v2_makes_memory_refuse),
        cmocka_unit_test(test_a_lowered_limit_is_passed_by_far),
        cmocka_unit_test(test_the_only_limit_refused_even_when_the_victim_freed_memory_since),
        cmocka_unit_test(test_a_lost_counter_may_be_the_one_that_refused),
        cmocka_unit_test(test_a_counter_whose_failcnt_is_0_refused_nothing),
        cmocka_unit_test(test_an_illegible_limit_may_be_the_one_that_refused),
        cmocka_unit_test(test_old_kernels_have_two_counters),
        cmocka_unit_test(test_two_limits_with_room_leave_it_unknown),
        cmocka_unit_test(test_without_counters_nothing_is_claimed),
        cmocka_unit_test(test_the_number_for_no_limit_tells_the_page_size),
        cmocka_unit_test(test_memory_in_pages_and_in_kb_tells_the_page_size),
    };
    return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
