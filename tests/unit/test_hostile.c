/* Broken and hostile logs: every sample cut, shuffled, doubled, thinned and bitten; what comes out
 * is checked for what must never come out. */
#define _GNU_SOURCE /* open_memstream, memrchr */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "analyzer/analysis.h"
#include "analyzer/render.h"
#include "parsers/log/log.h"
#include "rules/rule.h"
#include "tests/unit/sample_file.h"

/* ---- reading, judging and writing whatever comes */

struct reading {
    const struct rule_set *rules; /* NULL: read only */
    size_t incidents, victims;
    char id[17]; /* of the last */
};

static void check_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            fail_msg("byte %#x came out: %.*s", c, (int)(length - i < 60 ? length - i : 60),
                     text + (i < 20 ? 0 : i - 20));
    }
}

static void render_all(struct incident *incident)
{
    const struct render_options options = {.width = 80, .has_trace = true};
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    render_text(out, incident, &options);
    render_json(out, incident);
    render_markdown(out, incident, &options);
    fclose(out);
    check_text(text, length);
    free(text);
}

static void see(void *context, struct incident *incident)
{
    struct reading *reading = context;
    reading->incidents++;
    reading->victims += incident->victims_count;
    memcpy(reading->id, incident->id, sizeof reading->id);
    assert_true(incident->source.first_byte < incident->source.end_byte);
    assert_true(incident->source.first_line <= incident->source.last_line);
    if (reading->rules) {
        incident_analyze(incident);
        rule_set_judge(reading->rules, incident, true);
        render_all(incident);
    }
    incident_destroy(incident);
}

static struct reading read_log(struct slice text, const struct rule_set *rules)
{
    struct reading reading = {.rules = rules};
    struct log_reader *reader = log_reader_create("hostile.log", SOURCE_LOG, 0, see, &reading);
    log_reader_feed(reader, text.data, text.length);
    log_reader_finish(reader);
    log_reader_destroy(reader);
    return reading;
}

/* ---- samples and their lines */

enum { LINES_MAX = 4000 };

struct sample {
    const char *path;
    struct slice text, lines[LINES_MAX];
    size_t count;
    char *copy; /* room for a changed one, twice as long */
};

static void sample_open(struct sample *sample, const char *path)
{
    *sample = (struct sample){.path = path, .text = read_file(path)};
    sample->copy = malloc(2 * sample->text.length + 2);
    struct slice rest = sample->text;
    while (rest.length && sample->count < LINES_MAX)
        sample->lines[sample->count++] = slice_cut(&rest, '\n');
}

static void sample_close(struct sample *sample)
{
    free((char *)(uintptr_t)sample->text.data);
    free(sample->copy);
}

static struct slice join(const struct sample *sample, const struct slice *lines, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(sample->copy + at, lines[i].data, lines[i].length);
        at += lines[i].length;
        sample->copy[at++] = '\n';
    }
    return slice_of(sample->copy, at);
}

typedef void sample_test(struct sample *sample, const struct rule_set *rules);

static void for_each_sample(sample_test *test, bool is_judged)
{
    struct rule_set *rules = NULL;
    if (is_judged)
        assert_null(rule_set_create(NULL, &rules));
    glob_t found;
    assert_int_equal(glob("samples/*.log", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct sample sample;
        sample_open(&sample, found.gl_pathv[i]);
        test(&sample, rules);
        sample_close(&sample);
    }
    globfree(&found);
    rule_set_destroy(rules);
}

/* A small generator with a fixed seed: the same changes on every machine. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* ---- cut */

static void cut_between_lines(struct sample *sample, const struct rule_set *rules)
{
    struct reading whole = read_log(sample->text, rules);
    size_t most = 0;
    for (size_t i = 0; i < sample->count; i += 1 + sample->count / 80) {
        struct slice text =
            slice_take(sample->text, (size_t)(sample->lines[i].data - sample->text.data));
        struct reading part = read_log(text, NULL);
        if (part.incidents + 1 < most)
            fail_msg("%s: fewer incidents after more lines, at line %zu", sample->path, i + 1);
        most = part.incidents > most ? part.incidents : most;
    }
    if (most > whole.incidents + 1)
        fail_msg("%s: a part has %zu incidents, the whole %zu", sample->path, most,
                 whole.incidents);
}

static void test_hostile__samples_cut_between_their_lines(void **state)
{
    (void)state;
    for_each_sample(cut_between_lines, true);
}

static void test_hostile__reports_cut_at_every_byte(void **state)
{
    static const char *const paths[] = {"samples/el8-4.18-memsw-file-fault.log",
                                        "samples/lab-5.10-host-cpuset.log",
                                        "samples/lab-6.12-memcg-v2-group-kill.log"};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct sample sample;
        sample_open(&sample, paths[i]);
        for (size_t length = 0; length <= sample.text.length; length++) {
            char *exact = malloc(length + 1); /* a sanitizer sees what is read past it */
            memcpy(exact, sample.text.data, length);
            read_log(slice_of(exact, length), NULL);
            free(exact);
        }
        sample_close(&sample);
    }
}

