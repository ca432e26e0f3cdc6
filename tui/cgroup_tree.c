/*
 * The cgroups of a dump, to walk through as ncdu walks through directories: the whole tree, or one
 * group with what it holds, its children, largest first, and what is charged to it.
 */
#include <stdlib.h>

#include "analyzer/base/units.h"
#include "tui/tab.h"

enum { FIGURE = 11, ROOMY = 72, FULL = 40 /* one in so many is no room */ };

/* Columns of bars and names: less where there is little room. */
static int bar_columns(const struct document *document)
{
    return document->width < ROOMY ? 8 : 20;
}

static int name_columns(const struct document *document)
{
    return document->width < ROOMY ? 20 : 36;
}

static int64_t figure(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static struct slice text(const json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return slice_from_string(value ? value : "");
}

static struct slice name_of(struct slice path)
{
    size_t slash = slice_find_last(path, SLICE("/"));
    return path.length > 1 && slash != SLICE_NOT_FOUND ? slice_skip(path, slash + 1) : path;
}

static struct slice parent_of(struct slice path)
{
    size_t slash = slice_find_last(path, SLICE("/"));
    if (path.length <= 1 || slash == SLICE_NOT_FOUND)
        return (struct slice){0};
    return slash == 0 ? SLICE("/") : slice_take(path, slash);
}

/* ---- a line */

static void write_bar(struct document *document, enum style style, int64_t bytes, int64_t full)
{
    int width = bar_columns(document);
    int columns = bytes > 0 && full > 0 ? (int)((double)bytes / (double)full * width + 0.5) : 0;
    columns = columns > width ? width : columns;
    document_repeat(document, style, "█", columns);
    document_repeat(document, STYLE_DIM, "░", width - columns);
}

static void write_bytes(struct document *document, enum style style, int64_t bytes)
{
    document_right(document, style,
                   bytes >= 0 ? bytes_print(document->arena, bytes) : SLICE("unknown"), FIGURE);
}

/* The bar is full at @p full, or at the group's own limit where it has one. */
static void write_cgroup(struct document *document, const json_t *row, int64_t full, int depth)
{
    struct slice path = arena_copy(document->arena, text(row, "path"));
    int64_t usage = figure(row, "usage_bytes"), limit = figure(row, "limit_bytes");
    bool is_full = limit > 0 && usage >= limit - limit / FULL,
         is_gone = json_is_false(json_object_get(row, "online"));
    enum style style = is_full ? STYLE_ALERT : is_gone ? STYLE_DIM : STYLE_PLAIN;
    document_begin(document, 0);
    document_target(document, path);
    document_repeat(document, STYLE_DIM, "  ", depth);
    int width = name_columns(document) - 2 * depth;
    document_left(document, style, name_of(path), width > 8 ? width : 8);
    write_bar(document, style, usage, limit > 0 ? limit : full);
    write_bytes(document, style, usage);
    if (limit >= 0)
        document_format(document, style, " of %.*s",
                        SLICE_ARG(bytes_print(document->arena, limit)));
    if (is_gone)
        document_add(document, STYLE_DIM, SLICE("  removed"));
}

/* ---- the whole tree */

static int depth_of(struct slice path)
{
    int depth = path.length > 1;
    for (size_t i = 1; i < path.length; i++)
        depth += path.data[i] == '/';
    return depth;
}

static void write_tree(struct document *document, const json_t *rows)
{
    int64_t whole = figure(json_array_get(rows, 0), "usage_bytes");
    size_t i;
    const json_t *row;
    document_heading(document, "The whole tree; a full bar is the limit, or all use");
    json_array_foreach(rows, i, row)
        write_cgroup(document, row, whole, depth_of(text(row, "path")));
}

/* ---- one group */

static const json_t *find_cgroup(const json_t *rows, struct slice path)
{
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) if (slice_equal(text(row, "path"), path)) return row;
    return NULL;
}

static const struct {
    const char *key, *name, *within; /* within: the figure that it is counted in */
} parts[] = {
    {"shmem_bytes", "tmpfs, shared", NULL},
    {"anon_bytes", "anonymous", NULL},
    {"file_bytes", "page cache", "shmem_bytes"},
    {"slab_unreclaimable_bytes", "slab, unreclaimable", NULL},
    {"slab_reclaimable_bytes", "slab, reclaimable", NULL},
    {"kernel_stack_bytes", "kernel stacks", NULL},
    {"pagetables_bytes", "page tables", NULL},
    {"sock_bytes", "sockets", NULL},
    {"percpu_bytes", "per-CPU", NULL},
    {"vmalloc_bytes", "vmalloc", NULL},
};

enum { PARTS = sizeof parts / sizeof *parts };

struct held {
    const char *name;
    int64_t bytes;
};

static int larger_part_first(const void *a, const void *b)
{
    const struct held *left = a, *right = b;
    return (left->bytes < right->bytes) - (left->bytes > right->bytes);
}

/* Parts that are unknown or empty are left out. */
static size_t read_parts(const json_t *stat, struct held *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < PARTS; i++) {
        int64_t bytes = figure(stat, parts[i].key);
        int64_t within = parts[i].within ? figure(stat, parts[i].within) : 0;
        if (bytes > 0 && within >= 0 && within < bytes)
            ret[count++] = (struct held){parts[i].name, bytes - within};
    }
    qsort(ret, count, sizeof *ret, larger_part_first);
    return count;
}

