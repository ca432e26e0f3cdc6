#include "parsers/kernel/memcg_stat.h"

static const struct event {
    const char *name;
    enum enumerator_id item;
} events[] = {
    {"low", ENUMERATOR_MEMCG_EVENT_LOW},
    {"high", ENUMERATOR_MEMCG_EVENT_HIGH},
    {"max", ENUMERATOR_MEMCG_EVENT_MAX},
    {"oom", ENUMERATOR_MEMCG_EVENT_OOM},
    {"oom_kill", ENUMERATOR_MEMCG_EVENT_OOM_KILL},
    {"oom_group_kill", ENUMERATOR_MEMCG_EVENT_OOM_GROUP_KILL},
    {"sock_throttled", ENUMERATOR_MEMCG_EVENT_SOCK_THROTTLED},
    {"swap_high", ENUMERATOR_MEMCG_EVENT_SWAP_HIGH},
    {"swap_max", ENUMERATOR_MEMCG_EVENT_SWAP_MAX},
    {"swap_fail", ENUMERATOR_MEMCG_EVENT_SWAP_FAIL},
};

enum { EVENTS = sizeof events / sizeof *events };

size_t memcg_event_count(void)
{
    return EVENTS;
}

const char *memcg_event_name(size_t row)
{
    return events[row].name;
}

static struct amount read_one(const struct kernel *kernel, uint64_t memcg, size_t row)
{
    int64_t index;
    uint64_t times;
    if (!kernel_enumerator(kernel, events[row].item, &index) ||
        !kernel_read_element(kernel, memcg, MEMBER_MEMCG_EVENTS, (uint64_t)index, &times))
        return UNKNOWN;
    return amount_of((int64_t)times, 0);
}

/* v1 counts events where they happen; what is below is added here. */
static void add_up(const struct memcg_tree *tree, struct amount *all)
{
    for (int i = tree->count - 1; i > 0; i--) {
        int parent = tree->groups[i].parent;
        for (size_t row = 0; parent != MEMCG_NONE && parent < i && row < EVENTS; row++)
            all[(size_t)parent * EVENTS + row] =
                amount_add(all[(size_t)parent * EVENTS + row], all[(size_t)i * EVENTS + row]);
    }
}

struct amount *memcg_event_read(const struct kernel *kernel, const struct memcg_tree *tree)
{
    struct amount *all =
        arena_allocate(tree->arena, ((size_t)tree->count + 1) * EVENTS * sizeof *all);
    for (int i = 0; i < tree->count; i++)
        for (size_t row = 0; row < EVENTS; row++)
            all[(size_t)i * EVENTS + row] = read_one(kernel, tree->groups[i].address, row);
    if (tree->version == 1)
        add_up(tree, all);
    return all;
}
