/* What the tests of the rules share: rule files in a folder of their own, incidents made by hand.
 * Include it first: it asks for mkdtemp() and open_memstream(). */
#ifndef WHYOOM_TESTS_RULE_FIXTURE_H
#define WHYOOM_TESTS_RULE_FIXTURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/analysis.h"
#include "rules/condition.h"
#include "rules/rule.h"

/* A file of rules that is there as long as the test; "FILE" in expected messages stands for it. */
struct rule_file_fixture {
    char folder[64], path[96];
};

static inline struct rule_file_fixture write_rules(const char *text, size_t length)
{
    struct rule_file_fixture fixture;
    snprintf(fixture.folder, sizeof fixture.folder, "/tmp/whyoom-rules-XXXXXX");
    assert_non_null(mkdtemp(fixture.folder));
    snprintf(fixture.path, sizeof fixture.path, "%s/a.rule", fixture.folder);
    FILE *file = fopen(fixture.path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
    return fixture;
}

static inline void remove_rules(struct rule_file_fixture fixture)
{
    unlink(fixture.path);
    rmdir(fixture.folder);
}

static inline struct rule_set *load_rules(const char *text)
{
    struct rule_file_fixture fixture = write_rules(text, strlen(text));
    struct rule_set *rules = NULL;
    struct error *error = rule_set_create(fixture.folder, &rules);
    remove_rules(fixture);
    if (error)
        fail_msg("%s", error_message(error));
    return rules;
}

/* The mistakes of a rule file, without its path: "3:15: no fact ..."; NULL: none. free() it. */
static inline char *mistakes_of(const char *text, size_t length)
{
    struct rule_file_fixture fixture = write_rules(text, length);
    struct error *error = rule_check(fixture.path);
    remove_rules(fixture);
    if (!error)
        return NULL;
    char *out = calloc(1, strlen(error_message(error)) + 1), *at = out;
    size_t path = strlen(fixture.path);
    for (const char *line = error_message(error); *line;) {
        if (strncmp(line, fixture.path, path) == 0)
            line += path + 1;
        while (*line && *line != '\n')
            *at++ = *line++;
        if (*line)
            *at++ = *line++;
    }
    error_destroy(error);
    return out;
}

static inline void assert_mistakes(const char *text, const char *expected)
{
    char *found = mistakes_of(text, strlen(text));
    assert_string_equal(found ? found : "", expected);
    free(found);
}

static inline struct amount gib(int64_t tenths)
{
    return amount_of(tenths * (INT64_C(1) << 30) / 10, 0);
}

static inline void set_stack(struct incident *incident, const char *frames)
{
    struct slice rest = slice_from_string(frames), word;
    incident->trigger.stack_count = 0;
    while ((word = slice_word(&rest)).length) {
        bool is_reliable = !slice_starts(word, SLICE("?"));
        struct stack_frame frame = {.symbol = is_reliable ? word : slice_skip(word, 1),
                                    .is_reliable = is_reliable};
        frame.line = incident_add_line(incident, word, incident->trigger.stack_count + 1, 0);
        *ARENA_PUSH(incident->arena, incident->trigger.stack, incident->trigger.stack_count) =
            frame;
    }
}

static inline const struct finding *find_finding(const struct incident *incident, const char *rule)
{
    for (size_t i = 0; i < incident->findings_count; i++)
        if (slice_equal(incident->findings[i].rule, slice_from_string(rule)))
            return &incident->findings[i];
    return NULL;
}

#define assert_slice_equal(text_, string)                         \
    do {                                                          \
        struct slice found_ = (text_);                            \
        char copy_[2048];                                         \
        snprintf(copy_, sizeof copy_, "%.*s", SLICE_ARG(found_)); \
        assert_string_equal(copy_, (string));                     \
    } while (0)

#endif
