#include "tests/unit/rule_fixture.h"

/* A finding around one condition; the condition starts at line 3, column 13. */
static void assert_condition_mistake(const char *condition, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text,
             "rule a\n  title     T\n  when      %s\n  says      S\n  source    mm/x.c\n",
             condition);
    assert_mistakes(text, expected);
}

static void test_rule_language__accepts_every_form_of_the_readme(void **state)
{
    (void)state;
    static const char *const conditions[] = {
        "scope is memcg",
        "scope is not memcg",
        "dominant is one of slab, page-table",
        "not dominant is one of slab, page-table",
        "memcg.path is unknown",
        "memcg.path is not known",
        "victim.comm is \"java\"",
        "memcg.path is memcg.victim_path",
        "victim.comm matches /^(java|node)$/i",
        "memcg.path contains \"kubepods\"",
        "memcg.victim_path starts with memcg.path",
        "is_panic is yes",
        "memcg.stat.shmem >= 50% of memcg.memory.usage",
        "memcg.stat.shmem > 1.5 GiB",
        "memcg.stat.shmem > 100 MB",
        "memcg.stat.shmem < 64 pages",
        "memcg.stat.shmem > 0",
        "trigger.order is -1",
        "memcg.stat.shmem + memcg.stat.anon <= memcg.memory.usage - 4 KiB",
        "memcg.stat.shmem of memcg.memory.usage >= 0.5%",
        "memcg.memory.limit < 20% of (memcg.stat.shmem + memcg.stat.anon)",
        "(scope is memcg or scope is global) and not kind is alloc-failure",
        "stack has shmem_fault or shmem_write_* or scope is memcg",
        "not stack has a or b and gfp has GFP_KERNEL",
        "also has swap",
        "slabs has \"bio-128\", dentry",
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        assert_condition_mistake(conditions[i], "");
}

static void test_rule_language__suggests_the_fact_that_was_meant(void **state)
{
    (void)state;
    assert_condition_mistake("memcg.stat.shmen > 1 GiB",
                             "3:13: no fact \"memcg.stat.shmen\" (did you mean memcg.stat.shmem?)");
    assert_condition_mistake("memcg.stat.shmem > 50% of memcg.memory.usgae",
                             "3:39: no fact \"memcg.memory.usgae\" (did you mean "
                             "memcg.memory.usage?)");
}

static void test_rule_language__checks_words_against_their_vocabulary(void **state)
{
    (void)state;
    assert_condition_mistake("scope is memgc",
                             "3:22: scope is never \"memgc\" (did you mean memcg?)");
    assert_condition_mistake("dominant is one of anon, slap",
                             "3:38: dominant is never \"slap\" (did you mean slab?)");
    assert_condition_mistake("also has memcg", "3:22: no such class");
    assert_condition_mistake("gfp has KERNEL", "3:21: gfp flags start with GFP_ or __GFP_");
}

static void test_rule_language__checks_units(void **state)
{
    (void)state;
    assert_condition_mistake("memcg.stat.shmem >= 100",
                             "3:30: the left side is bytes, the right side a count: write 100 MiB");
    assert_condition_mistake("memcg.stat.shmem > memcg.memory.failcnt",
                             "3:30: the left side is bytes, the right side a count");
    assert_condition_mistake("memcg.memory.failcnt > 5%",
                             "3:34: the left side is a count, the right side a share (%)");
    assert_condition_mistake("dominant.share > 5",
                             "3:28: the left side is a share (%), the right side a count: write "
                             "50%");
    assert_condition_mistake("memcg.stat.shmem + trigger.order > 0",
                             "3:30: the left side is bytes, the right side a count");
    assert_condition_mistake("scope is limit",
                             "3:19: the left side is a word of scope, the right side a word of "
                             "limit");
}

static void test_rule_language__names_what_is_wrong_and_where(void **state)
{
    (void)state;
    assert_condition_mistake("memcg.stat.shmem", "3:13: this is bytes, not a condition: compare it "
                                                 "or ask \"is known\"");
    assert_condition_mistake("victim.comm is java", "3:28: text stands in quotes: \"java\"");
    assert_condition_mistake("victim.comm is \"java", "3:28: this quote is not closed");
    assert_condition_mistake("trigger.order = 0", "3:27: write \"is\" or \"is not\"");
    assert_condition_mistake("(scope is memcg", "3:13: this parenthesis is not closed");
    assert_condition_mistake("scope is memcg)", "3:27: not expected here");
    assert_condition_mistake("memcg.stat.shmem > 4 kB",
                             "3:32: the kernel's kB is 1024 bytes: write KiB");
    assert_condition_mistake("memcg.stat.shmem >",
                             "3:31: the line ends here, something is missing");
    assert_condition_mistake("victim.comm matches /a(/", "3:36: missing closing parenthesis");
    assert_condition_mistake("stack is known", "3:13: \"stack\" is asked with \"has\"");
}

static void test_rule_language__reports_several_mistakes_per_run(void **state)
{
    (void)state;
    assert_mistakes("rule first\n"
                    "  titel     T\n"
                    "  when      scope is memgc\n"
                    "    and     trigger.ordr is 0\n"
                    "  says      {memcg.stat.shmem\n"
                    "  weight    5000\n",
                    "2:3: no such line in a rule: \"titel\" (did you mean title?)\n"
                    "3:22: scope is never \"memgc\" (did you mean memcg?)\n"
                    "4:13: no fact \"trigger.ordr\" (did you mean trigger.order?)\n"
                    "5:13: this brace is not closed\n"
                    "6:13: a number from 1 to 1000 is wanted\n"
                    "1:1: rule first has no title\n"
                    "1:1: rule first has no source: where does the kernel do this?");
}

static void test_rule_language__checks_templates(void **state)
{
    (void)state;
#define FINDING(says) \
    "rule a\n  title T\n  when is_panic is yes\n  says " says "\n  source mm/x.c\n"
    assert_mistakes(FINDING("{memcg.stat.shmm}"),
                    "4:9: no fact \"memcg.stat.shmm\" (did you mean memcg.stat.shmem?)");
    assert_mistakes(FINDING("[ of {memcg.path}"), "4:8: this bracket is not closed on its line");
    assert_mistakes(FINDING("a ] b"), "4:10: nothing to close here; the character itself is \\]");
    assert_mistakes(FINDING("a } b"), "4:10: nothing to close here; the character itself is \\}");
    assert_mistakes(FINDING("{victims.count|task}"),
                    "4:9: a count needs both words: {victims.count|task|tasks}");
    assert_mistakes(FINDING("{memcg.path|task|tasks}"),
                    "4:9: only a count has words for one and for many");
    assert_mistakes(FINDING("[if scope is memgc: x]"),
                    "4:21: scope is never \"memgc\" (did you mean memcg?)");
    assert_mistakes(FINDING("[if scope is memcg x]"),
                    "4:9: a colon is wanted: [if scope is memcg: ...]");
    assert_mistakes(FINDING("{is_panic is yes}"), "4:18: not expected here");
    assert_mistakes(FINDING("\\{ \\] {victims.count|task|tasks}[, {memcg.path}|none]"), "");
}

static void test_rule_language__demands_what_a_rule_needs(void **state)
{
    (void)state;
    assert_mistakes("rule a\n  title T\n",
                    "1:1: rule a has neither \"says\" nor \"decides\" nor \"summary\"");
    assert_mistakes("rule a\n  title T\n  says S\n  source s\n", "1:1: rule a has no \"when\"");
    assert_mistakes("rule a\n  decides scope memcg\n  when is_panic is yes\n  source s\n",
                    "1:1: rule a has no order: rules of this kind are tried one after another");
    assert_mistakes("rule a\n  decides scope memcg\n  says S\n",
                    "3:8: a rule either says, summarizes or decides one thing\n"
                    "1:1: rule a has no title\n"
                    "1:1: rule a has no \"when\"\n"
                    "1:1: rule a has no source: where does the kernel do this?");
    assert_mistakes("  title T\n", "1:1: a file starts with \"rule NAME\"");
    assert_mistakes("rule Big Name\n  title T\n  when is_panic is yes\n  says S\n  source s\n",
                    "1:6: a rule's name is made of small letters, digits and '-'");
}

static void test_rule_language__refuses_a_name_given_twice(void **state)
{
    (void)state;
    const char *text = "rule a\n  decides missing x\n  when is_panic is yes\n"
                       "rule a\n  decides missing y\n  when is_panic is yes\n";
    char *found = mistakes_of(text, strlen(text));
    assert_non_null(found);
    assert_non_null(strstr(found, "4:1: a second rule a, the first is "));
    free(found);
}

static void test_rule_language__finds_rules_that_cannot_hold_or_never_get_their_turn(void **state)
{
    (void)state;
    assert_mistakes("rule a\n  title T\n  when scope is memcg\n    and is_panic is yes\n"
                    "    and scope is global\n  says S\n  source s\n",
                    "5:1: never holds together with line 3: scope is memcg");
    /* in groups of their own they may differ */
    assert_mistakes("rule a\n  title T\n  when scope is memcg\n    or scope is global\n"
                    "  says S\n  source s\n",
                    "");
    const char *text = "rule a\n  decides confidence low\n  order 9000\n  source s\n"
                       "rule b\n  decides confidence low\n  order 9001\n  source s\n";
    char *found = mistakes_of(text, strlen(text));
    assert_non_null(found);
    assert_non_null(strstr(found, "5:1: rule b is never tried: "));
    free(found);
}

static void test_rule_language__refuses_an_order_that_is_taken(void **state)
{
    (void)state;
    const char *text = "rule zz-mine\n  decides scope memcg\n  order 10\n  when is_panic is yes\n"
                       "  source s\n";
    char *found = mistakes_of(text, strlen(text));
    assert_non_null(found);
    assert_non_null(strstr(found, "3:1: order 10 is that of rule scope-sysrq ("));
    free(found);
}

static void test_rule_language__names_the_column_of_a_bad_where(void **state)
{
    (void)state;
    struct condition *condition = NULL;
    struct error *error = condition_create("scope is memcg and victim.com is \"x\"", &condition);
    assert_non_null(error);
    assert_int_equal(error_kind(error), ERROR_USAGE);
    assert_string_equal(error_message(error),
                        "--where:1:20: no fact \"victim.com\" (did you mean victim.comm?)");
    error_destroy(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rule_language__accepts_every_form_of_the_readme),
        cmocka_unit_test(test_rule_language__suggests_the_fact_that_was_meant),
        cmocka_unit_test(test_rule_language__checks_words_against_their_vocabulary),
        cmocka_unit_test(test_rule_language__checks_units),
        cmocka_unit_test(test_rule_language__names_what_is_wrong_and_where),
        cmocka_unit_test(test_rule_language__reports_several_mistakes_per_run),
        cmocka_unit_test(test_rule_language__checks_templates),
        cmocka_unit_test(test_rule_language__demands_what_a_rule_needs),
        cmocka_unit_test(test_rule_language__refuses_a_name_given_twice),
        cmocka_unit_test(test_rule_language__finds_rules_that_cannot_hold_or_never_get_their_turn),
        cmocka_unit_test(test_rule_language__refuses_an_order_that_is_taken),
        cmocka_unit_test(test_rule_language__names_the_column_of_a_bad_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
