#include "tui/viewport.h"

#include <inttypes.h>
#include <stdio.h>

#include "analyzer/render_layout.h"

void viewport_clamp(struct viewport *viewport, size_t count, int rows)
{
    size_t height = rows > 0 ? (size_t)rows : 1;
    if (viewport->cursor >= count)
        viewport->cursor = count ? count - 1 : 0;
    if (viewport->top > viewport->cursor)
        viewport->top = viewport->cursor;
    if (viewport->top + height <= viewport->cursor)
        viewport->top = viewport->cursor - height + 1;
    if (viewport->top + height > count)
        viewport->top = count > height ? count - height : 0;
}

void viewport_show(struct viewport *viewport, size_t line, size_t count, int rows)
{
    bool is_in_sight = line >= viewport->top && line < viewport->top + (size_t)rows;
    viewport->cursor = line;
    if (!is_in_sight)
        viewport->top = line > (size_t)rows / 3 ? line - (size_t)rows / 3 : 0;
    viewport_clamp(viewport, count, rows);
}

static size_t moved(size_t at, int64_t by, size_t count)
{
    int64_t target = (int64_t)at + by;
    if (target < 0)
        return 0;
    return (size_t)target < count ? (size_t)target : count ? count - 1 : 0;
}

bool viewport_act(struct viewport *viewport, enum action action, size_t count, int rows)
{
    int64_t by;
    bool is_page = action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP;
    switch (action) {
    case ACTION_DOWN:
        by = 1;
        break;
    case ACTION_UP:
        by = -1;
        break;
    case ACTION_PAGE_DOWN:
        by = rows;
        break;
    case ACTION_PAGE_UP:
        by = -rows;
        break;
    case ACTION_HOME:
        by = -(int64_t)count;
        break;
    case ACTION_END:
        by = (int64_t)count;
        break;
    default:
        return false;
    }
    viewport->cursor = moved(viewport->cursor, by, count);
    if (is_page)
        viewport->top = moved(viewport->top, by, count);
    viewport_clamp(viewport, count, rows);
    return true;
}

void viewport_scroll(struct viewport *viewport, int lines, size_t count, int rows)
{
    size_t last_top = count > (size_t)rows ? count - (size_t)rows : 0;
    viewport->top = moved(viewport->top, lines, last_top + 1);
    if (viewport->cursor < viewport->top)
        viewport->cursor = viewport->top;
    if (viewport->cursor >= viewport->top + (size_t)rows)
        viewport->cursor = viewport->top + (size_t)rows - 1;
    viewport_clamp(viewport, count, rows);
}

/* ---- search */

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

size_t find_folded(struct slice text, struct slice needle)
{
    if (!needle.length || needle.length > text.length)
        return SLICE_NOT_FOUND;
    for (size_t at = 0; at <= text.length - needle.length; at++) {
        size_t same = 0;
        while (same < needle.length && lower(text.data[at + same]) == lower(needle.data[same]))
            same++;
        if (same == needle.length)
            return at;
    }
    return SLICE_NOT_FOUND;
}

size_t document_find(const struct document *document, struct slice text, size_t from, int direction)
{
    struct arena *arena = arena_create();
    size_t found = SLICE_NOT_FOUND, count = document->count;
    for (size_t i = 1; i <= count && found == SLICE_NOT_FOUND; i++) {
        size_t line = direction > 0 ? (from + i) % count : (from + count - i) % count;
        struct slice whole = document_text(arena, &document->lines[line]);
        if (find_folded(whole, text) != SLICE_NOT_FOUND)
            found = line;
    }
    arena_destroy(arena);
    return found;
}

/* ---- drawing */

/* A span from column @p at of the document on; what lies left of the viewport is left out. */
static int draw_span(struct screen *screen, int row, int at, int left, int width,
                     const struct span *span)
{
    int columns = text_columns(span->text);
    struct slice text = span->text;
    int column = at - left;
    if (column < 0) {
        text = slice_skip(text, text_fit(text, -column).length);
        column = 0;
    }
    if (column < width)
        screen_put(screen, row, column, width - column, span->style, text);
    return at + columns;
}

static void mark_matches(struct screen *screen, int row, int left, int width, struct slice text,
                         struct slice found)
{
    for (size_t at = 0, next; (next = find_folded(slice_skip(text, at), found)) != SLICE_NOT_FOUND;
         at += next + found.length) {
        int column = text_columns(slice_take(text, at + next)) - left;
        int end = column + text_columns(slice_take(slice_skip(text, at + next), found.length));
        if (column >= width)
            break;
        column = column < 0 ? 0 : column;
        screen_paint(screen, row, column, (end < width ? end : width) - column, STYLE_MATCH);
    }
}

/* The number of the line that it rests on, at the right edge. @return the columns left of it */
static int draw_link(struct screen *screen, int row, const struct document_line *line)
{
    char text[24];
    if (!line->number || line->is_continued)
        return screen->columns;
    int length = snprintf(text, sizeof text, " :%" PRIu64, line->number);
    screen_put(screen, row, screen->columns - length, length, STYLE_LINK,
               slice_of(text, (size_t)length));
    return screen->columns - length;
}

static void draw_line(const struct viewport *viewport, const struct document_line *line,
                      struct screen *screen, int row, struct slice found)
{
    int at = 0, width = draw_link(screen, row, line);
    for (size_t i = 0; i < line->count; i++)
        at = draw_span(screen, row, at, viewport->left, width, &line->spans[i]);
    if (at - viewport->left > width)
        screen_put(screen, row, width - 1, 1, STYLE_DIM, SLICE("…"));
    if (found.length) {
        struct arena *arena = arena_create();
        mark_matches(screen, row, viewport->left, width, document_text(arena, line), found);
        arena_destroy(arena);
    }
}

void viewport_draw(const struct viewport *viewport, const struct document *document,
                   struct screen *screen, int row, int rows, struct slice found)
{
    for (int i = 0; i < rows; i++) {
        size_t line = viewport->top + (size_t)i;
        if (line >= document->count)
            break;
        draw_line(viewport, &document->lines[line], screen, row + i, found);
        if (line == viewport->cursor)
            screen_select(screen, row + i);
    }
}
