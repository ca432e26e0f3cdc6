#define _GNU_SOURCE /* getline, fseeko */
#include "analyzer/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/hash_table.h"
#include "analyzer/piece.h"
#include "parsers/source/names.h"
#include "parsers/source/unreadable.h"

struct entry {
    const char *stream; /* in the arena; one address for each name */
    uint64_t start, offset, length, lines;
    size_t file;
    off_t position; /* of its line */
};

struct whole {
    struct piece_place place;
    uint64_t end, lines;
    bool is_taken; /* written as part of a range, or within one */
};

struct name {
    UT_hash_handle hh;
    char text[];
};

struct file {
    const char *path;
    FILE *stream;
    bool has_records, has_coverage;
};

struct merge {
    const struct intake_sink *sink;
    struct arena *arena;
    struct file *files;
    size_t files_count;
    struct entry *fragments;
    size_t fragments_count;
    struct whole *pieces;
    size_t pieces_count;
    struct name *streams; /* each once */
};

struct merge *merge_create(const struct intake_sink *sink)
{
    struct merge *merge = must_allocate(sizeof *merge);
    merge->sink = sink;
    merge->arena = arena_create();
    return merge;
}

void merge_destroy(struct merge *merge)
{
    if (!merge)
        return;
    for (size_t i = 0; i < merge->files_count; i++)
        fclose(merge->files[i].stream);
    HASH_CLEAR(hh, merge->streams);
    arena_destroy(merge->arena);
    free(merge);
}

static void fail(const struct merge *merge, const char *path, const char *what)
{
    merge->sink->failed(merge->sink->context, path, what);
}

/* ---- taking in */

static const char *keep_name(struct merge *merge, const char *text)
{
    struct name *name;
    size_t length = strlen(text);
    HASH_FIND(hh, merge->streams, text, length, name);
    if (name)
        return name->text;
    name = arena_allocate(merge->arena, sizeof *name + length + 1);
    memcpy(name->text, text, length);
    HASH_ADD(hh, merge->streams, text[0], length, name);
    return name->text;
}

static bool take_fragment(struct merge *merge, const json_t *object, off_t position)
{
    struct fragment fragment;
    char *memory;
    if (!fragment_read(object, &fragment, &memory))
        return false;
    *ARENA_PUSH(merge->arena, merge->fragments, merge->fragments_count) = (struct entry){
        .stream = keep_name(merge, fragment.stream),
        .start = fragment.start,
        .offset = fragment.offset,
        .length = fragment.bytes.length,
        .lines = fragment.lines,
        .file = merge->files_count - 1,
        .position = position,
    };
    free((char *)(uintptr_t)fragment.stream);
    free(memory);
    return true;
}

static bool take_coverage(struct merge *merge, const json_t *object)
{
    struct whole whole = {.is_taken = false};
    uint64_t bytes;
    if (!coverage_read(object, &whole.place, &bytes, &whole.lines))
        return false;
    char *stream = (char *)(uintptr_t)whole.place.stream;
    whole.place.stream = keep_name(merge, stream);
    free(stream);
    bool fits = !__builtin_add_overflow(whole.place.start, bytes, &whole.end);
    if (fits)
        *ARENA_PUSH(merge->arena, merge->pieces, merge->pieces_count) = whole;
    merge->files[merge->files_count - 1].has_coverage = true;
    return fits;
}

static bool take_line(struct merge *merge, struct slice line, off_t position)
{
    if (slice_starts(line, SLICE("{\"schema\":\"whyoom.incident/1\""))) {
        merge->files[merge->files_count - 1].has_records = true;
        return true; /* found again in the fragments */
    }
    json_t *object = json_loadb(line.data, line.length, JSON_ALLOW_NUL, NULL);
    const char *schema = json_string_value(json_object_get(object, "schema"));
    bool is_good = false;
    if (schema && strcmp(schema, "whyoom.fragment/1") == 0)
        is_good = take_fragment(merge, object, position);
    else if (schema && strcmp(schema, "whyoom.coverage/1") == 0)
        is_good = take_coverage(merge, object);
    json_decref(object);
    return is_good;
}

/* Of what is no such file at all, one complaint is enough. */
static void tell_damaged(const struct merge *merge, const char *path, uint64_t count,
                         uint64_t first)
{
    char what[160];
    snprintf(what, sizeof what,
             "%" PRIu64 " %s left out that whyoom map or merge did not write so, the first is "
             "line %" PRIu64,
             count, count == 1 ? "line was" : "lines were", first);
    if (count)
        fail(merge, path, what);
}

