#include "parsers/kernel/memcg_stat.h"

enum unit { TIMES, BYTES, KIB, PAGES, HUGE_PAGES };

/* Which of the two arrays holds the item. */
enum kind { STATE, EVENT, RECLAIM /* an event, but a state since 7.x */ };

static const struct item {
    const char *name;
    enum enumerator_id item;
    enum unit unit;
    enum kind kind;
} items[] = {
    {"anon_bytes", ENUMERATOR_STAT_ANON, PAGES, STATE},
    {"file_bytes", ENUMERATOR_STAT_FILE, PAGES, STATE},
    {"kernel_bytes", ENUMERATOR_STAT_KERNEL, PAGES, STATE},
    {"kernel_stack_bytes", ENUMERATOR_STAT_KERNEL_STACK, KIB, STATE},
    {"pagetables_bytes", ENUMERATOR_STAT_PAGETABLES, PAGES, STATE},
    {"sec_pagetables_bytes", ENUMERATOR_STAT_SEC_PAGETABLES, PAGES, STATE},
    {"percpu_bytes", ENUMERATOR_STAT_PERCPU, BYTES, STATE},
    {"sock_bytes", ENUMERATOR_STAT_SOCK, PAGES, STATE},
    {"vmalloc_bytes", ENUMERATOR_STAT_VMALLOC, PAGES, STATE},
    {"shmem_bytes", ENUMERATOR_STAT_SHMEM, PAGES, STATE},
    {"zswap_bytes", ENUMERATOR_STAT_ZSWAP, BYTES, STATE},
    {"zswapped_bytes", ENUMERATOR_STAT_ZSWAPPED, PAGES, STATE},
    {"zswap_incomp_bytes", ENUMERATOR_STAT_ZSWAP_INCOMP, PAGES, STATE},
    {"swap_bytes", ENUMERATOR_STAT_SWAP, PAGES, STATE},
    {"swapcached_bytes", ENUMERATOR_STAT_SWAPCACHED, PAGES, STATE},
    {"file_mapped_bytes", ENUMERATOR_STAT_FILE_MAPPED, PAGES, STATE},
    {"file_dirty_bytes", ENUMERATOR_STAT_FILE_DIRTY, PAGES, STATE},
    {"file_writeback_bytes", ENUMERATOR_STAT_FILE_WRITEBACK, PAGES, STATE},
    {"anon_thp_bytes", ENUMERATOR_STAT_ANON_THP, HUGE_PAGES, STATE},
    {"file_thp_bytes", ENUMERATOR_STAT_FILE_THP, HUGE_PAGES, STATE},
    {"shmem_thp_bytes", ENUMERATOR_STAT_SHMEM_THP, HUGE_PAGES, STATE},
    {"hugetlb_bytes", ENUMERATOR_STAT_HUGETLB, PAGES, STATE},
    {"inactive_anon_bytes", ENUMERATOR_STAT_INACTIVE_ANON, PAGES, STATE},
    {"active_anon_bytes", ENUMERATOR_STAT_ACTIVE_ANON, PAGES, STATE},
    {"inactive_file_bytes", ENUMERATOR_STAT_INACTIVE_FILE, PAGES, STATE},
    {"active_file_bytes", ENUMERATOR_STAT_ACTIVE_FILE, PAGES, STATE},
    {"unevictable_bytes", ENUMERATOR_STAT_UNEVICTABLE, PAGES, STATE},
    {"slab_reclaimable_bytes", ENUMERATOR_STAT_SLAB_RECLAIMABLE_B, BYTES, STATE},
    {"slab_reclaimable_bytes", ENUMERATOR_STAT_SLAB_RECLAIMABLE, PAGES, STATE},
    {"slab_unreclaimable_bytes", ENUMERATOR_STAT_SLAB_UNRECLAIMABLE_B, BYTES, STATE},
    {"slab_unreclaimable_bytes", ENUMERATOR_STAT_SLAB_UNRECLAIMABLE, PAGES, STATE},
    {"workingset_refault_anon", ENUMERATOR_STAT_REFAULT_ANON, TIMES, STATE},
    {"workingset_refault_file", ENUMERATOR_STAT_REFAULT_FILE, TIMES, STATE},
    {"workingset_activate_anon", ENUMERATOR_STAT_ACTIVATE_ANON, TIMES, STATE},
    {"workingset_activate_file", ENUMERATOR_STAT_ACTIVATE_FILE, TIMES, STATE},
    {"workingset_restore_anon", ENUMERATOR_STAT_RESTORE_ANON, TIMES, STATE},
    {"workingset_restore_file", ENUMERATOR_STAT_RESTORE_FILE, TIMES, STATE},
    {"workingset_nodereclaim", ENUMERATOR_STAT_NODERECLAIM, TIMES, STATE},
    {"pgscan", ENUMERATOR_EVENT_PGSCAN_KSWAPD, TIMES, RECLAIM},
    {"pgscan_kswapd", ENUMERATOR_EVENT_PGSCAN_KSWAPD, TIMES, RECLAIM},
    {"pgscan", ENUMERATOR_EVENT_PGSCAN_DIRECT, TIMES, RECLAIM},
    {"pgscan_direct", ENUMERATOR_EVENT_PGSCAN_DIRECT, TIMES, RECLAIM},
    {"pgscan", ENUMERATOR_EVENT_PGSCAN_KHUGEPAGED, TIMES, RECLAIM},
    {"pgscan_khugepaged", ENUMERATOR_EVENT_PGSCAN_KHUGEPAGED, TIMES, RECLAIM},
    {"pgscan", ENUMERATOR_EVENT_PGSCAN_PROACTIVE, TIMES, RECLAIM},
    {"pgscan_proactive", ENUMERATOR_EVENT_PGSCAN_PROACTIVE, TIMES, RECLAIM},
    {"pgsteal", ENUMERATOR_EVENT_PGSTEAL_KSWAPD, TIMES, RECLAIM},
    {"pgsteal_kswapd", ENUMERATOR_EVENT_PGSTEAL_KSWAPD, TIMES, RECLAIM},
    {"pgsteal", ENUMERATOR_EVENT_PGSTEAL_DIRECT, TIMES, RECLAIM},
    {"pgsteal_direct", ENUMERATOR_EVENT_PGSTEAL_DIRECT, TIMES, RECLAIM},
    {"pgsteal", ENUMERATOR_EVENT_PGSTEAL_KHUGEPAGED, TIMES, RECLAIM},
    {"pgsteal_khugepaged", ENUMERATOR_EVENT_PGSTEAL_KHUGEPAGED, TIMES, RECLAIM},
    {"pgsteal", ENUMERATOR_EVENT_PGSTEAL_PROACTIVE, TIMES, RECLAIM},
    {"pgsteal_proactive", ENUMERATOR_EVENT_PGSTEAL_PROACTIVE, TIMES, RECLAIM},
    {"pgrefill", ENUMERATOR_EVENT_PGREFILL, TIMES, RECLAIM},
    {"pswpin", ENUMERATOR_EVENT_PSWPIN, TIMES, EVENT},
    {"pswpout", ENUMERATOR_EVENT_PSWPOUT, TIMES, EVENT},
    {"pgfault", ENUMERATOR_EVENT_PGFAULT, TIMES, EVENT},
    {"pgmajfault", ENUMERATOR_EVENT_PGMAJFAULT, TIMES, EVENT},
    {"pgactivate", ENUMERATOR_EVENT_PGACTIVATE, TIMES, EVENT},
    {"pgdeactivate", ENUMERATOR_EVENT_PGDEACTIVATE, TIMES, EVENT},
};

