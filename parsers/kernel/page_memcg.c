#include "parsers/kernel/page_memcg.h"

enum {
    MEMCG_VECTOR = 1, /* MEMCG_DATA_OBJCGS, MEMCG_DATA_OBJEXTS: a slab's; not one owner */
    MEMCG_KMEM = 2,
    MEMCG_FLAGS = 7,
};

bool objcg_memcg(const struct kernel *kernel, uint64_t objcg, uint64_t *memcg)
{
    return kernel_pointer(kernel, objcg, MEMBER_OBJCG_MEMCG, memcg);
}

/* mm/page_cgroup.c lookup_page_cgroup(): a section's array is counted from by frame number. */
static uint64_t read_page_cgroup(struct memory_map *map, uint64_t page)
{
    const struct kernel *kernel = map->kernel;
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_PAGE_CGROUP];
    uint64_t pfn, section, base, flags, memcg;
    int64_t used;
    if (!size->is_known || !memory_map_frame(map, page, &pfn) ||
        !memory_map_section(map, pfn, &section) ||
        !kernel_pointer(kernel, section, MEMBER_MEM_SECTION_PAGE_CGROUP, &base) ||
        !kernel_enumerator(kernel, ENUMERATOR_PCG_USED, &used) || used < 0 || used > 63)
        return 0;
    base += pfn * (uint64_t)size->value;
    bool is_used = kernel_read(kernel, base, MEMBER_PAGE_CGROUP_FLAGS, &flags) && flags >> used & 1;
    return is_used && kernel_pointer(kernel, base, MEMBER_PAGE_CGROUP_MEMCG, &memcg) ? memcg : 0;
}

uint64_t page_memcg_word(struct memory_map *map, const struct page_format *format,
                         const unsigned char *page, uint64_t address)
{
    return format->has_memcg ? page_word(page, format->memcg) : read_page_cgroup(map, address);
}

bool page_memcg(const struct kernel *kernel, uint64_t word, uint64_t *memcg)
{
    uint64_t address = word & ~(uint64_t)MEMCG_FLAGS;
    if (!address || (word & MEMCG_VECTOR))
        return false;
    bool is_always_objcg = kernel_has(kernel, MEMBER_PER_NODE_OBJCG);
    if (is_always_objcg || ((word & MEMCG_KMEM) && kernel_has(kernel, MEMBER_PAGE_MEMCG_DATA)))
        return objcg_memcg(kernel, address, memcg);
    *memcg = address;
    return true;
}

bool page_memcg_at(const struct kernel *kernel, uint64_t page, uint64_t *memcg)
{
    struct memory_map map;
    uint64_t word = 0;
    if (!kernel_read(kernel, page, MEMBER_PAGE_MEMCG_DATA, &word) &&
        !kernel_read(kernel, page, MEMBER_PAGE_MEMCG, &word) && memory_map_init(&map, kernel))
        word = read_page_cgroup(&map, page);
    return page_memcg(kernel, word, memcg);
}
