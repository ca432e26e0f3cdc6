#include "rules/template.h"

#include <stdlib.h>

enum { BRACKETS_DEPTH_MAX = 8 };

/* A list of parts; in brackets, of alternatives that are such lists. */
struct template
{
    enum { PART_TEXT, PART_BLANK, PART_VALUE, PART_CHOICE } kind;
    struct slice text;
    struct expression *value;
    struct slice one, many;        /* of a count; empty when it has no words */
    struct expression *when;       /* of an alternative: "if ...:", or NULL */
    struct template *alternatives; /* of a choice, linked by `other` */
    struct template *other;
    struct template *next;
};

struct reader {
    const struct expression_source *source;
    size_t at;
    int depth;
    bool has_failed;
};

static struct template *parse_parts(struct reader *reader);

static void *fail(struct reader *reader, size_t at, const char *what)
{
    struct place place = reader->source->place;
    place.column += (int)at;
    if (!reader->has_failed)
        mistakes_add(reader->source->mistakes, place, "%s", what);
    reader->has_failed = true;
    return NULL;
}

static char peek(const struct reader *reader)
{
    struct slice text = reader->source->text;
    return reader->at < text.length ? text.data[reader->at] : '\0';
}

static struct template *add_part(struct reader *reader, int kind)
{
    struct template *part = arena_allocate(reader->source->arena, sizeof *part);
    part->kind = kind;
    return part;
}

static bool is_special(const struct reader *reader, char c)
{
    return memchr("{}[]", c, 4) || (c == '|' && reader->depth > 0);
}

static struct slice without_backslashes(struct arena *arena, struct slice text)
{
    if (slice_find_byte(text, '\\') == SLICE_NOT_FOUND)
        return text;
    char *plain = arena_allocate(arena, text.length);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\\' && i + 1 < text.length)
            i++;
        plain[length++] = text.data[i];
    }
    return slice_of(plain, length);
}

/* Plain text up to the next sign that means something. */
static struct template *parse_text(struct reader *reader)
{
    struct slice rest = slice_skip(reader->source->text, reader->at);
    size_t length = 0;
    while (length < rest.length && !is_special(reader, rest.data[length]))
        length += rest.data[length] == '\\' ? 2 : 1;
    rest = slice_take(rest, length);
    reader->at += rest.length;
    struct template *part = add_part(reader, PART_TEXT);
    part->text = without_backslashes(reader->source->arena, rest);
    return part;
}

static struct expression *parse_value(struct reader *reader, struct slice text, size_t at)
{
    struct expression_source source = *reader->source;
    source.text = text;
    source.place.column += (int)at;
    struct expression *value = value_parse(&source);
    reader->has_failed |= !value;
    return value;
}

static struct template *parse_braces(struct reader *reader)
{
    size_t start = reader->at + 1;
    struct slice inside = slice_skip(reader->source->text, start);
    size_t length = slice_find_byte(inside, '}');
    if (length == SLICE_NOT_FOUND)
        return fail(reader, reader->at, "this brace is not closed");
    inside = slice_take(inside, length);
    reader->at = start + length + 1;
    struct template *part = add_part(reader, PART_VALUE);
    part->value = parse_value(reader, slice_cut(&inside, '|'), start);
    part->one = slice_cut(&inside, '|');
    part->many = inside;
    if (!part->value)
        return NULL;
    if (part->one.length && !part->many.length)
        return fail(reader, start, "a count needs both words: {victims.count|task|tasks}");
    if (part->one.length && part->value->type != TYPE_COUNT)
        return fail(reader, start, "only a count has words for one and for many");
    return part;
}

/* "if CONDITION:" at the head of an alternative; one blank behind the colon does not count. */
static struct expression *parse_if(struct reader *reader)
{
    struct slice rest = slice_skip(reader->source->text, reader->at);
    if (!slice_starts(rest, SLICE("if ")))
        return NULL;
    size_t colon = slice_find_byte(rest, ':');
    if (colon == SLICE_NOT_FOUND)
        return fail(reader, reader->at, "a colon is wanted: [if scope is memcg: ...]");
    struct expression_source source = *reader->source;
    source.text = slice_of(rest.data + 3, colon - 3);
    source.place.column += (int)reader->at + 3;
    struct expression *when = condition_parse(&source);
    reader->has_failed |= !when;
    reader->at += colon + 1;
    if (peek(reader) == ' ')
        reader->at++;
    return when;
}

static struct template *parse_brackets(struct reader *reader)
{
    size_t start = reader->at;
    if (reader->depth == BRACKETS_DEPTH_MAX)
        return fail(reader, start, "brackets nested too deeply");
    struct template *choice = add_part(reader, PART_CHOICE), **end = &choice->alternatives;
    reader->depth++;
    do {
        reader->at++;
        struct template *alternative = add_part(reader, PART_TEXT); /* holds the list, even empty */
        alternative->when = parse_if(reader);
        alternative->next = parse_parts(reader);
        *end = alternative;
        end = &alternative->other;
    } while (!reader->has_failed && peek(reader) == '|');
    reader->depth--;
    if (peek(reader) != ']')
        return fail(reader, start, "this bracket is not closed on its line");
    reader->at++;
    return choice;
}

