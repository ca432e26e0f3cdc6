/*
 * Which memory cgroup the word in a struct page (or in a slab's vector) charges.
 *
 * The word has been a pointer to the group; a pointer with flags, to the group or, for the kernel's
 * own pages, to an obj_cgroup (5.11); and an obj_cgroup's always (7.x), which its group is read
 * from. RHEL 7 has the pointer outside of struct page, in an array beside it. Kernel:
 * include/linux/memcontrol.h, enum page_memcg_data_flags; page_cgroup.h of 3.10.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_MEMCG_H
#define WHYOOM_PARSERS_KERNEL_PAGE_MEMCG_H

#include "parsers/kernel/memory_map.h"
#include "parsers/kernel/page_format.h"

/** The word of the page at @p address, of whose struct page @p page is a copy; 0: it is charged to
 * nobody, or that cannot be read. */
uint64_t page_memcg_word(struct memory_map *map, const struct page_format *format,
                         const unsigned char *page, uint64_t address);

/** The group that the word @p word of a page charges. False: none, or it cannot be told. */
bool page_memcg(const struct kernel *kernel, uint64_t word, uint64_t *memcg);

/** The group that the page at @p page is charged to. False: none, or it cannot be told. */
bool page_memcg_at(const struct kernel *kernel, uint64_t page, uint64_t *memcg);

/** The group that an obj_cgroup stands for now. */
bool objcg_memcg(const struct kernel *kernel, uint64_t objcg, uint64_t *memcg);

#endif
