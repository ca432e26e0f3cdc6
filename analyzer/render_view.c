#include "analyzer/render_view.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/escape.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_view_cell.h"
#include "analyzer/render_view_rows.h"

enum { GAP = 2, TEXT_LEAST = 12, LAST_LEAST = 24, DEPTH_MAX = 4, KEY_COLUMNS = 26 };

struct table {
    const struct page *page;
    enum view_fit fit;
    const struct view_table *spec;
    struct view_rows rows;
    struct slice *cells; /* rows.count * columns */
    int widths[VIEW_COLUMNS_MAX];
    size_t columns, last; /* the last column that is shown */
};

/* ---- columns */

static struct slice *cell_at(const struct table *table, size_t row, size_t column)
{
    return &table->cells[row * table->columns + column];
}

static void fill_cells(struct table *table)
{
    const struct view_column *columns = table->spec->columns;
    while (table->columns < VIEW_COLUMNS_MAX && columns[table->columns].key)
        table->columns++;
    struct arena *arena = table->page->arena;
    table->cells =
        arena_allocate(arena, (table->rows.count * table->columns + 1) * sizeof *table->cells);
    for (size_t r = 0; r < table->rows.count; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const json_t *value = view_rows_value(&table->rows.rows[r], columns[c].key);
            *cell_at(table, r, c) = columns[c].kind == COLUMN_ID
                                        ? view_id_text(arena, value)
                                        : view_cell_text(arena, columns[c].key, value);
        }
}

static bool is_nothing(const json_t *value)
{
    return !value || json_is_false(value) ||
           (json_is_integer(value) && json_integer_value(value) == 0);
}

static bool is_shown(const struct table *table, size_t c)
{
    const struct view_column *column = &table->spec->columns[c];
    for (size_t r = 0; r < table->rows.count; r++) {
        const json_t *value = view_rows_value(&table->rows.rows[r], column->key);
        if (cell_at(table, r, c)->length && (column->kind != COLUMN_RARE || !is_nothing(value)))
            return true;
    }
    return false;
}

/* 0: the column is not shown. */
static int column_width(const struct table *table, size_t c)
{
    int width = (int)strlen(table->spec->columns[c].heading);
    if (!is_shown(table, c))
        return 0;
    for (size_t r = 0; r < table->rows.count; r++) {
        int columns = text_columns(*cell_at(table, r, c));
        width = columns > width ? columns : width;
    }
    return width;
}

static bool is_text(const struct table *table, size_t c)
{
    return table->spec->columns[c].kind == COLUMN_TEXT;
}

/* Of the texts that may still give way, the widest. */
static size_t widest_text(const struct table *table)
{
    size_t widest = table->columns;
    int width = 0;
    for (size_t c = 0; c < table->columns; c++) {
        int least = c == table->last ? LAST_LEAST : TEXT_LEAST;
        if (!is_text(table, c) || table->widths[c] <= least || table->widths[c] <= width)
            continue;
        widest = c;
        width = table->widths[c];
    }
    return widest;
}

/* Where the last column is not cut, it takes no part in what must fit beyond its least width. */
static void measure(struct table *table)
{
    int rest = table->page->width + GAP;
    for (size_t c = 0; c < table->columns; c++) {
        table->widths[c] = column_width(table, c);
        rest -= table->widths[c] ? table->widths[c] + GAP : 0;
        table->last = table->widths[c] ? c : table->last;
    }
    if (table->fit == VIEW_SCROLLS && is_text(table, table->last)) {
        int least =
            table->widths[table->last] < TEXT_LEAST ? table->widths[table->last] : TEXT_LEAST;
        rest += table->widths[table->last] - least;
        table->widths[table->last] = least;
    }
    if (table->fit == VIEW_WHOLE) {
        table->widths[table->last] += rest < 0 ? rest : 0;
        return;
    }
    for (size_t c; rest < 0 && (c = widest_text(table)) < table->columns; rest++)
        table->widths[c]--;
}

/* ---- rows */

static bool is_list(struct slice text)
{
    return slice_find(text, SLICE(" ")) != SLICE_NOT_FOUND;
}

/* Of a path both ends tell; of a list what comes first. */
static struct slice cut(const struct table *table, struct slice text, int width)
{
    if (table->fit == VIEW_WHOLE)
        return text;
    return is_list(text) ? text_cut(table->page->arena, text, width)
                         : text_cut_middle(table->page->arena, text, width);
}

/* @p ends: nothing stands behind it in its row. */
static void write_inner(const struct table *table, enum role role, struct slice text, size_t c,
                        bool ends)
{
    int width = table->widths[c];
    if (!is_text(table, c))
        page_right(table->page, role, text, width);
    else if (ends)
        page_write(table->page, role, cut(table, text, width));
    else
        page_left(table->page, role, cut(table, text, width), width);
}

/* A list that is too wide goes on below, from where the column begins. */
static void write_list(const struct table *table, struct slice text, int begins)
{
    int width = table->widths[table->last] > LAST_LEAST ? table->widths[table->last] : LAST_LEAST;
    page_write(table->page, ROLE_PLAIN, text_take_line(&text, width));
    while (text.length) {
        fprintf(table->page->out, "\n%*s", begins, "");
        page_write(table->page, ROLE_PLAIN, text_take_line(&text, width));
    }
}