static void write_parts(struct document *document, const json_t *row)
{
    struct held held[PARTS];
    size_t count = read_parts(json_object_get(row, "stat"), held);
    document_heading(document, "What it holds, with all below it");
    for (size_t i = 0; i < count; i++) {
        document_begin(document, 0);
        document_add(document, STYLE_PLAIN, SLICE("  "));
        document_left(document, STYLE_PLAIN, slice_from_string(held[i].name),
                      name_columns(document) - 2);
        write_bar(document, STYLE_PLAIN, held[i].bytes, figure(row, "usage_bytes"));
        write_bytes(document, STYLE_PLAIN, held[i].bytes);
    }
}

static void write_limits(struct document *document, const json_t *row)
{
    static const struct {
        const char *key, *name;
    } limits[] = {{"limit_bytes", "limit"},
                  {"high_bytes", "high"},
                  {"min_bytes", "min"},
                  {"low_bytes", "low"},
                  {"swap_usage_bytes", "swapped"},
                  {"swap_limit_bytes", "swap limit"},
                  {"memsw_usage_bytes", "mem+swap"},
                  {"memsw_limit_bytes", "mem+swap limit"}};
    document_begin(document, 0);
    document_format(document, STYLE_PLAIN, "  in use %.*s",
                    SLICE_ARG(bytes_print(document->arena, figure(row, "usage_bytes"))));
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (figure(row, limits[i].key) > 0)
            document_format(document, STYLE_PLAIN, ", %s %.*s", limits[i].name,
                            SLICE_ARG(bytes_print(document->arena, figure(row, limits[i].key))));
}

static int larger_first(const void *a, const void *b)
{
    int64_t left = figure(*(json_t *const *)a, "usage_bytes");
    int64_t right = figure(*(json_t *const *)b, "usage_bytes");
    return (left < right) - (left > right);
}

/* The bars of siblings compare with one another: full is the use of the group they are in. */
static void write_children(struct document *document, const json_t *rows, struct slice path,
                           int64_t usage)
{
    const json_t **children =
        arena_allocate(document->arena, (json_array_size(rows) + 1) * sizeof *children);
    size_t count = 0, i;
    const json_t *row;
    json_array_foreach(rows, i, row) if (slice_equal(parent_of(text(row, "path")), path))
        children[count++] = row;
    if (count == 0)
        return;
    qsort(children, count, sizeof *children, larger_first);
    document_heading(document, "Below it; Enter goes in");
    for (i = 0; i < count; i++)
        write_cgroup(document, children[i], usage, 1);
}

/* ---- what is charged to it, and who is in it */

static void write_instance(struct document *document, const json_t *row)
{
    document_format(document, STYLE_PLAIN, "  %-6.*s", SLICE_ARG(text(row, "kind")));
    document_left(document, STYLE_PLAIN, text(row, "name"),
                  name_columns(document) + bar_columns(document) - 8);
    write_bytes(document, STYLE_PLAIN, figure(row, "bytes"));
}

static void write_task(struct document *document, const json_t *row)
{
    int64_t rss = 0;
    static const char *const kinds[] = {"anon_rss_bytes", "file_rss_bytes", "shmem_rss_bytes"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && rss >= 0; i++)
        rss = figure(row, kinds[i]) < 0 ? -1 : rss + figure(row, kinds[i]);
    document_format(document, STYLE_PLAIN, "  %-8lld", (long long)figure(row, "pid"));
    document_left(document, STYLE_PLAIN, text(row, "comm"),
                  name_columns(document) + bar_columns(document) - 10);
    write_bytes(document, STYLE_PLAIN, rss);
}

static const struct {
    const char *view, *rows, *owner, *heading;
    void (*write)(struct document *document, const json_t *row);
} contents[] = {
    {"shmem", "instances", "memcg", "Shared memory charged to it", write_instance},
    {"tasks", "tasks", "cgroup", "Tasks in it, by resident memory", write_task},
};

static void write_contents(const struct tab_context *context, struct document *document, size_t i,
                           struct slice path)
{
    const json_t *view = tab_view(context, document, contents[i].view), *row;
    const json_t *rows = json_object_get(view, contents[i].rows);
    bool is_first = true;
    size_t j;
    json_array_foreach(rows, j, row)
    {
        if (!slice_equal(text(row, contents[i].owner), path))
            continue;
        if (is_first)
            document_heading(document, contents[i].heading);
        is_first = false;
        document_begin(document, 0);
        contents[i].write(document, row);
    }
}

static void write_group(const struct tab_context *context, struct document *document,
                        const json_t *rows)
{
    const json_t *row = find_cgroup(rows, context->cgroup);
    document_heading(document,
                     arena_format(document->arena, "Cgroup %.*s", SLICE_ARG(context->cgroup)).data);
    if (!row) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM, SLICE("  It is not in the dump."));
        return;
    }
    write_limits(document, row);
    write_children(document, rows, context->cgroup, figure(row, "usage_bytes"));
    write_parts(document, row);
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        write_contents(context, document, i, context->cgroup);
}

void dump_cgroups(const struct tab_context *context, struct document *document)
{
    const json_t *view = tab_view(context, document, "cgroups");
    const json_t *rows = json_object_get(view, "cgroups");
    if (context->cgroup.length)
        write_group(context, document, rows);
    else if (view)
        write_tree(document, rows);
}