static void take_lines(struct merge *merge, const char *path, FILE *stream)
{
    char *line = NULL;
    size_t size = 0;
    uint64_t number = 0, damaged = 0, first = 0;
    off_t position = 0;
    for (ssize_t length; (length = getline(&line, &size, stream)) > 0; position += length) {
        struct slice text = slice_trim(slice_of(line, (size_t)length));
        number++;
        if (slice_equal(text, SLICE("\n")) || take_line(merge, text, position))
            continue;
        damaged++;
        first = first ? first : number;
    }
    free(line);
    tell_damaged(merge, path, damaged, first);
}

/* What cannot be read a second time is copied to a file that nobody else sees. */
static FILE *spool(FILE *from)
{
    char block[PIECE_BLOCK];
    FILE *copy = tmpfile();
    for (size_t length; copy && (length = fread(block, 1, sizeof block, from)) > 0;)
        if (fwrite(block, 1, length, copy) != length)
            break;
    bool is_whole = copy && !ferror(from) && !ferror(copy) && fseeko(copy, 0, SEEK_SET) == 0;
    if (from != stdin)
        fclose(from);
    if (is_whole)
        return copy;
    if (copy)
        fclose(copy);
    return NULL;
}

static FILE *open_lines(const char *path)
{
    FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (stream && (stream == stdin || fseeko(stream, 0, SEEK_END) != 0))
        return spool(stream);
    if (stream)
        rewind(stream);
    return stream;
}

void merge_add(struct merge *merge, const char *path)
{
    FILE *stream = open_lines(path);
    if (!stream) {
        struct error *error = unreadable_because(path, errno);
        fail(merge, path, error_message(error));
        error_destroy(error);
        return;
    }
    struct file file = {.path = path, .stream = stream};
    *ARENA_PUSH(merge->arena, merge->files, merge->files_count) = file;
    take_lines(merge, path, stream);
    if (ferror(stream))
        fail(merge, path, "cannot be read to its end");
    const struct file *taken = &merge->files[merge->files_count - 1];
    if (taken->has_records && !taken->has_coverage)
        fail(merge, path,
             "holds incidents without what they were read from; whyoom map writes "
             "both");
}

/* ---- putting in order */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_streams(const char *a, const char *b)
{
    int order = a == b ? 0 : names_compare(a, b);
    return order ? order : strcmp(a, b);
}

/* By stream and start, the longest of equals first. */
static int compare_pieces(const void *left, const void *right)
{
    const struct whole *a = left, *b = right;
    int order = compare_streams(a->place.stream, b->place.stream);
    if (order == 0)
        order = compare_numbers(a->place.start, b->place.start);
    return order ? order : compare_numbers(b->end, a->end);
}

static int compare_fragments(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_streams(a->stream, b->stream);
    if (order == 0)
        order = compare_numbers(a->start, b->start);
    if (order == 0)
        order = compare_numbers(a->offset, b->offset);
    return order ? order : compare_numbers(b->length, a->length);
}

