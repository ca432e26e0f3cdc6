/*
 * The kernel's array of struct page, which says of each page frame what it is.
 *
 * On machines with SPARSEMEM it is there by sections (128 MiB on x86_64), and only for those with
 * memory; each section's word gives a base that struct pages are counted from by frame number.
 * Without, it is one array (mem_map). Kernel: include/linux/mmzone.h, mm/sparse.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_MEMORY_MAP_H
#define WHYOOM_PARSERS_KERNEL_MEMORY_MAP_H

#include "parsers/kernel/kernel.h"

struct memory_map {
    const struct kernel *kernel;
    uint64_t page_size;    /* of struct page */
    unsigned section_bits; /* frames of a section are 1 << section_bits */
    uint64_t roots;        /* address of the array of roots of sections; 0: no sections */
    uint64_t roots_count;
    uint64_t entry_size, entries; /* of struct mem_section; and how many a root holds */
    uint64_t flat;                /* without sections: the address of frame 0's struct page */
    uint64_t first;               /* the base of the first section met: all have it with vmemmap */
    /* The section asked for last. */
    uint64_t known_section, known_base;
    bool has_known;
};

/** False: no memory map is found, because types or symbols are unknown. */
bool memory_map_init(struct memory_map *map, const struct kernel *kernel);

/** The address of the struct page of frame @p pfn. False: the kernel has none. */
bool memory_map_page(struct memory_map *map, uint64_t pfn, uint64_t *address);

/** The frame of the struct page at @p address. False: it is none. */
bool memory_map_frame(struct memory_map *map, uint64_t address, uint64_t *pfn);

/** The address of the struct mem_section of frame @p pfn. False: there are none, or it has no
 * memory.
 */
bool memory_map_section(const struct memory_map *map, uint64_t pfn, uint64_t *address);

/** The first frame behind @p pfn's section. */
uint64_t memory_map_section_end(const struct memory_map *map, uint64_t pfn);

#endif