static struct template *parse_part(struct reader *reader)
{
    switch (peek(reader)) {
    case '{':
        return parse_braces(reader);
    case '[':
        return parse_brackets(reader);
    case '}':
        return fail(reader, reader->at, "nothing to close here; the character itself is \\}");
    default:
        return parse_text(reader);
    }
}

static bool at_end(const struct reader *reader)
{
    if (reader->has_failed || reader->at >= reader->source->text.length)
        return true;
    return reader->depth > 0 && (peek(reader) == ']' || peek(reader) == '|');
}

static struct template *parse_parts(struct reader *reader)
{
    struct template *first = NULL, **end = &first;
    while (!at_end(reader)) {
        if (reader->depth == 0 && peek(reader) == ']')
            return fail(reader, reader->at, "nothing to close here; the character itself is \\]");
        *end = parse_part(reader);
        if (*end)
            end = &(*end)->next;
    }
    return first;
}

struct template *template_parse(const struct expression_source *source)
{
    struct reader reader = {.source = source};
    struct template *first = add_part(&reader, PART_TEXT);
    first->next = parse_parts(&reader);
    return reader.has_failed ? NULL : first;
}

struct template *template_join(struct template *first, struct template *second)
{
    if (!first || !second)
        return first ? first : second;
    struct template *last = first;
    while (last->next)
        last = last->next;
    second->kind = PART_BLANK; /* the empty part at its head */
    last->next = second;
    return first;
}

/* ---- rendering */

struct text_buffer {
    char *data;
    size_t length, size;
};

static void append(struct text_buffer *buffer, struct slice text)
{
    if (buffer->length + text.length > buffer->size) {
        buffer->size = (buffer->length + text.length) * 2;
        buffer->data = must_reallocate(buffer->data, buffer->size);
    }
    if (text.length)
        memcpy(buffer->data + buffer->length, text.data, text.length);
    buffer->length += text.length;
}

static bool render_parts(struct evaluation *evaluation, const struct template *part,
                         struct text_buffer *buffer);

static bool render_value(struct evaluation *evaluation, const struct template *part,
                         struct text_buffer *buffer)
{
    struct slice text = value_print(evaluation, part->value);
    append(buffer, text);
    if (part->one.length && text.length) {
        append(buffer, SLICE(" "));
        append(buffer, value_of(evaluation, part->value).number == 1 ? part->one : part->many);
    }
    return text.length > 0;
}

static void render_choice(struct evaluation *evaluation, const struct template *choice,
                          struct text_buffer *buffer)
{
    size_t length = buffer->length;
    for (const struct template *one = choice->alternatives; one; one = one->other) {
        bool is_chosen = !one->when || condition_outcome(evaluation, one->when) == OUTCOME_YES;
        if (is_chosen && render_parts(evaluation, one, buffer))
            return;
        buffer->length = length;
    }
}

/* Between two lines; only one when a bracket between them vanished. */
static void append_blank(struct text_buffer *buffer)
{
    if (buffer->length && buffer->data[buffer->length - 1] != ' ')
        append(buffer, SLICE(" "));
}

static bool render_parts(struct evaluation *evaluation, const struct template *part,
                         struct text_buffer *buffer)
{
    for (; part; part = part->next) {
        if (part->kind == PART_TEXT)
            append(buffer, part->text);
        else if (part->kind == PART_BLANK)
            append_blank(buffer);
        else if (part->kind == PART_CHOICE)
            render_choice(evaluation, part, buffer);
        else if (!render_value(evaluation, part, buffer))
            return false;
    }
    return true;
}

bool template_render(struct evaluation *evaluation, const struct template *template,
                     struct slice *ret)
{
    struct text_buffer buffer = {0};
    bool is_whole = render_parts(evaluation, template, &buffer);
    if (is_whole)
        *ret = arena_copy(evaluation->incident->arena,
                          slice_trim(slice_of(buffer.data, buffer.length)));
    free(buffer.data);
    return is_whole;
}

void template_visit_facts(struct evaluation *evaluation, const struct template *template,
                          fact_visit *visit, void *context)
{
    for (; template; template = template->next) {
        expression_visit_facts(evaluation, template->value, visit, context);
        for (const struct template *one = template->alternatives; one; one = one->other)
            template_visit_facts(evaluation, one, visit, context);
    }
}

const struct expression *template_unknown(struct evaluation *evaluation,
                                          const struct template *template)
{
    for (; template; template = template->next)
        if (template->kind == PART_VALUE && !value_print(evaluation, template->value).length)
            return template->value;
    return NULL;
}
