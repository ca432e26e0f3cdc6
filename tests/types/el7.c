/* Structures as RHEL 7 has them (3.10 with backports), as far as rows name them: page_cgroup,
 * cgroups with dentries, page_counter with count and limit, radix trees. */
#include "tests/types/old.h"

struct page {
    unsigned long flags;
    union {
        void *mapping, *s_mem;
    };
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
                    int units;
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
};
struct page_cgroup {
    unsigned long flags;
    struct mem_cgroup *mem_cgroup;
};
struct mem_section {
    unsigned long section_mem_map, *pageblock_flags;
    struct page_cgroup *page_cgroup;
    unsigned long pad;
};
struct page_counter {
    atomic_long_t count;
    unsigned long limit;
    struct page_counter *parent;
    unsigned long watermark, failcnt;
};
struct mem_cgroup_stat_cpu {
    long count[5];
    unsigned long events[4], nr_page_events, targets[2];
};
struct mem_cgroup {
    char css[72];
    struct page_counter memory, memsw, kmem;
    unsigned short id;
    void *stat;
    struct mem_cgroup_stat_cpu nocpu_base;
    struct {
        struct mem_cgroup_per_node *nodeinfo[1];
    } info;
};
struct cgroup_name {
    char rcu_head[16], name[];
};
struct cgroup {
    unsigned long flags;
    struct list_head sibling, children;
    struct cgroup *parent;
    struct cgroup_name *name;
};
struct zone {
    unsigned long watermark[3], lowmem_reserve[4], pages_scanned;
    int all_unreclaimable;
};
struct mm_struct {
    atomic_long_t nr_ptes;
};
struct task_struct {
    volatile long state;
    char comm[16];
};
struct radix_tree_root {
    unsigned height, gfp_mask;
    void *rnode;
};
struct address_space {
    void *host;
    struct radix_tree_root page_tree;
};
struct kmem_cache {
    struct memcg_cache_params *memcg_params;
};

int main(void)
{
    ROW(PAGE_HEAD, page, first_page);
    ROW(SLAB_CACHE, page, slab_cache);
    ROW(PAGE_REFCOUNT, page, _count);
    ROW(PAGE_CGROUP_FLAGS, page_cgroup, flags);
    ROW(PAGE_CGROUP_MEMCG, page_cgroup, mem_cgroup);
    ROW(MEM_SECTION_PAGE_CGROUP, mem_section, page_cgroup);
    ROW(COUNTER_USAGE, page_counter, count);
    ROW(COUNTER_LIMIT, page_counter, limit);
    ROW(MEMCG_ID, mem_cgroup, id);
    ROW(MEMCG_OLD_STAT, mem_cgroup, nocpu_base.count);
    ROW(MEMCG_NODEINFO, mem_cgroup, info.nodeinfo);
    ROW(PERCPU_EVENTS, mem_cgroup_stat_cpu, events);
    ROW(CGROUP_CHILDREN, cgroup, children);
    ROW(CGROUP_SIBLING, cgroup, sibling);
    ROW(CGROUP_PARENT, cgroup, parent);
    ROW(CGROUP_NAME, cgroup, name);
    ROW(ZONE_WATERMARK, zone, watermark);
    ROW(ZONE_PAGES_SCANNED, zone, pages_scanned);
    ROW(ZONE_ALL_UNRECLAIMABLE, zone, all_unreclaimable);
    ROW(MM_NR_PTES, mm_struct, nr_ptes);
    ROW(TASK_STATE, task_struct, state);
    return 0;
}
