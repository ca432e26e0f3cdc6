#include "parsers/kernel/compressed_swap.h"

#include "analyzer/base/slice.h"
#include "parsers/kernel/list.h"
#include "parsers/kernel/zones.h"

enum { POOLS_MAX = 1024 };

/* ---- zram */

bool zram_read(const struct kernel *kernel, const struct swap_device *device, struct zram *ret)
{
    int64_t page = (int64_t)kernel->page_size;
    uint64_t bdev, disk, zram, pool;
    *ret = (struct zram){.original = UNKNOWN, .compressed = UNKNOWN, .memory = UNKNOWN};
    if (!kernel_pointer(kernel, device->address, MEMBER_SWAP_BDEV, &bdev) ||
        !kernel_pointer(kernel, bdev, MEMBER_BDEV_DISK, &disk) ||
        !kernel_read_string(kernel, disk, MEMBER_DISK_NAME, ret->name, sizeof ret->name) ||
        !slice_starts(slice_from_string(ret->name), SLICE("zram")))
        return false;
    if (!kernel_pointer(kernel, disk, MEMBER_DISK_PRIVATE, &zram))
        return true;
    ret->original = kernel_amount(kernel, zram, MEMBER_ZRAM_STORED_PAGES, page);
    ret->compressed = kernel_amount(kernel, zram, MEMBER_ZRAM_COMPRESSED_BYTES, 1);
    if (kernel_pointer(kernel, zram, MEMBER_ZRAM_POOL, &pool))
        ret->memory = kernel_amount(kernel, pool, MEMBER_ZSMALLOC_PAGES, page);
    return true;
}

/* ---- zswap */

/* Since 6.18 each pool is one of zsmalloc. */
static struct amount add_pools(const struct kernel *kernel)
{
    uint64_t head, pool, zsmalloc;
    struct amount sum = amount_of(0, 0);
    if (!kernel_has(kernel, MEMBER_ZSWAP_POOL_ZSMALLOC) ||
        !kernel_symbol(kernel, SYMBOL_ZSWAP_POOLS, &head))
        return UNKNOWN;
    struct list_walk walk = list_walk(kernel, head, MEMBER_ZSWAP_POOL_LINK, POOLS_MAX);
    while (list_walk_next(&walk, &pool))
        sum = kernel_pointer(kernel, pool, MEMBER_ZSWAP_POOL_ZSMALLOC, &zsmalloc)
                  ? amount_add(sum, kernel_amount(kernel, zsmalloc, MEMBER_ZSMALLOC_PAGES,
                                                  (int64_t)kernel->page_size))
                  : UNKNOWN;
    return walk.end == WALK_DONE ? sum : UNKNOWN;
}

bool zswap_read(const struct kernel *kernel, struct zswap *ret)
{
    uint64_t number;
    *ret = (struct zswap){.stored = UNKNOWN, .pool = UNKNOWN, .limit_hits = UNKNOWN};
    /* An atomic_t, since 6.13 an atomic_long_t, whose lower half is enough for 16 TiB. */
    if (!kernel_variable(kernel, SYMBOL_ZSWAP_STORED_PAGES, sizeof(uint32_t), &number) || !number)
        return false;
    ret->stored = amount_scale(amount_of((int64_t)number, 0), (int64_t)kernel->page_size);
    ret->pool = kernel_variable(kernel, SYMBOL_ZSWAP_POOL_TOTAL_SIZE, sizeof number, &number)
                    ? amount_of((int64_t)number, 0)
                    : add_pools(kernel);
    if (kernel_variable(kernel, SYMBOL_ZSWAP_POOL_LIMIT_HIT, sizeof number, &number))
        ret->limit_hits = amount_of((int64_t)number, 0);
    return true;
}

struct amount zsmalloc_bytes(const struct kernel *kernel)
{
    struct amount sum = amount_of(0, 0);
    uint64_t zone;
    bool is_any = false;
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone); is_any = true)
        sum = amount_add(sum, zone_counter_exact(kernel, zone, ENUMERATOR_NR_ZSPAGES));
    return is_any ? amount_scale(sum, (int64_t)kernel->page_size) : UNKNOWN;
}
