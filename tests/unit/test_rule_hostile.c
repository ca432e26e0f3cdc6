#include "tests/unit/rule_fixture.h"

#include <time.h>

enum { MEGABYTE = 1024 * 1024 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A rule file of just under a megabyte: @p unit again and again behind @p head. */
static void assert_refused_quickly(const char *head, const char *unit)
{
    char *text = malloc(MEGABYTE);
    size_t length = strlen(head), step = strlen(unit);
    memcpy(text, head, length);
    while (length + step < MEGABYTE) {
        memcpy(text + length, unit, step);
        length += step;
    }
    double start = seconds();
    char *mistakes = mistakes_of(text, length);
    double spent = seconds() - start;
    assert_non_null(mistakes);
    size_t lines = 1;
    for (const char *at = mistakes; *at; at++)
        lines += *at == '\n';
    assert_true(lines <= 21); /* no flood */
    if (spent > 20)           /* sanitizers are slow; quadratic would be minutes */
        fail_msg("%.1f s for %s", spent, unit);
    free(mistakes);
    free(text);
}

static void test_rule_hostile__survives_a_megabyte_of_anything(void **state)
{
    (void)state;
#define HEAD "rule a\n  title T\n  source s\n  says S\n  when "
    assert_refused_quickly("", "rule a\n");
    assert_refused_quickly("", "rule a\n  when scope is memcg\n  says S\n");
    assert_refused_quickly(HEAD "is_panic is yes\n", "  and is_panic is yes\n");
    assert_refused_quickly(HEAD "is_panic is yes\n", "  or memcg.pth is \"x\"\n");
    assert_refused_quickly(HEAD "is_panic is yes\n", "  says {a}{b}[x|y]\n");
    assert_refused_quickly("", "garbage\n");
    assert_refused_quickly("", "x");
    assert_refused_quickly("rule a\n", "\n  xyz");
    assert_refused_quickly(HEAD, "(");
    assert_refused_quickly(HEAD, "not ");
    assert_refused_quickly(HEAD, "a or ");
    assert_refused_quickly("rule a\n says ", "[");
    assert_refused_quickly("rule a\n says ", "{");
}

static void assert_one_line(const char *prefix, const char *unit, size_t count, const char *suffix,
                            const char *mistake)
{
    size_t size = strlen(prefix) + strlen(unit) * count + strlen(suffix) + 1;
    char *text = calloc(1, size);
    strcpy(text, prefix);
    for (size_t i = 0; i < count; i++)
        strcat(text, unit);
    strcat(text, suffix);
    char *found = mistakes_of(text, strlen(text));
    assert_non_null(found);
    if (!strstr(found, mistake))
        fail_msg("%s, not %s", mistake, found);
    free(found);
    free(text);
}

static void test_rule_hostile__bounds_depth_and_size(void **state)
{
    (void)state;
    assert_one_line(HEAD, "(", 300, "is_panic is yes\n", "nested too deeply");
    assert_one_line(HEAD, "not ", 300, "is_panic is yes\n", "nested too deeply");
    assert_one_line(HEAD, "50% of ", 100, "memcg.memory.usage > 0\n", "nested too deeply");
    assert_one_line(HEAD "trigger.pid", " + 1", 300, " > 0\n", "this condition is too long");
    assert_one_line(HEAD, "0>0 or ", 250, "0>0\n", "this condition is too long");
    assert_one_line("rule a\n says ", "[", 100, "x\n", "brackets nested too deeply");
    assert_one_line("rule a\n says ", "x", 3000, "\n", "this line is too long");
    assert_one_line(HEAD "victim.comm matches /", "(", 100, "/\n",
                    "parentheses are too deeply nested");
    assert_one_line(HEAD "memcg.memory.usage > ", "9", 30, " GiB\n",
                    "this number is too large or too fine");
    assert_one_line(HEAD "memcg.memory.usage > 9", "", 0, "000000000 TiB\n",
                    "this number is too large or too fine");
}

static void test_rule_hostile__refuses_what_is_no_text(void **state)
{
    (void)state;
    static const char zero[] = "rule a\n  title x\0y\n";
    char *found = mistakes_of(zero, sizeof zero - 1);
    assert_non_null(strstr(found, "2:1: not clean UTF-8 text"));
    free(found);
    static const char escape[] = "rule a\n  title \033[31mred\n";
    found = mistakes_of(escape, sizeof escape - 1);
    assert_non_null(strstr(found, "2:1: not clean UTF-8 text"));
    free(found);
    static const char latin[] = "rule \xe4\n";
    found = mistakes_of(latin, sizeof latin - 1);
    assert_string_equal(found, "1:1: not clean UTF-8 text");
    free(found);
}

static void test_rule_hostile__refuses_a_file_above_a_megabyte(void **state)
{
    (void)state;
    char *text = malloc(MEGABYTE + 1);
    memset(text, '\n', MEGABYTE + 1);
    char *found = mistakes_of(text, MEGABYTE + 1);
    assert_string_equal(found, "1:1: larger than 1 MiB, so no rule file");
    free(found);
    free(text);
}

/* Every prefix of a good file, and every byte of it replaced: mistakes perhaps, never a crash. */
static void test_rule_hostile__survives_every_cut_and_every_changed_byte(void **state)
{
    (void)state;
    static const char text[] = "rule a # c\n  title T\n  class slab\n  weight 9\n"
                               "  when (memcg.stat.shmem of pool.size >= 5.5% or stack has a*)\n"
                               "    or victim.comm matches /a[b]/i and gfp has GFP_KERNEL\n"
                               "  says {pool.size|a}[if is_panic is yes: \\{x|{victims.count|a|b}]"
                               "\n  source s\n  example x\n";
    char copy[sizeof text];
    for (size_t i = 0; i < sizeof text - 1; i += 3) {
        error_destroy(rule_check_text("a.rule", slice_of(text, i)));
        memcpy(copy, text, sizeof text);
        copy[i] = "({[|\"/\n%"[i % 8];
        error_destroy(rule_check_text("a.rule", slice_of(copy, sizeof text - 1)));
    }
}

/* Names from a log are data: nothing in them is looked at as a template or a condition. */
static void test_rule_hostile__treats_names_from_the_log_as_data(void **state)
{
    (void)state;
    struct rule_set *rules = load_rules("rule zz-a\n  title T\n  when memcg.path is known\n"
                                        "  says <{memcg.path}>\n  source s\n");
    struct incident *incident = incident_create();
    incident->memcg.is_present = true;
    incident->memcg.path = SLICE("/{memcg.path}[x|%s%n\033]\xff");
    rule_set_judge(rules, incident, true);
    assert_slice_equal(find_finding(incident, "zz-a")->text, "</{memcg.path}[x|%s%n\033]\xff>");
    incident_destroy(incident);
    rule_set_destroy(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule_hostile__survives_a_megabyte_of_anything),
        cmocka_unit_test(test_rule_hostile__bounds_depth_and_size),
        cmocka_unit_test(test_rule_hostile__refuses_what_is_no_text),
        cmocka_unit_test(test_rule_hostile__refuses_a_file_above_a_megabyte),
        cmocka_unit_test(test_rule_hostile__survives_every_cut_and_every_changed_byte),
        cmocka_unit_test(test_rule_hostile__treats_names_from_the_log_as_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