enum {
    ITEMS = sizeof items / sizeof *items,
    MOST_ITEMS = 512, /* of one array: twice what any kernel has */
    DEPTH = 1024,     /* of the tree, against a cycle of broken parents */
};

size_t memcg_stat_count(void)
{
    return ITEMS;
}

const char *memcg_stat_name(size_t row)
{
    return items[row].name;
}

/* What a kernel's arrays hold where. */
struct shape {
    bool has_vmstats, is_pointer; /* since 5.15; since 6.1 behind a pointer */
    bool is_array;                /* 5.4 and 5.10 */
    bool is_local;                /* before: a group's own pages alone */
    bool is_event[ITEMS];
    int index[ITEMS]; /* -1: not counted for groups */
    int64_t factor[ITEMS];
};

static unsigned array_length(const struct kernel *kernel, enum member_id member)
{
    return kernel_has(kernel, member) ? kernel->layout->members[member].place.count : 0;
}

/* RHEL 7 has enums of its own for its arrays; others of the same name mean other arrays. */
static bool is_of_groups(const struct kernel *kernel, enum enumerator_id item)
{
    const struct layout *layout = kernel->layout;
    if (!layout->enumerators[ENUMERATOR_MEMCG_NR_STAT].is_known ||
        layout->enumerators[ENUMERATOR_MEMCG_NR_STAT].spelling == 0)
        return true;
    struct slice name =
        layout_spelling(&layout_enumerator_rows()[item], layout->enumerators[item].spelling);
    return slice_starts(name, SLICE("MEM_CGROUP_"));
}

