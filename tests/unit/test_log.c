/* From bytes to incidents: any split of the input, any length of line, any amount of noise. */
#define _GNU_SOURCE /* stpcpy */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyzer/limits.h"
#include "parsers/log/log.h"
#include "tests/unit/sample_file.h"

enum { SEEN_MAX = 64 };

/* What must not depend on how the input came in. */
struct seen {
    char id[17];
    char comm[32];
    uint64_t first_line, last_line, first_byte, end_byte;
    size_t lines_count, tasks_count, frames_count, missing_count;
    uint64_t middle_number, middle_offset; /* of the line in the middle */
};

struct reading {
    struct seen seen[SEEN_MAX];
    size_t count;
    struct log_coverage coverage;
};

static void see(void *context, struct incident *incident)
{
    struct reading *reading = context;
    assert_true(reading->count < SEEN_MAX);
    struct seen *seen = &reading->seen[reading->count++];
    memset(seen, 0, sizeof *seen);
    memcpy(seen->id, incident->id, sizeof seen->id);
    snprintf(seen->comm, sizeof seen->comm, "%.*s", SLICE_ARG(incident->trigger.comm));
    seen->first_line = incident->source.first_line;
    seen->last_line = incident->source.last_line;
    seen->first_byte = incident->source.first_byte;
    seen->end_byte = incident->source.end_byte;
    seen->lines_count = incident->lines_count;
    seen->tasks_count = incident->tasks_count;
    seen->frames_count = incident->trigger.stack_count;
    seen->missing_count = incident->missing_count;
    const struct report_line *middle =
        incident_line(incident, (uint32_t)(incident->lines_count + 1) / 2);
    seen->middle_number = middle->number;
    seen->middle_offset = middle->offset;
    incident_destroy(incident);
}

static void read_in_pieces(struct slice text, size_t piece, uint64_t base, struct reading *ret)
{
    memset(ret, 0, sizeof *ret);
    struct log_reader *reader = log_reader_create("test.log", SOURCE_LOG, base, see, ret);
    for (size_t at = 0; at < text.length; at += piece) {
        struct slice part = slice_take(slice_skip(text, at), piece);
        char *alone = malloc(part.length); /* so that a sanitizer sees what is read past it */
        memcpy(alone, part.data, part.length);
        log_reader_feed(reader, alone, part.length);
        free(alone);
    }
    log_reader_finish(reader);
    ret->coverage = *log_reader_coverage(reader);
    log_reader_destroy(reader);
}

/* ---- samples */

static void free_text(struct slice text)
{
    free((char *)(uintptr_t)text.data);
}

static const char *const samples[] = {
    "samples/el8-4.18-memsw-file-fault.log",    "samples/lab-6.12-memcg-v2-group-kill.log",
    "samples/lab-5.10-host-anon.log",           "samples/lab-newest-host-shmem.log",
    "samples/lab-6.1-memcg-v2-two-at-once.log", "samples/lab-6.1-memcg-v2-panic.log",
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* @p noise quiet lines of 100 bytes, then @p text, then as many again. */
static struct slice surround(struct slice text, size_t noise)
{
    static const char line[] =
        "Nov 23 01:02:03 web1 nginx[812]: 10.0.0.1 GET /static/index.html 200 612 0.004 upstream "
        "a-b-c ok\n";
    size_t length = sizeof line - 1;
    char *data = malloc(2 * noise * length + text.length);
    for (size_t i = 0; i < noise; i++) {
        memcpy(data + i * length, line, length);
        memcpy(data + noise * length + text.length + i * length, line, length);
    }
    memcpy(data + noise * length, text.data, text.length);
    return slice_of(data, 2 * noise * length + text.length);
}

static void check_same(const struct reading *a, const struct reading *b, const char *what,
                       size_t piece)
{
    if (a->count != b->count || memcmp(a->seen, b->seen, a->count * sizeof *a->seen) != 0)
        fail_msg("%s: pieces of %zu bytes give other incidents (%zu, %zu)", what, piece, a->count,
                 b->count);
}

static void test_log__pieces_of_any_size_give_the_same_incidents(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64, 4096};
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice text = read_file(samples[i]);
        struct reading whole, parts;
        read_in_pieces(text, text.length, 0, &whole);
        assert_true(whole.count > 0);
        for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            read_in_pieces(text, pieces[k], 0, &parts);
            check_same(&whole, &parts, samples[i], pieces[k]);
        }
        free_text(text);
    }
}

