/* `pages`: every page frame by kind, by memory cgroup, and the files that hold most of them. */
#include <stdlib.h>

#include "parsers/kernel/census_threads.h"
#include "parsers/kernel/inode_path.h"
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/page_census.h"
#include "parsers/kernel/page_memcg.h"
#include "parsers/kernel/view.h"
#include "parsers/kernel/zones.h"

enum { FILES_SHOWN = 500 };

/* ---- by memory cgroup */

/* GROUP_HUGE is no part: it lies in the first three. */
enum group_part { GROUP_ANON, GROUP_FILE, GROUP_SHMEM, GROUP_KERNEL, GROUP_HUGE, GROUP_PARTS };

static const char *const part_keys[GROUP_PARTS] = {"anon_pages", "file_pages", "shmem_pages",
                                                   "kernel_pages", "huge_pages"};

static enum group_part part_of(uint64_t kind)
{
    switch (kind) {
    case PAGE_ANON:
        return GROUP_ANON;
    case PAGE_FILE:
        return GROUP_FILE;
    case PAGE_SHMEM:
    case PAGE_SWAP_CACHE:
        return GROUP_SHMEM;
    default:
        return GROUP_KERNEL;
    }
}

/* Index of the group that the owner's word charges; pages of no group go to MEMCG_NONE. */
static int group_of(const struct kernel *kernel, const struct memcg_tree *groups,
                    const struct page_owner *owner)
{
    uint64_t memcg;
    return page_memcg(kernel, owner->key.memcg, &memcg) ? memcg_tree_find(groups, memcg)
                                                        : MEMCG_NONE;
}

static bool has_mapping(const struct page_owner *owner)
{
    return part_of(owner->key.kind) != GROUP_KERNEL;
}

static void put_groups(const struct kernel *kernel, const struct memcg_tree *groups,
                       const struct page_census *census, struct view *view)
{
    int64_t(*sums)[GROUP_PARTS] =
        arena_allocate(groups->arena, ((size_t)groups->count + 1) * sizeof *sums);
    struct page_owner *owner, *next;
    HASH_ITER (hh, census->owners, owner, next) {
        int group = group_of(kernel, groups, owner);
        if (group == MEMCG_NONE)
            continue;
        sums[group][part_of(owner->key.kind)] += (int64_t)owner->pages;
        if (has_mapping(owner))
            sums[group][GROUP_HUGE] += (int64_t)owner->huge;
    }
    json_t *array = view_array(view->object, "memcgs");
    for (int i = 0; i < groups->count; i++) {
        json_t *object = view_append(array);
        view_put_text(object, "path", groups->groups[i].path.data);
        for (int part = 0; part < GROUP_PARTS; part++)
            view_put_amount(object, part_keys[part], amount_of(sums[i][part], 0));
    }
}

/* ---- by file */

static int by_pages(const void *a, const void *b)
{
    const struct page_owner *left = *(const struct page_owner *const *)a;
    const struct page_owner *right = *(const struct page_owner *const *)b;
    if (left->pages != right->pages)
        return left->pages < right->pages ? 1 : -1;
    return (left->key.mapping > right->key.mapping) - (left->key.mapping < right->key.mapping);
}

static bool is_file(const struct page_owner *owner)
{
    return owner->key.mapping && (owner->key.kind == PAGE_FILE || owner->key.kind == PAGE_SHMEM);
}

static size_t sort_files(const struct page_census *census, const struct page_owner **files)
{
    size_t count = 0;
    struct page_owner *owner, *next;
    HASH_ITER (hh, census->owners, owner, next) {
        if (is_file(owner))
            files[count++] = owner;
    }
    qsort(files, count, sizeof *files, by_pages);
    return count;
}