static void write_last(const struct table *table, enum role role, struct slice text, int begins)
{
    int width = table->widths[table->last];
    if (!is_text(table, table->last))
        page_right(table->page, role, text, width);
    else if (table->fit != VIEW_SCROLLS && role == ROLE_PLAIN && is_list(text))
        write_list(table, text, begins);
    else
        page_write(table->page, role, table->fit == VIEW_FITS ? cut(table, text, width) : text);
}

/* The last cell of a row that holds something; blanks behind it are left out. */
static size_t end_of(const struct table *table, const struct slice *row)
{
    size_t end = table->last;
    while (end > 0 && !(table->widths[end] && row[end].length))
        end--;
    return end;
}

static void write_row(const struct table *table, enum role role, const struct slice *row)
{
    int begins = 0;
    size_t end = end_of(table, row);
    for (size_t c = 0; c <= end; c++) {
        if (!table->widths[c])
            continue;
        fprintf(table->page->out, "%*s", begins ? GAP : 0, "");
        begins += begins ? GAP : 0;
        if (c == table->last)
            write_last(table, role, row[c], begins);
        else
            write_inner(table, role, row[c], c, c == end);
        begins += table->widths[c];
    }
    fputc('\n', table->page->out);
}

static void write_headings(const struct table *table)
{
    struct slice headings[VIEW_COLUMNS_MAX];
    for (size_t c = 0; c < table->columns; c++)
        headings[c] = slice_from_string(table->spec->columns[c].heading);
    write_row(table, ROLE_HEADING, headings);
}

static void show_rows(const struct table *table, size_t most)
{
    write_headings(table);
    for (size_t r = 0; r < table->rows.count && r < most; r++)
        write_row(table, ROLE_PLAIN, cell_at(table, r, 0));
    if (table->rows.count > most)
        fprintf(table->page->out, "... and %zu more; --all shows them\n", table->rows.count - most);
}

/* An empty line parts a table from what stands above it: @p is_any of the view. */
static bool show_table(const struct view_page *request, const struct page *page,
                       const struct view_table *spec, const json_t *view, bool is_any)
{
    struct table table = {.page = page, .fit = request->fit, .spec = spec};
    view_rows_init(&table.rows, spec, view);
    fill_cells(&table);
    measure(&table);
    bool is_shown = table.rows.count && table.widths[table.last];
    if (is_shown && is_any)
        fputc('\n', page->out);
    if (is_shown)
        show_rows(&table, request->rows_most ? request->rows_most : SIZE_MAX);
    view_rows_deinit(&table.rows);
    return is_shown || is_any;
}

/* ---- single values */

static bool is_head(const char *key)
{
    static const char *const heads[] = {"schema", "view",   "dump",  "host",
                                        "crash",  "kernel", "types", "notes"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strcmp(heads[i], key) == 0)
            return true;
    return false;
}

static bool has_table(const json_t *view, const char *key)
{
    size_t count;
    const char *name = json_string_value(json_object_get(view, "view"));
    const struct view_table *tables = view_tables(&count);
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(tables[i].view, name) == 0 && strcmp(tables[i].array, key) == 0)
            return true;
    return false;
}

/* Rows have tables of their own; a list of plain values stands in a line. */
static bool is_value(const json_t *value)
{
    return !json_is_array(value) ||
           (json_array_size(value) && !json_is_object(json_array_get(value, 0)));
}

/* "free_pages" without a label is called "free pages". */
static struct slice in_words(struct arena *arena, struct slice key)
{
    char *words = arena_allocate(arena, key.length + 1);
    for (size_t i = 0; i < key.length; i++)
        words[i] = key.data[i] == '_' || key.data[i] == '.' ? ' ' : key.data[i];
    return slice_of(words, key.length);
}

static void show_value(const struct page *page, struct slice name, const json_t *value)
{
    const struct view_label *label = view_label_find(name);
    struct slice words = label ? slice_from_string(label->label)
                               : escape_text(page->arena, in_words(page->arena, name));
    struct slice text = label && label->is_id ? view_id_text(page->arena, value)
                                              : view_cell_text(page->arena, name.data, value);
    page_left(page, ROLE_DIM, words, KEY_COLUMNS);
    fprintf(page->out, "%*s", GAP, "");
    page_write(page, ROLE_PLAIN, text);
    fputc('\n', page->out);
}

static bool show_values(const struct page *page, const json_t *object, const char *prefix,
                        int depth)
{
    const char *key;
    json_t *value;
    bool is_any = false;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if ((depth == 0 && (is_head(key) || has_table(object, key))) || !is_value(value))
            continue;
        struct slice name = arena_format(page->arena, "%s%s%s", prefix, *prefix ? "." : "", key);
        if (json_is_object(value) && depth < DEPTH_MAX) {
            is_any = show_values(page, value, name.data, depth + 1) || is_any;
            continue;
        }
        show_value(page, name, value);
        is_any = true;
    }
    return is_any;
}

/* ---- all */

static void show_notes(const struct page *page, const json_t *notes, bool is_any)
{
    size_t i;
    json_t *note;
    if (json_array_size(notes) && is_any)
        fputc('\n', page->out);
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
    bool is_any = show_values(&page, view, "", 0);
    show_lines(&page, json_object_get(view, "lines"));
    is_any = is_any || json_array_size(json_object_get(view, "lines"));
    size_t count;
    const struct view_table *tables = view_tables(&count);
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(tables[i].view, name) == 0)
            is_any = show_table(request, &page, &tables[i], view, is_any);
    show_notes(&page, json_object_get(view, "notes"), is_any);
    arena_destroy(page.arena);
}
