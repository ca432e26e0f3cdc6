#define _GNU_SOURCE /* fseeko */
#include "analyzer/merge_input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/base/hash_table.h"
#include "analyzer/record_lines.h"
#include "parsers/source/names.h"
#include "parsers/source/temporary.h"
#include "parsers/source/unreadable.h"

struct stream_name {
    UT_hash_handle hh;
    char text[];
};

void merge_input_init(struct merge_input *input, const struct intake_sink *sink)
{
    *input = (struct merge_input){.sink = sink, .arena = arena_create()};
}

void merge_input_deinit(struct merge_input *input)
{
    for (size_t i = 0; i < input->files_count; i++)
        fclose(input->files[i].stream);
    HASH_CLEAR(hh, input->names);
    arena_destroy(input->arena);
}

static void fail(const struct merge_input *input, const char *path, const char *what)
{
    input->sink->failed(input->sink->context, path, what);
}

/* ---- the lines */

const char *merge_input_name(struct merge_input *input, const char *name)
{
    struct stream_name *known;
    size_t length = strlen(name);
    HASH_FIND(hh, input->names, name, length, known);
    if (known)
        return known->text;
    known = arena_allocate(input->arena, sizeof *known + length + 1);
    memcpy(known->text, name, length);
    HASH_ADD(hh, input->names, text[0], length, known);
    return known->text;
}

static bool take_fragment(struct merge_input *input, const json_t *object,
                          const struct record_lines *lines)
{
    struct fragment fragment;
    char *memory;
    if (!fragment_read(object, &fragment, &memory))
        return false;
    *ARENA_PUSH(input->arena, input->fragments, input->fragments_count) = (struct fragment_place){
        .stream = merge_input_name(input, fragment.stream),
        .start = fragment.start,
        .offset = fragment.offset,
        .length = fragment.bytes.length,
        .file = input->files_count - 1,
        .position = (off_t)lines->start,
        .line_length = (size_t)(lines->end - lines->start),
    };
    free((char *)(uintptr_t)fragment.stream);
    free(memory);
    return true;
}

static bool take_coverage(struct merge_input *input, const json_t *object)
{
    struct piece_extent extent;
    if (!coverage_read(object, input->arena, &extent))
        return false;
    extent.place.stream = merge_input_name(input, extent.place.stream);
    *ARENA_PUSH(input->arena, input->pieces, input->pieces_count) = extent;
    input->files[input->files_count - 1].has_coverage = true;
    return true;
}

/* Incidents are found again in the fragments: here is only noted which there must be. */
static bool take_record(struct merge_input *input, const json_t *object)
{
    const json_t *source = json_object_get(object, "source");
    const char *path = json_string_value(json_object_get(source, "path"));
    const json_t *first = json_object_get(source, "first_byte");
    const json_t *end = json_object_get(source, "end_byte");
    if (!path || !json_is_integer(first) || !json_is_integer(end))
        return false;
    *ARENA_PUSH(input->arena, input->records, input->records_count) =
        (struct incident_place){.stream = merge_input_name(input, path),
                                .first = (uint64_t)json_integer_value(first),
                                .end = (uint64_t)json_integer_value(end),
                                .file = input->files_count - 1};
    return true;
}

static bool take_line(struct merge_input *input, struct slice line,
                      const struct record_lines *lines)
{
    json_t *object = json_loadb(line.data, line.length, JSON_ALLOW_NUL, NULL);
    const char *schema = json_string_value(json_object_get(object, "schema"));
    bool is_good = false;
    if (schema && strcmp(schema, "whyoom.incident/1") == 0)
        is_good = take_record(input, object);
    else if (schema && strcmp(schema, "whyoom.fragment/1") == 0)
        is_good = take_fragment(input, object, lines);
    else if (schema && strcmp(schema, "whyoom.coverage/1") == 0)
        is_good = take_coverage(input, object);
    json_decref(object);
    return is_good;
}

/* ---- the files */

struct damage {
    uint64_t count, first; /* lines that are none of ours */
    int error_number;      /* why the file could not be read to its end; 0: it was */
};

/* Of what is no such file at all, or was cut off, one complaint is enough. */
static void tell_damaged(const struct merge_input *input, struct input_file *file,
                         const struct damage *damage)
{
    char what[160];
    file->is_damaged = damage->error_number || damage->count || !file->has_coverage;
    if (damage->error_number)
        snprintf(what, sizeof what, "cannot be read to its end: %s",
                 strerror(damage->error_number));
    else if (damage->count)
        snprintf(what, sizeof what,
                 "%" PRIu64 " %s left out that whyoom map or merge did not write so, the first is "
                 "line %" PRIu64,
                 damage->count, damage->count == 1 ? "line was" : "lines were", damage->first);
    else
        snprintf(what, sizeof what,
                 "does not say what was read, as the last line of whyoom map does: map it again");
    if (file->is_damaged)
        fail(input, file->path, what);
}