static void test_log__pieces_of_any_size_give_the_same_incidents_behind_noise(void **state)
{
    static const size_t pieces[] = {61, 4096, 65536, 1000003};
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice sample = read_file(samples[i]), text = surround(sample, 2000);
        struct reading alone, whole, parts;
        read_in_pieces(sample, sample.length, 0, &alone);
        read_in_pieces(text, text.length, 0, &whole);
        assert_int_equal(whole.count, alone.count);
        for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            read_in_pieces(text, pieces[k], 0, &parts);
            check_same(&whole, &parts, samples[i], pieces[k]);
        }
        for (size_t k = 0; k < alone.count; k++) {
            size_t shift = (text.length - sample.length) / 2;
            assert_int_equal(whole.seen[k].first_line, alone.seen[k].first_line + 2000);
            assert_int_equal(whole.seen[k].last_line, alone.seen[k].last_line + 2000);
            assert_int_equal(whole.seen[k].first_byte, alone.seen[k].first_byte + shift);
            assert_int_equal(whole.seen[k].end_byte, alone.seen[k].end_byte + shift);
            assert_int_equal(whole.seen[k].middle_number, alone.seen[k].middle_number + 2000);
            assert_int_equal(whole.seen[k].middle_offset, alone.seen[k].middle_offset + shift);
            assert_int_equal(whole.seen[k].lines_count, alone.seen[k].lines_count);
            assert_int_equal(whole.seen[k].missing_count, alone.seen[k].missing_count);
        }
        free_text(text);
        free_text(sample);
    }
}

/* grep -n and wc -l over the same file say where a line stands */
static void test_log__lines_have_their_number_and_byte_behind_ten_megabytes(void **state)
{
    (void)state;
    struct slice sample = read_file(samples[0]), text = surround(sample, 100000);
    struct reading reading;
    read_in_pieces(text, 65536, 0, &reading);
    assert_int_equal(reading.count, 1);
    const struct seen *seen = &reading.seen[0];
    size_t lines = 0;
    for (size_t i = 0; i < seen->middle_offset; i++)
        lines += text.data[i] == '\n';
    assert_int_equal(seen->middle_number, lines + 1);
    assert_int_equal(text.data[seen->middle_offset - 1], '\n');
    assert_int_equal(text.data[seen->end_byte - 1], '\n');
    assert_true(slice_contains(slice_take(slice_skip(text, seen->first_byte), 300),
                               SLICE(" invoked oom-killer:")));
    assert_int_equal(reading.coverage.bytes, text.length);
    free_text(text);
    free_text(sample);
}

static void test_log__a_shards_bytes_count_from_where_it_begins(void **state)
{
    (void)state;
    struct slice sample = read_file(samples[0]);
    struct reading at_start, later;
    read_in_pieces(sample, 512, 0, &at_start);
    read_in_pieces(sample, 512, UINT64_C(10) << 30, &later);
    assert_int_equal(later.count, at_start.count);
    assert_int_equal(later.seen[0].first_byte, at_start.seen[0].first_byte + (UINT64_C(10) << 30));
    assert_int_equal(later.seen[0].end_byte, at_start.seen[0].end_byte + (UINT64_C(10) << 30));
    assert_int_equal(later.seen[0].lines_count, at_start.seen[0].lines_count);
    free_text(sample);
}

/* ---- shapes of lines */

#define KILL                                                                                   \
    "[   10.000025] Out of memory: Killed process 145 (java) total-vm:66000kB, anon-rss:8kB, " \
    "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0"

