/*
 * Swap devices of a dead kernel, and which memory cgroup each used slot is charged to.
 *
 * Owners are kept in one of three shapes: pages of 16-bit ids beside the map (up to 6.13), one
 * array of them (6.14), a table of each cluster (7.x). An id is that of struct memcg. Kernel:
 * mm/swapfile.c, mm/swap_cgroup.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_SWAP_H
#define WHYOOM_PARSERS_KERNEL_SWAP_H

#include "parsers/kernel/kernel.h"
#include "parsers/kernel/memory_map.h"

enum { SWAP_IDS = 65536, SWAP_DEVICES = 32 };

struct swap_device {
    unsigned type; /* its index */
    uint64_t address;
    struct amount total, used, priority; /* bytes; priority as swapon gives it */
    uint64_t slots;                      /* pages, its header included */
};

/** The device with the lowest index of at least @p type. False: there is none. */
bool swap_device_next(const struct kernel *kernel, unsigned type, struct swap_device *ret);

/**
 * Add to @p slots, by id, how many slots of @p device are charged to it.
 * @return false: this kernel's tables are not known, or the dump does not hold them
 */
bool swap_owners_count(const struct kernel *kernel, struct memory_map *map,
                       const struct swap_device *device, uint64_t slots[static SWAP_IDS]);

#endif