static void put_file(const struct kernel *kernel, const struct memcg_tree *groups,
                     const struct page_owner *owner, json_t *object)
{
    char buffer[INODE_PATH_SIZE], type[FILE_SYSTEM_NAME_SIZE];
    uint64_t inode, super;
    int group = group_of(kernel, groups, owner);
    if (mapping_inode(kernel, owner->key.mapping, &inode)) {
        view_put_text(object, "path", inode_path(kernel, inode, buffer));
        view_put_amount(object, "inode", kernel_amount(kernel, inode, MEMBER_INODE_NUMBER, 1));
        if (kernel_pointer(kernel, inode, MEMBER_INODE_SUPER, &super)) {
            super_type_name(kernel, super, type);
            view_put_text(object, "fs", type);
        }
    }
    view_put_amount(object, "pages", amount_of((int64_t)owner->pages, 0));
    if (owner->huge)
        view_put_amount(object, "huge_pages", amount_of((int64_t)owner->huge, 0));
    if (group != MEMCG_NONE)
        view_put_text(object, "memcg", groups->groups[group].path.data);
}

static void put_files(const struct kernel *kernel, const struct memcg_tree *groups,
                      const struct page_census *census, struct view *view)
{
    const struct page_owner **files =
        arena_allocate(census->arena, (HASH_COUNT(census->owners) + 1) * sizeof *files);
    size_t count = sort_files(census, files);
    json_t *array = view_array(view->object, "files");
    for (size_t i = 0; i < count && i < FILES_SHOWN; i++)
        put_file(kernel, groups, files[i], view_append(array));
    if (count > FILES_SHOWN)
        view_note(view, "the %d files with most pages of %zu are listed", FILES_SHOWN, count);
}

/* ---- all */

static void put_kinds(const struct page_census *census, struct view *view)
{
    json_t *kinds = json_object();
    view_put_amount(view->object, "frames", amount_of((int64_t)census->frames, 0));
    for (int kind = 0; kind < PAGE_KIND_COUNT; kind++)
        if (census->kinds[kind])
            view_put_amount(kinds, page_kind_word((enum page_kind)kind),
                            amount_of((int64_t)census->kinds[kind], 0));
    json_object_set_new(view->object, "kinds", kinds);
}

static void put_free_blocks(const struct page_census *census, struct view *view)
{
    json_t *array = view_array(view->object, "free_by_order");
    int orders = CENSUS_ORDERS;
    while (orders > 0 && census->free_blocks[orders - 1] == 0)
        orders--;
    for (int order = 0; order < orders; order++)
        json_array_append_new(array, json_integer((json_int_t)census->free_blocks[order]));
}

static void put_all(const struct kernel *kernel, const struct page_census *census,
                    struct view *view)
{
    struct memcg_tree groups;
    memcg_tree_init(&groups, kernel);
    put_kinds(census, view);
    put_free_blocks(census, view);
    put_groups(kernel, &groups, census, view);
    put_files(kernel, &groups, census, view);
    view_put_huge(kernel, &groups, view);
    memcg_tree_deinit(&groups);
    if (census->is_crowded)
        view_note(view, "more files than are told apart; those met last are one");
    if (census->is_stopped)
        view_note(view, "not all page frames were looked at");
}

void view_pages(const struct kernel *kernel, struct view *view)
{
    struct memory_map map;
    struct page_format format;
    struct frame_marks marks;
    struct page_census census;
    if (!kernel->frames || !memory_map_init(&map, kernel) || !page_format_learn(&format, kernel)) {
        view_note(view, "no memory map is found: the types or symbols of this kernel lack it");
        return;
    }
    frame_marks_init(&marks, &map);
    page_census_init(&census);
    const struct census_tools tools = {.map = &map, .format = &format, .marks = &marks};
    census_threads_count(&census, &tools, census_threads_size());
    if (census.kinds[PAGE_UNMAPPED] < census.frames) {
        put_all(kernel, &census, view);
    } else {
        view_note(view, "the memory map (struct page) is not in the dump");
        view_incomplete(view);
    }
    if (*marks.trouble)
        view_note(view, "%s", marks.trouble);
    page_census_deinit(&census);
    frame_marks_deinit(&marks);
}