/* Page tables were a zone's item before 5.11, of another enum and another array. */
static bool is_of_nodes(const struct kernel *kernel, enum enumerator_id item, int64_t value)
{
    int64_t stack;
    return item != ENUMERATOR_STAT_PAGETABLES ||
           (kernel_enumerator(kernel, ENUMERATOR_STAT_KERNEL_STACK, &stack) && value > stack);
}

/* When scanning moved from the events to the node's items, PGREFILL went behind PGSCAN_*. */
static bool is_event(const struct kernel *kernel, enum kind kind)
{
    int64_t refill, scan;
    return kind == EVENT ||
           (kind == RECLAIM && kernel_enumerator(kernel, ENUMERATOR_EVENT_PGREFILL, &refill) &&
            kernel_enumerator(kernel, ENUMERATOR_EVENT_PGSCAN_KSWAPD, &scan) && refill < scan);
}

static int64_t factor(const struct kernel *kernel, enum unit unit)
{
    int64_t page = (int64_t)kernel->page_size, value;
    switch (unit) {
    case KIB:
        return 1024;
    case PAGES:
        return page;
    case HUGE_PAGES: /* counted in pages since 5.12, which also brought NR_SWAPCACHE */
        return kernel_enumerator(kernel, ENUMERATOR_STAT_SWAPCACHED, &value)
                   ? page
                   : page * (page / (int64_t)sizeof(uint64_t));
    default:
        return 1;
    }
}

/* The members that hold one kind. */
struct kind_members {
    enum member_id vmstats, pending, array, old, percpu, percpu_prev;
};

static const struct kind_members kinds[] = {
    [STATE] = {MEMBER_VMSTATS_STATE, MEMBER_VMSTATS_STATE_PENDING, MEMBER_MEMCG_VMSTATS,
               MEMBER_MEMCG_OLD_STAT, MEMBER_PERCPU_STATE, MEMBER_PERCPU_STATE_PREV},
    [EVENT] = {MEMBER_VMSTATS_EVENTS, MEMBER_VMSTATS_EVENTS_PENDING, MEMBER_MEMCG_VMEVENTS,
               MEMBER_MEMCG_OLD_EVENTS, MEMBER_PERCPU_EVENTS, MEMBER_PERCPU_EVENTS_PREV},
};

/* How many items the kernel's array of one kind holds. */
static unsigned count_of(const struct kernel *kernel, const struct shape *shape, enum kind kind)
{
    const struct kind_members *members = &kinds[kind];
    if (shape->has_vmstats)
        return array_length(kernel, members->vmstats);
    return array_length(kernel, shape->is_array ? members->array : members->percpu);
}

/* The reduced state[] is found through a map by item, of one byte each. Its numbers began at 1
 * first (6.10), at 0 since 6.12: those of the first item, which is always counted, tell. */
