#include "analyzer/merge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/merge_input.h"

struct merge {
    struct merge_input input;
    struct incident_place *fed; /* stretches of bytes that were there */
    size_t fed_count;
};

struct merge *merge_create(const struct intake_sink *sink)
{
    struct merge *merge = must_allocate(sizeof *merge);
    merge_input_init(&merge->input, sink);
    return merge;
}

void merge_destroy(struct merge *merge)
{
    if (!merge)
        return;
    merge_input_deinit(&merge->input);
    free(merge);
}

void merge_add(struct merge *merge, const char *path)
{
    merge_input_add(&merge->input, path);
}

static void fail(const struct merge *merge, const char *path, const char *what)
{
    merge->input.sink->failed(merge->input.sink->context, path, what);
}

/* ---- reading anew */

/* Pieces without a hole between them. */
struct range {
    struct merge *merge;
    struct piece *reader;
    const struct piece_extent *last; /* of the pieces, so far */
    const char *name;                /* of the stream, as records have it */
    uint64_t at;                     /* byte of the stream that comes next */
    uint64_t lines;                  /* newlines of the range before it */
    uint64_t before_last;            /* newlines of the range before the last piece */
    struct line_mark *marks;         /* of all its pieces */
    size_t marks_count;
    bool is_contradicted; /* which was told */
};

static void pass_over(struct range *range, uint64_t to, uint64_t lines)
{
    if (to <= range->at)
        return;
    piece_skip(range->reader, to - range->at, lines > range->lines ? lines - range->lines : 0);
    range->at = to;
    range->lines = lines > range->lines ? lines : range->lines;
}

/* The bytes from @p first to @p end were there. */
static void note_fed(struct range *range, uint64_t first, uint64_t end)
{
    struct merge *merge = range->merge;
    struct incident_place *last = merge->fed_count ? &merge->fed[merge->fed_count - 1] : NULL;
    if (last && last->stream == range->name && last->end == first)
        last->end = end;
    else
        *ARENA_PUSH(merge->input.arena, merge->fed, merge->fed_count) =
            (struct incident_place){.stream = range->name, .first = first, .end = end};
}

/* The same piece, mapped twice with different ends, has fragments that overlap; so have two that
 * overlap. */
static void feed(void *context, const struct fragment *fragment)
{
    struct range *range = context;
    struct slice bytes = fragment->bytes;
    uint64_t known = range->at > fragment->offset ? range->at - fragment->offset : 0;
    if (known >= bytes.length || fragment->offset >= range->last->end)
        return;
    pass_over(range, fragment->offset, range->before_last + fragment->lines);
    bytes = slice_skip(slice_take(bytes, range->last->end - fragment->offset), known);
    piece_feed(range->reader, bytes);
    note_fed(range, range->at, range->at + bytes.length);
    range->at += bytes.length;
    range->lines += slice_count_byte(bytes, '\n');
}

static void read_piece(struct range *range)
{
    const struct piece_extent *piece = range->last;
    const struct merge_input *input = &range->merge->input;
    const struct fragment_place *end = input->fragments + input->fragments_count;
    size_t first = merge_input_first_fragment(input, piece->place.stream, piece->place.start);
    for (const struct fragment_place *place = input->fragments + first;
         place < end && place->stream == piece->place.stream && place->start == piece->place.start;
         place++)
        merge_input_read(input, place, feed, range);
    pass_over(range, piece->end, range->before_last + piece->lines);
    for (size_t i = 0; i < piece->marks_count; i++)
        *ARENA_PUSH(range->merge->input.arena, range->marks, range->marks_count) =
            (struct line_mark){piece->marks[i].offset, range->before_last + piece->marks[i].lines};
}

/* What two pieces say of the bytes that both hold. */
struct overlap {
    bool is_counted;      /* there is a byte up to which both counted lines */
    bool is_contradicted; /* their counts go apart: they are not of one log */
    uint64_t before;      /* newlines of the first before the second begins */
};

