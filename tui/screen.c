#include "tui/screen.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/render_layout.h"

void screen_init(struct screen *screen, int rows, int columns, bool is_ascii)
{
    *screen = (struct screen){rows > 1 ? rows : 1, columns > 1 ? columns : 1, is_ascii, NULL};
    screen->cells = must_allocate((size_t)(screen->rows * screen->columns) * sizeof(struct cell));
    screen_clear(screen);
}

void screen_deinit(struct screen *screen)
{
    free(screen->cells);
    *screen = (struct screen){0};
}

void screen_clear(struct screen *screen)
{
    for (int i = 0; i < screen->rows * screen->columns; i++)
        screen->cells[i] = (struct cell){.text = " ", .length = 1, .style = STYLE_PLAIN};
}

static struct cell *cell_at(struct screen *screen, int row, int column)
{
    bool is_inside = row >= 0 && row < screen->rows && column >= 0 && column < screen->columns;
    return is_inside ? &screen->cells[row * screen->columns + column] : NULL;
}

/* What our own drawing uses beyond ASCII, and what stands for it where the terminal has no UTF-8.
 */
static const struct {
    const char *character;
    char ascii;
} fallbacks[] = {
    {"█", '#'}, {"░", '.'}, {"▏", '|'}, {"│", '|'}, {"─", '-'}, {"├", '|'}, {"└", '`'}, {"·", '-'},
    {"…", '~'}, {"×", 'x'}, {"▸", '+'}, {"▾", '-'}, {"←", '<'}, {"▲", '^'}, {"▼", 'v'}, {"●", '*'},
    {"↑", '^'}, {"↓", 'v'}, {"•", '*'}, {"—", '-'}, {"→", '>'}, {"‹", '<'}, {"›", '>'},
};

static struct slice ascii_of(struct slice character)
{
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++)
        if (slice_equal(character, slice_from_string(fallbacks[i].character)))
            return slice_of(&fallbacks[i].ascii, 1);
    return SLICE("?");
}

/* Bytes of the valid character at the front of @p text, controls being none; else 0. */
static size_t character_length(struct slice text)
{
    unsigned char first = (unsigned char)text.data[0];
    size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || length > text.length || first > 0xf4)
        return 0;
    return is_clean_text(slice_take(text, length)) ? length : 0;
}

/* A mark stands over the character before it; one too many is left out. */
static void add_mark(struct cell *cell, struct slice mark)
{
    if (!cell || cell->length == 0 || cell->length + mark.length > CELL_BYTES)
        return;
    memcpy(cell->text + cell->length, mark.data, mark.length);
    cell->length = (unsigned char)(cell->length + mark.length);
}

static void set_cell(struct cell *cell, enum style style, struct slice character)
{
    if (!cell)
        return;
    *cell = (struct cell){.length = (unsigned char)character.length,
                          .style = (unsigned char)style,
                          .is_selected = cell->is_selected};
    memcpy(cell->text, character.data, character.length);
}

int screen_put(struct screen *screen, int row, int column, int width, enum style style,
               struct slice text)
{
    int taken = 0;
    for (size_t at = 0; at < text.length;) {
        size_t length = character_length(slice_skip(text, at));
        struct slice character = length ? slice_of(text.data + at, length) : SLICE("?");
        at += length ? length : 1;
        if (screen->is_ascii && length > 1)
            character = ascii_of(character);
        int columns = text_columns(character);
        if (columns == 0) {
            if (taken > 0)
                add_mark(cell_at(screen, row, column + taken - 1), character);
            continue;
        }
        if (taken + columns > width || column + taken + columns > screen->columns)
            break;
        set_cell(cell_at(screen, row, column + taken), style, character);
        if (columns == 2)
            set_cell(cell_at(screen, row, column + taken + 1), style, slice_of("", 0));
        taken += columns;
    }
    return taken;
}

void screen_paint(struct screen *screen, int row, int column, int width, enum style style)
{
    for (int i = 0; i < width; i++) {
        struct cell *cell = cell_at(screen, row, column + i);
        if (cell)
            cell->style = (unsigned char)style;
    }
}

void screen_select(struct screen *screen, int row)
{
    for (int column = 0; column < screen->columns; column++) {
        struct cell *cell = cell_at(screen, row, column);
        if (cell)
            cell->is_selected = true;
    }
}

static int row_length(const struct cell *cells, int columns)
{
    while (columns > 0 && cells[columns - 1].length == 1 && cells[columns - 1].text[0] == ' ')
        columns--;
    return columns;
}

void screen_dump(const struct screen *screen, FILE *out)
{
    for (int row = 0; row < screen->rows; row++) {
        const struct cell *cells = &screen->cells[row * screen->columns];
        int length = row_length(cells, screen->columns);
        for (int column = 0; column < length; column++)
            fwrite(cells[column].text, 1, cells[column].length, out);
        fputc('\n', out);
    }
}
