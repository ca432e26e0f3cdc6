/*
 * RHEL 7: 3.10 with backports. Cgroups are linked by themselves, LRU lists and statistics of nodes
 * are those of zones, a page's charge lies in an array of its own. With RES_COUNTERS it is
 * upstream's 3.10, whose counters count bytes and whose cgroups have no table of ids.
 */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_H

#include "tests/synthetic/common.h"

#ifndef RELEASE
#define RELEASE "3.10.0-1160.el7.x86_64"
#endif
#define HAS_PAGE_CGROUP
#define HAS_CGROUP_NAMES
#define HAS_OLD_IDR
#define HAS_HEIGHT_TREES
#define HAS_ZONE_LISTS
#define HAS_PTES
#define HAS_CHILD_CACHES
#define HAS_PARAMS_POINTER
#define LOG_STRUCT "log"

/* clang-format off */
enum pageflags {
    PG_locked, PG_error, PG_referenced, PG_uptodate, PG_dirty, PG_lru, PG_active, PG_slab,
    PG_owner_priv_1, PG_arch_1, PG_reserved, PG_private, PG_private_2, PG_writeback, PG_head,
    PG_tail, PG_swapcache, PG_mappedtodisk, PG_reclaim, PG_swapbacked, PG_unevictable, PG_mlocked,
    PG_uncached, PG_hwpoison, PG_compound_lock, __NR_PAGEFLAGS
};
enum zone_stat_item {
    NR_FREE_PAGES, NR_LRU_BASE, NR_INACTIVE_ANON = NR_LRU_BASE, NR_ACTIVE_ANON, NR_INACTIVE_FILE,
    NR_ACTIVE_FILE, NR_UNEVICTABLE, NR_MLOCK, NR_ANON_PAGES, NR_FILE_MAPPED, NR_FILE_PAGES,
    NR_FILE_DIRTY, NR_WRITEBACK, NR_SLAB_RECLAIMABLE, NR_SLAB_UNRECLAIMABLE, NR_PAGETABLE,
    NR_KERNEL_STACK, NR_UNSTABLE_NFS, NR_BOUNCE, NR_VMSCAN_WRITE, NR_SHMEM, NR_FREE_CMA_PAGES,
    NR_VM_ZONE_STAT_ITEMS
};
enum mem_cgroup_stat_index {
    MEM_CGROUP_STAT_CACHE, MEM_CGROUP_STAT_RSS, MEM_CGROUP_STAT_RSS_HUGE,
    MEM_CGROUP_STAT_FILE_MAPPED, MEM_CGROUP_STAT_SWAP, MEM_CGROUP_STAT_NSTATS
};
enum mem_cgroup_events_index {
    MEM_CGROUP_EVENTS_PGPGIN, MEM_CGROUP_EVENTS_PGPGOUT, MEM_CGROUP_EVENTS_PGFAULT,
    MEM_CGROUP_EVENTS_PGMAJFAULT, MEM_CGROUP_EVENTS_NSTATS
};
enum { STAT_ANON = MEM_CGROUP_STAT_RSS, STAT_FILE = MEM_CGROUP_STAT_CACHE, STAT_NONE = -1 };
enum { STAT_SHMEM = STAT_NONE, STAT_SWAP = MEM_CGROUP_STAT_SWAP };
enum lru_list { LRU_INACTIVE_ANON, NR_LRU_LISTS = 5 };
enum zone_watermarks { WMARK_MIN, WMARK_LOW, WMARK_HIGH, NR_WMARK };
enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, __MAX_NR_ZONES };
enum { MIGRATE_UNMOVABLE, MIGRATE_PCPTYPES = 3, MIGRATE_TYPES = 5 };
enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, NR_MM_COUNTERS };
enum { CSS_ROOT = 1, CSS_ONLINE = 2 };
enum cgroup_subsys_id { cpuset_subsys_id, cpu_cgroup_subsys_id, mem_cgroup_subsys_id, CGROUP_SUBSYS_COUNT };
enum { PCG_LOCK, PCG_USED, PCG_MIGRATION };
/* clang-format on */
#define MEMORY_ID mem_cgroup_subsys_id

