#include "tests/unit/rule_fixture.h"

/* is_panic is yes: yes; is_panic is no: no; memcg.path is "x": unknown, for it is not there. */
#define YES "is_panic is yes"
#define NO "is_panic is no"
#define UNKNOWN_ "memcg.path is \"x\""

static enum outcome ask(const struct incident *incident, const char *text)
{
    struct condition *condition = NULL;
    struct error *error = condition_create(text, &condition);
    if (error)
        fail_msg("%s", error_message(error));
    enum outcome outcome = condition_evaluate(condition, incident);
    condition_destroy(condition);
    return outcome;
}

static struct incident *panic_incident(void)
{
    struct incident *incident = incident_create();
    incident->is_panic = true;
    incident->kind = KIND_OOM_KILL;
    return incident;
}

/* The truth table of SQL, SQL:1999 8.12. */
static void test_rule_logic__is_three_valued(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        enum outcome outcome;
    } table[] = {
        {YES " and " YES, OUTCOME_YES},
        {YES " and " NO, OUTCOME_NO},
        {YES " and " UNKNOWN_, OUTCOME_UNKNOWN},
        {NO " and " NO, OUTCOME_NO},
        {NO " and " UNKNOWN_, OUTCOME_NO},
        {UNKNOWN_ " and " NO, OUTCOME_NO},
        {UNKNOWN_ " and " YES, OUTCOME_UNKNOWN},
        {UNKNOWN_ " and " UNKNOWN_, OUTCOME_UNKNOWN},
        {YES " or " YES, OUTCOME_YES},
        {YES " or " NO, OUTCOME_YES},
        {YES " or " UNKNOWN_, OUTCOME_YES},
        {UNKNOWN_ " or " YES, OUTCOME_YES},
        {NO " or " NO, OUTCOME_NO},
        {NO " or " UNKNOWN_, OUTCOME_UNKNOWN},
        {UNKNOWN_ " or " NO, OUTCOME_UNKNOWN},
        {UNKNOWN_ " or " UNKNOWN_, OUTCOME_UNKNOWN},
        {"not " YES, OUTCOME_NO},
        {"not " NO, OUTCOME_YES},
        {"not " UNKNOWN_, OUTCOME_UNKNOWN},
        {"not (" UNKNOWN_ " and " NO ")", OUTCOME_YES},
        {"not (" UNKNOWN_ " or " NO ")", OUTCOME_UNKNOWN},
        {"not not " YES, OUTCOME_YES},
        {"memcg.path is unknown", OUTCOME_YES},
        {"memcg.path is known", OUTCOME_NO},
        {"not memcg.path is known", OUTCOME_YES},
        {"is_panic is not yes", OUTCOME_NO},
        {"memcg.path is not \"x\"", OUTCOME_UNKNOWN},
        {"memcg.path matches /x/", OUTCOME_UNKNOWN},
        {"memcg.path contains \"x\"", OUTCOME_UNKNOWN},
        {"memcg.memory.usage > 0", OUTCOME_UNKNOWN},
        {"memcg.memory.usage + 4 KiB > 0", OUTCOME_UNKNOWN},
        {"stack has do_wp_page", OUTCOME_UNKNOWN},
        {"gfp has GFP_KERNEL", OUTCOME_UNKNOWN},
        {"also has swap", OUTCOME_NO},
        {"scope is memcg", OUTCOME_UNKNOWN}, /* not decided: the word "unknown" is unknown */
        {"scope is not memcg", OUTCOME_UNKNOWN},
        {"scope is unknown", OUTCOME_YES},
        {"kind is one of oom-kill, alloc-failure", OUTCOME_YES},
        {"kind is not one of oom-kill, alloc-failure", OUTCOME_NO},
        {"kind is one of alloc-failure, charge-stall", OUTCOME_NO},
    };
    struct incident *incident = panic_incident();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (ask(incident, table[i].condition) != table[i].outcome)
            fail_msg("%s: expected %d", table[i].condition, table[i].outcome);
    incident_destroy(incident);
}

static void test_rule_logic__binds_not_before_and_before_or(void **state)
{
    (void)state;
    struct incident *incident = panic_incident();
    assert_int_equal(ask(incident, YES " or " NO " and " NO), OUTCOME_YES);
    assert_int_equal(ask(incident, "(" YES " or " NO ") and " NO), OUTCOME_NO);
    assert_int_equal(ask(incident, "not " NO " and " NO), OUTCOME_NO);
    assert_int_equal(ask(incident, "not (" NO " and " NO ")"), OUTCOME_YES);
    incident_destroy(incident);
}

