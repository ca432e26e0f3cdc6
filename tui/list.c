#include "tui/list.h"

#include "analyzer/base/hash.h"
#include "analyzer/base/units.h"
#include "analyzer/render_columns.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum { MARK = 2 }; /* columns in front: unfolded or not */

static const struct render_column columns[LIST_COLUMNS] = {
    [COLUMN_NUMBER] = {"#", 0, 1, true},         [COLUMN_WHEN] = {"when", 0, 0, false},
    [COLUMN_HOST] = {"host", 8, 3, false},       [COLUMN_CLASS] = {"class", 0, 6, false},
    [COLUMN_OWNER] = {"limit of", 10, 5, false}, [COLUMN_VICTIM] = {"killed", 9, 4, false},
    [COLUMN_SIZE] = {"rss", 0, 2, true},         [COLUMN_REPEATS] = {"×", 0, 7, true},
};

/* What a sort by it is called. */
static const enum list_order orders[LIST_COLUMNS] = {
    [COLUMN_NUMBER] = ORDER_INPUT, [COLUMN_WHEN] = ORDER_TIME,       [COLUMN_HOST] = ORDER_HOST,
    [COLUMN_CLASS] = ORDER_CLASS,  [COLUMN_OWNER] = ORDER_OWNER,     [COLUMN_VICTIM] = ORDER_VICTIM,
    [COLUMN_SIZE] = ORDER_SIZE,    [COLUMN_REPEATS] = ORDER_REPEATS,
};

static const char *const order_names[LIST_ORDERS] = {"input",         "time",   "host", "class",
                                                     "limit's owner", "victim", "size", "repeats"};
static const char *const group_names[LIST_GROUPS] = {"none", "class", "cgroup", "host", "kernel"};

const char *list_order_name(enum list_order order)
{
    return order_names[order];
}

const char *list_group_name(enum list_group group)
{
    return group_names[group];
}

/* ---- cells */

/* "+0000" is "Z" in short. */
static struct slice when_words(struct arena *arena, const struct event_time *time, bool is_utc)
{
    static const struct slice offset = SLICE_INIT("+0000");
    struct slice text = story_time(arena, time, is_utc);
    if (!slice_ends(text, offset))
        return text;
    return arena_format(arena, "%.*sZ", (int)(text.length - offset.length), text.data);
}

/* What nearly every unit is called tells nothing, and takes the room of what does. */
static struct slice short_name(struct slice name)
{
    static const struct slice suffix = SLICE_INIT(".service");
    return slice_ends(name, suffix) ? slice_take(name, name.length - suffix.length) : name;
}

/* Of a whole cgroup that was killed, its name. */
static struct slice victim_words(struct arena *arena, const struct incident_row *row)
{
    struct slice name = row->victim;
    size_t slash = slice_find_last(name, SLICE("/"));
    if (slash != SLICE_NOT_FOUND && name.data[0] == '/' && slash + 1 < name.length)
        name = short_name(slice_skip(name, slash + 1));
    if (row->victims_count < 2)
        return row->victims_count ? name : incident_row_nobody(row);
    return arena_format(arena, "%.*s +%zu", SLICE_ARG(name), row->victims_count - 1);
}

static void make_cells(struct arena *arena, const struct list_line *line, bool is_utc,
                       struct slice cells[LIST_COLUMNS])
{
    const struct incident_row *row = line->entry->row;
    memset(cells, 0, LIST_COLUMNS * sizeof *cells);
    cells[COLUMN_NUMBER] = arena_format(arena, "%d", row->number);
    cells[COLUMN_WHEN] = when_words(arena, &row->time, is_utc);
    cells[COLUMN_HOST] = row->host;
    cells[COLUMN_CLASS] = slice_from_string(term_name(VOCABULARY_CLASS, (int)row->class_));
    cells[COLUMN_OWNER] = short_name(row->owner);
    cells[COLUMN_VICTIM] = victim_words(arena, row);
    if (row->size.known)
        cells[COLUMN_SIZE] = bytes_print(arena, row->size.value);
    if (line->count > 1)
        cells[COLUMN_REPEATS] = arena_format(arena, "×%zu", line->count);
}

void list_measure(struct list_layout *layout, const struct catalogue *catalogue,
                  const struct viewport *viewport, int rows, bool is_utc)
{
    struct arena *arena = arena_create();
    size_t end = viewport->top + (size_t)rows, count = catalogue_lines(catalogue);
    for (size_t i = viewport->top; i < end && i < count; i++) {
        struct slice cells[LIST_COLUMNS];
        const struct list_line line = catalogue_line(catalogue, i);
        make_cells(arena, &line, is_utc, cells);
        for (int column = 0; column < LIST_COLUMNS; column++) {
            int needed = text_columns(cells[column]);
            int title = text_columns(slice_from_string(columns[column].title)) + 1; /* an arrow */
            needed = needed && needed < title ? title : needed;
            if (needed > layout->needed[column])
                layout->needed[column] = needed;
        }
        uint64_t host = hash_slice(HASH_START, cells[COLUMN_HOST]);
        layout->has_hosts |= layout->host && layout->host != host;
        layout->host = host;
    }
    arena_destroy(arena);
}

