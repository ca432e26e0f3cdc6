/* A file that is searched ahead in pieces is read as one that is not, wherever the pieces end. */
#define _GNU_SOURCE /* open_memstream, mkstemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <glob.h>
#include <pthread.h>

#include "analyzer/search_ahead.h"
#include "parsers/log/quiet.h"
#include "parsers/source/file.h"

enum { HELPERS = 2, PIECE = 64 * 1024 };

/* ---- what comes out, a line for each incident */

static void take_incident(void *context, struct incident *incident)
{
    FILE *out = context;
    fprintf(out, "%s %d %s %zu %zu", incident->id, incident->kind, incident->kernel.data,
            incident->tasks_count, incident->missing_count);
    for (size_t i = 0; i < incident->lines_count; i++)
        fprintf(out, " %ju:%ju", (uintmax_t)incident->lines[i].number,
                (uintmax_t)incident->lines[i].offset);
    fputc('\n', out);
    incident_destroy(incident);
}

static void write_coverage(FILE *out, const struct log_coverage *coverage)
{
    fprintf(out, "%ju bytes, %ju of %ju lines, %ju and %ju cut, %ju anchors\n",
            (uintmax_t)coverage->bytes, (uintmax_t)coverage->lines, (uintmax_t)coverage->newlines,
            (uintmax_t)coverage->cut_lines, (uintmax_t)coverage->cut_documents,
            (uintmax_t)coverage->anchors);
}

/* Fed @p window bytes at a time. */
static char *read_log(struct slice text, struct searched_file *searched, size_t window)
{
    char *words;
    size_t length;
    FILE *out = open_memstream(&words, &length);
    struct log_reader *reader = log_reader_create("kern.log", SOURCE_LOG, 0, take_incident, out);
    for (; text.length; text = slice_skip(text, window)) {
        struct slice bytes = slice_take(text, window);
        if (searched)
            searched_file_feed(searched, reader, bytes);
        else
            log_reader_feed(reader, bytes.data, bytes.length);
    }
    log_reader_finish(reader);
    write_coverage(out, log_reader_coverage(reader));
    log_reader_destroy(reader);
    fclose(out);
    return words;
}

/* ---- in pieces */

static void *help(void *search_pool)
{
    search_pool_help(search_pool);
    return NULL;
}

static char *read_in_pieces(int file, struct slice text, size_t piece, int helpers, size_t window)
{
    pthread_t crowd[HELPERS];
    struct search_pool *search_pool = search_pool_create(piece);
    for (int i = 0; i < helpers; i++)
        assert_int_equal(pthread_create(&crowd[i], NULL, help, search_pool), 0);
    struct searched_file *searched = searched_file_open(search_pool, file);
    assert_non_null(searched);
    char *words = read_log(text, searched, window);
    searched_file_close(searched);
    search_pool_end(search_pool);
    for (int i = 0; i < helpers; i++)
        pthread_join(crowd[i], NULL);
    search_pool_destroy(search_pool);
    return words;
}

static int write_file(struct slice text)
{
    char path[] = "/tmp/whyoom-searched-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    unlink(path);
    assert_int_equal(write(file, text.data, text.length), text.length);
    return file;
}

static void expect_same(struct slice text)
{
    static const size_t pieces[] = {PIECE, 3 * PIECE, 16 * PIECE};
    int file = write_file(text);
    char *whole = read_log(text, NULL, text.length);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (int helpers = 0; helpers <= HELPERS; helpers += HELPERS) {
            size_t window = helpers ? 4 * pieces[i] : 100003;
            char *words = read_in_pieces(file, text, pieces[i], helpers, window);
            assert_string_equal(words, whole);
            free(words);
        }
    free(whole);
    close(file);
}

/* ---- the text: all samples, quiet lines between them */

static void put_quiet(FILE *out, size_t length)
{
    for (size_t written = 0, i = 0; written < length; i++)
        written += (size_t)fprintf(
            out, "Nov 23 01:%02zu:%02zu web%zu nginx[812]: GET /%0*zu 200 612 0.004 upstream ok\n",
            i / 60 % 60, i % 60, i % 7, (int)(i % 50), i);
}

static void put_file(FILE *out, const char *path)
{
    char block[4096];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t length; (length = fread(block, 1, sizeof block, file)) > 0;)
        fwrite(block, 1, length, out);
    fclose(file);
}

static struct slice corpus(size_t shift)
{
    char *text;
    size_t length;
    glob_t samples;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(glob("samples/*.log", 0, NULL, &samples), 0);
    put_quiet(out, 70000 + shift); /* past what is read of any log */
    for (size_t i = 0; i < samples.gl_pathc; i++) {
        put_file(out, samples.gl_pathv[i]);
        put_quiet(out, 20000 + i % 5 * 40000);
    }
    globfree(&samples);
    fclose(out);
    return slice_of(text, length);
}

