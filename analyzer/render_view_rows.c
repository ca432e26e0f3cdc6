#define _GNU_SOURCE /* qsort_r */
#include "analyzer/render_view_rows.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/arena.h"
#include "analyzer/render_view_cell.h"

const json_t *view_rows_value(const struct view_row_values *row, const char *key)
{
    const json_t *own = view_value_at(row->own, key);
    return own ? own : view_value_at(row->above, key);
}

static json_int_t weight(const struct view_row_values *row, const char *key)
{
    return json_integer_value(view_rows_value(row, key));
}

static int most_first(const void *a, const void *b, void *key)
{
    json_int_t left = weight(a, key), right = weight(b, key);
    return (left < right) - (left > right);
}

/* What is known to do something, then what few do: many wait where nothing is to be done. */
static int rarest_first(const void *a, const void *b, void *key)
{
    bool left = view_rows_value(a, "doing"), right = view_rows_value(b, "doing");
    return left != right ? right - left : most_first(b, a, key);
}

static void add(struct view_rows *self, const json_t *own, const json_t *above)
{
    self->rows = must_reallocate(self->rows, (self->count + 1) * sizeof *self->rows);
    self->rows[self->count++] = (struct view_row_values){own, above};
}

/* {"free": 7, ...} as rows with a name, in words where there are some, and a count. */
static void add_members(struct view_rows *self, const char *prefix, const json_t *object)
{
    const char *key;
    json_t *value;
    struct arena *arena = arena_create();
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct view_label *label = view_label_find(arena_format(arena, "%s.%s", prefix, key));
        json_t *row = json_pack("{s:s, s:O}", "name", label ? label->label : key, "count", value);
        json_array_append_new(self->made, row);
        add(self, row, NULL);
    }
    arena_destroy(arena);
}

static void add_all(struct view_rows *self, const struct view_table *spec, const json_t *array)
{
    size_t i, n;
    json_t *row, *inner;
    json_array_foreach(array, i, row)
    {
        if (!spec->nested)
            add(self, row, NULL);
        json_array_foreach(spec->nested ? json_object_get(row, spec->nested) : NULL, n, inner)
            add(self, inner, row);
    }
}

static bool is_zero(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) == 0;
}

static void filter(struct view_rows *self, const char *key)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++)
        if (!is_zero(view_rows_value(&self->rows[i], key)))
            self->rows[kept++] = self->rows[i];
    self->count = kept;
}

/* What rows that are alike have in common, as text. */
static char *signature(const struct view_row_values *row, const char *key)
{
    json_t *common = json_pack("[O?, O?, O?]", view_rows_value(row, key),
                               view_rows_value(row, "state"), view_rows_value(row, "doing"));
    char *text = json_dumps(common, JSON_COMPACT);
    json_decref(common);
    return text;
}

static void join_alike(struct view_rows *self, const char *key)
{
    json_t *first_of = json_object();
    size_t count = self->count;
    self->count = 0;
    for (size_t i = 0; i < count; i++) {
        char *text = signature(&self->rows[i], key);
        json_t *first = json_object_get(first_of, text);
        if (!first) {
            first = json_copy((json_t *)(uintptr_t)self->rows[i].own);
            json_object_set(first_of, text, first);
            json_array_append_new(self->made, first);
            self->rows[self->count++] = (struct view_row_values){first, NULL};
        }
        json_int_t alike = json_integer_value(json_object_get(first, "alike"));
        json_object_set_new(first, "alike", json_integer(alike + 1));
        free(text);
    }
    json_decref(first_of);
}

static void sort(struct view_rows *self, const struct view_table *spec)
{
    if (spec->sort)
        qsort_r(self->rows, self->count, sizeof *self->rows, most_first,
                (void *)(uintptr_t)spec->sort);
    if (spec->alike)
        qsort_r(self->rows, self->count, sizeof *self->rows, rarest_first,
                (void *)(uintptr_t) "alike");
}

void view_rows_init(struct view_rows *self, const struct view_table *spec, const json_t *view)
{
    const json_t *source = json_object_get(view, spec->array);
    *self = (struct view_rows){.made = json_array()};
    if (json_is_object(source))
        add_members(self, spec->array, source);
    else
        add_all(self, spec, source);
    if (spec->filter)
        filter(self, spec->filter);
    if (spec->alike)
        join_alike(self, spec->alike);
    sort(self, spec);
}

void view_rows_deinit(struct view_rows *self)
{
    free(self->rows);
    json_decref(self->made);
}
