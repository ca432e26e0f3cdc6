#include "analyzer/render_view_cell.h"

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"

const json_t *view_value_at(const json_t *object, const char *key)
{
    struct slice path = slice_from_string(key);
    while (object && path.length) {
        struct slice part = slice_cut(&path, '.');
        object = json_object_getn(object, part.data, part.length);
    }
    return object;
}

static struct slice plain_number(struct arena *arena, const json_t *value)
{
    return arena_format(arena, "%lld", (long long)json_integer_value(value));
}

static struct slice item_text(struct arena *arena, const json_t *item)
{
    return json_is_integer(item) ? plain_number(arena, item)
                                 : slice_of(json_string_value(item), json_string_length(item));
}

static struct slice join(struct arena *arena, struct slice text, struct slice word)
{
    return text.length ? arena_format(arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(word)) : word;
}

static struct slice list_text(struct arena *arena, const json_t *array)
{
    struct slice text = {0};
    size_t i;
    json_t *item;
    json_array_foreach(array, i, item) text = join(arena, text, item_text(arena, item));
    return text;
}

/* Of truths by number, the numbers of those that hold: "0-8", "0-3 5". */
static struct slice truths_text(struct arena *arena, const json_t *array)
{
    struct slice text = {0};
    size_t count = json_array_size(array);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first; end < count && json_is_true(json_array_get(array, end));)
            end++;
        if (end - first > 1)
            text = join(arena, text, arena_format(arena, "%zu-%zu", first, end - 1));
        else if (end > first)
            text = join(arena, text, arena_format(arena, "%zu", first));
        end += end == first;
    }
    return text.length ? text : SLICE("none");
}

static bool is_bytes(const char *key)
{
    struct slice name = slice_from_string(key);
    return slice_ends(name, SLICE("_bytes")) || slice_equal(name, SLICE("bytes"));
}

static struct slice raw_text(struct arena *arena, const char *key, const json_t *value)
{
    if (json_is_integer(value))
        return is_bytes(key) ? bytes_print(arena, json_integer_value(value))
                             : count_print(arena, json_integer_value(value));
    if (json_is_real(value))
        return arena_format(arena, "%g", json_real_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? SLICE("yes") : SLICE("no");
    if (json_is_array(value))
        return json_is_boolean(json_array_get(value, 0)) ? truths_text(arena, value)
                                                         : list_text(arena, value);
    return slice_of(json_string_value(value), json_string_length(value));
}

struct slice view_cell_text(struct arena *arena, const char *key, const json_t *value)
{
    return escape_text(arena, raw_text(arena, key, value));
}

struct slice view_id_text(struct arena *arena, const json_t *value)
{
    return json_is_integer(value) ? plain_number(arena, value) : view_cell_text(arena, "", value);
}