/* The first fragment of the piece; they are sorted. */
static size_t first_fragment(const struct merge *merge, const struct whole *piece)
{
    const struct entry wanted = {
        .stream = piece->place.stream, .start = piece->place.start, .length = UINT64_MAX};
    size_t low = 0, high = merge->fragments_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_fragments(&merge->fragments[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- reading anew */

struct range {
    struct merge *merge;
    struct piece *reader;
    char *line; /* of getline() */
    size_t size;
    uint64_t at;    /* byte of the stream that comes next */
    uint64_t lines; /* newlines of the piece before it */
};

static void pass_over(struct range *range, uint64_t to, uint64_t lines)
{
    if (to <= range->at)
        return;
    piece_skip(range->reader, to - range->at, lines > range->lines ? lines - range->lines : 0);
    range->at = to;
    range->lines = lines > range->lines ? lines : range->lines;
}

/* The same piece, mapped twice with different ends, has fragments that overlap. */
static void feed(struct range *range, const struct fragment *fragment, uint64_t end)
{
    struct slice bytes = fragment->bytes;
    uint64_t known = range->at > fragment->offset ? range->at - fragment->offset : 0;
    if (known >= bytes.length || fragment->offset >= end)
        return;
    pass_over(range, fragment->offset, fragment->lines);
    bytes = slice_skip(slice_take(bytes, end - fragment->offset), known);
    piece_feed(range->reader, bytes);
    range->at += bytes.length;
    range->lines += slice_count_byte(bytes, '\n');
}

static void feed_entry(struct range *range, const struct entry *entry, uint64_t end)
{
    const struct file *file = &range->merge->files[entry->file];
    struct fragment fragment;
    char *memory;
    ssize_t length = -1;
    if (fseeko(file->stream, entry->position, SEEK_SET) == 0)
        length = getline(&range->line, &range->size, file->stream);
    json_t *object =
        length > 0 ? json_loadb(range->line, (size_t)length, JSON_ALLOW_NUL, NULL) : NULL;
    if (object && fragment_read(object, &fragment, &memory)) {
        feed(range, &fragment, end);
        free((char *)(uintptr_t)fragment.stream);
        free(memory);
    } else {
        fail(range->merge, file->path, "changed while it was read; merge it again");
    }
    json_decref(object);
}

static void read_piece(struct range *range, const struct whole *piece)
{
    const struct merge *merge = range->merge;
    range->lines = 0;
    for (size_t i = first_fragment(merge, piece);
         i < merge->fragments_count && merge->fragments[i].stream == piece->place.stream &&
         merge->fragments[i].start == piece->place.start;
         i++)
        feed_entry(range, &merge->fragments[i], piece->end);
    pass_over(range, piece->end, piece->lines);
}

static void take_incident(void *context, struct incident *incident)
{
    const struct merge *merge = context;
    intake_settle(incident);
    merge->sink->incident(merge->sink->context, incident);
}

/* The piece at @p first and all that follow it without a hole. @return where they end */
static uint64_t write_range(struct merge *merge, size_t first, FILE *out)
{
    const struct whole *start = &merge->pieces[first];
    struct range range = {.merge = merge, .at = start->place.start};
    uint64_t end = start->place.start;
    range.reader = piece_open(&start->place, out, take_incident, merge);
    for (size_t i = first; i < merge->pieces_count; i++) {
        struct whole *piece = &merge->pieces[i];
        if (piece->place.stream != start->place.stream || piece->place.start > end)
            break;
        if (piece->is_taken || piece->place.start != end || (piece->end == end && i > first))
            continue;
        piece->is_taken = true;
        read_piece(&range, piece);
        end = piece->end;
    }
    for (size_t i = first; i < merge->pieces_count; i++) { /* what lies within */
        struct whole *piece = &merge->pieces[i];
        if (piece->place.stream != start->place.stream || piece->place.start > end)
            break;
        piece->is_taken |= piece->end <= end;
    }
    struct log_coverage covered = piece_close(range.reader);
    struct coverage coverage = coverage_of(&covered);
    merge->sink->covered(merge->sink->context, &coverage);
    free(range.line);
    return end;
}

static int compare_starts(const void *left, const void *right)
{
    const struct whole *a = left, *b = right;
    int order = compare_streams(a->place.stream, b->place.stream);
    return order ? order : compare_numbers(a->place.start, b->place.start);
}

static bool is_covered(const struct merge *merge, const struct entry *entry)
{
    const struct whole wanted = {.place = {.stream = entry->stream, .start = entry->start}};
    return merge->pieces_count &&
           bsearch(&wanted, merge->pieces, merge->pieces_count, sizeof wanted, compare_starts);
}

/* Of fragments whose map was cut off before its last line, nothing is known to be whole. */
static void tell_unfinished(const struct merge *merge)
{
    const struct entry *told = NULL;
    for (size_t i = 0; i < merge->fragments_count; i++) {
        const struct entry *entry = &merge->fragments[i];
        bool is_next = told && told->stream == entry->stream && told->start == entry->start;
        if (!is_next && !is_covered(merge, entry))
            fail(merge, merge->files[entry->file].path,
                 "has a fragment of a piece without its coverage: the map was cut off; map it "
                 "again");
        told = entry;
    }
}

/* Two merges with a piece in common: how many lines lie before the place where the one ends, the
 * other does not tell. */
static void tell_overlap(const struct merge *merge, const struct whole *piece)
{
    fail(merge, piece->place.stream,
         "its pieces overlap in part, and a report at the seam falls apart; merge what map wrote "
         "of each piece, all at once");
}

void merge_write(struct merge *merge, FILE *out, atomic_bool *stop)
{
    const char *stream = NULL; /* of the range before */
    uint64_t end = 0;
    if (merge->pieces_count)
        qsort(merge->pieces, merge->pieces_count, sizeof *merge->pieces, compare_pieces);
    if (merge->fragments_count)
        qsort(merge->fragments, merge->fragments_count, sizeof *merge->fragments,
              compare_fragments);
    tell_unfinished(merge);
    for (size_t i = 0; i < merge->pieces_count && !*stop; i++) {
        const struct whole *piece = &merge->pieces[i];
        if (piece->is_taken)
            continue;
        if (piece->place.stream == stream && piece->place.start < end)
            tell_overlap(merge, piece);
        stream = piece->place.stream;
        end = write_range(merge, i, out);
    }
}