static struct overlap compare_counts(const struct piece_extent *a, const struct piece_extent *b)
{
    struct overlap overlap = {0};
    for (size_t i = 0, j = 0; i < a->marks_count && j < b->marks_count;) {
        const struct line_mark *mine = &a->marks[i], *other = &b->marks[j];
        i += mine->offset <= other->offset;
        j += other->offset <= mine->offset;
        if (mine->offset != other->offset)
            continue;
        uint64_t before = mine->lines - other->lines;
        overlap.is_contradicted |=
            mine->lines < other->lines || (overlap.is_counted && before != overlap.before);
        overlap.is_counted = true;
        overlap.before = before;
    }
    return overlap;
}

/* Once, however many pieces lie within one. */
static void tell_contradiction(struct range *range, const struct piece_extent *piece)
{
    if (!range->is_contradicted)
        fail(range->merge, piece->place.stream,
             "two of its pieces differ in bytes that both hold: they are not joined, and one that "
             "lies within the other is left out; give each its --offset, or map the log again if "
             "it changed");
    range->is_contradicted = true;
}

/* @p piece begins in the range or at its end. False: it does not go on there. */
static bool append(struct range *range, const struct piece_extent *piece)
{
    const struct overlap overlap = compare_counts(range->last, piece);
    bool is_within = piece->end <= range->last->end;
    if (overlap.is_contradicted)
        tell_contradiction(range, piece);
    else if (!overlap.is_counted && !is_within)
        fail(range->merge, piece->place.stream,
             "two of its pieces overlap, and how many lines they have in common is not told: an "
             "older whyoom mapped them; map it again");
    else if (!is_within) {
        range->before_last += overlap.before;
        range->last = piece;
        read_piece(range);
    }
    return is_within || range->last == piece;
}

static void take_incident(void *context, struct incident *incident)
{
    const struct range *range = context;
    struct merge *merge = range->merge;
    intake_settle(incident);
    merge->input.sink->incident(merge->input.sink->context, incident);
}

