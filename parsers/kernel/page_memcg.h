/*
 * Which memory cgroup the word in a struct page (or in a slab's vector) charges.
 *
 * The word has been a pointer to the group; a pointer with flags, to the group or, for the kernel's
 * own pages, to an obj_cgroup (5.11); and an obj_cgroup's always (7.x), which its group is read
 * from. Kernel: include/linux/memcontrol.h, enum page_memcg_data_flags.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_MEMCG_H
#define WHYOOM_PARSERS_KERNEL_PAGE_MEMCG_H

#include "parsers/kernel/kernel.h"

/** The group that the word @p word of a page charges. False: none, or it cannot be told. */
bool page_memcg(const struct kernel *kernel, uint64_t word, uint64_t *memcg);

/** The group that an obj_cgroup stands for now. */
bool objcg_memcg(const struct kernel *kernel, uint64_t objcg, uint64_t *memcg);

#endif
