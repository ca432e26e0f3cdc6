#include "parsers/log/document.h"

#include <jansson.h>
#include <string.h>

#include "parsers/log/dress_text.h"

enum {
    LEVELS_MAX = 8,    /* no answer has its records deeper */
    LEVELS_KNOWN = 64, /* bits of struct document */
};

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

bool document_begins(struct slice line)
{
    struct slice text = slice_trim(slice_take(line, DOCUMENT_BLANKS));
    if (slice_starts(text, SLICE("\xef\xbb\xbf")))
        text = slice_skip(text, 3);
    if (text.length < 2 || !is_one_of(text.data[0], "{["))
        return false;
    struct slice inside = slice_trim(slice_skip(text, 1));
    return inside.length && is_one_of(inside.data[0], text.data[0] == '{' ? "\"" : "\"{[");
}

/* ---- how long a value is; 0: longer than the text */

static size_t string_length(struct slice text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.data[i] == '"')
            return i + 1;
        i += text.data[i] == '\\';
    }
    return 0;
}

static size_t brackets_length(struct slice text)
{
    size_t open = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        size_t string = c == '"' ? string_length(slice_skip(text, i)) : 1;
        open += c == '{' || c == '[';
        open -= c == '}' || c == ']';
        if (string == 0 || open == 0)
            return string ? i + 1 : 0;
        i += string - 1;
    }
    return 0;
}

static size_t number_length(struct slice text)
{
    size_t length = 0;
    while (length < text.length && !is_one_of(text.data[length], "{[\"]},: \t\r"))
        length++;
    return length;
}

static size_t value_length(struct slice text)
{
    if (is_one_of(text.data[0], "{["))
        return brackets_length(text);
    return text.data[0] == '"' ? string_length(text) : number_length(text);
}

/* ---- steps: each takes some bytes and writes as many */

static size_t write_blanks(size_t length, char last, char *out)
{
    memset(out, ' ', length);
    out[length - 1] = last;
    return length;
}

static bool is_object(const struct document *document)
{
    uint64_t level = document->level;
    return level && level <= LEVELS_KNOWN && document->objects >> (level - 1) & 1;
}

static void open(struct document *document, char bracket)
{
    uint64_t bit = document->level < LEVELS_KNOWN ? UINT64_C(1) << document->level : 0;
    document->objects = bracket == '{' ? document->objects | bit : document->objects & ~bit;
    document->level++;
    document->is_cut |= document->level > LEVELS_MAX;
}

/* A bracket, a comma, a colon, and the blanks behind: a line ends there. */
static size_t take_mark(struct document *document, struct slice text, char *out)
{
    char mark = text.data[0];
    size_t length = 1;
    if (is_one_of(mark, "{["))
        open(document, mark);
    document->level -= is_one_of(mark, "}]") && document->level;
    document->is_member = mark == ':';
    while (length < text.length && length < DOCUMENT_BLANKS && text.data[length] == ' ')
        length++;
    return write_blanks(length, '\n', out);
}

/* A line of a text, without its escapes, which are longer than what they stand for. */
static void write_text(struct slice text, size_t length, char *out)
{
    struct buffer quoted = {0};
    buffer_append(&quoted, SLICE("\""));
    buffer_append(&quoted, text);
    buffer_append(&quoted, SLICE("\""));
    json_t *string = json_loadb(quoted.data, quoted.length, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    if (json_is_string(string))
        text = slice_of(json_string_value(string), json_string_length(string));
    write_blanks(length, '\n', out);
    memcpy(out, text.data, text.length);
    json_decref(string);
    buffer_free(&quoted);
}

/* Inside a text that is too long: up to where a line, or all of it, ends. */
static size_t take_text(struct document *document, struct slice text, char *out)
{
    size_t at = 0, most = text.length < LIMIT_LINE ? text.length : LIMIT_LINE;
    while (at < most && text.data[at] != '"' && !slice_starts(slice_skip(text, at), SLICE("\\n")))
        at += 1 + (text.data[at] == '\\');
    document->is_cut |= at >= most; /* its end, or that of a line, is not there */
    if (at >= most)
        return write_blanks(at < text.length ? at : text.length, '\n', out);
    document->is_text = text.data[at] != '"';
    size_t length = at + 1 + document->is_text;
    write_text(slice_take(text, at), length, out);
    return length;
}

/* An element is a record; of an object's members only some may hold a log. */
static bool may_hold_lines(const struct document *document, struct slice value)
{
    if (value.data[0] != '"')
        return is_one_of(value.data[0], "{[");
    return !is_object(document) || slice_contains(value, SLICE("\\n")) ||
           text_is_base64(slice_skip(slice_take(value, value.length - 1), 1), BASE64_LEAST);
}

static size_t take_long_value(struct document *document, struct slice text, char *out)
{
    if (is_one_of(text.data[0], "{["))
        return take_mark(document, text, out);
    document->is_text = true;
    return write_blanks(1, '\n', out);
}

static size_t take_value(struct document *document, struct slice text, char *out)
{
    bool is_deep = document->level > LEVELS_MAX;
    bool is_name = is_object(document) && !document->is_member;
    bool is_opened = is_deep && is_one_of(text.data[0], "{[");
    size_t length = is_opened ? 0 : value_length(slice_take(text, LIMIT_LINE));
    if (length == 0)
        return take_long_value(document, text, out);
    if (is_deep || is_name || !may_hold_lines(document, slice_take(text, length)))
        return write_blanks(length, ' ', out);
    memcpy(out, text.data, length);
    return length;
}

static size_t step(struct document *document, struct slice text, char *out)
{
    if (document->is_text)
        return take_text(document, text, out);
    if (is_one_of(text.data[0], "]},:"))
        return take_mark(document, text, out);
    if (is_one_of(text.data[0], " \t\r"))
        return write_blanks(1, ' ', out);
    return take_value(document, text, out);
}

size_t document_unfold(struct document *document, struct slice text, bool is_end, char *out)
{
    size_t at = 0;
    while (text.length - at >= (is_end ? 1 : DOCUMENT_WINDOW))
        at += step(document, slice_skip(text, at), out + at);
    return at;
}

bool document_is_cut(const struct document *document)
{
    return document->is_cut || document->is_text || document->level > 0;
}
