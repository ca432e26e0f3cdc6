/* The LRU lists of a dump: each cgroup's, as counted and as they were walked. */
#include "analyzer/base/units.h"
#include "tui/tab.h"

enum { NAME = 24, FIGURE = 14 };

static void write_pages(struct document *document, const json_t *list, const char *key)
{
    const json_t *pages = json_object_get(list, key);
    document_right(document, STYLE_PLAIN,
                   json_is_integer(pages) ? count_print(document->arena, json_integer_value(pages))
                                          : SLICE("-"),
                   FIGURE);
}

/* "inactive_anon DMA32", or with the multi-generational LRU "anon, generation 3". */
static struct slice list_name(struct arena *arena, const json_t *list)
{
    const char *name = json_string_value(json_object_get(list, "name"));
    const char *zone = json_string_value(json_object_get(list, "zone"));
    const char *type = json_string_value(json_object_get(list, "type"));
    if (name)
        return arena_format(arena, "%s %s", name, zone ? zone : "");
    return arena_format(arena, "%s, generation %lld", type ? type : "",
                        (long long)json_integer_value(json_object_get(list, "sequence")));
}

/* Generations are there always; those without a page are left out. */
static bool is_empty(const json_t *list)
{
    const json_t *counted = json_object_get(list, "counted_pages");
    return json_is_integer(counted) && json_integer_value(counted) == 0;
}

static size_t write_lists(struct document *document, const json_t *lists)
{
    size_t i, written = 0;
    const json_t *list;
    json_array_foreach(lists, i, list)
    {
        if (is_empty(list))
            continue;
        document_begin(document, 0);
        document_add(document, STYLE_PLAIN, SLICE("  "));
        document_left(document, STYLE_PLAIN, list_name(document->arena, list), NAME);
        write_pages(document, list, "counted_pages");
        write_pages(document, list, "walked_pages");
        written++;
    }
    return written;
}

static void write_balance(struct document *document, const json_t *lruvec, const char *type)
{
    const json_t *balance = json_object_get(lruvec, type);
    if (json_is_true(json_object_get(balance, "inactive_is_low")))
        document_format(document, STYLE_DOUBT, "  its inactive %s list is low", type);
}

static void write_lruvec(struct document *document, const json_t *lruvec)
{
    const char *path = json_string_value(json_object_get(lruvec, "memcg"));
    document_begin(document, 0);
    document_add(document, STYLE_HEADING, slice_from_string(path ? path : "?"));
    document_format(document, STYLE_DIM, "  node %lld",
                    (long long)json_integer_value(json_object_get(lruvec, "node")));
    write_balance(document, lruvec, "anon");
    write_balance(document, lruvec, "file");
    size_t written = write_lists(document, json_object_get(lruvec, "lists"));
    written += write_lists(document, json_object_get(lruvec, "generations"));
    if (!written)
        document_add(document, STYLE_DIM, SLICE("  no pages"));
}

void tab_lru(const struct tab_context *context, struct document *document)
{
    const json_t *view = tab_view(context, document, "lru");
    size_t i;
    json_t *row;
    if (!view)
        return;
    document_begin(document, 0);
    document_format(document, STYLE_DIM, "  %-*s%*s%*s", NAME, "pages on the list", FIGURE,
                    "counted", FIGURE, "walked");
    json_array_foreach(json_object_get(view, "lruvecs"), i, row) write_lruvec(document, row);
    json_array_foreach(json_object_get(view, "notes"), i, row) document_paragraph(
        document, STYLE_DIM, "Note: ", slice_from_string(json_string_value(row)), 0);
}
