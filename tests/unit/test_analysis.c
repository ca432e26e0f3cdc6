/*
 * The analysis of real reports against what is known of them: a kernel was made to run out of
 * memory by a scenario whose head says how (tests/lab/scenarios/NAME.sh), and the report is
 * samples/lab-KERNEL-NAME.log.
 */
#include "tests/unit/analysis_fixture.h"

#include <glob.h>
#include <stdio.h>

#include "parsers/log/log.h"

enum { ROOM = 16 * 1024 };

struct truth {
    char scenario[64], text[ROOM];
};

/* The first report of a log; those behind it find the victim of the first half torn down. */
struct first {
    struct incident *incident;
};

static void keep_first(void *context, struct incident *incident)
{
    struct first *first = context;
    if (first->incident) {
        incident_destroy(incident);
        return;
    }
    incident_analyze(incident);
    first->incident = incident;
}

static struct incident *read_log(const char *path)
{
    struct first first = {0};
    struct log_reader *reader = log_reader_create(path, SOURCE_LOG, 0, keep_first, &first);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char buffer[4096];
    size_t length;
    while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
        log_reader_feed(reader, buffer, length);
    fclose(file);
    log_reader_finish(reader);
    log_reader_destroy(reader);
    return first.incident;
}

static void read_file(const char *path, char text[ROOM])
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("no file %s", path);
    size_t length = fread(text, 1, ROOM - 1, file);
    text[length] = '\0';
    fclose(file);
}

/* The file beside a sample says "scenario: memcg-v2-anon -- ...". */
static void read_truth(const char *path, struct truth *truth)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s.origin", (int)(strlen(path) - strlen(".log")), path);
    read_file(name, truth->text);
    struct slice origin = slice_from_string(truth->text);
    origin = slice_skip(origin, slice_find(origin, SLICE("scenario: ")) + strlen("scenario: "));
    struct slice scenario = slice_word(&origin);
    snprintf(truth->scenario, sizeof truth->scenario, "%.*s", SLICE_ARG(scenario));
    snprintf(name, sizeof name, "tests/lab/scenarios/%s.sh", truth->scenario);
    read_file(name, truth->text);
}

/* The words behind "# KEY: "; "a|b" and "a 5.10=b" allow both. */
static struct slice truth_of(const struct truth *truth, const char *key)
{
    char mark[32];
    snprintf(mark, sizeof mark, "# %s: ", key);
    struct slice text = slice_from_string(truth->text);
    size_t at = slice_find(text, slice_from_string(mark));
    if (at == SLICE_NOT_FOUND)
        return (struct slice){0};
    text = slice_skip(text, at + strlen(mark));
    return slice_cut(&text, '\n');
}

static bool is_allowed(struct slice words, struct slice found)
{
    struct slice word;
    while ((word = slice_word(&words)).length) {
        size_t equals = slice_find_byte(word, '=');
        if (equals != SLICE_NOT_FOUND)
            word = slice_skip(word, equals + 1);
        while (word.length)
            if (slice_equal(slice_cut(&word, '|'), found))
                return true;
    }
    return false;
}

static void claim_truth(const char *path, const struct truth *truth, const char *key,
                        struct fact fact)
{
    struct slice allowed = truth_of(truth, key);
    if (!fact.known || !is_allowed(allowed, fact.text))
        fail_msg("%s: %s is \"%.*s\", not \"%.*s\"", path, key, SLICE_ARG(fact.text),
                 SLICE_ARG(allowed));
}

typedef void claim_function(const char *path, const struct truth *truth,
                            const struct incident *incident);

static void for_each_sample(claim_function *claim)
{
    glob_t samples;
    assert_int_equal(glob("samples/lab-*.log", 0, NULL, &samples), 0);
    for (size_t i = 0; i < samples.gl_pathc; i++) {
        struct truth truth;
        read_truth(samples.gl_pathv[i], &truth);
        struct incident *incident = read_log(samples.gl_pathv[i]);
        if (!incident)
            fail_msg("%s: no incident", samples.gl_pathv[i]);
        claim(samples.gl_pathv[i], &truth, incident);
        incident_destroy(incident);
    }
    globfree(&samples);
}

static void claim_scope(const char *path, const struct truth *truth,
                        const struct incident *incident)
{
    claim_truth(path, truth, "scope", read_named(incident, "evidence.scope"));
}

static void test_the_scope_of_every_lab_report_is_right(void **state)
{
    (void)state;
    for_each_sample(claim_scope);
}

/* A stalled charge prints no figures at all; in half of a machine, one process and full pipes fill
 * half each. */
static void claim_dominant(const char *path, const struct truth *truth,
                           const struct incident *incident)
{
    bool is_even = strcmp(truth->scenario, "host-movable-free") == 0;
    if (incident->kind != KIND_CHARGE_STALL && !is_even)
        claim_truth(path, truth, "dominant", read_named(incident, "pool.dominant"));
}

static void test_the_dominant_part_of_every_lab_report_is_right(void **state)
{
    (void)state;
    for_each_sample(claim_dominant);
}

static void claim_limit(const char *path, const struct truth *truth,
                        const struct incident *incident)
{
    struct fact scope = read_named(incident, "evidence.scope");
    bool is_memcg = scope.number == SCOPE_MEMCG;
    if (incident->kind != KIND_CHARGE_STALL && scope.number != SCOPE_SYSRQ)
        claim_truth(path, truth, "limit",
                    read_named(incident, is_memcg ? "memcg.refusing" : "host.refusing"));
}

static void test_what_refused_in_every_lab_report_is_right(void **state)
{
    (void)state;
    for_each_sample(claim_limit);
}

/* Two victims are not chosen by badness: vm.oom_kill_allocating_task, and whoever runs swapoff. */
static void claim_rank(const char *path, const struct truth *truth, const struct incident *incident)
{
    bool is_chosen_otherwise =
        strstr(truth->scenario, "allocating-task") || strstr(truth->scenario, "swap-off");
    struct fact rank = read_named(incident, "victim.rank");
    if (incident->victims_count && incident->tasks_count && !is_chosen_otherwise &&
        (!rank.known || rank.number != 1))
        fail_msg("%s: the victim has rank %lld", path, (long long)rank.number);
}

static void test_the_victim_of_every_lab_report_ranks_first(void **state)
{
    (void)state;
    for_each_sample(claim_rank);
}

/* What is free and all parts make the pool, give or take what the lines drift apart. */
static void claim_balance(const char *path, const struct truth *truth,
                          const struct incident *incident)
{
    (void)truth;
    const struct pool *pool = &incident->pool;
    if (!pool->size.known || !pool->part[PART_UNACCOUNTED].known)
        return;
    int64_t sum = amount_or(pool->free, 0);
    for (enum part part = PART_ANON; part < PART_COUNT; part++)
        sum += amount_or(pool->part[part], 0);
    if (sum < pool->size.value || sum > pool->size.value + pool->size.value / 32)
        fail_msg("%s: parts make %lld of %lld", path, (long long)sum, (long long)pool->size.value);
}

static void test_the_parts_of_every_lab_report_add_up(void **state)
{
    (void)state;
    for_each_sample(claim_balance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_scope_of_every_lab_report_is_right),
        cmocka_unit_test(test_the_dominant_part_of_every_lab_report_is_right),
        cmocka_unit_test(test_what_refused_in_every_lab_report_is_right),
        cmocka_unit_test(test_the_victim_of_every_lab_report_ranks_first),
        cmocka_unit_test(test_the_parts_of_every_lab_report_add_up),
    };
    return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
