#include "tests/unit/analysis_fixture.h"

#include <stdio.h>

static void test_every_fact_has_a_clean_name_and_a_help_line(void **state)
{
    (void)state;
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    for (size_t i = 0; i < count; i++) {
        const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789_.";
        if (strspn(facts[i].name, allowed) != strlen(facts[i].name))
            fail_msg("%s", facts[i].name);
        if (!facts[i].help || strlen(facts[i].help) < 4 || strchr(facts[i].help, '\n'))
            fail_msg("%s: %s", facts[i].name, facts[i].help);
    }
}

static void test_names_are_unique_and_found(void **state)
{
    (void)state;
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    for (size_t i = 0; i < count; i++) /* the first of two equals would be found for the second */
        if (fact_find(slice_from_string(facts[i].name)) != &facts[i])
            fail_msg("%s stands twice", facts[i].name);
    assert_null(fact_find(SLICE("memcg.memory")));
    assert_null(fact_find(SLICE("")));
    assert_null(fact_find(SLICE("memcg.memory.usage ")));
}

static void claim_family(const char *prefix, const struct figure *figures, int figures_count)
{
    char name[64];
    for (int i = 0; i < figures_count; i++) {
        snprintf(name, sizeof name, "%s%s", prefix, figures[i].name);
        const struct fact_definition *fact = fact_find(slice_from_string(name));
        if (!fact)
            fail_msg("no fact %s", name);
        bool is_count = figures[i].unit == UNIT_COUNT;
        if (fact->type != (is_count ? FACT_COUNT : FACT_BYTES))
            fail_msg("%s has the wrong unit", name);
    }
}

static void test_every_figure_is_a_fact(void **state)
{
    (void)state;
    claim_family("memcg.stat.", memcg_stats, STAT_COUNT);
    claim_family("host.", mem_figures, MEM_COUNT);
}

/* What may be known of an incident that holds nothing: which lines it lacks, and zero victims. */
static void test_an_empty_incident_claims_no_quantity(void **state)
{
    (void)state;
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    struct incident *incident = incident_create();
    incident_analyze(incident);
    for (size_t i = 0; i < count; i++) {
        struct fact fact = fact_read(&facts[i], incident);
        bool is_claim = fact.known && facts[i].type != FACT_FLAG && facts[i].type != FACT_TEXT;
        if (is_claim && strcmp(facts[i].name, "victims.count") != 0)
            fail_msg("%s is %lld", facts[i].name, (long long)fact.number);
        assert_int_equal(fact.type, facts[i].type);
    }
    incident_destroy(incident);
}

static void test_every_amount_is_read_from_its_own_place(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->memcg.memory.usage = amount_of(1, 11);
    incident->memcg.memsw.limit = amount_of(2, 12);
    incident->memcg.kmem.failcnt = amount_of(3, 13);
    incident->memcg.stat[STAT_SHMEM] = amount_of(4, 14);
    incident->host_memory.figure[MEM_SHMEM] = amount_of(5, 15);
    incident->trigger.order = amount_of(6, 16);
    incident->pool.part[PART_PAGE_TABLE] = amount_of(7, 17);
    claim_number(incident, "memcg.memory.usage", 1);
    claim_number(incident, "memcg.memsw.limit", 2);
    claim_number(incident, "memcg.kmem.failcnt", 3);
    claim_number(incident, "memcg.stat.shmem", 4);
    claim_number(incident, "host.shmem", 5);
    claim_number(incident, "trigger.order", 6);
    claim_number(incident, "pool.page_table", 7);
    assert_int_equal(read_named(incident, "memcg.stat.shmem").line, 14);
    incident_destroy(incident);
}

static void test_names_of_processes_carry_the_line_that_they_stand_on(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    incident->trigger.comm = SLICE("asker");
    incident->trigger.line = 21;
    add_victim(incident, 7, "database", "Out of memory")->line = 22;
    struct task *task = ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count);
    *task = (struct task){.comm = SLICE("database"), .rss = amount_of(MIB, 23), .line = 23};
    claim_text(incident, "trigger.comm", "asker");
    claim_text(incident, "victim.comm", "database");
    claim_text(incident, "tasks.largest.comm", "database");
    assert_int_equal(read_named(incident, "trigger.comm").line, 21);
    assert_int_equal(read_named(incident, "victim.comm").line, 22);
    assert_int_equal(read_named(incident, "tasks.largest.comm").line, 23);
    incident_destroy(incident);
}

static void test_terms_carry_their_printed_name(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    claim_unknown(incident, "limit");
    incident->limit = LIMIT_MEMSW;
    incident->scope = SCOPE_MEMPOLICY;
    incident->dominant.part = PART_KERNEL_STACK;
    incident->class_ = CLASS_HOST_ZONE;
    incident->charge_path = CHARGE_SHMEM_WRITE;
    claim_text(incident, "limit", "memsw");
    claim_text(incident, "scope", "mempolicy");
    claim_text(incident, "dominant", "kernel-stack");
    claim_text(incident, "class", "host-zone");
    claim_text(incident, "charge_path", "shmem-write");
    incident_destroy(incident);
}

static void claim_print(struct fact fact, const char *expected)
{
    struct arena *arena = arena_create();
    struct slice text = fact_print(arena, &fact);
    assert_true(slice_equal(text, slice_from_string(expected)));
    arena_destroy(arena);
}

