/* `swap`: devices, and how much of them belongs to which memory cgroup. */
#include <stdlib.h>

#include "parsers/kernel/inode_path.h"
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/swap.h"
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
                       json_t *object)
{
    put_path(kernel, device, object);
    view_put_amount(object, "total_bytes", device->total);
    view_put_amount(object, "used_bytes", device->used);
    view_put_amount(object, "priority", device->priority);
}

static void put_groups(const struct kernel *kernel, const uint64_t *slots, struct view *view)
{
    struct memcg_tree groups;
    json_t *array = view_array(view->object, "memcgs");
    memcg_tree_init(&groups, kernel);
    for (int i = 0; i < groups.count; i++) {
        struct amount id = groups.groups[i].id;
        if (!id.known || id.value <= 0 || id.value >= SWAP_IDS || !slots[id.value])
            continue;
        json_t *object = view_append(array);
        view_put_text(object, "path", groups.groups[i].path.data);
        view_put_amount(
            object, "bytes",
            amount_scale(amount_of((int64_t)slots[id.value], 0), (int64_t)kernel->page_size));
    }
    memcg_tree_deinit(&groups);
}

static void put_totals(const struct kernel *kernel, struct view *view)
{
    uint64_t total, free_pages;
    int64_t page = (int64_t)kernel->page_size;
    if (kernel_variable(kernel, SYMBOL_TOTAL_SWAP_PAGES, sizeof total, &total))
        view_put_amount(view->object, "total_bytes",
                        amount_scale(amount_of((int64_t)total, 0), page));
    if (kernel_variable(kernel, SYMBOL_NR_SWAP_PAGES, sizeof free_pages, &free_pages))
        view_put_amount(view->object, "free_bytes",
                        amount_scale(amount_of((int64_t)free_pages, 0), page));
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
        put_device(kernel, &device, view_append(array));
        has_owners = has_map && swap_owners_count(kernel, &map, &device, slots) && has_owners;
    }
    if (has_owners)
        put_groups(kernel, slots, view);
    else
        view_note(view, "the table of who owns which slot is not in the dump, or of unknown shape");
    free(slots);
}