static void test_log__the_last_line_needs_no_newline(void **state)
{
    (void)state;
    struct slice text = SLICE("[   10.0] x\n" KILL);
    for (size_t piece = 1; piece <= text.length; piece += 5) {
        struct reading reading;
        read_in_pieces(text, piece, 0, &reading);
        assert_int_equal(reading.count, 1);
        assert_int_equal(reading.seen[0].first_line, 2);
    }
}

static void test_log__carriage_returns_and_nuls_do_no_harm(void **state)
{
    (void)state;
    struct reading reading;
    read_in_pieces(SLICE("\r\n[   10.0] x\r\n" KILL "\r\n"), 7, 0, &reading);
    assert_int_equal(reading.count, 1);
    assert_int_equal(reading.seen[0].first_line, 3);
    read_in_pieces(SLICE("\0\0\0\0\n\0\0" KILL "\0\0\n"), 7, 0, &reading);
    assert_int_equal(reading.count, 1);
    assert_int_equal(reading.seen[0].first_line, 2);
}

static void test_log__empty_input_has_nothing(void **state)
{
    (void)state;
    struct reading reading;
    read_in_pieces(SLICE(""), 1, 0, &reading);
    assert_int_equal(reading.count, 0);
    read_in_pieces(SLICE("\n\n\n"), 1, 0, &reading);
    assert_int_equal(reading.count, 0);
    assert_int_equal(reading.coverage.bytes, 3);
}

/* Twice a line of @p length bytes, then a kill of its own. */
static struct slice long_lines(size_t length)
{
    static const char *const kills[] = {"\n" KILL "\n",
                                        "\n[  900.000000] Out of memory: Killed process 9 (a)\n"};
    char *data = malloc(2 * length + strlen(kills[0]) + strlen(kills[1]));
    size_t at = 0;
    for (int i = 0; i < 2; i++) {
        memset(data + at, 'x', length);
        at += length;
        memcpy(data + at, kills[i], strlen(kills[i]));
        at += strlen(kills[i]);
    }
    return slice_of(data, at);
}

static void test_log__lines_longer_than_any_log_has_are_passed_over(void **state)
{
    static const size_t lengths[] = {300 * 1024, LIMIT_LINE - 1, LIMIT_LINE, LIMIT_LINE + 1,
                                     3 * 1024 * 1024};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct slice text = long_lines(lengths[i]);
        struct reading whole, parts;
        read_in_pieces(text, text.length, 0, &whole);
        assert_int_equal(whole.count, 2);
        assert_int_equal(whole.seen[0].first_line, 2);
        assert_int_equal(whole.seen[1].first_line, 4);
        assert_int_equal(whole.seen[1].first_byte, 2 * lengths[i] + 1 + sizeof KILL + 1);
        for (size_t piece = 4096; piece < text.length; piece *= 7) {
            read_in_pieces(text, piece, 0, &parts);
            check_same(&whole, &parts, "long lines", piece);
        }
        /* the second one follows a kill: it has no anchor, and is not read at all */
        assert_int_equal(whole.coverage.cut_lines, lengths[i] > LIMIT_LINE);
        free_text(text);
    }
}

/* A kill behind quiet lines, then @p between of them, its reaper, and 5000 more. */
static struct slice late_reaper(size_t between)
{
    static const char quiet[] =
        "Nov 23 01:02:03 web1 nginx[812]: GET / 200 612 0.004 upstream ok\n";
    static const char reaper[] =
        "[  900.500000] oom_reaper: reaped process 9 (a), now anon-rss:0kB, file-rss:0kB, "
        "shmem-rss:0kB\n";
    enum { BEFORE = 2000, AFTER = 5000 };
    char *data = malloc((BEFORE + between + AFTER) * (sizeof quiet - 1) + 1000), *at = data;
    for (size_t i = 0; i < BEFORE + between + AFTER; i++) {
        if (i == BEFORE)
            at = stpcpy(at, "[  900.000000] Out of memory: Killed process 9 (a)\n");
        if (i == BEFORE + between)
            at = stpcpy(at, reaper);
        at = stpcpy(at, quiet);
    }
    return slice_of(data, (size_t)(at - data));
}

