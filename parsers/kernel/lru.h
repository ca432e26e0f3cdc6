/*
 * The lists of pages of one memory cgroup on one node: how long they say they are, how long they
 * really are, and what reclaim would make of them.
 *
 * Sizes are pages. A page of a large folio stands for all of it, as in the counters. With the
 * multi-generational LRU on, the lists of what can be evicted are empty and so are their counters:
 * the pages are in `generations`. Kernel: include/linux/mmzone.h, mm/vmscan.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_LRU_H
#define WHYOOM_PARSERS_KERNEL_LRU_H

#include "parsers/kernel/list.h"
#include "parsers/kernel/memory_map.h"
#include "parsers/kernel/page_format.h"

enum { LRU_LISTS = 5, LRU_ZONES = 8, LRU_GENERATIONS = 4, LRU_TYPES = 2 };

/** Where zones begin and end, by type; of one node. */
struct lru_zones {
    struct {
        uint64_t first, end; /* page frames */
        char name[16];
    } zones[LRU_ZONES];
    unsigned count;
};

struct lru_list {
    struct amount counted[LRU_ZONES];
    uint64_t walked[LRU_ZONES];
    enum walk_end end; /* WALK_GOES_ON: it was not walked, it is no linked list in this kernel */
};

struct lruvec {
    uint64_t address; /* 0 in 3.10, where each zone has one; their lists are taken together */
    struct lru_list lists[LRU_LISTS];
    struct amount age;                                  /* of what left it */
    struct amount refaults[LRU_TYPES], cost[LRU_TYPES]; /* anon, file */
    bool has_generations;
    struct amount newest, oldest[LRU_TYPES];
    struct amount age_ms[LRU_GENERATIONS]; /* since the generation was begun */
    struct lru_generation {
        struct amount counted; /* pages, all zones */
        uint64_t walked;
        enum walk_end end;
    } generations[LRU_GENERATIONS][LRU_TYPES];
};

/** "inactive_anon" ... in the order of enum lru_list. */
extern const char *const lru_list_names[LRU_LISTS];

void lru_zones_read(const struct kernel *kernel, unsigned node, struct lru_zones *ret);

/** What walking a list of pages needs. */
struct lru_tools {
    const struct kernel *kernel;
    struct memory_map *map;
    const struct page_format *format;
    const struct lru_zones *zones;
};

/** Read the lruvec in the per-node part @p part of a group, and walk its lists. */
void lruvec_read(const struct lru_tools *tools, uint64_t part, struct lruvec *ret);

/** Is the multi-generational LRU on, as the per-node part @p part of a group says? No where the
 * kernel has none. */
struct amount lru_is_generational(const struct kernel *kernel, uint64_t part);

/** inactive_is_low() of the anon (0) or file (1) lists; unknown where a size is. */
struct amount lru_inactive_is_low(const struct kernel *kernel, const struct lruvec *lruvec,
                                  unsigned type);

#endif
