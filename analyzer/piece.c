#include "analyzer/piece.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/json_line.h"

struct piece {
    struct piece_place place;
    FILE *out;
    struct log_reader *reader;
    char block[PIECE_BLOCK]; /* of the fragment that is being put together */
    struct fragment fragment;
};

/* ---- writing */

static void set_name(json_t *object, const char *key, struct slice name)
{
    struct arena *arena = arena_create();
    struct slice text = escape_text(arena, name);
    json_object_set_new(object, key, json_stringn(text.data, text.length));
    arena_destroy(arena);
}

static json_t *begin_line(const char *schema, const char *stream)
{
    json_t *object = json_object();
    json_object_set_new(object, "schema", json_string(schema));
    json_put_bytes(object, "stream", "stream_latin1", slice_from_string(stream));
    return object;
}

void fragment_write(FILE *out, const struct fragment *fragment)
{
    json_t *object = begin_line("whyoom.fragment/1", fragment->stream);
    json_put_count(object, "start", fragment->start);
    json_put_count(object, "offset", fragment->offset);
    json_put_count(object, "lines", fragment->lines);
    json_put_bytes(object, "text", "latin1", fragment->bytes);
    json_write_line(out, object);
}

static void flush_fragment(struct piece *piece)
{
    if (piece->fragment.bytes.length)
        fragment_write(piece->out, &piece->fragment);
    piece->fragment.bytes.length = 0;
}

static void keep(void *context, struct slice bytes, uint64_t offset, uint64_t lines)
{
    struct piece *piece = context;
    struct fragment *fragment = &piece->fragment;
    if (offset != fragment->offset + fragment->bytes.length)
        flush_fragment(piece);
    while (bytes.length) {
        if (fragment->bytes.length == 0) {
            fragment->offset = offset;
            fragment->lines = lines;
        }
        struct slice part = slice_take(bytes, PIECE_BLOCK - offset % PIECE_BLOCK);
        memcpy(piece->block + fragment->bytes.length, part.data, part.length);
        fragment->bytes.length += part.length;
        offset += part.length;
        bytes = slice_skip(bytes, part.length);
        if (offset % PIECE_BLOCK == 0)
            flush_fragment(piece);
    }
}

static json_t *time_of(const struct kept_time *when)
{
    const struct event_time *time = &when->time;
    json_t *object = json_object();
    if (time->has_monotonic)
        json_object_set_new(object, "monotonic_us", json_integer(time->monotonic_us));
    if (time->has_wall)
        json_object_set_new(object, "wall_us", json_integer(time->wall_us));
    if (when->printed[0])
        set_name(object, "printed", slice_from_string(when->printed));
    return object;
}

static void add_host(void *context, struct slice host, const char *kernel, const char *boot)
{
    json_t *object = json_object();
    if (host.length)
        set_name(object, "host", host);
    if (*kernel)
        set_name(object, "kernel", slice_from_string(kernel));
    if (*boot)
        set_name(object, "boot", slice_from_string(boot));
    json_array_append_new(context, object);
}

