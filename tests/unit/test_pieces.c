/* The law of pieces: map(A+B) = merge(map(A), map(B)), byte for byte, wherever a log is cut. */
#include "analyzer/limits.h"
#include "tests/unit/pieces_fixture.h"

#if defined(__SANITIZE_ADDRESS__)
enum { STEP = 17 };
#else
enum { STEP = 1 }; /* every byte */
#endif

static const char *const samples[] = {
    "samples/el8-4.18-memsw-file-fault.log",
    "samples/lab-6.1-memcg-v2-high-stall.log",
    "samples/handmade-5.15-repeats.log",
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static void expect_law(struct slice text, struct slice whole, size_t cut, const char *what)
{
    if (!is_lawful(text, whole, cut))
        fail_msg("%s, cut at byte %zu: merged, the pieces are not the whole", what, cut);
}

/* ---- the law */

static void test_pieces__cut_at_every_byte_join_to_the_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice text = read_file(samples[i]), whole = map(text, 0, text.length);
        assert_true(slice_starts(whole, SLICE("{\"schema\":\"whyoom.incident/1\"")) ||
                    slice_contains(whole, SLICE("\n{\"schema\":\"whyoom.incident/1\"")));
        for (size_t cut = 0; cut <= text.length; cut += STEP)
            expect_law(text, whole, cut, samples[i]);
        free_text(whole);
        free_text(text);
    }
}

/* Six thousand quiet lines on both sides: more than a reader of an unknown start reads. */
static struct slice surround(struct slice text)
{
    static const char line[] = "Nov 23 01:02:03 web1 nginx[812]: GET / 200 612 0.004 upstream ok\n";
    enum { LINES = 6000 };
    size_t length = sizeof line - 1, side = LINES * length;
    char *data = malloc(2 * side + text.length);
    for (size_t i = 0; i < LINES; i++) {
        memcpy(data + i * length, line, length);
        memcpy(data + side + text.length + i * length, line, length);
    }
    memcpy(data + side, text.data, text.length);
    return slice_of(data, 2 * side + text.length);
}

static void test_pieces__join_where_their_fragments_leave_holes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice sample = read_file(samples[i]), text = surround(sample);
        struct slice whole = map(text, 0, text.length);
        size_t side = (text.length - sample.length) / 2;
        assert_true(whole.length < text.length / 2);
        for (size_t cut = side - 200; cut < side + sample.length + 9000; cut += 307 * STEP)
            expect_law(text, whole, cut, samples[i]);
        free_text(whole);
        free_text(text);
        free_text(sample);
    }
}

/* Quiet lines, a document in one line as CloudWatch writes it, of @p copies of @p sample, and the
 * sample itself. */
static struct slice document(struct slice sample, size_t copies)
{
    static const char quiet[] =
        "Nov 23 01:02:03 web1 nginx[812]: GET / 200 612 0.004 upstream ok\n";
    struct output out;
    begin_output(&out);
    for (size_t i = 0; i < 1500; i++)
        fputs(quiet, out.stream);
    fputs("{\"events\":[", out.stream);
    for (size_t i = 0; i < copies; i++)
        for (struct slice rest = sample; rest.length;) {
            struct slice line = slice_cut(&rest, '\n');
            json_t *record = json_pack("{s:I,s:s%}", "timestamp", (json_int_t)(1767366245000 + i),
                                       "message", line.data, line.length);
            json_dumpf(record, out.stream, JSON_COMPACT);
            fputs(i + 1 == copies && rest.length == 0 ? "],\"nextToken\":\"f\"}\n" : ",",
                  out.stream);
            json_decref(record);
        }
    fwrite(sample.data, 1, sample.length, out.stream);
    return end_output(&out);
}

static void test_pieces__of_a_document_in_one_line_join_to_the_whole(void **state)
{
    (void)state;
    struct slice sample = read_file(samples[0]), text = document(sample, 110);
    struct slice whole = map(text, 0, text.length);
    size_t start = slice_find(text, SLICE("{\"events\"")), end = text.length - sample.length;
    assert_true(end - start > 2 * LIMIT_LINE);
    assert_true(slice_contains(whole, SLICE("\"cut_lines\":0,")));
    for (size_t cut = start - 40; cut < end + 200; cut += 9973 * STEP)
        expect_law(text, whole, cut, "a document in one line");
    const size_t edges[] = {start,
                            start + 1,
                            start + 80,
                            start + LIMIT_LINE,
                            start + LIMIT_LINE + 1,
                            end - LIMIT_LINE,
                            end - LIMIT_LINE - 1,
                            end - 2,
                            end - 1,
                            end};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        expect_law(text, whole, edges[i], "the edge of a document in one line");
    free_text(whole);
    free_text(text);
    free_text(sample);
}

