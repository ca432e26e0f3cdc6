/* Structures as 4.18 to 5.4 have them (RHEL 8.1, 5.4), as far as rows name them: children caches of
 * memcgs, statistics per CPU, compound pages with destructors, SLAB. */
#include "tests/types/old.h"

typedef struct {
    atomic_t refs;
} refcount_t;

struct page {
    unsigned long flags;
    union {
        struct {
            struct list_head lru;
            void *mapping;
            unsigned long index, private;
        };
        struct {
            union {
                struct list_head slab_list;
                struct {
                    struct page *next;
                    int pages, pobjects;
                };
            };
            struct kmem_cache *slab_cache;
            void *freelist;
            union {
                unsigned long counters;
                struct {
                    unsigned inuse : 16, objects : 15, frozen : 1;
                };
            };
        };
        struct {
            unsigned long compound_head;
            unsigned char compound_dtor, compound_order;
            atomic_t compound_mapcount;
        };
    };
    union {
        atomic_t _mapcount;
        unsigned page_type;
    };
    atomic_t _refcount;
    struct mem_cgroup *mem_cgroup;
};
struct page_counter {
    atomic_long_t usage;
    unsigned long min, low, max;
    struct page_counter *parent;
    unsigned long emin;
};
struct mem_cgroup_id {
    int id;
    refcount_t ref;
};
struct mem_cgroup_stat_cpu {
    long count[40];
    unsigned long events[90];
};
struct mem_cgroup {
    char css[200];
    struct mem_cgroup_id id;
    struct page_counter memory, swap, memsw, kmem;
    unsigned long high;
    struct mem_cgroup_stat_cpu *stat_cpu;
    atomic_long_t stat[40];
    struct mem_cgroup_per_node *nodeinfo[];
};
struct lruvec {
    struct list_head lists[5];
    struct {
        unsigned long recent_rotated[2], recent_scanned[2];
    } reclaim_stat;
    atomic_long_t inactive_age;
    unsigned long refaults;
};
struct memcg_cache_params {
    struct kmem_cache *root_cache;
    struct mem_cgroup *memcg;
};
struct kmem_cache {
    unsigned num, gfporder;
    struct memcg_cache_params memcg_params;
};
struct kmem_cache_node {
    unsigned long total_slabs, free_slabs, free_objects;
};
struct pglist_data {
    int kswapd_order, kswapd_classzone_idx;
};
struct zone {
    unsigned long _watermark[3];
};
struct radix_tree_node {
    unsigned char shift, offset, count, exceptional;
    void *parent, *root;
    struct list_head private_list;
    void *slots[64];
};
struct radix_tree_root {
    unsigned xa_lock, gfp_mask;
    struct radix_tree_node *rnode;
};

int main(void)
{
    ROW(PAGE_HEAD, page, compound_head);
    ROW(PAGE_MEMCG, page, mem_cgroup);
    ROW(PAGE_REFCOUNT, page, _refcount);
    ROW(PAGE_DESTRUCTOR, page, compound_dtor);
    ROW(PAGE_COMPOUND_ORDER, page, compound_order);
    ROW(SLAB_CACHE, page, slab_cache);
    ROW(COUNTER_USAGE, page_counter, usage);
    ROW(COUNTER_LIMIT, page_counter, max);
    ROW(MEMCG_ID, mem_cgroup, id.id);
    ROW(MEMCG_HIGH, mem_cgroup, high);
    ROW(MEMCG_OLD_STAT, mem_cgroup, stat);
    ROW(MEMCG_PERCPU, mem_cgroup, stat_cpu);
    ROW(PERCPU_EVENTS, mem_cgroup_stat_cpu, events);
    ROW(LRUVEC_AGE, lruvec, inactive_age);
    ROW(LRUVEC_RECENT_ROTATED, lruvec, reclaim_stat.recent_rotated);
    ROW(CACHE_MEMCG, kmem_cache, memcg_params.memcg);
    ROW(CACHE_NODE_NR_SLABS, kmem_cache_node, total_slabs);
    ROW(CACHE_SLAB_OBJECTS, kmem_cache, num);
    ROW(CACHE_SLAB_ORDER, kmem_cache, gfporder);
    ROW(NODE_KSWAPD_ORDER, pglist_data, kswapd_order);
    ROW(ZONE_WATERMARK, zone, _watermark);
    ROW(XA_NODE_SHIFT, radix_tree_node, shift);
    ROW(XA_NODE_SLOTS, radix_tree_node, slots);
    ROW(XARRAY_HEAD, radix_tree_root, rnode);
    return 0;
}
