#define _GNU_SOURCE /* qsort_r */
#include "analyzer/render_view.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/slice.h"
#include "analyzer/base/units.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_view_table.h"

enum { GAP = 2, TEXT_LEAST = 12, DEPTH_MAX = 4, KEY_COLUMNS = 28 };

struct table {
    const struct page *page;
    bool scrolls;
    const struct view_table *spec;
    struct arena *arena;
    const json_t **rows;
    size_t count;
    struct slice *cells; /* count * columns */
    int widths[VIEW_COLUMNS_MAX];
    size_t columns;
};

/* ---- values as text ------------------------------------------------------------------------ */

/* "stat.anon_bytes": through objects. */
static const json_t *value_at(const json_t *object, const char *key)
{
    struct slice path = slice_from_string(key);
    while (object && path.length) {
        struct slice part = slice_cut(&path, '.');
        object = json_object_getn(object, part.data, part.length);
    }
    return object;
}

/* An object inside a list: its values, in their order. */
static struct slice values_text(struct arena *arena, const json_t *object)
{
    struct slice text = {0};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        struct slice word = json_is_integer(value)
                                ? arena_format(arena, "%lld", (long long)json_integer_value(value))
                                : slice_from_string(json_string_value(value));
        text =
            text.length ? arena_format(arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(word)) : word;
    }
    return text;
}

static struct slice item_text(struct arena *arena, const json_t *item)
{
    if (json_is_object(item))
        return values_text(arena, item);
    if (json_is_boolean(item))
        return json_is_true(item) ? SLICE("yes") : SLICE("no");
    return json_is_integer(item) ? arena_format(arena, "%lld", (long long)json_integer_value(item))
                                 : slice_from_string(json_string_value(item));
}

static struct slice list_text(struct arena *arena, const json_t *array)
{
    struct slice text = {0};
    const char *between = json_is_object(json_array_get(array, 0)) ? ", " : " ";
    size_t i;
    json_t *item;
    json_array_foreach(array, i, item)
    {
        struct slice word = item_text(arena, item);
        text = text.length
                   ? arena_format(arena, "%.*s%s%.*s", SLICE_ARG(text), between, SLICE_ARG(word))
                   : word;
    }
    return text;
}

static bool is_bytes(const char *key)
{
    struct slice name = slice_from_string(key);
    return slice_ends(name, SLICE("_bytes")) || slice_equal(name, SLICE("bytes"));
}

