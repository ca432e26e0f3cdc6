#include "tests/unit/rule_fixture.h"

static struct incident *tmpfs_incident(void)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->is_panic = true; /* what the rules below ask first */
    incident->memcg.is_present = true;
    incident->memcg.stat[STAT_SHMEM] = gib(267);
    incident->memcg.stat[STAT_SHMEM].line =
        incident_add_line(incident, SLICE("shmem 28668878029"), 41, 0);
    incident->memcg.memory.usage = gib(310);
    incident->memcg.memory.limit = gib(360);
    return incident;
}

/* The text of the finding that a rule with these lines makes; NULL when it stays silent. */
static const char *say(const char *says, struct incident *incident)
{
    static char text[1024];
    char rule[1024];
    snprintf(rule, sizeof rule,
             "rule zz-test\n  title T\n  when is_panic is yes\n  says %s\n  source s\n", says);
    struct rule_set *rules = load_rules(rule);
    rule_set_judge(rules, incident, false);
    const struct finding *finding = find_finding(incident, "zz-test");
    if (finding)
        snprintf(text, sizeof text, "%.*s", SLICE_ARG(finding->text));
    bool has_fired = finding != NULL;
    rule_set_destroy(rules);
    incident_destroy(incident);
    return has_fired ? text : NULL;
}

static void test_rule_judge__fills_sentences_in(void **state)
{
    (void)state;
    assert_string_equal(say("{memcg.stat.shmem} of {memcg.memory.usage}", tmpfs_incident()),
                        "26.7 GiB of 31.0 GiB");
    assert_string_equal(say("{memcg.stat.shmem of memcg.memory.usage} of it", tmpfs_incident()),
                        "86 % of it"); /* 26.7 / 31.0 = 0.861 */
    assert_string_equal(say("{memcg.memory.usage out of memcg.memory.limit}", tmpfs_incident()),
                        "31.0 of 36.0 GiB");
    assert_string_equal(say("{memcg.memory.limit - memcg.memory.usage} left", tmpfs_incident()),
                        "5.0 GiB left");
    assert_string_equal(say("\\{a\\} \\[b\\] \\\\", tmpfs_incident()), "{a} [b] \\");
}

static void test_rule_judge__drops_brackets_whose_facts_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(say("full[ in {memcg.path}]", tmpfs_incident()), "full");
    assert_string_equal(say("[{memcg.path}|{memcg.stat.shmem}|x]", tmpfs_incident()), "26.7 GiB");
    assert_string_equal(say("[{memcg.path}|nothing]", tmpfs_incident()), "nothing");
    assert_string_equal(say("a[ b[ c {memcg.path}] d]", tmpfs_incident()), "a b d");
    struct incident *incident = tmpfs_incident();
    incident->memcg.path = SLICE("/pod");
    assert_string_equal(say("full[ in {memcg.path}]", incident), "full in /pod");
}

static void test_rule_judge__chooses_alternatives_by_condition(void **state)
{
    (void)state;
    const char *says = "[if memcg.stat.shmem > 30 GiB: much|if memcg.stat.shmem > 20 GiB: "
                       "some|little]";
    assert_string_equal(say(says, tmpfs_incident()), "some");
    struct incident *incident = tmpfs_incident();
    incident->memcg.stat[STAT_SHMEM] = UNKNOWN;
    assert_string_equal(say(says, incident), "little");
}

static void test_rule_judge__never_prints_a_sentence_with_a_hole(void **state)
{
    (void)state;
    assert_null(say("full in {memcg.path}", tmpfs_incident()));
    assert_null(say("{memcg.stat.shmem + memcg.stat.slab}", tmpfs_incident()));
}

static void test_rule_judge__counts_in_words(void **state)
{
    (void)state;
    struct incident *incident = tmpfs_incident();
    incident->memcg.memory.failcnt = amount_of(1, 0);
    assert_string_equal(say("{memcg.memory.failcnt|time|times}", incident), "1 time");
    incident = tmpfs_incident();
    incident->memcg.memory.failcnt = amount_of(24892068, 0);
    assert_string_equal(say("{memcg.memory.failcnt|time|times}", incident), "24,892,068 times");
}

