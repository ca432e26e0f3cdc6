#define _GNU_SOURCE /* getline */
#include "analyzer/state_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/json_line.h"
#include "analyzer/piece.h"

/* ---- fields: one table for both directions */

#define FIELD(member)                                                                        \
    {                                                                                        \
#member, offsetof(struct state_row, member), sizeof(((struct state_row *)0)->member) \
    }
static const struct {
    const char *key;
    size_t offset, size;
} fields[] = {
    FIELD(stamp.device),
    FIELD(stamp.inode),
    FIELD(stamp.size),
    FIELD(stamp.modified_ns),
    FIELD(stamp.changed_ns),
    FIELD(met_s),
    FIELD(print.bytes),
    FIELD(print.sum),
    FIELD(print.head),
    FIELD(print.tail),
    FIELD(settled.offset),
    FIELD(settled.lines),
    FIELD(held),
    FIELD(after),
};
#undef FIELD
enum { FIELDS = sizeof fields / sizeof *fields };

static bool get_number(const json_t *object, const char *key, void *ret)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return false;
    int64_t number = json_integer_value(value);
    memcpy(ret, &number, sizeof number);
    return true;
}

static json_t *text_of(struct slice text)
{
    return json_stringn(text.length ? text.data : "", text.length);
}

static struct slice get_text(const json_t *array, size_t at)
{
    const json_t *value = json_array_get(array, at);
    return slice_of(json_string_value(value), json_string_length(value));
}

/* ---- writing */

void state_file_write_head(FILE *out, struct state_run run)
{
    json_t *object = json_object();
    json_object_set_new(object, "schema", json_string("whyoom.state/1"));
    json_put_count(object, "run", (uint64_t)run.run);
    json_put_count(object, "ended_us", (uint64_t)run.ended_us);
    json_write_line(out, object);
}

static json_t *told_of(const struct state_row *row)
{
    json_t *array = json_array();
    for (size_t i = 0; i < row->told_count; i++)
        json_array_append_new(array,
                              json_pack("[sIi]", row->told[i].id,
                                        (json_int_t)row->told[i].first_byte, row->told[i].extent));
    return array;
}

static json_t *hosts_of(const struct state_row *row)
{
    json_t *array = json_array();
    for (size_t i = 0; i < row->hosts_count; i++) {
        json_t *host = json_array();
        json_array_append_new(host, text_of(row->hosts[i].name));
        json_array_append_new(host, text_of(row->hosts[i].kernel));
        json_array_append_new(host, text_of(row->hosts[i].boot));
        json_array_append_new(array, host);
    }
    return array;
}

/* The bytes of a report that is being written, as those of a piece of a log. */
static void write_waiting(FILE *out, const struct state_row *row)
{
    struct slice rest = row->waiting;
    struct fragment fragment = {
        .stream = row->path.data, .offset = row->settled.offset, .lines = row->settled.lines};
    for (; rest.length; rest = slice_skip(rest, fragment.bytes.length)) {
        fragment.bytes = slice_take(rest, PIECE_BLOCK);
        fragment_write(out, &fragment);
        fragment.offset += fragment.bytes.length;
        fragment.lines += slice_count_byte(fragment.bytes, '\n');
    }
}

void state_file_write_row(FILE *out, const struct state_row *row, uint64_t key)
{
    json_t *object = json_object();
    json_put_bytes(object, "path", "path_latin1", row->path);
    for (size_t i = 0; i < FIELDS; i++) {
        uint64_t number;
        memcpy(&number, (const char *)row + fields[i].offset, sizeof number);
        json_put_count(object, fields[i].key, number);
    }
    if (row->has_content) {
        json_put_count(object, "key", key);
        json_put_count(object, "kind", row->kind);
        json_object_set_new(object, "told", told_of(row));
        json_object_set_new(object, "hosts", hosts_of(row));
    }
    json_write_line(out, object);
    write_waiting(out, row);
}

/* ---- reading */

struct loading {
    struct state *state;
    struct arena *arena;
    struct state_row row; /* read, but its waiting bytes may follow */
    uint64_t key;
    char *waiting;
    bool has_row, has_head;
};

static void finish_row(struct loading *loading)
{
    if (loading->has_row)
        state_add_loaded(loading->state, &loading->row, loading->key);
    loading->has_row = false;
    free(loading->waiting);
    loading->waiting = NULL;
    arena_destroy(loading->arena);
    loading->arena = arena_create();
}