static struct slice cell_text(struct arena *arena, const char *key, const json_t *value)
{
    if (json_is_integer(value) && is_bytes(key))
        return bytes_print(arena, json_integer_value(value));
    if (json_is_integer(value))
        return count_print(arena, json_integer_value(value));
    if (json_is_real(value))
        return arena_format(arena, "%g", json_real_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? SLICE("yes") : SLICE("no");
    if (json_is_array(value))
        return list_text(arena, value);
    return json_is_string(value) ? slice_of(json_string_value(value), json_string_length(value))
                                 : (struct slice){0};
}

/* Identifiers are no quantities: no thousands are parted in them. */
static struct slice id_text(struct arena *arena, const json_t *value)
{
    return json_is_integer(value)
               ? arena_format(arena, "%lld", (long long)json_integer_value(value))
               : cell_text(arena, "", value);
}

/* ---- tables -------------------------------------------------------------------------------- */

static json_int_t weight(const json_t *row, const char *key)
{
    return json_integer_value(value_at(row, key));
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const char *key = context;
    json_int_t left = weight(*(const json_t *const *)a, key);
    json_int_t right = weight(*(const json_t *const *)b, key);
    return (left < right) - (left > right);
}

static void take_rows(struct table *table, const json_t *array)
{
    size_t i;
    json_t *row;
    table->rows = arena_allocate(table->arena, (json_array_size(array) + 1) * sizeof *table->rows);
    json_array_foreach(array, i, row) table->rows[table->count++] = row;
    if (table->spec->sort)
        qsort_r(table->rows, table->count, sizeof *table->rows, compare_rows,
                (void *)(uintptr_t)table->spec->sort);
}

static void fill_cells(struct table *table)
{
    const struct view_column *columns = table->spec->columns;
    while (table->columns < VIEW_COLUMNS_MAX && columns[table->columns].key)
        table->columns++;
    table->cells =
        arena_allocate(table->arena, (table->count * table->columns + 1) * sizeof *table->cells);
    for (size_t i = 0; i < table->count * table->columns; i++) {
        const struct view_column *column = &columns[i % table->columns];
        const json_t *value = value_at(table->rows[i / table->columns], column->key);
        struct slice text = column->kind == COLUMN_ID ? id_text(table->arena, value)
                                                      : cell_text(table->arena, column->key, value);
        table->cells[i] = escape_text(table->arena, text);
    }
}

static int column_width(const struct table *table, size_t c)
{
    int width = 0, heading = (int)strlen(table->spec->columns[c].heading);
    for (size_t r = 0; r < table->count; r++) {
        int columns = text_columns(table->cells[r * table->columns + c]);
        width = columns > width ? columns : width;
    }
    return width && width < heading ? heading : width;
}

static size_t widest_text(const struct table *table, size_t columns)
{
    size_t widest = table->columns;
    int width = TEXT_LEAST;
    for (size_t c = 0; c < columns; c++) {
        if (table->spec->columns[c].kind != COLUMN_TEXT || table->widths[c] <= width)
            continue;
        widest = c;
        width = table->widths[c];
    }
    return widest;
}

/* A column that is empty in all rows is not shown; the widest text gives way until all fit. */
static void measure(struct table *table)
{
    int rest = table->page->width + GAP;
    size_t last = table->columns - 1;
    bool is_open = table->scrolls && table->spec->columns[last].kind == COLUMN_TEXT;
    for (size_t c = 0; c < table->columns; c++) {
        table->widths[c] = column_width(table, c);
        int needed =
            is_open && c == last && table->widths[c] > TEXT_LEAST ? TEXT_LEAST : table->widths[c];
        rest -= needed ? needed + GAP : 0;
    }
    size_t yielding = is_open ? last : table->columns;
    for (size_t c; rest < 0 && (c = widest_text(table, yielding)) < table->columns; rest++)
        table->widths[c]--;
}

/* Of a path both ends tell; of a list what comes first. */
static struct slice cut(struct arena *arena, struct slice text, int width)
{
    bool is_list = slice_find(text, SLICE(" ")) != SLICE_NOT_FOUND;
    return is_list ? text_cut(arena, text, width) : text_cut_middle(arena, text, width);
}

static void write_cell(const struct table *table, enum role role, struct slice text, size_t c)
{
    int width = table->widths[c];
    if (!width)
        return;
    if (table->spec->columns[c].kind == COLUMN_TEXT)
        page_left(table->page, role, cut(table->arena, text, width), width);
    else
        page_right(table->page, role, text, width);
    fputs("  ", table->page->out);
}

static void write_table(const struct table *table, size_t most)
{
    FILE *out = table->page->out;
    for (size_t c = 0; c < table->columns; c++)
        write_cell(table, ROLE_HEADING, slice_from_string(table->spec->columns[c].heading), c);
    fputc('\n', out);
    for (size_t r = 0; r < table->count && r < most; r++) {
        for (size_t c = 0; c < table->columns; c++)
            write_cell(table, ROLE_PLAIN, table->cells[r * table->columns + c], c);
        fputc('\n', out);
    }
    if (table->count > most)
        fprintf(out, "... and %zu more; --all shows them\n", table->count - most);
}

static void show_array(const struct view_page *request, const struct page *page,
                       const struct view_table *spec, const json_t *array)
{
    struct table table = {
        .page = page, .scrolls = request->scrolls, .spec = spec, .arena = page->arena};
    take_rows(&table, array);
    if (table.count == 0)
        return;
    fill_cells(&table);
    measure(&table);
    fputc('\n', page->out);
    write_table(&table, request->rows_most ? request->rows_most : SIZE_MAX);
}

/* ---- single values ------------------------------------------------------------------------- */

static bool is_head(const char *key)
{
    static const char *const heads[] = {"schema", "view", "kernel", "types", "notes"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strcmp(heads[i], key) == 0)
            return true;
    return false;
}

/* Rows have tables of their own; a list of plain values stands in a line. */
static bool is_value(const json_t *value)
{
    return !json_is_array(value) ||
           (json_array_size(value) && !json_is_object(json_array_get(value, 0)));
}

/* What the keys of the summary mean, in words; other keys stand for themselves. */
static struct slice label_of(struct slice key)
{
    static const struct {
        const char *key, *label;
    } labels[] = {
        {"cpus", "CPUs"},
        {"memory_bytes", "memory"},
        {"free_bytes", "free"},
        {"total_bytes", "total"},
        {"zsmalloc_bytes", "zsmalloc"},
        {"swap_bytes", "swap"},
        {"swap_free_bytes", "swap, free"},
        {"parts.anon_bytes", "anonymous"},
        {"parts.file_bytes", "page cache"},
        {"parts.shmem_bytes", "shared memory"},
        {"parts.unevictable_bytes", "unevictable"},
        {"parts.slab_bytes", "slab"},
        {"cgroups_count", "memory cgroups"},
        {"tasks_count", "processes"},
        {"shmem_count", "pieces of shared memory"},
        {"caches_count", "slab caches"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (slice_equal(key, slice_from_string(labels[i].key)))
            return slice_from_string(labels[i].label);
    return key;
}

static void show_values(const struct page *page, const json_t *object, const char *prefix,
                        int depth)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if ((depth == 0 && is_head(key)) || !is_value(value))
            continue;
        struct slice name = arena_format(page->arena, "%s%s%s", prefix, *prefix ? "." : "", key);
        if (json_is_object(value) && depth < DEPTH_MAX) {
            show_values(page, value, name.data, depth + 1);
            continue;
        }
        page_left(page, ROLE_DIM, escape_text(page->arena, label_of(name)), KEY_COLUMNS);
        page_write(page, ROLE_PLAIN, escape_text(page->arena, cell_text(page->arena, key, value)));
        fputc('\n', page->out);
    }
}

static void show_notes(const struct page *page, const json_t *notes)
{
    size_t i;
    json_t *note;
    json_array_foreach(notes, i, note)
    {
        struct slice text = slice_of(json_string_value(note), json_string_length(note));
        page_paragraph(page, ROLE_DIM, "Note: ", escape_text(page->arena, text));
    }
}

static void show_lines(const struct page *page, const json_t *lines)
{
    size_t i;
    json_t *line;
    json_array_foreach(lines, i, line)
    {
        struct slice text = slice_from_string(json_string_value(json_object_get(line, "text")));
        page_write(page, ROLE_PLAIN, escape_text(page->arena, text));
        fputc('\n', page->out);
    }
}

void render_view(const struct view_page *request, const json_t *view)
{
    const char *name = json_string_value(json_object_get(view, "view"));
    struct page page = {request->out, request->width, request->has_colour, arena_create()};
    show_values(&page, view, "", 0);
    show_lines(&page, json_object_get(view, "lines"));
    size_t count;
    const struct view_table *tables = view_tables(&count);
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(tables[i].view, name) == 0)
            show_array(request, &page, &tables[i], json_object_get(view, tables[i].array));
    if (json_array_size(json_object_get(view, "notes")))
        fputc('\n', page.out);
    show_notes(&page, json_object_get(view, "notes"));
    arena_destroy(page.arena);
}