struct page {
    unsigned long flags;
    void *mapping;
    struct {
        union {
            unsigned long index;
            void *freelist;
        };
        union {
            unsigned long counters;
            struct {
                union {
                    atomic_t _mapcount;
                    struct {
                        unsigned inuse : 16, objects : 15, frozen : 1;
                    };
                };
                atomic_t _count;
            };
        };
    };
    union {
        struct list_head lru;
        struct {
            struct page *next;
            int pages, pobjects;
        };
    };
    union {
        unsigned long private;
        struct kmem_cache *slab_cache;
        struct page *first_page;
    };
} __attribute__((aligned(16)));
#define REFCOUNT(page) ((page)->_count.counter)
#define SLAB_LINK(page) (&(page)->lru)
struct page_cgroup {
    unsigned long flags;
    struct mem_cgroup *mem_cgroup;
};
struct mem_section {
    unsigned long section_mem_map, *pageblock_flags;
    struct page_cgroup *page_cgroup;
    unsigned long pad;
};

struct lruvec {
    struct list_head lists[NR_LRU_LISTS];
    struct {
        unsigned long recent_rotated[2], recent_scanned[2];
    } reclaim_stat;
    struct zone *zone;
};
struct mem_cgroup_per_zone {
    struct lruvec lruvec;
    unsigned long lru_size[NR_LRU_LISTS];
    char tree_node[24];
    struct mem_cgroup *memcg;
};
struct mem_cgroup_per_node {
    struct mem_cgroup_per_zone zoneinfo[__MAX_NR_ZONES];
};
#ifdef RES_COUNTERS
struct res_counter {
    unsigned long long usage, max_usage, limit, soft_limit, failcnt;
    int lock;
    struct res_counter *parent;
};
typedef struct res_counter counter;
#define MEMORY res
#define NO_LIMIT INT64_MAX
#else
struct page_counter {
    atomic_long_t count;
    unsigned long limit;
    struct page_counter *parent;
    unsigned long watermark, failcnt;
};
typedef struct page_counter counter;
#define MEMORY memory
#define NO_LIMIT INT64_MAX
#endif
struct cgroup_subsys_state {
    struct cgroup *cgroup;
    atomic_t refcnt;
    unsigned long flags;
    struct css_id *id;
};
struct css_id {
    struct cgroup_subsys_state *css;
    unsigned short id, depth;
};
struct mem_cgroup_stat_cpu {
    long count[MEM_CGROUP_STAT_NSTATS];
    unsigned long events[MEM_CGROUP_EVENTS_NSTATS], nr_page_events, targets[2];
};
struct mem_cgroup {
    struct cgroup_subsys_state css;
    counter MEMORY, memsw;
#ifndef RES_COUNTERS
    unsigned short id;
#endif
    int swappiness;
    struct mem_cgroup_stat_cpu *stat; /* of each CPU */
    struct mem_cgroup_stat_cpu nocpu_base;
    struct {
        struct mem_cgroup_per_node *nodeinfo[1];
    } info;
};
#define NODE_INFO(memcg) ((memcg)->info.nodeinfo[0])
struct cgroup_name {
    char rcu_head[16], name[];
};
struct cgroup {
    unsigned long flags;
    struct list_head sibling, children;
    struct cgroup *parent;
    struct cgroup_name *name;
    struct cgroup_subsys_state *subsys[CGROUP_SUBSYS_COUNT];
};
struct cgroup_subsys {
    const char *name;
    struct cgroup_root *root;
};
struct idr_layer {
    int prefix, layer;
    struct idr_layer *ary[256];
    int count;
};
struct idr {
    struct idr_layer *hint, *top;
    int layers, cur;
};
struct radix_tree_node {
    unsigned height, count;
    struct radix_tree_node *parent;
    void *slots[64];
    unsigned long tags[3];
};
struct radix_tree_root {
    unsigned height, gfp_mask;
    struct radix_tree_node *rnode;
};
struct address_space {
    struct inode *host;
    struct radix_tree_root page_tree;
    struct rb_root i_mmap;
    unsigned long nrpages;
};