static void take_or_count(struct merge_input *input, struct slice line,
                          const struct record_lines *lines, struct damage *damage)
{
    line = slice_trim(line);
    bool is_blank = line.length == 0 && !lines->is_overlong;
    if (!is_blank && !take_line(input, line, lines) && damage->count++ == 0)
        damage->first = lines->number;
}

static void take_lines(struct merge_input *input, FILE *stream)
{
    struct record_lines lines = {0};
    struct damage damage = {0};
    struct slice line;
    char text[PIECE_BLOCK];
    for (size_t length; (length = fread(text, 1, sizeof text, stream)) > 0;)
        for (struct slice block = slice_of(text, length); record_lines_next(&lines, &block, &line);)
            take_or_count(input, line, &lines, &damage);
    damage.error_number = ferror(stream) ? errno : 0;
    if (record_lines_last(&lines, &line))
        take_or_count(input, line, &lines, &damage);
    record_lines_reset(&lines);
    tell_damaged(input, &input->files[input->files_count - 1], &damage);
}

/* What cannot be read a second time is copied to a file that nobody else sees. */
static FILE *spool(FILE *from)
{
    char block[PIECE_BLOCK];
    const char *directory;
    int file = temporary_open(&directory);
    FILE *copy = file < 0 ? NULL : fdopen(file, "w+");
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
    struct stat status;
    if (stream && fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(stream);
        errno = EISDIR;
        return NULL;
    }
    if (stream && (stream == stdin || fseeko(stream, 0, SEEK_END) != 0))
        return spool(stream);
    if (stream)
        rewind(stream);
    return stream;
}

void merge_input_add(struct merge_input *input, const char *path)
{
    FILE *stream = open_lines(path);
    if (!stream) {
        struct error *error = unreadable_because(path, errno);
        fail(input, path, error_message(error));
        error_destroy(error);
        return;
    }
    struct input_file file = {.path = path, .stream = stream};
    *ARENA_PUSH(input->arena, input->files, input->files_count) = file;
    take_lines(input, stream);
}

/* ---- their order */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int merge_input_compare_streams(const char *a, const char *b)
{
    int order = a == b ? 0 : names_compare(a, b);
    return order ? order : strcmp(a, b);
}

static int compare_pieces(const void *left, const void *right)
{
    const struct piece_extent *a = left, *b = right;
    int order = merge_input_compare_streams(a->place.stream, b->place.stream);
    if (order == 0)
        order = compare_numbers(a->place.start, b->place.start);
    return order ? order : compare_numbers(b->end, a->end);
}

static int compare_fragments(const void *left, const void *right)
{
    const struct fragment_place *a = left, *b = right;
    int order = merge_input_compare_streams(a->stream, b->stream);
    if (order == 0)
        order = compare_numbers(a->start, b->start);
    if (order == 0)
        order = compare_numbers(a->offset, b->offset);
    return order ? order : compare_numbers(b->length, a->length);
}

void merge_input_sort(struct merge_input *input)
{
    if (input->pieces_count)
        qsort(input->pieces, input->pieces_count, sizeof *input->pieces, compare_pieces);
    if (input->fragments_count)
        qsort(input->fragments, input->fragments_count, sizeof *input->fragments,
              compare_fragments);
}

size_t merge_input_first_fragment(const struct merge_input *input, const char *stream,
                                  uint64_t start)
{
    const struct fragment_place wanted = {.stream = stream, .start = start, .length = UINT64_MAX};
    size_t low = 0, high = input->fragments_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_fragments(&input->fragments[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void merge_input_read(const struct merge_input *input, const struct fragment_place *place,
                      void (*take)(void *context, const struct fragment *fragment), void *context)
{
    const struct input_file *file = &input->files[place->file];
    struct fragment fragment;
    char *memory, *line = must_allocate(place->line_length);
    size_t length = 0;
    if (fseeko(file->stream, place->position, SEEK_SET) == 0)
        length = fread(line, 1, place->line_length, file->stream);
    json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, NULL);
    if (object && fragment_read(object, &fragment, &memory)) {
        take(context, &fragment);
        free((char *)(uintptr_t)fragment.stream);
        free(memory);
    } else {
        fail(input, file->path, "changed while it was read; merge it again");
    }
    json_decref(object);
    free(line);
}
