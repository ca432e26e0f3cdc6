/* `swap`: devices, what zram and zswap make of it, and how much belongs to which memory cgroup. */
#include <stdlib.h>

#include "parsers/kernel/compressed_swap.h"
#include "parsers/kernel/inode_path.h"
#include "parsers/kernel/memcg_stat.h"
#include "parsers/kernel/view.h"

static void put_path(const struct kernel *kernel, const struct swap_device *device, json_t *object)
{
    char buffer[INODE_PATH_SIZE];
    uint64_t file, dentry_inode;
    if (kernel_pointer(kernel, device->address, MEMBER_SWAP_FILE, &file) &&
        kernel_pointer(kernel, file, MEMBER_FILE_PATH_DENTRY, &dentry_inode) &&
        kernel_pointer(kernel, dentry_inode, MEMBER_DENTRY_INODE, &dentry_inode))
        view_put_text(object, "path", inode_path(kernel, dentry_inode, buffer));
}

static void put_device(const struct kernel *kernel, const struct swap_device *device,
                       json_t *object, struct view *view)
{
    struct zram zram;
    put_path(kernel, device, object);
    view_put_amount(object, "total_bytes", device->total);
    view_put_amount(object, "used_bytes", device->used);
    view_put_amount(object, "priority", device->priority);
    if (!zram_read(kernel, device, &zram))
        return;
    view_put_text(object, "zram", zram.name);
    view_put_amount(object, "original_bytes", zram.original);
    view_put_amount(object, "compressed_bytes", zram.compressed);
    view_put_amount(object, "memory_bytes", zram.memory);
    if (!zram.original.known)
        view_note(view,
                  "%s: what it makes of the pages is known to its module, whose types are not "
                  "in the dump; zsmalloc_bytes is what they take",
                  zram.name);
}

/* ---- by memory cgroup */

/* Slots are the cgroup's own; zswap's part, as in memory.stat, is of those below it too. */
static void put_group(const struct kernel *kernel, const struct memcg_tree *groups, int index,
                      const uint64_t *slots, const struct amount *stat, json_t *array)
{
    struct amount id = groups->groups[index].id;
    struct amount zswap = memcg_stat_of(stat, index, "zswap_bytes");
    bool has_slots = slots && id.known && id.value > 0 && id.value < SWAP_IDS && slots[id.value];
    if (!has_slots && amount_or(zswap, 0) == 0)
        return;
    json_t *object = view_append(array);
    view_put_text(object, "path", groups->groups[index].path.data);
    if (has_slots)
        view_put_amount(
            object, "bytes",
            amount_scale(amount_of((int64_t)slots[id.value], 0), (int64_t)kernel->page_size));
    if (amount_or(zswap, 0) == 0)
        return;
    view_put_amount(object, "zswap_bytes", zswap);
    view_put_amount(object, "zswapped_bytes", memcg_stat_of(stat, index, "zswapped_bytes"));
}

static void put_groups(const struct kernel *kernel, const uint64_t *slots, struct view *view)
{
    struct memcg_tree groups;
    json_t *array = view_array(view->object, "memcgs");
    memcg_tree_init(&groups, kernel);
    const struct amount *stat = memcg_stat_read(kernel, &groups);
    for (int i = 0; i < groups.count; i++)
        put_group(kernel, &groups, i, slots, stat, array);
    memcg_tree_deinit(&groups);
}

/* ---- compressed */

static void put_zswap(const struct kernel *kernel, struct view *view)
{
    struct zswap zswap;
    if (!zswap_read(kernel, &zswap))
        return;
    json_t *object = json_object();
    json_object_set_new(view->object, "zswap", object);
    view_put_amount(object, "stored_bytes", zswap.stored);
    view_put_amount(object, "pool_bytes", zswap.pool);
    view_put_amount(object, "limit_hits", zswap.limit_hits);
}

static void put_totals(const struct kernel *kernel, struct view *view)
{
    uint64_t total, free_pages;
    int64_t page = (int64_t)kernel->page_size;
    if (kernel_variable(kernel, SYMBOL_TOTAL_SWAP_PAGES, sizeof total, &total)) {
        view_put_amount(view->object, "total_bytes",
                        amount_scale(amount_of((int64_t)total, 0), page));
    } else {
        view_note(view, "how much swap there is, is not in the dump: devices may be missing");
        view_incomplete(view);
    }
    if (kernel_variable(kernel, SYMBOL_NR_SWAP_PAGES, sizeof free_pages, &free_pages))
        view_put_amount(view->object, "free_bytes",
                        amount_scale(amount_of((int64_t)free_pages, 0), page));
    if (amount_or(zsmalloc_bytes(kernel), 0) > 0)
        view_put_amount(view->object, "zsmalloc_bytes", zsmalloc_bytes(kernel));
}

void view_swap(const struct kernel *kernel, struct view *view)
{
    struct swap_device device;
    struct memory_map map;
    uint64_t *slots = must_allocate(SWAP_IDS * sizeof *slots);
    bool has_map = memory_map_init(&map, kernel), has_owners = true;
    json_t *array = view_array(view->object, "devices");
    put_totals(kernel, view);
    for (unsigned type = 0; swap_device_next(kernel, type, &device); type = device.type + 1) {
        put_device(kernel, &device, view_append(array), view);
        has_owners = has_map && swap_owners_count(kernel, &map, &device, slots) && has_owners;
    }
    put_zswap(kernel, view);
    put_groups(kernel, has_owners ? slots : NULL, view);
    if (!has_owners)
        view_note(view, "the table of who owns which slot is not in the dump, or of unknown shape");
    free(slots);
}