struct per_cpu_pages {
    int count, high, batch;
    struct list_head lists[MIGRATE_PCPTYPES];
};
struct per_cpu_pageset {
    struct per_cpu_pages pcp;
    signed char stat_threshold, vm_stat_diff[NR_VM_ZONE_STAT_ITEMS];
};
struct free_area {
    struct list_head free_list[MIGRATE_TYPES];
    unsigned long nr_free;
};
struct zone {
    unsigned long watermark[NR_WMARK], percpu_drift_mark, lowmem_reserve[__MAX_NR_ZONES];
    struct per_cpu_pageset *pageset;
    int all_unreclaimable;
    struct free_area free_area[11];
    unsigned compact_considered, compact_defer_shift;
    int compact_order_failed;
    unsigned long pages_scanned;
    atomic_long_t vm_stat[NR_VM_ZONE_STAT_ITEMS];
    unsigned long zone_start_pfn, spanned_pages, present_pages, managed_pages;
    const char *name;
};
#define WATERMARKS watermark
#define MANAGED(zone) ((zone)->managed_pages)
#define TOTALRAM unsigned long totalram_pages
#define TOTALRAM_VALUE totalram_pages
struct pglist_data {
    struct zone node_zones[__MAX_NR_ZONES];
    int nr_zones;
    unsigned long node_start_pfn, node_present_pages, node_spanned_pages;
    int node_id;
    struct task_struct *kswapd;
    int kswapd_max_order, classzone_idx;
};

struct memcg_cache_params {
    bool is_root_cache;
    struct mem_cgroup *memcg;
    struct list_head list;
    struct kmem_cache *root_cache;
};
#define CACHE_MEMCG_MEMBER struct memcg_cache_params *memcg_params

static inline void page_set_free(struct page *page, unsigned order)
{
    page->_mapcount.counter = -128;
    page->private = order;
}

static inline void page_set_table(struct page *page)
{
    (void)page; /* nothing tells */
}

static inline void page_set_compound(struct page *head, unsigned order)
{
    head->flags |= 1UL << PG_head;
    for (unsigned i = 1; i < 1U << order; i++) {
        head[i].flags |= 1UL << PG_tail;
        head[i].first_page = K(head);
    }
    head[1].lru.prev = (struct list_head *)(uintptr_t)order;
}

extern struct page_cgroup page_cgroups[];
extern struct page mem_map_array[];

static inline void page_charge(struct page *page, struct mem_cgroup *memcg)
{
    page_cgroups[page - mem_map_array] = (struct page_cgroup){1UL << PCG_USED, K(memcg)};
}

static inline struct lruvec *find_lruvec(struct mem_cgroup *memcg, unsigned zone)
{
    return &H(NODE_INFO(memcg))->zoneinfo[zone].lruvec;
}

static inline void count_lru(struct mem_cgroup *memcg, unsigned zone, unsigned list, long pages)
{
    H(NODE_INFO(memcg))->zoneinfo[zone].lru_size[list] += (unsigned long)pages;
}

/* What CPUs that are gone left, and what those that are there have. */
static inline void stat_add(struct mem_cgroup *memcg, int item, long pages, bool is_own)
{
    if (!is_own)
        return;
    memcg->nocpu_base.count[item] += pages + 3;
    struct mem_cgroup_stat_cpu *part = percpu_at(memcg->stat, 1);
    part->count[item] -= 3;
}

static inline void stat_init(struct mem_cgroup *memcg)
{
    memcg->stat = percpu_allocate(sizeof *memcg->stat);
}

#ifdef RES_COUNTERS
static inline void counter_set(counter *counter, long usage, long limit, long peak, long failcnt)
{
    counter->usage = (unsigned long long)usage * PAGE_SIZE;
    counter->max_usage = (unsigned long long)peak * PAGE_SIZE;
    counter->limit = (unsigned long long)(limit == NO_LIMIT ? limit : limit * PAGE_SIZE);
    counter->failcnt = (unsigned long long)failcnt;
}
#else
static inline void counter_set(counter *counter, long usage, long limit, long peak, long failcnt)
{
    counter->count.counter = usage;
    counter->watermark = (unsigned long)peak;
    counter->limit = (unsigned long)limit;
    counter->failcnt = (unsigned long)failcnt;
}
#endif

#include "tests/synthetic/structures.def"
#endif
