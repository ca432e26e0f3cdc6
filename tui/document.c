#define _GNU_SOURCE /* vasprintf */
#include "tui/document.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/render_layout.h"

void document_init(struct document *document, const struct incident *incident, int width)
{
    *document = (struct document){.arena = arena_create(), .incident = incident, .width = width};
}

void document_deinit(struct document *document)
{
    arena_destroy(document->arena);
    *document = (struct document){0};
}

void document_begin(struct document *document, uint32_t evidence)
{
    const struct report_line *origin =
        document->incident ? incident_line(document->incident, evidence) : NULL;
    *ARENA_PUSH(document->arena, document->lines, document->count) = (struct document_line){
        .evidence = origin ? evidence : 0,
        .number = origin ? incident_place(document->incident, origin->number).number : 0,
        .is_claim = origin != NULL};
}

void document_target(struct document *document, struct slice target)
{
    document->lines[document->count - 1].target = target;
}

void document_add(struct document *document, enum style style, struct slice text)
{
    if (!text.length)
        return;
    struct document_line *line = &document->lines[document->count - 1];
    *ARENA_PUSH(document->arena, line->spans, line->count) =
        (struct span){escape_text(document->arena, text), style};
}

void document_format(struct document *document, enum style style, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        die_out_of_memory();
    document_add(document, style, arena_copy(document->arena, slice_of(text, (size_t)length)));
    free(text);
}

void document_repeat(struct document *document, enum style style, const char *glyph, int count)
{
    size_t length = strlen(glyph);
    if (count <= 0)
        return;
    char *text = arena_allocate(document->arena, (size_t)count * length);
    for (int i = 0; i < count; i++)
        memcpy(text + (size_t)i * length, glyph, length);
    document_add(document, style, slice_of(text, (size_t)count * length));
}

void document_left(struct document *document, enum style style, struct slice text, int width)
{
    struct slice cut = text_cut_middle(document->arena, escape_text(document->arena, text), width);
    document_add(document, style, cut);
    document_repeat(document, STYLE_PLAIN, " ", width - text_columns(cut));
}

void document_right(struct document *document, enum style style, struct slice text, int width)
{
    struct slice cut = text_cut(document->arena, escape_text(document->arena, text), width);
    document_repeat(document, STYLE_PLAIN, " ", width - text_columns(cut));
    document_add(document, style, cut);
}

void document_heading(struct document *document, const char *text)
{
    if (document->count)
        document_begin(document, 0);
    document_begin(document, 0);
    document_add(document, STYLE_HEADING, slice_from_string(text));
}

void document_paragraph(struct document *document, enum style style, const char *lead,
                        struct slice text, uint32_t evidence)
{
    int indent = text_columns(slice_from_string(lead));
    struct slice rest = slice_trim(escape_text(document->arena, text));
    bool is_first = true;
    do {
        document_begin(document, evidence);
        document->lines[document->count - 1].is_continued = !is_first;
        if (is_first)
            document_add(document, style, slice_from_string(lead));
        else
            document_repeat(document, STYLE_PLAIN, " ", indent);
        document_add(document, style, slice_trim(text_take_line(&rest, document->width - indent)));
        is_first = false;
    } while (rest.length);
}

struct slice document_text(struct arena *arena, const struct document_line *line)
{
    size_t length = 0;
    for (size_t i = 0; i < line->count; i++)
        length += line->spans[i].text.length;
    char *text = arena_allocate(arena, length + 1), *at = text;
    for (size_t i = 0; i < line->count; i++) {
        memcpy(at, line->spans[i].text.data, line->spans[i].text.length);
        at += line->spans[i].text.length;
    }
    return slice_of(text, length);
}

void document_dump(const struct document *document, FILE *out)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct document_line *line = &document->lines[i];
        for (size_t j = 0; j < line->count; j++)
            fwrite(line->spans[j].text.data, 1, line->spans[j].text.length, out);
        if (line->number)
            fprintf(out, "  :%" PRIu64, line->number);
        fputc('\n', out);
    }
}
