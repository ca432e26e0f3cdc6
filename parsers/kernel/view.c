#include "parsers/kernel/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/base/escape.h"
#include "parsers/vmcore/vmcoreinfo.h"

static const struct view_row rows[] = {
    {"summary", "how memory stood: totals, and the largest of each view", NULL, view_summary, NULL},
    {"log", "the kernel's log as dmesg prints it", NULL, view_log, NULL},
    {"cgroups", "memory cgroups: limits, use, protection, events, statistics", NULL, view_cgroups,
     NULL},
    {"lru", "lists of pages by cgroup and node, counted and walked", NULL, view_lru, NULL},
    {"tasks", "processes: memory, cgroup, badness", NULL, view_tasks, NULL},
    {"stacks", "where tasks wait, and which of them for memory", NULL, view_stacks, NULL},
    {"slabs", "slab caches: objects, slabs, bytes", NULL, view_slabs, NULL},
    {"shmem", "tmpfs, SysV segments, memfds: size, owner, users", NULL, view_shmem, NULL},
    {"swap", "swap devices, and who owns their slots", NULL, view_swap, NULL},
    {"pages", "every page frame by kind, memory cgroup and file", NULL, view_pages, NULL},
    {"page", "one page frame: kind, flags, owner", "ADDR|PFN", view_page, view_page_accepts},
    {"huge", "huge pages: hugetlb's pools, transparent ones by memory cgroup", NULL, view_huge,
     NULL},
    {"zones", "free memory, watermarks, free areas; kswapd and compaction", NULL, view_zones, NULL},
};

const struct view_row *views_table(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

const struct view_row *view_find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* What names a view, a node or a hierarchy, and tells nothing more of it. */
static bool is_name(const char *key)
{
    static const char *const keys[] = {"schema", "view",  "dump",     "host", "crash",  "kernel",
                                       "types",  "notes", "complete", "node", "version"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* 0 counts as something: what could not be read is left out. */
/* 0 counts as something: what could not be read is left out. */
static bool has_value(const json_t *value)
{
    const char *key;
    size_t i;
    json_t *inner;
    bool is_any = !json_is_object(value) && !json_is_array(value) && !json_is_null(value);
    json_object_foreach((json_t *)(uintptr_t)value, key, inner) is_any =
        is_any || (!is_name(key) && has_value(inner));
    json_array_foreach(value, i, inner) is_any = is_any || has_value(inner);
    return is_any;
}

bool view_has_content(const json_t *view)
{
    return has_value(view);
}

static json_t *must(json_t *value)
{
    if (!value)
        die_out_of_memory();
    return value;
}

static json_t *text_of(struct slice text)
{
    struct arena *arena = arena_create();
    struct slice clean = escape_text(arena, text);
    json_t *value = must(json_stringn(clean.data, clean.length));
    arena_destroy(arena);
    return value;
}

json_t *view_make(const struct view_row *row, const struct kernel *kernel, const char *argument)
{
    struct view view = {must(json_object()), argument};
    struct slice release = vmcoreinfo_value(kernel->vmcoreinfo, "OSRELEASE");
    json_object_set_new(view.object, "schema", must(json_string("whyoom.view/1")));
    json_object_set_new(view.object, "view", must(json_string(row->name)));
    if (release.length)
        json_object_set_new(view.object, "kernel", text_of(release));
    json_object_set_new(view.object, "types",
                        must(json_string(layout_origin_word(kernel->layout->origin))));
    view_array(view.object, "notes");
    if (kernel->layout->origin == LAYOUT_NONE && row->fill != view_log)
        view_note(&view, "no types of this kernel were found; -v shows where they were looked for, "
                         "--debuginfo names a place");
    row->fill(kernel, &view);
    return view.object;
}

void view_note(struct view *view, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(json_object_get(view->object, "notes"), text_of(slice_from_string(text)));
}

void view_incomplete(struct view *view)
{
    json_object_set_new(view->object, "complete", json_false());
}

bool view_is_complete(const struct view *view)
{
    return !json_is_false(json_object_get(view->object, "complete"));
}

void view_put_amount(json_t *object, const char *key, struct amount amount)
{
    if (amount.known)
        json_object_set_new(object, key, must(json_integer(amount.value)));
}

void view_put_text(json_t *object, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(object, key, text_of(slice_from_string(text)));
}

json_t *view_append(json_t *array)
{
    json_t *object = must(json_object());
    json_array_append_new(array, object);
    return object;
}

json_t *view_array(json_t *object, const char *key)
{
    json_t *array = must(json_array());
    json_object_set_new(object, key, array);
    return array;
}
