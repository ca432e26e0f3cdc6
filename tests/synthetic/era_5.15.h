/*
 * 5.15 (Ubuntu 22.04; RHEL 9's 5.14 alike): a page's charge is a word with flags, the statistics of
 * cgroups are flushed up the tree, caches are of no cgroup.
 */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_H

#include "tests/synthetic/common.h"

#ifndef RELEASE
#define RELEASE "5.15.0-91-generic"
#endif
#define HAS_BOOST
#define HAS_SPLIT_PAGESETS
#define HAS_NEW_STATE

/* clang-format off */
enum pageflags {
    PG_locked, PG_referenced, PG_uptodate, PG_dirty, PG_lru, PG_active, PG_workingset, PG_waiters,
    PG_error, PG_slab, PG_owner_priv_1, PG_arch_1, PG_reserved, PG_private, PG_private_2,
    PG_writeback, PG_head, PG_mappedtodisk, PG_reclaim, PG_swapbacked, PG_unevictable, PG_mlocked,
    PG_uncached, PG_hwpoison, PG_young, PG_idle, PG_arch_2, __NR_PAGEFLAGS,
    PG_swapcache = PG_owner_priv_1
};
enum node_stat_item {
    NR_LRU_BASE, NR_INACTIVE_ANON = NR_LRU_BASE, NR_ACTIVE_ANON, NR_INACTIVE_FILE, NR_ACTIVE_FILE,
    NR_UNEVICTABLE, NR_SLAB_RECLAIMABLE_B, NR_SLAB_UNRECLAIMABLE_B, NR_ISOLATED_ANON,
    NR_ISOLATED_FILE, WORKINGSET_NODES, WORKINGSET_REFAULT_ANON, WORKINGSET_REFAULT_FILE,
    WORKINGSET_ACTIVATE_ANON, WORKINGSET_ACTIVATE_FILE, WORKINGSET_RESTORE_ANON,
    WORKINGSET_RESTORE_FILE, WORKINGSET_NODERECLAIM, NR_ANON_MAPPED, NR_FILE_MAPPED,
    NR_FILE_PAGES, NR_FILE_DIRTY, NR_WRITEBACK, NR_WRITEBACK_TEMP, NR_SHMEM, NR_SHMEM_THPS,
    NR_SHMEM_PMDMAPPED, NR_FILE_THPS, NR_FILE_PMDMAPPED, NR_ANON_THPS, NR_VMSCAN_WRITE,
    NR_VMSCAN_IMMEDIATE, NR_DIRTIED, NR_WRITTEN, NR_KERNEL_MISC_RECLAIMABLE, NR_FOLL_PIN_ACQUIRED,
    NR_FOLL_PIN_RELEASED, NR_KERNEL_STACK_KB, NR_PAGETABLE, NR_SWAPCACHE, NR_VM_NODE_STAT_ITEMS
};
enum memcg_stat_item { MEMCG_SWAP = NR_VM_NODE_STAT_ITEMS, MEMCG_SOCK, MEMCG_PERCPU_B, MEMCG_NR_STAT };
enum { STAT_ANON = NR_ANON_MAPPED, STAT_FILE = NR_FILE_PAGES, STAT_SHMEM = NR_SHMEM, STAT_SWAP = MEMCG_SWAP };
enum { COMPOUND_DTORS = 1, NULL_COMPOUND_DTOR = 0, HUGETLB_PAGE_DTOR = 2 };
/* clang-format on */
#define ZONE_STAT_TAIL NR_BOUNCE, NR_ZSPAGES, NR_FREE_CMA_PAGES
#define PAGE_MEMCG unsigned long memcg_data
#define PAGE_TABLE_TYPE 0x200U
#define SET_CHARGE(page, memcg) ((page)->memcg_data = (unsigned long)K(memcg))

#include "tests/synthetic/era_4.def"

struct obj_cgroup {
    void *refcnt[2];
    struct mem_cgroup *memcg;
};
struct memcg_vmstats_percpu {
    long state[MEMCG_NR_STAT];
    unsigned long events[NR_VM_EVENT_ITEMS];
    long state_prev[MEMCG_NR_STAT];
    unsigned long events_prev[NR_VM_EVENT_ITEMS];
};
struct memcg_vmstats {
    long state[MEMCG_NR_STAT];
    unsigned long events[NR_VM_EVENT_ITEMS];
    long state_pending[MEMCG_NR_STAT];
    unsigned long events_pending[NR_VM_EVENT_ITEMS];
};
struct mem_cgroup {
    struct cgroup_subsys_state css;
    struct mem_cgroup_id id;
    counter memory;
    union {
        counter swap, memsw;
    };
    counter kmem, tcpmem;
    int swappiness;
    struct memcg_vmstats vmstats;
    struct memcg_vmstats_percpu *vmstats_percpu;
    struct mem_cgroup_per_node *nodeinfo[];
};

/* Flushed into all groups above; pending from a child; and with a CPU since the last flush. */
static inline void stat_add(struct mem_cgroup *memcg, int item, long pages, bool is_own)
{
    struct memcg_vmstats_percpu *part = percpu_at(memcg->vmstats_percpu, 1);
    memcg->vmstats.state[item] += pages - 3;
    if (!is_own)
        return;
    memcg->vmstats.state_pending[item] += 1;
    part->state[item] += pages;
    part->state_prev[item] += pages - 2;
}

static inline void stat_init(struct mem_cgroup *memcg)
{
    memcg->vmstats_percpu = percpu_allocate(sizeof *memcg->vmstats_percpu);
}

#include "tests/synthetic/structures.def"
#endif