static void test_values_are_printed_for_people(void **state)
{
    (void)state;
    claim_print((struct fact){.type = FACT_BYTES, .known = true, .number = 36507222016},
                "34.0 GiB");
    claim_print((struct fact){.type = FACT_COUNT, .known = true, .number = 24892068}, "24,892,068");
    claim_print((struct fact){.type = FACT_IDENTIFIER, .known = true, .number = 281482}, "281482");
    claim_print((struct fact){.type = FACT_VERSION, .known = true, .number = 5015}, "5.15");
    claim_print((struct fact){.type = FACT_PERMILLE, .known = true, .number = 862}, "86 %");
    claim_print((struct fact){.type = FACT_FLAG, .known = true, .number = 1}, "yes");
    claim_print((struct fact){.type = FACT_FLAG, .known = true, .number = 0}, "no");
    claim_print((struct fact){.type = FACT_TEXT, .known = true, .text = SLICE("java")}, "java");
    claim_print((struct fact){.type = FACT_BYTES}, "unknown");
}

static void test_a_slip_of_the_finger_finds_the_name_that_was_meant(void **state)
{
    (void)state;
    assert_string_equal(fact_suggest(SLICE("memcg.memory.usgae")), "memcg.memory.usage");
    assert_string_equal(fact_suggest(SLICE("memcg.stat.shmen")), "memcg.stat.shmem");
    assert_string_equal(fact_suggest(SLICE("victim.anom")), "victim.anon");
    assert_null(fact_suggest(SLICE("xyzzy")));
}

/* ---- figures that no machine has: nothing may overflow, which the sanitizers watch */

static void fill(struct amount *amounts, size_t count, const int64_t *values, size_t from)
{
    enum { VALUES = 7 };
    for (size_t i = 0; i < count; i++)
        amounts[i] = amount_of(values[(from + i * 3) % VALUES], 1);
}

static void fill_zone(struct incident *incident, const int64_t *values, size_t from)
{
    struct zone *zone = add_zone(incident, 0, "Normal", 1, 1, 1, 1);
    fill(zone->figure, ZONE_COUNT, values, from);
    fill(zone->reserve, ZONE_TYPES_MAX, values, from + 1);
    fill(zone->buddy.blocks, ORDERS_MAX, values, from + 2);
    zone->reserve_count = 4;
    zone->buddy.orders = ORDERS_MAX;
}

static struct incident *extreme_incident(const int64_t *values, size_t from, bool is_memcg)
{
    struct incident *incident = create_incident(from % 2 ? "3.10.0" : "6.1.0");
    set_request(incident, "GFP_HIGHUSER_MOVABLE", (int64_t)(from % 4));
    struct memcg *memcg = &incident->memcg;
    struct page_counter *counters[] = {&memcg->memory, &memcg->memsw, &memcg->swap, &memcg->kmem};
    for (size_t i = 0; is_memcg && i < 4; i++) {
        fill(&counters[i]->usage, 1, values, from + i);
        fill(&counters[i]->limit, 1, values, from + i + 1);
    }
    fill(memcg->stat, is_memcg ? STAT_COUNT : 0, values, from);
    struct host_memory *host = &incident->host_memory;
    fill(host->figure, MEM_COUNT, values, from);
    fill(&host->ram, 1, values, from);
    fill(&host->reserved, 1, values, from + 1);
    fill(&host->swap_total, 1, values, from + 2);
    fill(&host->swap_free, 1, values, from + 3);
    fill(&incident->page_size, 1, values, from + 4);
    fill_zone(incident, values, from);
    struct task *task = ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count);
    fill(&task->rss, 1, values, from);
    fill(&task->swap, 1, values, from + 1);
    fill(&task->oom_score_adj, 1, values, from + 2);
    add_victim(incident, values[from % 7], "x", "Out of memory");
    return incident;
}

static void test_impossible_figures_overflow_nothing(void **state)
{
    (void)state;
    static const int64_t values[] = {INT64_MAX, INT64_MIN, -1, 0, INT64_C(1) << 62, 4096, 1};
    size_t count;
    const struct fact_definition *facts = fact_all(&count);
    for (size_t from = 0; from < 56; from++) {
        struct incident *incident = extreme_incident(values, from, from % 3 == 0);
        incident_analyze(incident);
        for (size_t i = 0; i < count; i++) {
            struct fact fact = fact_read(&facts[i], incident);
            fact_print(incident->arena, &fact);
        }
        incident_destroy(incident);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fact_has_a_clean_name_and_a_help_line),
        cmocka_unit_test(test_names_are_unique_and_found),
        cmocka_unit_test(test_every_figure_is_a_fact),
        cmocka_unit_test(test_an_empty_incident_claims_no_quantity),
        cmocka_unit_test(test_every_amount_is_read_from_its_own_place),
        cmocka_unit_test(test_names_of_processes_carry_the_line_that_they_stand_on),
        cmocka_unit_test(test_terms_carry_their_printed_name),
        cmocka_unit_test(test_values_are_printed_for_people),
        cmocka_unit_test(test_impossible_figures_overflow_nothing),
        cmocka_unit_test(test_a_slip_of_the_finger_finds_the_name_that_was_meant),
    };
    return cmocka_run_group_tests_name("fact", tests, NULL, NULL);
}