static void test_pieces__of_any_number_join_in_any_order(void **state)
{
    (void)state;
    struct slice text = read_file(samples[2]), whole = map(text, 0, text.length);
    for (size_t size = 50; size < text.length; size = size * 3 / 2) {
        struct slice parts[400];
        size_t count = 0;
        for (size_t end = text.length; end > 0; end = end > size ? end - size : 0)
            parts[count++] = map(text, end > size ? end - size : 0, end);
        assert_true(count <= sizeof parts / sizeof *parts);
        struct slice joined = merge(parts, count);
        assert_true(slice_equal(joined, whole));
        free_text(joined);
    }
    free_text(whole);
    free_text(text);
}

static void test_pieces__merged_once_more_stay_as_they_are(void **state)
{
    (void)state;
    struct slice text = read_file(samples[0]);
    /* what stands before the piece is not there */
    struct slice once = map(text, 1000, text.length), copy = map(text, 1000, text.length);
    struct slice parts[] = {once, map(text, 1000, text.length), map(text, 1000, 1500)};
    struct slice joined = merge(parts, 3);
    assert_true(slice_equal(joined, copy));
    free_text(joined);
    free_text(copy);
    free_text(text);
}

/* Of @p text, two pieces that have @p from to @p to in common, each put together of two. */
static struct slice join_overlapping(struct slice text, size_t from, size_t to)
{
    struct slice left[] = {map(text, 0, from), map(text, from, to)};
    struct slice right[] = {map(text, from, to), map(text, to, text.length)};
    struct slice parts[] = {merge(right, 2), merge(left, 2)};
    return merge(parts, 2);
}

static void expect_joined(struct slice text, struct slice whole, size_t from, size_t to)
{
    struct slice mapped[] = {map(text, from, text.length), map(text, 0, to)};
    struct slice joined = merge(mapped, 2), rejoined = join_overlapping(text, from, to);
    if (!slice_equal(joined, whole) || !slice_equal(rejoined, whole))
        fail_msg("overlapping from byte %zu to %zu: merged, the pieces are not the whole", from,
                 to);
    free_text(joined);
    free_text(rejoined);
}

static void test_pieces__that_overlap_join_to_the_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice sample = read_file(samples[i]), texts[] = {sample, surround(sample)};
        for (size_t j = 0; j < 2; j++) {
            struct slice text = texts[j], whole = map(text, 0, text.length);
            size_t side = (text.length - sample.length) / 2, step = (1 + 30 * j) * STEP;
            for (size_t from = side; from < side + sample.length; from += 211 * step)
                for (size_t length = 1; from + length < text.length; length = length * 5 + 2)
                    expect_joined(text, whole, from, from + length);
            free_text(whole);
            free_text(text);
        }
    }
}

static void test_pieces__with_a_hole_between_them_stay_apart(void **state)
{
    (void)state;
    struct slice text = read_file(samples[0]);
    struct slice parts[] = {map(text, 0, 1000), map(text, 1001, text.length)};
    struct slice joined = merge(parts, 2);
    struct slice first = map(text, 0, 1000), second = map(text, 1001, text.length);
    assert_true(slice_starts(joined, first));
    assert_true(slice_equal(slice_skip(joined, first.length), second));
    free_text(first);
    free_text(second);
    free_text(joined);
    free_text(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces__cut_at_every_byte_join_to_the_whole),
        cmocka_unit_test(test_pieces__join_where_their_fragments_leave_holes),
        cmocka_unit_test(test_pieces__of_a_document_in_one_line_join_to_the_whole),
        cmocka_unit_test(test_pieces__of_any_number_join_in_any_order),
        cmocka_unit_test(test_pieces__merged_once_more_stay_as_they_are),
        cmocka_unit_test(test_pieces__that_overlap_join_to_the_whole),
        cmocka_unit_test(test_pieces__with_a_hole_between_them_stay_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
