/*
 * What the structures of a dump show: the views of `whyoom inspect`, read when their tab is opened.
 */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/render_view.h"
#include "tui/tab.h"

static struct slice without_blanks_behind(struct slice line)
{
    while (line.length && line.data[line.length - 1] == ' ')
        line.length--;
    return line;
}

static void write_view(struct document *document, const json_t *view)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    render_view(&(struct view_page){.out = stream, .width = document->width, .fit = VIEW_SCROLLS},
                view);
    fclose(stream);
    struct slice rest = arena_copy(document->arena, slice_of(text, length));
    while (rest.length) {
        document_begin(document, 0);
        document_add(document, STYLE_PLAIN, without_blanks_behind(slice_cut(&rest, '\n')));
    }
    free(text);
}

const json_t *tab_view(const struct tab_context *context, struct document *document,
                       const char *name)
{
    const json_t *view = dump_views_get(context->views, context->incident->source.path, name);
    if (json_is_object(view))
        return view;
    document_paragraph(document, STYLE_ALERT, "", slice_from_string(json_string_value(view)), 0);
    return NULL;
}

static void show(const struct tab_context *context, struct document *document, const char *name)
{
    const json_t *view = tab_view(context, document, name);
    if (view)
        write_view(document, view);
}

void tab_pages(const struct tab_context *context, struct document *document)
{
    show(context, document, "pages");
}

void tab_slabs(const struct tab_context *context, struct document *document)
{
    show(context, document, "slabs");
}

void tab_shmem(const struct tab_context *context, struct document *document)
{
    show(context, document, "shmem");
}

void tab_swap(const struct tab_context *context, struct document *document)
{
    show(context, document, "swap");
}

void tab_stacks(const struct tab_context *context, struct document *document)
{
    show(context, document, "stacks");
}