static int position_of_state(const struct kernel *kernel, int64_t item)
{
    uint64_t map;
    int64_t first, count;
    unsigned char at, base;
    if (!kernel_enumerator(kernel, ENUMERATOR_MEMCG_NR_STAT, &count) || item < 0 || item >= count)
        return -1;
    if (count == array_length(kernel, MEMBER_VMSTATS_STATE))
        return (int)item;
    if (!kernel_symbol(kernel, SYMBOL_MEMCG_STATS_INDEX, &map) ||
        !kernel_enumerator(kernel, ENUMERATOR_STAT_INACTIVE_ANON, &first) ||
        !memory_read(kernel->memory, map + (uint64_t)first, &base, 1) ||
        !memory_read(kernel->memory, map + (uint64_t)item, &at, 1))
        return -1;
    return at - base;
}

/* The reduced events[] has a list of its items; its map changed its element's size. */
static int position_of_event(const struct kernel *kernel, int64_t item)
{
    unsigned length = array_length(kernel, MEMBER_VMSTATS_EVENTS);
    uint64_t list, listed;
    int64_t count;
    if (kernel_enumerator(kernel, ENUMERATOR_NR_VM_EVENT_ITEMS, &count) && count == length)
        return item < count ? (int)item : -1;
    if (!kernel_symbol(kernel, SYMBOL_MEMCG_VM_EVENT_STAT, &list))
        return -1;
    for (unsigned i = 0; i < length && i < MOST_ITEMS; i++)
        if (memory_read_number(kernel->memory, list + i * sizeof(uint32_t), sizeof(uint32_t),
                               &listed) &&
            (int64_t)listed == item)
            return (int)i;
    return -1;
}

static int position(const struct kernel *kernel, const struct shape *shape, enum kind kind,
                    int64_t item)
{
    if (shape->has_vmstats)
        return kind == EVENT ? position_of_event(kernel, item) : position_of_state(kernel, item);
    return item >= 0 && item < MOST_ITEMS ? (int)item : -1;
}

static struct shape read_shape(const struct kernel *kernel)
{
    const struct layout_member *vmstats = &kernel->layout->members[MEMBER_MEMCG_VMSTATS];
    bool is_array = vmstats->is_known && vmstats->place.count > 1;
    struct shape shape = {
        .has_vmstats = vmstats->is_known && !is_array,
        .is_pointer = vmstats->is_known && vmstats->place.size == sizeof(uint64_t),
        .is_array = is_array,
        .is_local = !vmstats->is_known,
    };
    for (size_t i = 0; i < ITEMS; i++) {
        int64_t value;
        shape.index[i] = -1;
        shape.is_event[i] = is_event(kernel, items[i].kind);
        shape.factor[i] = factor(kernel, items[i].unit);
        if (!kernel_enumerator(kernel, items[i].item, &value) ||
            !is_of_groups(kernel, items[i].item) || !is_of_nodes(kernel, items[i].item, value))
            continue;
        enum kind kind = shape.is_event[i] ? EVENT : STATE;
        int at = position(kernel, &shape, kind, value);
        if (at < (int)count_of(kernel, &shape, kind))
            shape.index[i] = at;
    }
    return shape;
}

/* The numbers of one group, by their kernel's index. */
struct numbers {
    bool is_known;
    int64_t values[MOST_ITEMS];
};

static void add_array(const struct kernel *kernel, uint64_t base, enum member_id member, int sign,
                      struct numbers *numbers)
{
    uint64_t at, raw[MOST_ITEMS];
    unsigned count = array_length(kernel, member);
    if (!count)
        return;
    if (count > MOST_ITEMS || !kernel_place(kernel, base, member, &at) ||
        !memory_read(kernel->memory, at, raw, count * sizeof *raw)) {
        numbers->is_known = false;
        return;
    }
    for (unsigned i = 0; i < count; i++)
        numbers->values[i] += sign * (int64_t)raw[i];
}

/* What the kernel keeps for this group, which since 5.4 contains the groups below. */
static void read_kept(const struct kernel *kernel, const struct shape *shape, uint64_t memcg,
                      enum kind kind, struct numbers *kept, struct numbers *loose)
{
    const struct kind_members *members = &kinds[kind];
    uint64_t vmstats;
    if (!shape->has_vmstats) {
        add_array(kernel, memcg, shape->is_array ? members->array : members->old, 1, kept);
        return;
    }
    bool is_there = shape->is_pointer
                        ? kernel_pointer(kernel, memcg, MEMBER_MEMCG_VMSTATS, &vmstats)
                        : kernel_place(kernel, memcg, MEMBER_MEMCG_VMSTATS, &vmstats);
    if (!is_there) {
        kept->is_known = false;
        return;
    }
    add_array(kernel, vmstats, members->vmstats, 1, kept);
    add_array(kernel, vmstats, members->pending, 1, loose);
}