static void test_rule_logic__computes_with_units(void **state)
{
    (void)state;
    struct incident *incident = panic_incident();
    incident->memcg.is_present = true;
    incident->memcg.memory.usage = gib(310);           /* 31.0 GiB */
    incident->memcg.stat[STAT_SHMEM] = gib(155);       /* exactly half */
    incident->memcg.stat[STAT_ANON] = amount_of(7, 0); /* bytes */
    incident->page_size = amount_of(65536, 0);
    assert_int_equal(ask(incident, "memcg.stat.shmem >= 50% of memcg.memory.usage"), OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.stat.shmem > 50% of memcg.memory.usage"), OUTCOME_NO);
    assert_int_equal(ask(incident, "memcg.stat.shmem of memcg.memory.usage is 50%"), OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.stat.shmem is 15.5 GiB"), OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.memory.usage - memcg.stat.shmem is 15872 MiB"),
                     OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.stat.anon + 65529 B is 1 page"), OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.stat.anon < 0"), OUTCOME_NO);
    assert_int_equal(ask(incident, "memcg.memory.usage > 33.28 GB"), OUTCOME_YES); /* 33285996544 */
    assert_int_equal(ask(incident, "memcg.memory.usage > 33.29 GB"), OUTCOME_NO);
    incident->page_size = UNKNOWN;
    assert_int_equal(ask(incident, "memcg.stat.anon < 1 page"), OUTCOME_UNKNOWN);
    incident_destroy(incident);
}

static void test_rule_logic__does_not_overflow(void **state)
{
    (void)state;
    struct incident *incident = panic_incident();
    incident->memcg.is_present = true;
    incident->memcg.memory.usage = amount_of(INT64_MAX, 0);
    incident->memcg.stat[STAT_SHMEM] = amount_of(INT64_MAX / 2, 0);
    assert_int_equal(ask(incident, "memcg.memory.usage + memcg.memory.usage > 0"), OUTCOME_UNKNOWN);
    assert_int_equal(ask(incident, "memcg.stat.shmem of memcg.memory.usage >= 49%"), OUTCOME_YES);
    assert_int_equal(ask(incident, "90% of memcg.memory.usage > memcg.stat.shmem"), OUTCOME_YES);
    incident->memcg.memory.usage = amount_of(0, 0);
    assert_int_equal(ask(incident, "memcg.stat.shmem of memcg.memory.usage >= 1%"),
                     OUTCOME_UNKNOWN);
    incident_destroy(incident);
}

static void test_rule_logic__asks_certain_frames_only(void **state)
{
    (void)state;
    struct incident *incident = panic_incident();
    set_stack(incident, "try_charge ?shmem_fault __vmalloc_node_range");
    assert_int_equal(ask(incident, "stack has shmem_fault"), OUTCOME_NO);
    assert_int_equal(ask(incident, "stack has shmem_fault or __vmalloc_*"), OUTCOME_YES);
    assert_int_equal(ask(incident, "stack has __vmalloc_node_range"), OUTCOME_YES);
    assert_int_equal(ask(incident, "stack has *_charge"), OUTCOME_YES);
    assert_int_equal(ask(incident, "not stack has a or b and is_panic is yes"), OUTCOME_YES);
    set_stack(incident, "?shmem_fault");
    assert_int_equal(ask(incident, "stack has shmem_fault"), OUTCOME_UNKNOWN);
    incident_destroy(incident);
}

static void test_rule_logic__gives_up_on_a_pattern_that_explodes(void **state)
{
    (void)state;
    struct incident *incident = panic_incident();
    incident->memcg.is_present = true;
    incident->memcg.path = SLICE(
        "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    assert_int_equal(ask(incident, "memcg.path matches /^\\/(a+)+$/"), OUTCOME_UNKNOWN);
    assert_int_equal(ask(incident, "memcg.path matches /A!$/i"), OUTCOME_YES);
    assert_int_equal(ask(incident, "memcg.path matches /A!$/"), OUTCOME_NO);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule_logic__is_three_valued),
        cmocka_unit_test(test_rule_logic__binds_not_before_and_before_or),
        cmocka_unit_test(test_rule_logic__computes_with_units),
        cmocka_unit_test(test_rule_logic__does_not_overflow),
        cmocka_unit_test(test_rule_logic__asks_certain_frames_only),
        cmocka_unit_test(test_rule_logic__gives_up_on_a_pattern_that_explodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
