/*
 * What a tab shows: lines of styled text, each with the line of the report that it rests on.
 *
 * A view builds one from an incident and a width; scrolling, searching and jumping are the viewer's
 * (reader.h), once for all views. Text that is added is escaped here. A document owns an arena;
 * everything in it lives there.
 */
#ifndef WHYOOM_TUI_DOCUMENT_H
#define WHYOOM_TUI_DOCUMENT_H

#include <stdio.h>

#include "analyzer/incident.h"
#include "tui/theme.h"

struct span {
    struct slice text;
    enum style style;
};

struct document_line {
    struct span *spans;
    size_t count;
    struct slice target; /* what Enter opens: the path of a cgroup; empty: nothing */
    uint32_t evidence;   /* index in incident.lines; 0: rests on none */
    uint64_t number;     /* of that line in its file, for the right edge; 0: not shown there */
    bool is_claim;       /* rests on evidence, or (in the log) is evidence */
    bool is_continued;   /* the paragraph began in a line above, where its number stands */
};

struct document {
    struct arena *arena;
    const struct incident *incident; /* whose evidence it is; NULL: none */
    int width; /* columns for text; the number of the evidence stands beyond */
    struct document_line *lines;
    size_t count;
};

void document_init(struct document *document, const struct incident *incident, int width);
void document_deinit(struct document *document);

/** Begin a line; @p evidence is an index in incident.lines, or 0. */
void document_begin(struct document *document, uint32_t evidence);

/** Enter on the line opens @p target, which lives as long as the document. */
void document_target(struct document *document, struct slice target);

/** Put @p text at the end of the line. */
void document_add(struct document *document, enum style style, struct slice text);
void document_format(struct document *document, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The same in a column of its own: @p width columns, cut or filled up. */
void document_left(struct document *document, enum style style, struct slice text, int width);
void document_right(struct document *document, enum style style, struct slice text, int width);

/** @p count times the character @p glyph. */
void document_repeat(struct document *document, enum style style, const char *glyph, int count);

/** A heading, after an empty line unless it is the first. */
void document_heading(struct document *document, const char *text);

/** Lines wrapped at blanks, @p lead before the first, the others indented by its width. */
void document_paragraph(struct document *document, enum style style, const char *lead,
                        struct slice text, uint32_t evidence);

/** The text of a line, in @p arena. */
struct slice document_text(struct arena *arena, const struct document_line *line);

/** All lines as text, for tests. */
void document_dump(const struct document *document, FILE *out);

#endif
