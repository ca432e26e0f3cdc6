/*
 * `summary`: how memory stood when the machine was dumped, in a few figures: totals, and the
 * largest of what the other views hold.
 */
#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>
#include <string.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/view.h"
#include "parsers/kernel/zones.h"

enum { LARGEST = 5, KEYS_MAX = 5 };

/* Of one view: how many rows it has, and the largest by one key with some of theirs. */
static const struct digest {
    const char *view, *array, *sort;
    const char *count, *largest; /* the keys they get here */
    const char *keys[KEYS_MAX];
} digests[] = {
    {"cgroups",
     "cgroups",
     "usage_bytes",
     "cgroups_count",
     "cgroups",
     {"path", "usage_bytes", "limit_bytes"}},
    {"tasks",
     "tasks",
     "badness",
     "tasks_count",
     "tasks",
     {"pid", "comm", "anon_rss_bytes", "badness"}},
    {"shmem",
     "instances",
     "bytes",
     "shmem_count",
     "shmem",
     {"kind", "name", "bytes", "swap_bytes", "memcg"}},
    {"slabs", "caches", "bytes", "caches_count", "caches", {"name", "bytes"}},
};

/* What the root of the cgroups counts of the whole machine; the kernel's own memory it does not. */
static const char *const parts[] = {"anon_bytes", "file_bytes", "shmem_bytes", "unevictable_bytes"};

static int compare(const void *a, const void *b, void *context)
{
    const char *key = context;
    json_int_t left = json_integer_value(json_object_get(*(json_t *const *)a, key));
    json_int_t right = json_integer_value(json_object_get(*(json_t *const *)b, key));
    return (left < right) - (left > right);
}

static void put_largest(const struct digest *digest, const json_t *array, json_t *into)
{
    size_t count = json_array_size(array), i;
    json_t **rows = must_allocate((count + 1) * sizeof(json_t *)), *row;
    json_array_foreach(array, i, row) rows[i] = row;
    qsort_r(rows, count, sizeof *rows, compare, (void *)(uintptr_t)digest->sort);
    for (i = 0; i < count && i < LARGEST; i++) {
        json_t *object = view_append(into);
        for (size_t k = 0; k < KEYS_MAX && digest->keys[k]; k++)
            json_object_set(object, digest->keys[k], json_object_get(rows[i], digest->keys[k]));
    }
    free(rows);
}

static void put_parts(const json_t *cgroups, json_t *object)
{
    const json_t *stat =
        json_object_get(json_array_get(json_object_get(cgroups, "cgroups"), 0), "stat");
    json_t *into = json_object();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (json_object_get(stat, parts[i]))
            json_object_set(into, parts[i], json_object_get(stat, parts[i]));
    json_object_set_new(object, "parts", into);
}

static void put_slab(const json_t *slabs, json_t *object)
{
    json_t *counted = json_object_get(slabs, "counted_bytes");
    json_t *bytes = counted ? counted : json_object_get(slabs, "bytes");
    if (bytes)
        json_object_set(json_object_get(object, "parts"), "slab_bytes", bytes);
}

static void put_digest(const struct kernel *kernel, const struct digest *digest, struct view *view)
{
    const struct view_row *row = view_find(digest->view);
    json_t *made = row ? view_make(row, kernel, NULL) : NULL, *note;
    const json_t *array = json_object_get(made, digest->array);
    size_t i;
    if (array && !json_is_false(json_object_get(made, "complete")))
        view_put_amount(view->object, digest->count, amount_of((int64_t)json_array_size(array), 0));
    else
        view_incomplete(view);
    put_largest(digest, array, view_array(view->object, digest->largest));
    if (strcmp(digest->view, "cgroups") == 0)
        put_parts(made, view->object);
    if (strcmp(digest->view, "slabs") == 0)
        put_slab(made, view->object);
    bool is_told = kernel->layout->origin == LAYOUT_NONE; /* the one reason for all of them */
    json_array_foreach(is_told ? NULL : json_object_get(made, "notes"), i, note)
        view_note(view, "%s: %s", digest->view, json_string_value(note));
    json_decref(made);
}

static void put_pages(const struct kernel *kernel, enum symbol_id symbol, const char *key,
                      struct view *view)
{
    uint64_t pages;
    if (kernel_variable(kernel, symbol, sizeof pages, &pages) && pages <= INT64_MAX)
        view_put_amount(view->object, key,
                        amount_scale(amount_of((int64_t)pages, 0), (int64_t)kernel->page_size));
}

static void put_memory(const struct kernel *kernel, struct view *view)
{
    uint64_t zone;
    struct amount free_pages = UNKNOWN;
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone);)
        free_pages = amount_add(amount_either(free_pages, amount_of(0, 0)),
                                zone_counter_exact(kernel, zone, ENUMERATOR_NR_FREE_PAGES));
    put_pages(kernel, SYMBOL_TOTALRAM_PAGES, "memory_bytes", view);
    view_put_amount(view->object, "free_bytes",
                    amount_scale(free_pages, (int64_t)kernel->page_size));
    put_pages(kernel, SYMBOL_TOTAL_SWAP_PAGES, "swap_bytes", view);
    put_pages(kernel, SYMBOL_NR_SWAP_PAGES, "swap_free_bytes", view);
}

void view_summary(const struct kernel *kernel, struct view *view)
{
    if (kernel->cpus_count) /* none were read: the machine had one at least */
        view_put_amount(view->object, "cpus", amount_of((int64_t)kernel->cpus_count, 0));
    put_memory(kernel, view);
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        put_digest(kernel, &digests[i], view);
}