static void free_text(struct slice text)
{
    free((char *)(uintptr_t)text.data);
}

static void test_search_ahead__the_samples_are_the_same_wherever_pieces_end(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < PIECE; shift += 9973) {
        struct slice text = corpus(shift);
        expect_same(text);
        free_text(text);
    }
}

static void test_search_ahead__lines_longer_than_any_are_the_same(void **state)
{
    (void)state;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    put_quiet(out, 100000);
    for (int size = 5000; size < 700000; size = size * 5 / 3) {
        fprintf(out, "%0*d oom-kill:%0*d\n", size, 1, size, 1);
        put_quiet(out, 30000);
        fprintf(out, "%0*d\n[ 1.000001] Out of memory: Killed process %d (a), UID 0\n", size, 1,
                size);
        put_quiet(out, 50000);
    }
    fprintf(out, "%0*d", 900000, 1);
    fclose(out);
    expect_same(slice_of(text, length));
    free(text);
}

/* A document in one line; of its records, the one at @p kill is a kill. */
static void put_document(FILE *out, size_t records, size_t kill, bool is_cut)
{
    for (size_t i = 0; i < records; i++)
        fprintf(out,
                "%s{\"timestamp\":%zu,\"message\":\"[%5zu.000000] %s process %zu (a), UID 0\"}",
                i ? "," : "{\"events\":[", 1767366245000 + i, i,
                i == kill ? "Out of memory: Killed" : "eth0: link is up, says", i);
    fputs(is_cut ? ",{\n" : "]}\n", out);
}

static void test_search_ahead__documents_in_one_line_are_the_same(void **state)
{
    (void)state;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    put_quiet(out, 100000);
    for (size_t records = 2000; records < 12000; records = records * 5 / 3) {
        put_document(out, records, records, false); /* quiet */
        put_quiet(out, records % 7 * 9000);
        put_document(out, records, 3, records % 2);
        fputs("[99999.000001] Out of memory: Killed process 7 (a), UID 0\n", out);
        put_document(out, records, records, true);
        put_document(out, records, records / 2, true);
        put_quiet(out, 50000);
    }
    fclose(out);
    expect_same(slice_of(text, length));
    free(text);
}

/* ---- what is passed over */

static void test_quiet__has_no_line_that_an_anchor_looks_back_at(void **state)
{
    (void)state;
    enum { SIDE = 100000, KEPT = 8 * 1024, MOST = 4 }; /* LIMIT_LOOKBACK */
    static const char anchor[] = "java invoked oom-killer\n";
    char *data;
    size_t length;
    FILE *out = open_memstream(&data, &length);
    put_quiet(out, SIDE);
    fflush(out);
    size_t hit = length;
    fputs(anchor, out);
    put_quiet(out, SIDE);
    fclose(out);
    struct slice text = slice_of(data, length);
    struct quiet quiet[MOST];
    struct anchor_search *search = anchor_search_create();
    assert_int_equal(quiet_find(search, text, quiet, MOST), 2);
    assert_true(quiet[0].end <= hit - KEPT && quiet[0].end > hit - KEPT - 300);
    assert_int_equal(quiet[1].start, hit + sizeof anchor - 1);
    assert_true(quiet[1].end <= length - KEPT && quiet[1].end > length - KEPT - 300);
    for (size_t i = 0; i < 2; i++) {
        struct slice part =
            slice_take(slice_skip(text, quiet[i].start), quiet[i].end - quiet[i].start);
        assert_int_equal(data[quiet[i].start - 1], '\n');
        assert_int_equal(data[quiet[i].end - 1], '\n');
        assert_int_equal(quiet[i].lines, slice_count_byte(part, '\n'));
    }
    assert_int_equal(quiet_find(search, text, quiet, 1), 1);
    assert_int_equal(quiet_find(search, SLICE(""), quiet, MOST), 0);
    anchor_search_destroy(search);
    free(data);
}

static void test_search_ahead__small_files_have_none(void **state)
{
    (void)state;
    struct search_pool *search_pool = search_pool_create(PIECE);
    int file = write_file(SLICE("one line\n"));
    assert_null(searched_file_open(search_pool, file));
    assert_null(searched_file_open(NULL, file));
    searched_file_close(NULL);
    close(file);
    search_pool_destroy(search_pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_ahead__the_samples_are_the_same_wherever_pieces_end),
        cmocka_unit_test(test_search_ahead__lines_longer_than_any_are_the_same),
        cmocka_unit_test(test_search_ahead__documents_in_one_line_are_the_same),
        cmocka_unit_test(test_quiet__has_no_line_that_an_anchor_looks_back_at),
        cmocka_unit_test(test_search_ahead__small_files_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