static bool take_head(struct loading *loading, const json_t *object)
{
    struct state_run run;
    loading->has_head = true;
    if (!get_number(object, "run", &run.run) || !get_number(object, "ended_us", &run.ended_us))
        return false;
    state_set_run(loading->state, run);
    return true;
}

static bool take_told(struct loading *loading, const json_t *array)
{
    struct state_row *row = &loading->row;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        struct slice id = get_text(item, 0);
        struct told_incident *told = ARENA_PUSH(loading->arena, row->told, row->told_count);
        if (id.length != sizeof told->id - 1)
            return false;
        memcpy(told->id, id.data, id.length);
        told->first_byte = (uint64_t)json_integer_value(json_array_get(item, 1));
        told->extent = (int)json_integer_value(json_array_get(item, 2));
    }
    return true;
}

static void take_hosts(struct loading *loading, const json_t *array)
{
    struct state_row *row = &loading->row;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        struct known_host *host = ARENA_PUSH(loading->arena, row->hosts, row->hosts_count);
        host->name = arena_copy(loading->arena, get_text(item, 0));
        host->kernel = arena_copy(loading->arena, get_text(item, 1));
        host->boot = arena_copy(loading->arena, get_text(item, 2));
    }
}

static bool take_row(struct loading *loading, const json_t *object)
{
    finish_row(loading);
    struct state_row *row = &loading->row;
    size_t length;
    char *path = json_get_bytes(object, "path", "path_latin1", &length);
    *row = (struct state_row){.path = arena_copy(loading->arena, slice_of(path, length))};
    free(path);
    for (size_t i = 0; i < FIELDS; i++)
        if (!get_number(object, fields[i].key, (char *)row + fields[i].offset))
            return false;
    int64_t kind = SOURCE_LOG;
    row->has_content = get_number(object, "key", &loading->key);
    if (row->has_content && !get_number(object, "kind", &kind))
        return false;
    row->kind = kind == SOURCE_JOURNAL ? SOURCE_JOURNAL : SOURCE_LOG;
    take_hosts(loading, json_object_get(object, "hosts"));
    loading->has_row = take_told(loading, json_object_get(object, "told"));
    return loading->has_row;
}

static bool take_fragment(struct loading *loading, const json_t *object)
{
    struct fragment fragment;
    char *memory;
    struct state_row *row = &loading->row;
    if (!fragment_read(object, &fragment, &memory))
        return false;
    bool fits = loading->has_row && fragment.offset == row->settled.offset + row->waiting.length;
    if (fits) {
        size_t length = row->waiting.length;
        loading->waiting = must_reallocate(loading->waiting, length + fragment.bytes.length);
        memcpy(loading->waiting + length, fragment.bytes.data, fragment.bytes.length);
        row->waiting = slice_of(loading->waiting, length + fragment.bytes.length);
    }
    free((char *)(uintptr_t)fragment.stream);
    free(memory);
    return fits;
}

static bool take_line(struct loading *loading, const json_t *object)
{
    const char *schema = json_string_value(json_object_get(object, "schema"));
    if (!loading->has_head)
        return schema && strcmp(schema, "whyoom.state/1") == 0 && take_head(loading, object);
    if (schema)
        return strcmp(schema, "whyoom.fragment/1") == 0 && take_fragment(loading, object);
    const json_t *seen = json_object_get(object, "seen");
    if (seen)
        return duplicates_load(state_duplicates(loading->state), seen) != NULL;
    return take_row(loading, object);
}

uint64_t state_file_read(struct state *state, FILE *file)
{
    struct loading loading = {.state = state, .arena = arena_create()};
    char *line = NULL;
    size_t size = 0;
    uint64_t number = 0, bad = 0;
    for (ssize_t length; !bad && (length = getline(&line, &size, file)) > 0;) {
        json_t *object = json_loadb(line, (size_t)length, JSON_ALLOW_NUL, NULL);
        number++;
        if (!json_is_object(object) || !take_line(&loading, object))
            bad = number;
        json_decref(object);
    }
    if (!bad)
        finish_row(&loading);
    free(line);
    free(loading.waiting);
    arena_destroy(loading.arena);
    return bad;
}
