/*
 * Text on a terminal: how wide it is, where it is cut, where it wraps.
 *
 * Everything here takes text that escape_text() has already been through, so it is valid UTF-8
 * without control characters. Widths are columns: wide characters (CJK, emoji) take two, combining
 * marks none. The tables are short on purpose: a terminal that disagrees about a rare script shows
 * a ragged column, never a broken sequence. No locale is asked for.
 */
#ifndef WHYOOM_RENDER_LAYOUT_H
#define WHYOOM_RENDER_LAYOUT_H

#include <stdio.h>

#include "analyzer/base/arena.h"

/** What a piece of text is, for the eye; the colours are one table in render_layout.c. */
enum role { ROLE_PLAIN, ROLE_VERDICT, ROLE_HEADING, ROLE_DIM, ROLE_COUNT };

/** Where a text report is written to. */
struct page {
    FILE *out;
    int width; /* columns, at least PAGE_WIDTH_LEAST */
    bool has_colour;
    struct arena *arena; /* for what is formatted on the way; the renderer frees it */
};

enum { PAGE_WIDTH_LEAST = 30 };

/** Columns that @p text takes. */
int text_columns(struct slice text);

/** The longest start of @p text that fits into @p columns, at a character's boundary. */
struct slice text_fit(struct slice text, int columns);

/** @p text when it fits into @p columns, else its start with "…" behind it. */
struct slice text_cut(struct arena *arena, struct slice text, int columns);

/** @p text when it fits, else start and end with "…" between: for paths, whose ends tell most. */
struct slice text_cut_middle(struct arena *arena, struct slice text, int columns);

/**
 * @p text when it fits, else its start, "…", and what stands from byte @p focus on: a long line is
 * quoted for the figure in it, not for the path before that.
 */
struct slice text_cut_around(struct arena *arena, struct slice text, size_t focus, int columns);

/** Take the next line of a paragraph off @p text: as many words as fit, at least one character. A
 * figure stays together with its unit. */
struct slice text_take_line(struct slice *text, int columns);

/** Write @p text in the colours of @p role. */
void page_write(const struct page *page, enum role role, struct slice text);

/** Write @p text left- or right-aligned in @p columns; longer text is cut. */
void page_left(const struct page *page, enum role role, struct slice text, int columns);
void page_right(const struct page *page, enum role role, struct slice text, int columns);

/**
 * Write @p text as a paragraph, wrapped at blanks; a word wider than the page is broken between
 * characters. A figure stays together with its unit.
 * @param lead  stands before the first line ("  1. "); further lines are indented by its width
 */
void page_paragraph(const struct page *page, enum role role, const char *lead, struct slice text);

#endif