/* The host is worth a column only when there are several. */
static void fit(const struct list_layout *layout, int available, int widths[LIST_COLUMNS])
{
    struct list_layout shown = *layout;
    if (!layout->has_hosts)
        shown.needed[COLUMN_HOST] = 0;
    columns_fit(columns, LIST_COLUMNS, shown.needed, available, widths);
}

/* ---- drawing */

static void draw_cell(struct screen *screen, int row, int at, int width, enum style style,
                      struct slice text, bool is_right)
{
    struct arena *arena = arena_create();
    struct slice cut = text_cut(arena, text, width);
    int indent = is_right ? width - text_columns(cut) : 0;
    screen_put(screen, row, at + indent, width, style, cut);
    arena_destroy(arena);
}

static void draw_titles(const struct list_style *style, const int widths[LIST_COLUMNS],
                        struct screen *screen, int row)
{
    int at = MARK;
    for (int column = 0; column < LIST_COLUMNS; column++) {
        if (!widths[column])
            continue;
        struct arena *arena = arena_create();
        bool is_sorted = orders[column] == style->arrangement->order;
        const char *arrow = !is_sorted ? "" : style->arrangement->is_descending ? "↓" : "↑";
        struct slice title = arena_format(arena, "%s%s", columns[column].title, arrow);
        draw_cell(screen, row, at, widths[column], STYLE_HEADING, title, columns[column].is_right);
        arena_destroy(arena);
        at += widths[column] + 2;
    }
}

static void draw_group(const struct list_line *line, const struct list_style *style,
                       struct screen *screen, int row)
{
    struct arena *arena = arena_create();
    struct slice name = entry_group(line->entry, style->arrangement->group);
    struct slice count = arena_format(arena, "  %zu", line->count);
    const char *mark = line->entry->is_group_closed ? "▸ " : "▾ ";
    int at = screen_put(screen, row, 0, MARK, STYLE_HEADING, slice_from_string(mark));
    int width = screen->columns - MARK - text_columns(count);
    at += screen_put(screen, row, at, width, STYLE_HEADING, text_cut_middle(arena, name, width));
    screen_put(screen, row, at, screen->columns, STYLE_DIM, count);
    arena_destroy(arena);
}

static const char *mark_of(const struct list_line *line)
{
    if (line->kind == LINE_REPEAT)
        return "│ ";
    if (line->count < 2)
        return "  ";
    return line->entry->is_unfolded ? "▾ " : "▸ ";
}

static void draw_incident(const struct list_line *line, const struct list_style *style,
                          const int widths[LIST_COLUMNS], struct screen *screen, int row)
{
    struct arena *arena = arena_create();
    struct slice cells[LIST_COLUMNS];
    make_cells(arena, line, style->is_utc, cells);
    screen_put(screen, row, 0, MARK, STYLE_DIM, slice_from_string(mark_of(line)));
    int at = MARK;
    for (int column = 0; column < LIST_COLUMNS; column++) {
        if (!widths[column])
            continue;
        bool is_found = find_folded(cells[column], style->found) != SLICE_NOT_FOUND;
        draw_cell(screen, row, at, widths[column], is_found ? STYLE_MATCH : STYLE_PLAIN,
                  cells[column], columns[column].is_right);
        at += widths[column] + 2;
    }
    arena_destroy(arena);
}

void list_draw(const struct catalogue *catalogue, const struct viewport *viewport,
               const struct list_style *style, struct screen *screen, int row, int rows)
{
    int widths[LIST_COLUMNS];
    fit(style->layout, screen->columns - MARK, widths);
    draw_titles(style, widths, screen, row);
    for (int i = 0; i < rows - 1; i++) {
        size_t index = viewport->top + (size_t)i;
        if (index >= catalogue_lines(catalogue))
            break;
        const struct list_line line = catalogue_line(catalogue, index);
        if (line.kind == LINE_GROUP)
            draw_group(&line, style, screen, row + 1 + i);
        else
            draw_incident(&line, style, widths, screen, row + 1 + i);
        if (index == viewport->cursor)
            screen_select(screen, row + 1 + i);
    }
}

size_t list_find(const struct catalogue *catalogue, bool is_utc, struct slice text, size_t from,
                 int direction)
{
    size_t count = catalogue_lines(catalogue), found = SLICE_NOT_FOUND;
    for (size_t i = 1; i <= count && found == SLICE_NOT_FOUND; i++) {
        size_t index = direction > 0 ? (from + i) % count : (from + count - i) % count;
        struct arena *arena = arena_create();
        struct slice cells[LIST_COLUMNS];
        const struct list_line line = catalogue_line(catalogue, index);
        make_cells(arena, &line, is_utc, cells);
        for (int column = 0; column < LIST_COLUMNS; column++)
            if (find_folded(cells[column], text) != SLICE_NOT_FOUND)
                found = index;
        arena_destroy(arena);
    }
    return found;
}