static int compare_marks(const void *left, const void *right)
{
    const struct line_mark *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static void end_range(struct range *range, uint64_t start)
{
    const struct intake_sink *sink = range->merge->input.sink;
    struct line_marks marks;
    qsort(range->marks, range->marks_count, sizeof *range->marks, compare_marks);
    line_marks_begin(&marks, start);
    for (size_t i = 0; i < range->marks_count; i++)
        line_marks_reach(&marks, range->marks[i]);
    struct log_coverage covered = piece_close(range->reader, &marks);
    struct coverage coverage = coverage_of(&covered);
    sink->covered(sink->context, &coverage);
}

/* A merge may be one of many, and the rest come later: no failure. */
static void tell_hole(const struct merge *merge, const struct piece_extent *piece, uint64_t end)
{
    const struct intake_sink *sink = merge->input.sink;
    char what[160];
    snprintf(what, sizeof what,
             "its bytes %" PRIu64 " to %" PRIu64 " are in none of the pieces; what lies in them, "
             "and what they cut, is told when they are merged, too",
             end, piece->place.start - 1);
    if (piece->place.start > end)
        sink->noted(sink->context, piece->place.stream, what);
}

/* The piece at @p first and all that go on from it. @return the first that does not */
static size_t write_range(struct merge *merge, size_t first, FILE *out)
{
    struct merge_input *input = &merge->input;
    const struct piece_extent *piece = &input->pieces[first], *start = piece;
    const struct piece_extent *end = input->pieces + input->pieces_count;
    struct slice name = escape_text(input->arena, slice_from_string(start->place.stream));
    struct range range = {.merge = merge, .at = start->place.start, .last = start};
    range.name = merge_input_name(input, name.data);
    range.reader = piece_open(&start->place, out, take_incident, &range);
    read_piece(&range);
    while (++piece < end && piece->place.stream == start->place.stream &&
           piece->place.start <= range.last->end)
        if (!append(&range, piece))
            break;
    if (piece < end && piece->place.stream == start->place.stream)
        tell_hole(merge, piece, range.last->end);
    end_range(&range, start->place.start);
    return (size_t)(piece - input->pieces);
}

/* ---- what did not come */

static int compare_starts(const void *left, const void *right)
{
    const struct piece_extent *a = left, *b = right;
    int order = merge_input_compare_streams(a->place.stream, b->place.stream);
    return order ? order : (a->place.start > b->place.start) - (a->place.start < b->place.start);
}

static bool is_covered(const struct merge_input *input, const struct fragment_place *fragment)
{
    const struct piece_extent wanted = {
        .place = {.stream = fragment->stream, .start = fragment->start}};
    return input->pieces_count &&
           bsearch(&wanted, input->pieces, input->pieces_count, sizeof wanted, compare_starts);
}

/* Of fragments whose map was cut off before its last line, nothing is known to be whole. */
static void tell_unfinished(const struct merge *merge)
{
    const struct merge_input *input = &merge->input;
    const struct fragment_place *told = NULL;
    for (size_t i = 0; i < input->fragments_count; i++) {
        const struct fragment_place *place = &input->fragments[i];
        bool is_next = told && told->stream == place->stream && told->start == place->start;
        if (!is_next && !is_covered(input, place) && !input->files[place->file].is_damaged)
            fail(merge, input->files[place->file].path,
                 "has a fragment of a piece without its coverage: the map was cut off; map it "
                 "again");
        told = place;
    }
}

static int compare_places(const void *left, const void *right)
{
    const struct incident_place *a = left, *b = right;
    int order = merge_input_compare_streams(a->stream, b->stream);
    if (order == 0)
        order = (a->first > b->first) - (a->first < b->first);
    return order;
}

/* The stretch that holds the byte @p first of @p stream, or NULL; they are sorted. */
static const struct incident_place *find_fed(const struct merge *merge, const char *stream,
                                             uint64_t first)
{
    size_t low = 0, high = merge->fed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct incident_place *fed = &merge->fed[middle];
        int order = merge_input_compare_streams(fed->stream, stream);
        if (order < 0 || (order == 0 && fed->first <= first))
            low = middle + 1;
        else
            high = middle;
    }
    const struct incident_place *fed = low ? &merge->fed[low - 1] : NULL;
    return fed && fed->stream == stream ? fed : NULL;
}

/* Of a report all lines are kept, from the first to the last, which may lack its newline. */
static bool is_lost(const struct merge *merge, const struct incident_place *record)
{
    const struct incident_place *fed = find_fed(merge, record->stream, record->first);
    return !fed || fed->end + 1 < record->end;
}

/* Each piece's own incidents are in its fragments: one whose bytes do not come has lost them. */
static void tell_lost(struct merge *merge)
{
    struct merge_input *input = &merge->input;
    uint64_t *lost = arena_allocate(input->arena, (input->files_count + 1) * sizeof *lost);
    char what[160];
    if (merge->fed_count)
        qsort(merge->fed, merge->fed_count, sizeof *merge->fed, compare_places);
    for (size_t i = 0; i < input->records_count; i++)
        lost[input->records[i].file] += is_lost(merge, &input->records[i]);
    for (size_t i = 0; i < input->files_count; i++) {
        snprintf(what, sizeof what,
                 "%" PRIu64 " of its incidents %s lost: a fragment or a coverage of %s is missing "
                 "or damaged; map it again",
                 lost[i], lost[i] == 1 ? "is" : "are", lost[i] == 1 ? "it" : "them");
        if (lost[i] && !input->files[i].is_damaged)
            fail(merge, input->files[i].path, what);
    }
}

void merge_write(struct merge *merge, FILE *out, atomic_bool *stop)
{
    merge_input_sort(&merge->input);
    tell_unfinished(merge);
    for (size_t i = 0; i < merge->input.pieces_count && !*stop;)
        i = write_range(merge, i, out);
    if (!*stop)
        tell_lost(merge);
}
