#include "tests/unit/builtin_fixture.h"

#include "rules/rule_set.h"

/* What is demanded of the compiled-in rules beyond what every rule file must be. Runs in the
 * project's root. */

static bool has_case(struct slice rule, bool must_fire)
{
    size_t count;
    const struct rule_case *cases = rule_set_cases(rules, &count);
    for (size_t i = 0; i < count; i++)
        if (slice_equal(cases[i].rule, rule) && cases[i].must_fire == must_fire)
            return true;
    return false;
}

static void test_rule_builtin__every_finding_has_an_example_and_a_counter_example(void **state)
{
    (void)state;
    int lacking = 0;
    for (size_t i = 0; i < rules->findings.count; i++) {
        struct slice name = rules->findings.items[i]->name;
        if (has_case(name, true) && has_case(name, false))
            continue;
        print_error("rule %.*s lacks an example or a counter-example\n", SLICE_ARG(name));
        lacking++;
    }
    assert_int_equal(lacking, 0);
}

static void test_rule_builtin__every_example_is_there(void **state)
{
    (void)state;
    size_t count;
    int lacking = 0;
    const struct rule_case *cases = rule_set_cases(rules, &count);
    for (size_t i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%.*s", SLICE_ARG(cases[i].path));
        if (access(path, R_OK) == 0)
            continue;
        print_error("rule %.*s: no %s\n", SLICE_ARG(cases[i].rule), path);
        lacking++;
    }
    assert_int_equal(lacking, 0);
}

static void test_rule_builtin__every_sequence_ends_in_an_answer(void **state)
{
    (void)state;
    /* whatever is asked, there is a sentence and a confidence */
    struct incident *incident = incident_create();
    incident_analyze(incident);
    rule_set_judge(rules, incident, false);
    assert_true(incident->summary.length > 0);
    assert_int_equal(incident->confidence, CONFIDENCE_LOW);
    assert_int_equal(incident->class_, CLASS_UNKNOWN);
    incident_destroy(incident);
}

static void test_rule_builtin__checks_its_own_files(void **state)
{
    (void)state;
    struct error *error = rule_check("rules");
    if (error)
        fail_msg("%s", error_message(error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule_builtin__every_finding_has_an_example_and_a_counter_example),
        cmocka_unit_test(test_rule_builtin__every_example_is_there),
        cmocka_unit_test(test_rule_builtin__every_sequence_ends_in_an_answer),
        cmocka_unit_test(test_rule_builtin__checks_its_own_files),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
