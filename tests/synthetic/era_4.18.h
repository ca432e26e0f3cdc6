/*
 * RHEL 8.1: 4.18, of which 5.4 (HAS_HIERARCHICAL_STAT) differs in the statistics of cgroups, in
 * watermarks and in some atomic numbers.
 */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_H

#include "tests/synthetic/common.h"

#ifndef RELEASE
#define RELEASE "4.18.0-147.el8.x86_64"
#endif
#define HAS_CHILD_CACHES
#define LOG_STRUCT "printk_log"

/* clang-format off */
enum pageflags {
#ifdef HAS_HIERARCHICAL_STAT
    PG_locked, PG_referenced, PG_uptodate, PG_dirty, PG_lru, PG_active, PG_workingset, PG_waiters,
    PG_error,
#else
    PG_locked, PG_error, PG_referenced, PG_uptodate, PG_dirty, PG_lru, PG_active, PG_waiters,
#endif
    PG_slab, PG_owner_priv_1, PG_arch_1, PG_reserved, PG_private, PG_private_2, PG_writeback,
    PG_head, PG_mappedtodisk, PG_reclaim, PG_swapbacked, PG_unevictable, PG_mlocked, PG_uncached,
    PG_hwpoison, PG_young, PG_idle, __NR_PAGEFLAGS, PG_swapcache = PG_owner_priv_1
};
enum node_stat_item {
    NR_LRU_BASE, NR_INACTIVE_ANON = NR_LRU_BASE, NR_ACTIVE_ANON, NR_INACTIVE_FILE, NR_ACTIVE_FILE,
    NR_UNEVICTABLE, NR_SLAB_RECLAIMABLE, NR_SLAB_UNRECLAIMABLE, NR_ISOLATED_ANON, NR_ISOLATED_FILE,
    WORKINGSET_REFAULT, WORKINGSET_ACTIVATE, WORKINGSET_NODERECLAIM, NR_ANON_MAPPED,
    NR_FILE_MAPPED, NR_FILE_PAGES, NR_FILE_DIRTY, NR_WRITEBACK, NR_WRITEBACK_TEMP, NR_SHMEM,
    NR_SHMEM_THPS, NR_SHMEM_PMDMAPPED, NR_ANON_THPS, NR_UNSTABLE_NFS, NR_VMSCAN_WRITE,
    NR_VMSCAN_IMMEDIATE, NR_DIRTIED, NR_WRITTEN, NR_VM_NODE_STAT_ITEMS
};
enum memcg_stat_item {
    MEMCG_CACHE = NR_VM_NODE_STAT_ITEMS, MEMCG_RSS, MEMCG_RSS_HUGE, MEMCG_SWAP, MEMCG_SOCK,
    MEMCG_KERNEL_STACK_KB, MEMCG_NR_STAT
};
enum { STAT_ANON = MEMCG_RSS, STAT_FILE = MEMCG_CACHE, STAT_SHMEM = NR_SHMEM, STAT_SWAP = MEMCG_SWAP };
enum { COMPOUND_DTORS = 1, NULL_COMPOUND_DTOR = 0, HUGETLB_PAGE_DTOR = 2 };
/* clang-format on */
#define ZONE_STAT_TAIL NR_PAGETABLE, NR_KERNEL_STACK_KB, NR_BOUNCE, NR_ZSPAGES, NR_FREE_CMA_PAGES
#define PAGE_MEMCG struct mem_cgroup *mem_cgroup
#define PAGE_TABLE_TYPE 0x400U
#define SET_CHARGE(page, memcg) ((page)->mem_cgroup = K(memcg))

#include "tests/synthetic/era_4.def"

#ifdef HAS_HIERARCHICAL_STAT
struct memcg_vmstats_percpu {
    long stat[MEMCG_NR_STAT];
    unsigned long events[NR_VM_EVENT_ITEMS], nr_page_events, targets[2];
};
struct mem_cgroup {
    struct cgroup_subsys_state css;
    struct mem_cgroup_id id;
    counter memory, swap, memsw, kmem, tcpmem;
    unsigned long high;
    int swappiness;
    struct memcg_vmstats_percpu *vmstats_local, *vmstats_percpu;
    atomic_long_t vmstats[MEMCG_NR_STAT], vmevents[NR_VM_EVENT_ITEMS];
    struct mem_cgroup_per_node *nodeinfo[];
};

/* In all groups above; what a CPU has not handed in, in none. */
static inline void stat_add(struct mem_cgroup *memcg, int item, long pages, bool is_own)
{
    struct memcg_vmstats_percpu *part = percpu_at(memcg->vmstats_percpu, 1);
    struct memcg_vmstats_percpu *local = percpu_at(memcg->vmstats_local, 0);
    memcg->vmstats[item].counter += pages - 2;
    part->stat[item] += is_own ? 2 : 0;
    local->stat[item] += is_own ? pages : 0;
}

static inline void stat_init(struct mem_cgroup *memcg)
{
    memcg->vmstats_percpu = percpu_allocate(sizeof *memcg->vmstats_percpu);
    memcg->vmstats_local = percpu_allocate(sizeof *memcg->vmstats_local);
}
#else
struct mem_cgroup_stat_cpu {
    long count[MEMCG_NR_STAT];
    unsigned long events[NR_VM_EVENT_ITEMS], nr_page_events, targets[2];
};
struct mem_cgroup {
    struct cgroup_subsys_state css;
    struct mem_cgroup_id id;
    counter memory, swap, memsw, kmem, tcpmem;
    unsigned long high;
    int swappiness;
    struct mem_cgroup_stat_cpu *stat_cpu;
    atomic_long_t stat[MEMCG_NR_STAT], events[NR_VM_EVENT_ITEMS];
    struct mem_cgroup_per_node *nodeinfo[];
};

/* Each group its own pages. */
static inline void stat_add(struct mem_cgroup *memcg, int item, long pages, bool is_own)
{
    struct mem_cgroup_stat_cpu *part = percpu_at(memcg->stat_cpu, 1);
    if (!is_own)
        return;
    memcg->stat[item].counter += pages + 1;
    part->count[item] -= 1;
}

static inline void stat_init(struct mem_cgroup *memcg)
{
    memcg->stat_cpu = percpu_allocate(sizeof *memcg->stat_cpu);
}
#endif

#include "tests/synthetic/structures.def"
#endif