static void test_rule_judge__leaves_out_an_advice_that_cannot_be_said(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("rule zz-a\n  title T\n  when is_panic is yes\n  says S\n"
                                        "  advise look at {memcg.path}\n  source s\n"
                                        "rule zz-b\n  title T\n  when is_panic is yes\n  says S\n"
                                        "  advise look at {memcg.stat.shmem}\n  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, false);
    assert_int_equal(find_finding(incident, "zz-a")->advice.length, 0);
    assert_slice_equal(find_finding(incident, "zz-b")->advice, "look at 26.7 GiB");
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static void test_rule_judge__notes_the_facts_and_their_lines_as_evidence(void **state)
{
    (void)state;
    struct rule_set *rules =
        load_rules("rule zz-a\n  title T\n  when memcg.stat.shmem >= 50% of memcg.memory.usage\n"
                   "  says {memcg.stat.shmem}[ in {memcg.path}]\n  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, false);
    const struct finding *finding = find_finding(incident, "zz-a");
    assert_non_null(finding);
    assert_int_equal(finding->evidence_count, 2); /* shmem once, no path */
    assert_slice_equal(finding->evidence[0].fact, "memcg.stat.shmem");
    assert_slice_equal(finding->evidence[0].value, "26.7 GiB");
    assert_int_equal(finding->evidence[0].line, 1);
    assert_true(finding->evidence[0].amount.known);
    assert_slice_equal(finding->evidence[1].fact, "memcg.memory.usage");
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static const struct trace_step *find_step(const struct incident *incident, const char *rule,
                                          size_t number)
{
    for (size_t i = 0; i < incident->trace_count; i++)
        if (slice_equal(incident->trace[i].rule, slice_from_string(rule)) && number-- == 0)
            return &incident->trace[i];
    return NULL;
}

static void test_rule_judge__traces_every_predicate(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("rule zz-a\n  title T\n  when is_panic is no\n"
                                        "    and memcg.stat.shmem >= 50% of memcg.memory.usage\n"
                                        "    and not memcg.path is \"x\"\n  says S\n  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, true);
    const struct trace_step *first = find_step(incident, "zz-a", 0);
    const struct trace_step *second = find_step(incident, "zz-a", 1);
    const struct trace_step *third = find_step(incident, "zz-a", 2);
    assert_non_null(third);
    assert_null(find_step(incident, "zz-a", 3));
    assert_int_equal(first->outcome, OUTCOME_NO);
    assert_slice_equal(first->values, "yes");
    assert_slice_equal(second->predicate, "memcg.stat.shmem >= 50% of memcg.memory.usage");
    assert_slice_equal(second->values, "26.7 GiB of 31.0 GiB");
    assert_int_equal(second->outcome, OUTCOME_YES);
    assert_int_equal(second->rule_line, 4);
    assert_int_equal(second->line, 1);
    assert_slice_equal(third->predicate, "not memcg.path is \"x\"");
    assert_slice_equal(third->values, "unknown");
    assert_int_equal(third->outcome, OUTCOME_UNKNOWN);
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static void test_rule_judge__traces_the_fact_that_a_sentence_lacks(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("rule zz-a\n  title T\n  when is_panic is yes\n"
                                        "  says in {memcg.path}\n  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, true);
    const struct trace_step *step = find_step(incident, "zz-a", 1);
    assert_non_null(step);
    assert_slice_equal(step->predicate, "memcg.path");
    assert_int_equal(step->outcome, OUTCOME_UNKNOWN);
    assert_false(rule_fired(incident, SLICE("zz-a")));
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static void test_rule_judge__judges_alike_with_and_without_a_trace(void **state)
{
    (void)state;
    struct rule_set *rules = NULL;
    assert_null(rule_set_create(NULL, &rules));
    struct incident *plain = tmpfs_incident(), *traced = tmpfs_incident();
    rule_set_judge(rules, plain, false);
    rule_set_judge(rules, traced, true);
    assert_int_equal(plain->trace_count, 0);
    assert_true(traced->trace_count > 0);
    assert_int_equal(plain->fired_count, traced->fired_count);
    for (size_t i = 0; i < plain->fired_count; i++)
        assert_true(slice_equal(plain->fired[i], traced->fired[i]));
    incident_destroy(plain);
    incident_destroy(traced);
    rule_set_destroy(rules);
}

static void test_rule_judge__says_the_heaviest_first(void **state)
{
    (void)state;
#define FINDING(name, weight)                                                                    \
    "rule " name "\n  title T\n  weight " weight "\n  when is_panic is yes\n  says S\n  source " \
    "s\n"
    struct rule_set *rules =
        load_rules(FINDING("zz-c", "990") FINDING("zz-a", "980") FINDING("zz-b", "1000"));
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, false);
    assert_true(incident->findings_count >= 3);
    assert_slice_equal(incident->findings[0].rule, "zz-b");
    assert_slice_equal(incident->findings[1].rule, "zz-c");
    assert_slice_equal(incident->findings[2].rule, "zz-a");
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static void test_rule_judge__groups_conditions_by_or_lines(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("rule zz-a\n  title T\n"
                                        "  when is_panic is no\n    and kind is oom-kill\n"
                                        "  or   is_panic is yes\n    and kind is alloc-failure\n"
                                        "  says S\n  source s\n"
                                        "rule zz-b\n  title T\n"
                                        "  when is_panic is no\n    and kind is oom-kill\n"
                                        "  or   is_panic is yes\n    and kind is oom-kill\n"
                                        "  says S\n  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, false);
    assert_false(rule_fired(incident, SLICE("zz-a")));
    assert_true(rule_fired(incident, SLICE("zz-b")));
    incident_destroy(incident);
    rule_set_destroy(rules);
}

static void test_rule_judge__considers_a_finding_only_in_its_class(void **state)
{
    (void)state;
    /* an order of 1 comes before every compiled-in one */
    struct rule_set *rules =
        load_rules("rule zz-class\n  decides class hugetlb\n  order 1\n"
                   "  when is_panic is yes\n  source s\n"
                   "rule zz-also\n  decides also swap\n  when is_panic is yes\n  source s\n"
                   "rule zz-a\n  title T\n  class hugetlb\n  when is_panic is yes\n  says S\n"
                   "  source s\n"
                   "rule zz-b\n  title T\n  class swap\n  when is_panic is yes\n  says S\n"
                   "  source s\n"
                   "rule zz-c\n  title T\n  class slab\n  when is_panic is yes\n  says S\n"
                   "  source s\n");
    struct incident *incident = tmpfs_incident();
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->class_, CLASS_HUGETLB);
    assert_true(incident->also[CLASS_SWAP]);
    assert_true(rule_fired(incident, SLICE("zz-a")));
    assert_true(rule_fired(incident, SLICE("zz-b")));
    assert_false(rule_fired(incident, SLICE("zz-c")));
    incident_destroy(incident);
    rule_set_destroy(rules);
}

/* ---- the set */

static char *list_of(const struct rule_set *rules)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    rule_set_list(rules, out);
    fclose(out);
    return text;
}

static void test_rule_set__overrides_by_name(void **state)
{
    (void)state;
    struct rule_set *builtin = NULL;
    assert_null(rule_set_create(NULL, &builtin));
    struct rule_set *rules =
        load_rules("rule class-slab\n  decides class hugetlb\n  order 30\n  when dominant is slab\n"
                   "  source s\n");
    char *before = list_of(builtin), *after = list_of(rules);
    assert_non_null(strstr(before, "class slab\n"));
    assert_non_null(strstr(after, "class-slab                            decides    30  class "
                                  "hugetlb\n"));
    size_t lines_before = 0, lines_after = 0;
    for (const char *at = before; *at; at++)
        lines_before += *at == '\n';
    for (const char *at = after; *at; at++)
        lines_after += *at == '\n';
    assert_int_equal(lines_before, lines_after);
    free(before);
    free(after);
    rule_set_destroy(rules);
    rule_set_destroy(builtin);
}

static void test_rule_set__shows_a_rule_as_written(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("# head\nrule zz-a # why\n  title T\n  when is_panic is "
                                        "yes\n  says S\n  source s\n\nrule zz-b\n  decides "
                                        "missing x\n  when is_panic is yes\n");
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_null(rule_set_show(rules, SLICE("zz-a"), out));
    fclose(out);
    assert_non_null(strstr(text, ":2\nrule zz-a # why\n  title T\n  when is_panic is yes\n  says "
                                 "S\n  source s\n"));
    assert_null(strstr(text, "zz-b"));
    free(text);
    struct error *error = rule_set_show(rules, SLICE("class-slap"), stderr);
    assert_non_null(error);
    assert_int_equal(error_kind(error), ERROR_USAGE);
    assert_string_equal(error_message(error), "no rule class-slap (did you mean class-slab?)");
    error_destroy(error);
    rule_set_destroy(rules);
}

static void test_rule_set__knows_its_examples(void **state)
{
    (void)state;
    struct rule_set *rules =
        load_rules("rule zz-a\n  title T\n  when is_panic is yes\n  says S\n  source s\n"
                   "  example samples/a.log\n  counter samples/b.log\n");
    size_t count;
    const struct rule_case *cases = rule_set_cases(rules, &count);
    assert_true(count >= 2);
    assert_slice_equal(cases[count - 2].path, "samples/a.log");
    assert_true(cases[count - 2].must_fire);
    assert_slice_equal(cases[count - 1].rule, "zz-a");
    assert_slice_equal(cases[count - 1].path, "samples/b.log");
    assert_false(cases[count - 1].must_fire);
    rule_set_destroy(rules);
}

static void test_rule_set__says_what_is_wrong_with_a_folder(void **state)
{
    (void)state;
    struct rule_set *rules = NULL;
    struct error *error = rule_set_create("/nonexistent-rules", &rules);
    assert_non_null(error);
    assert_string_equal(error_message(error), "/nonexistent-rules: No such file or directory");
    error_destroy(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule_judge__fills_sentences_in),
        cmocka_unit_test(test_rule_judge__drops_brackets_whose_facts_are_unknown),
        cmocka_unit_test(test_rule_judge__chooses_alternatives_by_condition),
        cmocka_unit_test(test_rule_judge__never_prints_a_sentence_with_a_hole),
        cmocka_unit_test(test_rule_judge__counts_in_words),
        cmocka_unit_test(test_rule_judge__leaves_out_an_advice_that_cannot_be_said),
        cmocka_unit_test(test_rule_judge__notes_the_facts_and_their_lines_as_evidence),
        cmocka_unit_test(test_rule_judge__traces_every_predicate),
        cmocka_unit_test(test_rule_judge__traces_the_fact_that_a_sentence_lacks),
        cmocka_unit_test(test_rule_judge__judges_alike_with_and_without_a_trace),
        cmocka_unit_test(test_rule_judge__says_the_heaviest_first),
        cmocka_unit_test(test_rule_judge__groups_conditions_by_or_lines),
        cmocka_unit_test(test_rule_judge__considers_a_finding_only_in_its_class),
        cmocka_unit_test(test_rule_set__overrides_by_name),
        cmocka_unit_test(test_rule_set__shows_a_rule_as_written),
        cmocka_unit_test(test_rule_set__knows_its_examples),
        cmocka_unit_test(test_rule_set__says_what_is_wrong_with_a_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
