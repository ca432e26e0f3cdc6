/*
 * Swap that stays in memory, compressed: zram devices, and zswap before other devices.
 *
 * Bytes. What zram keeps is unknown where its types are: where it is a module of a kernel that
 * keeps no types of modules (up to 5.10). Kernel: drivers/block/zram/zram_drv.c mm_stat,
 * mm/zswap.c, mm/zsmalloc.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_COMPRESSED_SWAP_H
#define WHYOOM_PARSERS_KERNEL_COMPRESSED_SWAP_H

#include "parsers/kernel/swap.h"

struct zram {
    char name[32]; /* "zram0" */
    /* As the first three of mm_stat: what was stored, that compressed, and what holds it. */
    struct amount original, compressed, memory;
};

struct zswap {
    struct amount stored; /* what was stored */
    struct amount pool;   /* what holds it */
    struct amount limit_hits;
};

/** False: the swap device is no zram. */
bool zram_read(const struct kernel *kernel, const struct swap_device *device, struct zram *ret);

/** False: this kernel has no zswap, or nothing was ever stored in it. */
bool zswap_read(const struct kernel *kernel, struct zswap *ret);

/** What the allocator of both takes. */
struct amount zsmalloc_bytes(const struct kernel *kernel);

#endif
