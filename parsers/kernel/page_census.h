/*
 * One pass over the memory map: every page frame of the machine in exactly one kind, and whose it
 * is.
 *
 * What belongs together (pages of one file or of one family of anonymous memory, charged to one
 * group) is counted together by the words that stand in struct page; what these words mean is
 * looked up afterwards, once each (page_owners.h). Kernel: mm/page_alloc.c, include/linux/mm.h.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_CENSUS_H
#define WHYOOM_PARSERS_KERNEL_PAGE_CENSUS_H

#include "analyzer/base/hash_table.h"
#include "parsers/kernel/frame_marks.h"
#include "parsers/kernel/memory_map.h"
#include "parsers/kernel/page_format.h"

enum { CENSUS_ORDERS = 16 };

struct page_owner {
    struct page_owner_key {
        uint64_t mapping; /* the word, low bits included; 0: none, or there are too many */
        uint64_t memcg;   /* the word */
        uint64_t kind;    /* enum page_kind */
    } key;
    uint64_t pages;
    uint64_t huge; /* of them in blocks as large as a page table maps at once */
    UT_hash_handle hh;
};

struct page_census {
    uint64_t frames; /* of the machine; the sum of `kinds` */
    uint64_t kinds[PAGE_KIND_COUNT];
    uint64_t free_blocks[CENSUS_ORDERS];
    struct arena *arena;
    struct page_owner *owners; /* a hash table */
    bool is_crowded;           /* more files than are told apart */
    bool is_stopped;           /* not all frames were looked at */
};

/** Told of each slab: its descriptor, that one's address, and how many frames it has. */
typedef void slab_visitor(void *context, const unsigned char *page, uint64_t address,
                          uint64_t frames);

struct census_tools {
    struct memory_map *map;
    const struct page_format *format;
    const struct frame_marks *marks;
    slab_visitor *visit_slab; /* NULL: nobody asks */
    void *context;
};

void page_census_init(struct page_census *census);
void page_census_deinit(struct page_census *census);

/** Count the frames that kernel->frames names within [@p first, @p end). */
void page_census_count(struct page_census *census, const struct census_tools *tools, uint64_t first,
                       uint64_t end);

/** Add what @p other counted, of other frames. */
void page_census_add(struct page_census *census, const struct page_census *other);

#endif
