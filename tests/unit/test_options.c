#define _GNU_SOURCE /* open_memstream, strtok_r */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyzer/options.h"

enum { WORDS_MAX = 16 };

static struct error *parse(struct options *options, const char *line)
{
    static char text[256]; /* operands point into it until the next call */
    static char *words[WORDS_MAX + 2];
    char *save = NULL;
    int count = 0;
    snprintf(text, sizeof text, "whyoom %s", line);
    for (char *word = strtok_r(text, " ", &save); word && count <= WORDS_MAX;
         word = strtok_r(NULL, " ", &save))
        words[count++] = word;
    words[count] = NULL;
    return options_parse(count, words, options);
}

static struct options parsed(const char *line)
{
    struct options options;
    struct error *error = parse(&options, line);
    if (error)
        fail_msg("%s: %s", line, error_message(error));
    return options;
}

static void assert_refused(const char *line, const char *why)
{
    struct options options;
    struct error *error = parse(&options, line);
    if (!error)
        fail_msg("%s: taken", line);
    assert_int_equal(error_kind(error), ERROR_USAGE);
    if (!strstr(error_message(error), why))
        fail_msg("%s: refused with: %s", line, error_message(error));
    error_destroy(error);
}

static void test_options__explain_without_a_command(void **state)
{
    (void)state;
    struct options options = parsed("a.log b.log");
    assert_int_equal(options.command, COMMAND_EXPLAIN);
    assert_int_equal(options.operands_count, 2);
    assert_string_equal(options.operands[1], "b.log");
    assert_int_equal(options.threads, 1);
    assert_int_equal(options.format, FORMAT_TEXT);
}

static void test_options__find_the_command_behind_options(void **state)
{
    (void)state;
    struct options options = parsed("--utc scan -j 4 a.log");
    assert_int_equal(options.command, COMMAND_SCAN);
    assert_int_equal(options.threads, 4);
    assert_true(options.is_utc);
    assert_int_equal(options.operands_count, 1);
}

static void test_options__suggest_the_command_that_was_mistyped(void **state)
{
    (void)state;
    assert_refused("scna a.log", "did you mean 'whyoom scan'?");
    assert_refused("ruels list", "did you mean 'whyoom rules'?");
    assert_int_equal(parsed("absent.log scna").command, COMMAND_EXPLAIN); /* only the first word */
}

static void test_options__take_paths_behind_two_dashes_as_they_are(void **state)
{
    (void)state;
    struct options options = parsed("-- --all");
    assert_false(options.shows_all);
    assert_string_equal(options.operands[0], "--all");
}

static void test_options__take_a_dash_as_a_path(void **state)
{
    (void)state;
    assert_string_equal(parsed("-").operands[0], "-");
}

static void test_options__take_every_value(void **state)
{
    (void)state;
    struct options options =
        parsed("--format=md --rules=R --since=today --until=now --where=x --fail-on=slab,shmem p");
    assert_int_equal(options.format, FORMAT_MARKDOWN);
    assert_string_equal(options.rules_directory, "R");
    assert_string_equal(options.since, "today");
    assert_string_equal(options.until, "now");
    assert_string_equal(options.where, "x");
    assert_true(options.fail_on[CLASS_SLAB] && options.fail_on[CLASS_SHMEM]);
    assert_false(options.fail_on[CLASS_SWAP]);
    options = parsed("-n 3 --why --no-pager --no-progress --anonymize --tz UTC --color never p");
    assert_int_equal(options.number, 3);
    assert_true(options.has_trace && options.no_pager && options.no_progress);
    assert_true(options.is_anonymized);
    assert_string_equal(options.time_zone, "UTC");
    assert_int_equal(options.colour, COLOUR_NEVER);
}

static void test_options__refuse_what_makes_no_sense(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"--format yaml", "text, json, md, html or csv"},
        {"--format csv x", "whyoom report's"},
        {"--state x", "whyoom PATH does not know --state"},
        {"scan --state x --anonymize y", "--state and --anonymize exclude each other"},
        {"--db x y", "whyoom PATH does not know --db"},
        {"report --db x y", "whyoom report does not know --db"},
        {"report --why x", "whyoom report does not know --why"},
        {"report --rules r x", "--rules goes with that, or with scan"},
        {"scan --csv x", "whyoom scan does not know --csv"},
        {"--formt json", "did you mean --format?"},
        {"--zzzzzzzz", "whyoom --help"},
        {"-q", "no option -q"},
        {"--since", "--since needs TIME"},
        {"--all=yes", "--all takes no argument"},
        {"--fail-on slabs", "no class 'slabs'"},
        {"--fail-on slab,,shmem", "no class ''"},
        {"--color purple", "auto, always or never"},
        {"-n 0 x", "--number takes a number from 1"},
        {"-n 99999999999 x", "--number takes a number from 1"},
        {"scan -j 0 x", "--jobs takes a number from 1"},
        {"scan -j 1x x", "--jobs takes a number from 1"},
        {"-j 4 x", "does not know --jobs"},
        {"scan --all x", "whyoom scan does not know --all"},
        {"rules list --utc", "whyoom rules does not know --utc"},
        {"scan --format md x", "JSON lines"},
        {"--utc --tz UTC x", "exclude each other"},
        {"--all -n 2 x", "exclude each other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i][0], cases[i][1]);
}

static void test_options__want_help_whatever_else_is_there(void **state)
{
    (void)state;
    assert_true(parsed("merge --help").wants_help);
    assert_true(parsed("-h").wants_help);
    assert_true(parsed("scan x -V").wants_version);
}

static void test_options__show_every_option_in_the_help(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length, count;
    FILE *out = open_memstream(&text, &length);
    options_help(out);
    fclose(out);
    const struct option_row *rows = options_table(&count);
    for (size_t i = 0; i < count; i++) {
        char name[40];
        snprintf(name, sizeof name, "--%s ", rows[i].name);
        assert_non_null(strstr(text, name));
        assert_non_null(strstr(text, rows[i].help));
    }
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
        assert_true(end - line <= 80);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options__explain_without_a_command),
        cmocka_unit_test(test_options__find_the_command_behind_options),
        cmocka_unit_test(test_options__suggest_the_command_that_was_mistyped),
        cmocka_unit_test(test_options__take_paths_behind_two_dashes_as_they_are),
        cmocka_unit_test(test_options__take_a_dash_as_a_path),
        cmocka_unit_test(test_options__take_every_value),
        cmocka_unit_test(test_options__refuse_what_makes_no_sense),
        cmocka_unit_test(test_options__want_help_whatever_else_is_there),
        cmocka_unit_test(test_options__show_every_option_in_the_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
