#include "analyzer/render_layout.h"

#include <stdint.h>

static const struct {
    const char *on, *off;
} role_colours[ROLE_COUNT] = {
    [ROLE_PLAIN] = {"", ""},
    [ROLE_VERDICT] = {"\033[1;31m", "\033[0m"},
    [ROLE_HEADING] = {"\033[1m", "\033[0m"},
    [ROLE_DIM] = {"\033[2m", "\033[0m"},
};

struct code_range {
    uint32_t first, last;
};

/* Unicode 15: nonspacing marks that occur in running text, variation selectors. */
static const struct code_range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

/* EastAsianWidth W and F, and emoji. */
static const struct code_range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

#define IS_IN(ranges, code) is_in_ranges(ranges, sizeof(ranges) / sizeof *(ranges), code)

static bool is_in_ranges(const struct code_range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* Bytes of the character at the front of @p text, and its columns. */
static size_t take_character(struct slice text, int *columns)
{
    unsigned char first = (unsigned char)text.data[0];
    size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > text.length)
        length = text.length;
    uint32_t code = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)text.data[i] & 0x3f);
    *columns = code < 0x300 ? 1 : IS_IN(combining, code) ? 0 : IS_IN(wide, code) ? 2 : 1;
    return length;
}

int text_columns(struct slice text)
{
    int total = 0, columns;
    for (size_t i = 0; i < text.length; total += columns)
        i += take_character(slice_skip(text, i), &columns);
    return total;
}

struct slice text_fit(struct slice text, int columns)
{
    size_t at = 0;
    while (at < text.length) {
        int taken;
        size_t length = take_character(slice_skip(text, at), &taken);
        if (taken > columns)
            break;
        columns -= taken;
        at += length;
    }
    return slice_take(text, at);
}

/* The longest end that fits. Walks over characters from the front, so that none is split. */
static struct slice text_fit_end(struct slice text, int columns)
{
    int left = text_columns(text), taken;
    size_t at = 0;
    while (left > columns) {
        at += take_character(slice_skip(text, at), &taken);
        left -= taken;
    }
    return slice_skip(text, at);
}

/* Log lines run to LIMIT_LINE bytes; no more of one is measured than could be shown. */
static bool fits(struct slice text, int columns)
{
    return text_fit(text, columns).length == text.length;
}

struct slice text_cut(struct arena *arena, struct slice text, int columns)
{
    if (columns < 1 || fits(text, columns))
        return slice_take(text, columns < 1 ? 0 : text.length);
    struct slice start = text_fit(text, columns - 1);
    return arena_format(arena, "%.*s…", SLICE_ARG(start));
}

struct slice text_cut_middle(struct arena *arena, struct slice text, int columns)
{
    if (columns < 4 || fits(text, columns))
        return text_cut(arena, text, columns);
    struct slice start = text_fit(text, (columns - 1) / 2);
    struct slice end = text_fit_end(text, columns - 1 - text_columns(start));
    return arena_format(arena, "%.*s…%.*s", SLICE_ARG(start), SLICE_ARG(end));
}

struct slice text_cut_around(struct arena *arena, struct slice text, size_t focus, int columns)
{
    int start_columns = columns / 3;
    struct slice start = text_fit(text, start_columns);
    bool is_near = focus == SLICE_NOT_FOUND || focus <= start.length;
    if (is_near || fits(text, columns))
        return text_cut(arena, text, columns);
    struct slice end = text_cut(arena, slice_skip(text, focus), columns - start_columns - 2);
    return arena_format(arena, "%.*s… %.*s", SLICE_ARG(start), SLICE_ARG(end));
}

static void write_slice(const struct page *page, struct slice text)
{
    if (text.length)
        fwrite(text.data, 1, text.length, page->out);
}

void page_write(const struct page *page, enum role role, struct slice text)
{
    if (page->has_colour && text.length)
        fputs(role_colours[role].on, page->out);
    write_slice(page, text);
    if (page->has_colour && text.length)
        fputs(role_colours[role].off, page->out);
}

static void write_blanks(const struct page *page, int count)
{
    fprintf(page->out, "%*s", count > 0 ? count : 0, "");
}

void page_left(const struct page *page, enum role role, struct slice text, int columns)
{
    struct slice cut = text_cut(page->arena, text, columns);
    page_write(page, role, cut);
    write_blanks(page, columns - text_columns(cut));
}

void page_right(const struct page *page, enum role role, struct slice text, int columns)
{
    struct slice cut = text_cut(page->arena, text, columns);
    write_blanks(page, columns - text_columns(cut));
    page_write(page, role, cut);
}

static bool is_unit(struct slice word)
{
    static const char *const units[] = {"B",   "KiB", "MiB", "GiB", "TiB",
                                        "PiB", "kB",  "%",   "s",   "min"};
    while (word.length && strchr(".,;:)", word.data[word.length - 1]))
        word.length--;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (slice_equal(word, slice_from_string(units[i])))
            return true;
    return false;
}

/* The next word of a paragraph, with the unit that belongs to it. */
static struct slice take_word(struct slice *text)
{
    struct slice word = slice_cut(text, ' ');
    bool ends_in_digit =
        word.length && word.data[word.length - 1] >= '0' && word.data[word.length - 1] <= '9';
    struct slice rest = *text;
    struct slice next = slice_cut(&rest, ' ');
    if (ends_in_digit && is_unit(next)) {
        word.length = (size_t)(next.data + next.length - word.data);
        *text = rest;
    }
    return word;
}

struct slice text_take_line(struct slice *text, int columns)
{
    struct slice line = {text->data, 0};
    while (text->length) {
        struct slice rest = *text;
        struct slice word = take_word(&rest);
        struct slice longer = {line.data, (size_t)(word.data + word.length - line.data)};
        if (!fits(longer, columns)) {
            if (line.length)
                break;
            line = text_fit(longer, columns);
            *text = slice_skip(*text, line.length);
            break;
        }
        line = longer;
        *text = rest;
    }
    return line;
}

void page_paragraph(const struct page *page, enum role role, const char *lead, struct slice text)
{
    int indent = text_columns(slice_from_string(lead));
    fputs(lead, page->out);
    text = slice_trim(text);
    do {
        page_write(page, role, slice_trim(text_take_line(&text, page->width - indent)));
        fputc('\n', page->out);
        if (text.length)
            write_blanks(page, indent);
    } while (text.length);
}