static const char *const kinds[] = {
    [SOURCE_LOG] = "log", [SOURCE_JOURNAL] = "journal", [SOURCE_VMCORE] = "vmcore"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Those between the ends, which the piece's bytes and lines tell. */
static json_t *inner_marks(const struct line_marks *marks)
{
    struct line_mark all[LINE_MARKS_MAX];
    size_t count = line_marks_all(marks, all);
    json_t *array = json_array();
    for (size_t i = 1; i + 1 < count; i++) {
        json_t *mark = json_array();
        json_array_append_new(mark, json_integer((json_int_t)all[i].offset));
        json_array_append_new(mark, json_integer((json_int_t)all[i].lines));
        json_array_append_new(array, mark);
    }
    return array;
}

static void write_coverage(const struct piece *piece, const struct log_coverage *coverage,
                           const struct line_marks *marks)
{
    json_t *object = begin_line("whyoom.coverage/1", piece->place.stream), *hosts = json_array();
    json_object_set_new(object, "kind", json_string(kinds[piece->place.kind]));
    json_put_count(object, "offset", piece->place.start);
    json_put_count(object, "bytes", coverage->bytes);
    json_put_count(object, "lines", coverage->newlines);
    json_object_set_new(object, "line_marks", inner_marks(marks));
    json_put_count(object, "read_lines", coverage->lines);
    json_put_count(object, "cut_lines", coverage->cut_lines);
    json_put_count(object, "kernel_lines", coverage->kernel_lines);
    if (coverage->has_times) {
        json_object_set_new(object, "first", time_of(&coverage->first));
        json_object_set_new(object, "last", time_of(&coverage->last));
    }
    log_reader_hosts(piece->reader, add_host, hosts);
    json_object_set_new(object, "hosts", hosts);
    json_write_line(piece->out, object);
}

/* ---- the piece */

struct piece *piece_open(const struct piece_place *place, FILE *out, incident_sink *sink,
                         void *context)
{
    struct piece *piece = must_allocate(sizeof *piece);
    piece->place = *place;
    piece->out = out;
    piece->fragment = (struct fragment){
        .stream = place->stream, .start = place->start, .bytes = slice_of(piece->block, 0)};
    piece->reader = log_reader_create(place->stream, place->kind, place->start, sink, context);
    log_reader_keep(piece->reader, place->start > 0, keep, piece);
    return piece;
}

void piece_feed(struct piece *piece, struct slice bytes)
{
    log_reader_feed(piece->reader, bytes.data, bytes.length);
}

void piece_skip(struct piece *piece, uint64_t bytes, uint64_t lines)
{
    log_reader_skip(piece->reader, bytes, lines);
}

struct log_coverage piece_close(struct piece *piece, const struct line_marks *marks)
{
    log_reader_finish(piece->reader);
    struct log_coverage coverage = *log_reader_coverage(piece->reader);
    flush_fragment(piece);
    write_coverage(piece, &coverage, marks);
    log_reader_destroy(piece->reader);
    free(piece);
    return coverage;
}

/* ---- reading */

bool fragment_read(const json_t *object, struct fragment *ret, char **memory)
{
    size_t length;
    char *stream = json_get_bytes(object, "stream", "stream_latin1", &length);
    *memory = json_get_bytes(object, "text", "latin1", &ret->bytes.length);
    ret->bytes.data = *memory;
    ret->stream = stream;
    if (stream && *memory && json_get_count(object, "start", &ret->start) &&
        json_get_count(object, "offset", &ret->offset) &&
        json_get_count(object, "lines", &ret->lines))
        return true;
    free(stream);
    free(*memory);
    return false;
}

static bool read_mark(const json_t *pair, struct line_mark *ret)
{
    const json_t *offset = json_array_get(pair, 0), *lines = json_array_get(pair, 1);
    ret->offset = (uint64_t)json_integer_value(offset);
    ret->lines = (uint64_t)json_integer_value(lines);
    return json_is_integer(offset) && json_is_integer(lines);
}

static bool are_ascending(const struct line_mark *marks, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (marks[i].offset < marks[i - 1].offset || marks[i].lines < marks[i - 1].lines)
            return false;
    return true;
}

static bool read_marks(const json_t *object, struct arena *arena, struct piece_extent *extent)
{
    const json_t *marks = json_object_get(object, "line_marks");
    size_t inner = json_array_size(marks);
    extent->marks_count = inner + 2;
    extent->marks = arena_allocate(arena, extent->marks_count * sizeof *extent->marks);
    extent->marks[0] = (struct line_mark){extent->place.start, 0};
    extent->marks[inner + 1] = (struct line_mark){extent->end, extent->lines};
    for (size_t i = 0; i < inner; i++)
        if (!read_mark(json_array_get(marks, i), &extent->marks[i + 1]))
            return false;
    return are_ascending(extent->marks, extent->marks_count);
}

static bool read_kind(const json_t *object, enum source_kind *ret)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));
    for (int i = 0; kind && i < KINDS; i++)
        if (strcmp(kind, kinds[i]) == 0) {
            *ret = (enum source_kind)i;
            return true;
        }
    return false;
}

bool coverage_read(const json_t *object, struct arena *arena, struct piece_extent *ret)
{
    size_t length;
    uint64_t bytes;
    char *stream = json_get_bytes(object, "stream", "stream_latin1", &length);
    ret->place.stream = stream ? arena_copy(arena, slice_of(stream, length)).data : NULL;
    free(stream);
    return ret->place.stream && read_kind(object, &ret->place.kind) &&
           json_get_count(object, "offset", &ret->place.start) &&
           json_get_count(object, "bytes", &bytes) &&
           json_get_count(object, "lines", &ret->lines) &&
           !__builtin_add_overflow(ret->place.start, bytes, &ret->end) &&
           read_marks(object, arena, ret);
}