static void cut_every_line_everywhere(struct sample *sample, const struct rule_set *rules)
{
    for (size_t i = 0; i < sample->count; i++) {
        size_t from = i > 3 ? i - 3 : 0;
        size_t start = (size_t)(sample->lines[from].data - sample->text.data);
        size_t line = (size_t)(sample->lines[i].data - sample->text.data);
        for (size_t k = 0; k < sample->lines[i].length; k += 1 + sample->lines[i].length / 6)
            read_log(slice_take(slice_skip(sample->text, start), line - start + k), rules);
    }
}

static void test_hostile__every_line_of_the_samples_cut_inside(void **state)
{
    (void)state;
    for_each_sample(cut_every_line_everywhere, false);
}

/* ---- shuffled, doubled, thinned, bitten */

static void shuffle(struct sample *sample, const struct rule_set *rules)
{
    uint32_t seed = 1;
    for (size_t i = sample->count; i > 1; i--) {
        size_t other = next_random(&seed) % i;
        struct slice line = sample->lines[i - 1];
        sample->lines[i - 1] = sample->lines[other];
        sample->lines[other] = line;
    }
    read_log(join(sample, sample->lines, sample->count), rules);
}

static void test_hostile__lines_shuffled(void **state)
{
    (void)state;
    for_each_sample(shuffle, true);
}

/* Bare lines of a killer that names the same process again go on with their incident. */
static bool has_header(const struct sample *sample)
{
    return slice_contains(sample->text, SLICE("invoked oom-killer:"));
}

static void append_again(struct sample *sample, const struct rule_set *rules)
{
    memcpy(sample->copy, sample->text.data, sample->text.length);
    memcpy(sample->copy + sample->text.length, sample->text.data, sample->text.length);
    struct reading once = read_log(sample->text, rules);
    struct reading twice = read_log(slice_of(sample->copy, 2 * sample->text.length), rules);
    bool is_same = twice.incidents == 2 * once.incidents && strcmp(once.id, twice.id) == 0;
    if (has_header(sample) && !is_same)
        fail_msg("%s: %zu incidents, read twice %zu", sample->path, once.incidents,
                 twice.incidents);
}

static void test_hostile__a_log_appended_to_itself_has_the_same_incidents_again(void **state)
{
    (void)state;
    for_each_sample(append_again, true);
}

static void double_every_line(struct sample *sample, const struct rule_set *rules)
{
    size_t at = 0;
    for (size_t i = 0; i < sample->count; i++)
        for (int k = 0; k < 2; k++) {
            memcpy(sample->copy + at, sample->lines[i].data, sample->lines[i].length);
            at += sample->lines[i].length;
            sample->copy[at++] = '\n';
        }
    struct reading once = read_log(sample->text, NULL);
    struct reading doubled = read_log(slice_of(sample->copy, at), rules);
    /* Doubles are seen at the first header: a torn piece before it may count twice. */
    size_t torn = doubled.incidents - once.incidents;
    if (has_header(sample) && (torn > 1 || doubled.victims > once.victims + torn))
        fail_msg("%s: %zu incidents of %zu victims, doubled %zu of %zu", sample->path,
                 once.incidents, once.victims, doubled.incidents, doubled.victims);
}

static void test_hostile__a_log_whose_lines_all_stand_twice_has_the_same_incidents(void **state)
{
    (void)state;
    for_each_sample(double_every_line, true);
}

static void drop_every_seventh(struct sample *sample, const struct rule_set *rules)
{
    for (size_t first = 0; first < 7; first += 3) {
        struct slice kept[LINES_MAX];
        size_t count = 0;
        for (size_t i = 0; i < sample->count; i++)
            if (i % 7 != first)
                kept[count++] = sample->lines[i];
        read_log(join(sample, kept, count), rules);
    }
}

static void test_hostile__every_seventh_line_lost(void **state)
{
    (void)state;
    for_each_sample(drop_every_seventh, true);
}

static void flip_bytes(struct sample *sample, const struct rule_set *rules)
{
    uint32_t seed = 7;
    for (int round = 0; round < 3; round++) {
        memcpy(sample->copy, sample->text.data, sample->text.length);
        for (size_t i = 0; i < sample->text.length / 50 + 1; i++)
            sample->copy[next_random(&seed) % sample->text.length] = (char)next_random(&seed);
        read_log(slice_of(sample->copy, sample->text.length), rules);
    }
}

static void test_hostile__random_bytes_bitten_in(void **state)
{
    (void)state;
    for_each_sample(flip_bytes, true);
}