/* The lines between are not read; they count towards those after which nothing more is expected. */
static void test_log__what_follows_a_kill_is_found_by_its_anchors(void **state)
{
    (void)state;
    static const struct {
        size_t between;
        uint64_t last_line;
    } rows[] = {{3, 2005}, {120, 2122}, {200, 2001}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice text = late_reaper(rows[i].between);
        struct reading whole, parts;
        read_in_pieces(text, text.length, 0, &whole);
        assert_int_equal(whole.count, 1);
        assert_int_equal(whole.seen[0].last_line, rows[i].last_line);
        assert_true(whole.coverage.lines < 2 * LIMIT_SNIPPET / 60); /* and what is looked back at */
        for (size_t piece = 1000; piece < text.length; piece *= 9) {
            read_in_pieces(text, piece, 0, &parts);
            check_same(&whole, &parts, "a late reaper", piece);
        }
        free_text(text);
    }
}

static void test_log__an_endless_line_is_read_in_bounded_memory(void **state)
{
    (void)state;
    struct reading reading = {.count = 0};
    char piece[65536];
    memset(piece, 'x', sizeof piece);
    struct log_reader *reader = log_reader_create("test.log", SOURCE_LOG, 0, see, &reading);
    for (int i = 0; i < 16 * 100; i++)
        log_reader_feed(reader, piece, sizeof piece);
    log_reader_feed(reader, "\n" KILL "\n", sizeof KILL + 1);
    log_reader_finish(reader);
    assert_int_equal(reading.count, 1);
    assert_int_equal(reading.seen[0].first_line, 2);
    assert_int_equal(reading.seen[0].first_byte, INT64_C(65536) * 1600 + 1);
    log_reader_destroy(reader);
}

static void test_log__an_anchor_looks_back_to_its_head_over_the_edge_of_a_block(void **state)
{
    (void)state;
    struct slice sample = read_file(samples[0]);
    struct reading alone, reading;
    read_in_pieces(sample, sample.length, 0, &alone);
    for (size_t shift = 0; shift < 3 * LIMIT_LOOKBACK; shift += 997) {
        size_t noise = 128 * 1024 + LIMIT_SNIPPET - shift;
        char *data = malloc(noise + sample.length);
        memset(data, '.', noise);
        for (size_t i = 79; i < noise; i += 80)
            data[i] = '\n';
        data[noise - 1] = '\n';
        memcpy(data + noise, sample.data, sample.length);
        struct slice text = slice_of(data, noise + sample.length);
        read_in_pieces(text, 65536, 0, &reading);
        assert_int_equal(reading.count, 1);
        assert_int_equal(reading.seen[0].lines_count, alone.seen[0].lines_count);
        assert_int_equal(reading.seen[0].first_byte, alone.seen[0].first_byte + noise);
        free(data);
    }
    free_text(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log__pieces_of_any_size_give_the_same_incidents),
        cmocka_unit_test(test_log__pieces_of_any_size_give_the_same_incidents_behind_noise),
        cmocka_unit_test(test_log__lines_have_their_number_and_byte_behind_ten_megabytes),
        cmocka_unit_test(test_log__a_shards_bytes_count_from_where_it_begins),
        cmocka_unit_test(test_log__the_last_line_needs_no_newline),
        cmocka_unit_test(test_log__carriage_returns_and_nuls_do_no_harm),
        cmocka_unit_test(test_log__empty_input_has_nothing),
        cmocka_unit_test(test_log__what_follows_a_kill_is_found_by_its_anchors),
        cmocka_unit_test(test_log__lines_longer_than_any_log_has_are_passed_over),
        cmocka_unit_test(test_log__an_endless_line_is_read_in_bounded_memory),
        cmocka_unit_test(test_log__an_anchor_looks_back_to_its_head_over_the_edge_of_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
