/*
 * Writing HTML: whatever is no literal of this program goes through one of these.
 *
 * Text must have been through escape_text() before, so it holds no control characters; here the
 * characters that mean something to HTML are replaced, in content and in attributes alike (all
 * attributes stand in double quotes). Nothing is ever written into <script> or <style> but the
 * program's own files.
 */
#ifndef WHYOOM_HTML_H
#define WHYOOM_HTML_H

#include <stdio.h>

#include "analyzer/base/slice.h"

/** @p text as content, or as the value of an attribute between double quotes. */
void html_text(FILE *out, struct slice text);

/** `<tag class="class">text</tag>`; nothing when @p text is empty. @p class may be NULL. */
void html_element(FILE *out, const char *tag, const char *class, struct slice text);

/** ` name="value"` inside a tag that is open. */
void html_attribute(FILE *out, const char *name, struct slice value);

/** @p text as the value of a parameter in an address: all but letters, digits and "-._" as %NN. */
void html_parameter(FILE *out, struct slice text);

/** A bar, @p permille of its track filled; nothing when that is not from 0 to 1000. The figure
 * itself must stand beside it, for the bar is hidden from readers that cannot see it. */
void html_bar(FILE *out, int permille);

/** Everything before the content of a page, with style and script; and what follows it. */
void html_page_begin(FILE *out, struct slice title);
void html_page_end(FILE *out);

#endif
