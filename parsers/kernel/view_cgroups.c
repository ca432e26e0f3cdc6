/* `cgroups`: every memory cgroup with its limits, use, protection, events and statistics. */
#include <stdlib.h>

#include "parsers/kernel/lru.h"
#include "parsers/kernel/memcg_stat.h"
#include "parsers/kernel/page_counter.h"
#include "parsers/kernel/protection.h"
#include "parsers/kernel/view.h"

/* All that is read of all groups at once. */
struct groups {
    const struct kernel *kernel;
    const struct memcg_tree *tree;
    const struct amount *stat, *events;
    const struct protection *protection;
};

static void put_protection(const struct groups *groups, int index,
                           const struct page_counter *memory, json_t *object)
{
    if (groups->tree->version == 1)
        return; /* v1 has the members, not the meaning */
    view_put_amount(object, "min_bytes", memory->min);
    view_put_amount(object, "low_bytes", memory->low);
    view_put_amount(object, "emin_bytes", groups->protection[index].min);
    view_put_amount(object, "elow_bytes", groups->protection[index].low);
}

static void put_memory(const struct groups *groups, int index, json_t *object)
{
    const struct kernel *kernel = groups->kernel;
    const struct memcg *group = &groups->tree->groups[index];
    struct page_counter memory = page_counter_read(kernel, group->address, MEMBER_MEMCG_MEMORY);
    struct amount high = kernel_amount(kernel, group->address, MEMBER_MEMCG_HIGH, 1);
    if (index == 0) /* tasks in the root are not charged: the kernel adds up its pages instead */
        memory.usage = amount_add(memcg_stat_of(groups->stat, index, "anon_bytes"),
                                  memcg_stat_of(groups->stat, index, "file_bytes"));
    view_put_amount(object, "usage_bytes", memory.usage);
    view_put_amount(object, "limit_bytes", memory.limit);
    view_put_amount(object, "high_bytes",
                    amount_either(memory.high, page_counter_limit(kernel, high)));
    put_protection(groups, index, &memory, object);
    view_put_amount(object, "peak_bytes", memory.peak);
    view_put_amount(object, "failcnt", memory.failcnt);
}

/* The counters beside memory; which of them a hierarchy has depends on its version. */
static const struct side_counter {
    enum member_id member;
    int version; /* 0: both */
    const char *usage, *limit, *failcnt;
} side_counters[] = {
    {MEMBER_MEMCG_SWAP, 2, "swap_usage_bytes", "swap_limit_bytes", "swap_failcnt"},
    {MEMBER_MEMCG_MEMSW, 1, "memsw_usage_bytes", "memsw_limit_bytes", "memsw_failcnt"},
    {MEMBER_MEMCG_KMEM, 0, "kmem_usage_bytes", "kmem_limit_bytes", "kmem_failcnt"},
    {MEMBER_MEMCG_TCPMEM, 1, "tcpmem_usage_bytes", "tcpmem_limit_bytes", "tcpmem_failcnt"},
};

static void put_side_counters(const struct groups *groups, int index, json_t *object)
{
    for (size_t i = 0; i < sizeof side_counters / sizeof *side_counters; i++) {
        const struct side_counter *row = &side_counters[i];
        if (row->version && row->version != groups->tree->version)
            continue;
        struct page_counter counter =
            page_counter_read(groups->kernel, groups->tree->groups[index].address, row->member);
        if (index != 0) /* the root's own counter holds its children's charges alone */
            view_put_amount(object, row->usage, counter.usage);
        view_put_amount(object, row->limit, counter.limit);
        view_put_amount(object, row->failcnt, counter.failcnt);
    }
}

static void put_events(const struct groups *groups, int index, json_t *object)
{
    json_t *events = json_object();
    for (size_t row = 0; row < memcg_event_count(); row++)
        view_put_amount(events, memcg_event_name(row),
                        groups->events[(size_t)index * memcg_event_count() + row]);
    json_object_set_new(object, "events", events);
}

static void put_stat(const struct groups *groups, int index, json_t *object)
{
    json_t *stat = json_object();
    for (size_t row = 0; row < memcg_stat_count(); row++) {
        const char *name = memcg_stat_name(row);
        view_put_amount(stat, name, memcg_stat_of(groups->stat, index, name));
    }
    view_put_amount(stat, "slab_bytes",
                    amount_add(memcg_stat_of(groups->stat, index, "slab_reclaimable_bytes"),
                               memcg_stat_of(groups->stat, index, "slab_unreclaimable_bytes")));
    json_object_set_new(object, "stat", stat);
}

static void put_group(const struct groups *groups, int index, json_t *object)
{
    const struct memcg *group = &groups->tree->groups[index];
    view_put_text(object, "path", group->path.data);
    if (groups->tree->version)
        json_object_set_new(object, "version", json_integer(groups->tree->version));
    if (group->online.known)
        json_object_set_new(object, "online", json_boolean(group->online.value));
    put_memory(groups, index, object);
    put_side_counters(groups, index, object);
    put_events(groups, index, object);
    put_stat(groups, index, object);
}

static int compare_paths(const void *a, const void *b)
{
    const struct memcg *const *left = a, *const *right = b;
    return slice_compare((*left)->path, (*right)->path);
}

/* In the order of their paths, which is that of the tree. */
static const struct memcg **in_order(const struct memcg_tree *tree)
{
    const struct memcg **order =
        arena_allocate(tree->arena, ((size_t)tree->count + 1) * sizeof *order);
    for (int i = 0; i < tree->count; i++)
        order[i] = &tree->groups[i];
    qsort(order, (size_t)tree->count, sizeof *order, compare_paths);
    return order;
}

/* It is on, or off, for all of them. */
static void put_generations(const struct kernel *kernel, const struct memcg_tree *tree,
                            struct view *view)
{
    uint64_t part;
    for (unsigned node = 0; tree->count && node < memcg_node_limit(kernel); node++) {
        if (!memcg_node(kernel, &tree->groups[0], node, &part))
            continue;
        struct amount is_on = lru_is_generational(kernel, part);
        if (is_on.known)
            json_object_set_new(view->object, "lru_gen", json_boolean(is_on.value));
        return;
    }
}

void view_cgroups(const struct kernel *kernel, struct view *view)
{
    struct memcg_tree tree;
    memcg_tree_init(&tree, kernel);
    struct groups groups = {
        .kernel = kernel,
        .tree = &tree,
        .stat = memcg_stat_read(kernel, &tree),
        .events = memcg_event_read(kernel, &tree),
        .protection = protection_read(kernel, &tree),
    };
    const struct memcg **order = in_order(&tree);
    put_generations(kernel, &tree, view);
    json_t *array = view_array(view->object, "cgroups");
    for (int i = 0; i < tree.count; i++)
        put_group(&groups, (int)(order[i] - tree.groups), view_append(array));
    if (tree.trouble[0]) {
        view_note(view, "not all control groups were found: %s", tree.trouble);
        view_incomplete(view);
    }
    memcg_tree_deinit(&tree);
}