/* What lies with the CPUs and has reached neither this group nor those above. */
static void read_loose(const struct kernel *kernel, uint64_t memcg, enum kind kind,
                       struct numbers *loose)
{
    uint64_t percpu;
    if (!kernel_has(kernel, MEMBER_MEMCG_PERCPU))
        return;
    if (!kernel_pointer(kernel, memcg, MEMBER_MEMCG_PERCPU, &percpu)) {
        loose->is_known = false;
        return;
    }
    for (size_t cpu = 0; cpu < kernel->cpus_count; cpu++) {
        uint64_t at = kernel_per_cpu(kernel, percpu, cpu);
        add_array(kernel, at, kinds[kind].percpu, 1, loose);
        add_array(kernel, at, kinds[kind].percpu_prev, -1, loose);
    }
}

static struct amount of_index(const struct numbers *numbers, int index)
{
    return numbers->is_known ? amount_of(numbers->values[index], 0) : UNKNOWN;
}

/* Add what is in @p numbers to @p group and, if @p with_ancestors, to those above it. */
static void add_up(const struct memcg_tree *tree, const struct shape *shape, int group,
                   enum kind kind, const struct numbers *numbers, bool with_ancestors,
                   struct amount *all)
{
    for (int steps = 0; group != MEMCG_NONE && steps < DEPTH; steps++) {
        struct amount *row = &all[(size_t)group * ITEMS];
        for (size_t i = 0; i < ITEMS; i++)
            if (shape->is_event[i] == (kind == EVENT) && row[i].known)
                row[i] = amount_add(row[i], of_index(numbers, shape->index[i]));
        if (!with_ancestors)
            break;
        group = tree->groups[group].parent;
    }
}

/* Rows that this kernel counts start at 0, the others stay unknown. */
static struct amount *start(const struct memcg_tree *tree, const struct shape *shape)
{
    struct amount *all =
        arena_allocate(tree->arena, ((size_t)tree->count + 1) * ITEMS * sizeof *all);
    for (size_t i = 0; i < ITEMS; i++)
        for (int group = 0; shape->index[i] >= 0 && group < tree->count; group++)
            all[(size_t)group * ITEMS + i] = amount_of(0, 0);
    return all;
}

static void finish(const struct memcg_tree *tree, const struct shape *shape, struct amount *all)
{
    for (size_t i = 0; i < (size_t)tree->count * ITEMS; i++)
        all[i] = amount_scale(amount_at_least(all[i], 0), shape->factor[i % ITEMS]);
}

struct amount *memcg_stat_read(const struct kernel *kernel, const struct memcg_tree *tree)
{
    struct shape shape = read_shape(kernel);
    struct amount *all = start(tree, &shape);
    for (int group = 0; group < tree->count; group++) {
        for (enum kind kind = STATE; kind <= EVENT; kind++) {
            struct numbers kept = {.is_known = true}, loose = {.is_known = true};
            read_kept(kernel, &shape, tree->groups[group].address, kind, &kept, &loose);
            read_loose(kernel, tree->groups[group].address, kind, &loose);
            add_up(tree, &shape, group, kind, &kept, shape.is_local, all);
            add_up(tree, &shape, group, kind, &loose, true, all);
        }
    }
    finish(tree, &shape, all);
    return all;
}

struct amount memcg_stat_of(const struct amount *all, int group, const char *name)
{
    struct amount sum = UNKNOWN;
    for (size_t i = 0; i < ITEMS; i++) {
        struct amount one = all[(size_t)group * ITEMS + i];
        if (one.known && strcmp(items[i].name, name) == 0)
            sum = sum.known ? amount_add(sum, one) : one;
    }
    return sum;
}
