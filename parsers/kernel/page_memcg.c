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
