/*
 * What the structures of a dump show: the views of `whyoom inspect`, read when their tab is opened.
 */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/units.h"
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

static void show_by(const struct tab_context *context, struct document *document, const char *name,
                    void (*draw)(void *context, const char *path, const json_t *view))
{
    const struct view_row *view = view_find(name);
    char *path = must_copy(context->incident->source.path);
    atomic_bool never = false;
    struct dump_request request = {.views = &view, .views_count = view != NULL, .stop = &never};
    struct showing showing = {.document = document};
    const struct inspect_sink sink = {&showing, draw, show_failure, pass_over};
    if (view)
        inspect_path(path, &request, &sink);
    if (!showing.is_shown)
        add_line(document, STYLE_DIM, SLICE("This dump cannot be opened any more."));
    free(path);
}

static void show(const struct tab_context *context, struct document *document, const char *name)
{
    show_by(context, document, name, show_view);
}

/* ---- the tree of cgroups ------------------------------------------------------------------- */

enum { BAR = 20, NAME = 36 };

static int64_t figure(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* The bar is full at the group's own limit; where it has none, at the use of the whole tree. */
static void show_cgroup(struct document *document, const json_t *row, int64_t whole)
{
    struct slice path = arena_copy(
        document->arena, slice_from_string(json_string_value(json_object_get(row, "path"))));
    int64_t usage = figure(row, "usage_bytes"), limit = figure(row, "limit_bytes");
    int64_t full = limit > 0 ? limit : whole;
    int depth = 0,
        columns = usage > 0 && full > 0 ? (int)((double)usage / (double)full * BAR + 0.5) : 0;
    columns = columns > BAR ? BAR : columns;
    for (size_t i = 1; i < path.length; i++)
        depth += path.data[i] == '/';
    depth += path.length > 1;
    size_t slash = slice_find_last(path, SLICE("/"));
    bool is_full = limit > 0 && columns == BAR,
         is_gone = json_is_false(json_object_get(row, "online"));
    enum style style = is_full ? STYLE_ALERT : is_gone ? STYLE_DIM : STYLE_PLAIN;
    document_begin(document, 0);
    document_repeat(document, STYLE_DIM, "  ", depth);
    document_left(document, style, path.length > 1 ? slice_skip(path, slash + 1) : SLICE("/"),
                  NAME - 2 * depth > 8 ? NAME - 2 * depth : 8);
    document_repeat(document, style, "█", columns);
    document_repeat(document, STYLE_DIM, "░", BAR - columns);
    if (usage >= 0)
        document_right(document, style, bytes_print(document->arena, usage), 11);
    if (limit >= 0)
        document_format(document, style, " of %.*s",
                        SLICE_ARG(bytes_print(document->arena, limit)));
    if (is_gone)
        document_add(document, STYLE_DIM, SLICE("  removed"));
}

static void show_tree(void *context, const char *path, const json_t *view)
{
    struct showing *showing = context;
    const json_t *rows = json_object_get(view, "cgroups");
    int64_t whole = figure(json_array_get(rows, 0), "usage_bytes");
    size_t i;
    json_t *row;
    (void)path;
    json_array_foreach(rows, i, row) show_cgroup(showing->document, row, whole);
    showing->is_shown = true;
}

void dump_cgroup_tree(const struct tab_context *context, struct document *document)
{
    document_heading(document, "The whole tree, use against the limit or, without one, all use");
    show_by(context, document, "cgroups", show_tree);
}

/* ---- the others ---------------------------------------------------------------------------- */

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