static void blow_up_numbers(struct sample *sample, const struct rule_set *rules)
{
    static const char *const numbers[] = {"18446744073709551615", "9223372036854775807",
                                          "99999999999999999999999999", "-9223372036854775808"};
    for (size_t which = 0; which < sizeof numbers / sizeof *numbers; which++) {
        char *text;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        for (size_t i = 0; i < sample->text.length;) {
            size_t digits = 0;
            while (i + digits < sample->text.length && sample->text.data[i + digits] >= '0' &&
                   sample->text.data[i + digits] <= '9')
                digits++;
            bool is_figure = digits >= 3 && i && strchr(" :=", sample->text.data[i - 1]);
            if (is_figure)
                fputs(numbers[which], out);
            else
                fwrite(sample->text.data + i, 1, digits ? digits : 1, out);
            i += digits ? digits : 1;
        }
        fclose(out);
        read_log(slice_of(text, length), rules);
        free(text);
    }
}

static void test_hostile__every_figure_past_64_bits(void **state)
{
    (void)state;
    for_each_sample(blow_up_numbers, true);
}

/* ---- hostile names */

static void test_hostile__escape_sequences_in_names_do_not_come_out(void **state)
{
    (void)state;
    static const char text[] =
        "[   10.000001] \x1b[2J\x1b]0;x\x07 invoked oom-killer: "
        "gfp_mask=0xcc0(GFP_KERNEL|\x1b[1m), "
        "nodemask=\x1b[7m, order=0, oom_score_adj=0\n"
        "[   10.000002] CPU: 0 PID: 145 Comm: \x9b\x80\xff Not tainted 6.1\x1b[0m.0-13 #1\n"
        "[   10.000003] Hardware name: \x1b[31mred\n"
        "[   10.000004] Call Trace:\n"
        "[   10.000005]  dump_header+0x43/0x1aa [\x1b[31m]\n"
        "[   10.000006] memory: usage 65536kB, limit 65536kB, failcnt 19\n"
        "[   10.000007] Memory cgroup stats for /\x1b[31m\xe2\x80\xae/x:\n"
        "[   10.000008] anon 66973696\n"
        "[   10.000009] [    145]     0   145    16500    16000   172032        3    0 \x1b[5m\n"
        "[   10.000010] oom-kill:constraint=CONSTRAINT_MEMCG\x1b[3m,nodemask=(null),cpuset=\x1b[4m,"
        "mems_allowed=0,oom_memcg=/\x1b[31m,task_memcg=/\x1b[31m/\x07,task=\x1b[5m,pid=145,uid=0\n"
        "[   10.000011] Memory cgroup out of memory: Killed process 145 (\x1b[5m\x7f) "
        "total-vm:66000kB, anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB "
        "oom_score_adj:0\n"
        "Nov 23 01:02:03 \x1b[31mhost systemd-oomd[1]: Killed /\x1b[31mx due to memory pressure "
        "for /\x1b[5m being 61.44% > 50.00% for > 20s\n";
    struct rule_set *rules;
    assert_null(rule_set_create(NULL, &rules));
    struct reading reading = read_log(slice_of(text, sizeof text - 1), rules);
    assert_true(reading.incidents >= 1);
    rule_set_destroy(rules);
}

static void keep_provenance(void *context, struct incident *incident)
{
    *(enum provenance *)context = incident->source.provenance;
    incident_destroy(incident);
}

static void test_hostile__what_a_user_wrote_into_syslog_is_marked(void **state)
{
    (void)state;
    static const char text[] =
        "{\"_TRANSPORT\":\"syslog\",\"_HOSTNAME\":\"web1\",\"SYSLOG_IDENTIFIER\":\"kernel\","
        "\"SYSLOG_FACILITY\":\"1\",\"_PID\":\"666\",\"MESSAGE\":\"Out of memory: Killed process 1 "
        "(init) total-vm:9kB, anon-rss:8kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB "
        "oom_score_adj:0\"}\n";
    enum provenance provenance = PROVENANCE_FILE;
    struct log_reader *reader =
        log_reader_create("hostile.log", SOURCE_LOG, 0, keep_provenance, &provenance);
    log_reader_feed(reader, text, sizeof text - 1);
    log_reader_finish(reader);
    log_reader_destroy(reader);
    assert_int_equal(provenance, PROVENANCE_USER);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_hostile__samples_cut_between_their_lines),
        CASE(test_hostile__reports_cut_at_every_byte),
        CASE(test_hostile__every_line_of_the_samples_cut_inside),
        CASE(test_hostile__lines_shuffled),
        CASE(test_hostile__a_log_appended_to_itself_has_the_same_incidents_again),
        CASE(test_hostile__a_log_whose_lines_all_stand_twice_has_the_same_incidents),
        CASE(test_hostile__every_seventh_line_lost),
        CASE(test_hostile__random_bytes_bitten_in),
        CASE(test_hostile__every_figure_past_64_bits),
        CASE(test_hostile__escape_sequences_in_names_do_not_come_out),
        CASE(test_hostile__what_a_user_wrote_into_syslog_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
