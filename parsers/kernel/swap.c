#include "parsers/kernel/swap.h"

enum {
    FLAG_USED = 1, /* SWP_USED */
    POINTER_SIZE = 8,
    ID_SIZE = 2,
    PAGE_MOST = 64 * 1024
};

/* ---- devices */

static void read_device(const struct kernel *kernel, unsigned type, uint64_t address,
                        struct swap_device *ret)
{
    int64_t page = (int64_t)kernel->page_size;
    *ret = (struct swap_device){.type = type, .address = address};
    ret->total = kernel_amount(kernel, address, MEMBER_SWAP_PAGES, page);
    ret->used = kernel_amount(kernel, address, MEMBER_SWAP_IN_USE_PAGES, page);
    ret->priority = kernel_amount(kernel, address, MEMBER_SWAP_PRIORITY, 1);
    if (!kernel_read(kernel, address, MEMBER_SWAP_MAX, &ret->slots))
        ret->slots = 0;
}

/* How many entries of swap_info[] were ever used. */
static unsigned devices_count(const struct kernel *kernel)
{
    uint64_t count;
    if (!kernel_variable(kernel, SYMBOL_NR_SWAPFILES, sizeof(uint32_t), &count))
        count = kernel->layout->symbols[SYMBOL_SWAP_INFO].size / POINTER_SIZE;
    return count < SWAP_DEVICES ? (unsigned)count : SWAP_DEVICES;
}

bool swap_device_next(const struct kernel *kernel, unsigned type, struct swap_device *ret)
{
    uint64_t array, address, flags;
    if (!kernel_symbol(kernel, SYMBOL_SWAP_INFO, &array))
        return false;
    unsigned count = devices_count(kernel);
    for (; type < count; type++) {
        if (!memory_read_number(kernel->memory, array + (uint64_t)type * POINTER_SIZE, POINTER_SIZE,
                                &address) ||
            !address || !kernel_read(kernel, address, MEMBER_SWAP_FLAGS, &flags) ||
            !(flags & FLAG_USED))
            continue;
        read_device(kernel, type, address, ret);
        return true;
    }
    return false;
}

/* ---- owners */

static void count_ids(const unsigned char *bytes, size_t count, uint64_t *slots)
{
    for (size_t i = 0; i < count; i++)
        slots[memory_number(bytes + i * ID_SIZE, ID_SIZE)]++;
}

/* A page of ids, named by its struct page. */
static bool count_page(const struct kernel *kernel, struct memory_map *map, uint64_t page,
                       uint64_t *slots)
{
    unsigned char bytes[PAGE_MOST];
    uint64_t frame;
    if (kernel->page_size > sizeof bytes || !memory_map_frame(map, page, &frame) ||
        !memory_read(kernel->physical, frame << kernel->page_shift, bytes, kernel->page_size))
        return false;
    count_ids(bytes, kernel->page_size / ID_SIZE, slots);
    return true;
}

/* Up to 6.13: an array of struct page pointers. Since 6.14 the ids themselves, two in a word. */
static bool count_control(const struct kernel *kernel, struct memory_map *map, uint64_t control,
                          uint64_t slots_count, uint64_t *slots)
{
    uint64_t array, page, per_page = kernel->page_size / ID_SIZE;
    bool is_flat = kernel_has(kernel, MEMBER_SWAP_CGROUP_IDS), is_whole = true;
    unsigned char bytes[PAGE_MOST];
    if (!kernel_pointer(kernel, control, MEMBER_SWAP_CGROUP_MAP, &array) ||
        kernel->page_size > sizeof bytes)
        return false;
    for (uint64_t i = 0; i * per_page < slots_count && !*kernel->stop; i++) {
        if (is_flat &&
            memory_read(kernel->memory, array + i * kernel->page_size, bytes, kernel->page_size))
            count_ids(bytes, per_page, slots);
        else if (is_flat ||
                 !memory_read_number(kernel->memory, array + i * POINTER_SIZE, POINTER_SIZE,
                                     &page) ||
                 !count_page(kernel, map, page, slots))
            is_whole = false;
    }
    return is_whole;
}

/* 7.x: each cluster has a table of ids, or none when no slot of it is charged. */
static bool count_clusters(const struct kernel *kernel, const struct swap_device *device,
                           uint64_t *slots)
{
    const struct layout_member *ids = &kernel->layout->members[MEMBER_SWAP_MEMCG_TABLE_IDS];
    uint64_t clusters, table, place;
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_SWAP_CLUSTER];
    unsigned char bytes[PAGE_MOST];
    bool is_whole = true;
    if (!ids->is_known || ids->place.size > sizeof bytes || ids->place.count == 0 ||
        !size->is_known ||
        !kernel_pointer(kernel, device->address, MEMBER_SWAP_CLUSTERS, &clusters))
        return false;
    for (uint64_t i = 0; i * ids->place.count < device->slots && !*kernel->stop; i++) {
        uint64_t cluster = clusters + i * (uint64_t)size->value;
        if (!kernel_read(kernel, cluster, MEMBER_SWAP_CLUSTER_MEMCGS, &table)) {
            is_whole = false;
            continue;
        }
        if (!table)
            continue;
        if (kernel_place(kernel, table, MEMBER_SWAP_MEMCG_TABLE_IDS, &place) &&
            memory_read(kernel->memory, place, bytes, ids->place.size))
            count_ids(bytes, ids->place.count, slots);
        else
            is_whole = false;
    }
    return is_whole;
}

bool swap_owners_count(const struct kernel *kernel, struct memory_map *map,
                       const struct swap_device *device, uint64_t slots[static SWAP_IDS])
{
    uint64_t control;
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_SWAP_CGROUP_CONTROL];
    if (kernel_has(kernel, MEMBER_SWAP_CLUSTER_MEMCGS))
        return count_clusters(kernel, device, slots);
    return size->is_known && kernel_symbol(kernel, SYMBOL_SWAP_CGROUP_CONTROL, &control) &&
           count_control(kernel, map, control + device->type * (uint64_t)size->value, device->slots,
                         slots);
}
