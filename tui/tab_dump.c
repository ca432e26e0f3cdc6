/*
 * What the structures of a dump show: the views of `whyoom inspect`, read when their tab is opened.
 */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/inspect.h"
#include "analyzer/render_view.h"
#include "tui/tab.h"

struct showing {
    struct document *document;
    bool is_shown;
};

static void add_line(struct document *document, enum style style, struct slice text)
{
    document_begin(document, 0);
    document_add(document, style, text);
}

static void show_view(void *context, const char *path, const json_t *view)
{
    struct showing *showing = context;
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    (void)path;
    if (!stream)
        die_out_of_memory();
    render_view(&(struct view_page){.out = stream, .width = showing->document->width}, view);
    fclose(stream);
    struct slice rest = arena_copy(showing->document->arena, slice_of(text, length));
    while (rest.length)
        add_line(showing->document, STYLE_PLAIN, slice_cut(&rest, '\n'));
    free(text);
    showing->is_shown = true;
}

static void show_failure(void *context, const char *path, const char *what)
{
    const struct showing *showing = context;
    (void)path;
    document_paragraph(showing->document, STYLE_ALERT, "", slice_from_string(what), 0);
}

static void pass_over(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what; /* stands in the view's own notes */
}

static void show(const struct tab_context *context, struct document *document, const char *name)
{
    const struct view_row *view = view_find(name);
    char *path = must_copy(context->incident->source.path);
    atomic_bool never = false;
    struct dump_request request = {.views = &view, .views_count = view != NULL, .stop = &never};
    struct showing showing = {.document = document};
    const struct inspect_sink sink = {&showing, show_view, show_failure, pass_over};
    if (view)
        inspect_path(path, &request, &sink);
    if (!showing.is_shown)
        add_line(document, STYLE_DIM, SLICE("This dump cannot be opened any more."));
    free(path);
}

void tab_lru(const struct tab_context *context, struct document *document)
{
    show(context, document, "lru");
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
