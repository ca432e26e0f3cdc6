#include "parsers/kernel/slab.h"

#include "analyzer/limits.h"

enum { ORDER_SHIFT = 16, OBJECTS_MASK = 0xffff, ORDER_MOST = 32, POINTER_SIZE = 8 };

/* ---- the part of one NUMA node */

/* The address of a cache's structure for node @p node; false: that node has none. */
static bool find_node(const struct kernel *kernel, uint64_t cache, unsigned node, uint64_t *ret)
{
    const struct layout_member *per_node = &kernel->layout->members[MEMBER_CACHE_PER_NODE];
    const struct layout_member *array = &kernel->layout->members[MEMBER_CACHE_NODE];
    uint64_t place;
    if (per_node->is_known && kernel_place(kernel, cache, MEMBER_CACHE_PER_NODE, &place)) {
        uint64_t size = per_node->place.element_size ? per_node->place.element_size : POINTER_SIZE;
        return kernel_pointer(kernel, place + node * size, MEMBER_PER_NODE_NODE, ret);
    }
    if (!array->is_known || !kernel_place(kernel, cache, MEMBER_CACHE_NODE, &place))
        return false;
    return memory_read_number(kernel->memory, place + node * (uint64_t)POINTER_SIZE, POINTER_SIZE,
                              ret) &&
           *ret != 0;
}

/* Free objects of the slabs on the partial list. */
static struct amount count_free(const struct kernel *kernel, uint64_t node, enum walk_end *end)
{
    uint64_t head, slab, objects, inuse;
    int64_t sum = 0;
    if (!kernel_place(kernel, node, MEMBER_CACHE_NODE_PARTIAL, &head))
        return UNKNOWN;
    struct list_walk walk = list_walk(kernel, head, MEMBER_SLAB_LIST, LIMIT_SLABS);
    while (list_walk_next(&walk, &slab) && !*kernel->stop) {
        if (!kernel_read(kernel, slab, MEMBER_SLAB_OBJECTS, &objects) ||
            !kernel_read(kernel, slab, MEMBER_SLAB_INUSE, &inuse))
            return UNKNOWN;
        sum += inuse < objects ? (int64_t)(objects - inuse) : 0;
    }
    *end = walk.end == WALK_DONE ? *end : walk.end;
    return walk.end == WALK_DONE ? amount_of(sum, 0) : UNKNOWN;
}

static void add_node(const struct kernel *kernel, uint64_t node, struct slab_cache_info *info)
{
    struct amount objects = kernel_amount(kernel, node, MEMBER_CACHE_NODE_TOTAL_OBJECTS, 1);
    info->slabs =
        amount_add(info->slabs, kernel_amount(kernel, node, MEMBER_CACHE_NODE_NR_SLABS, 1));
    info->objects = amount_add(info->objects, objects);
    info->active =
        amount_add(info->active, amount_subtract(objects, count_free(kernel, node, &info->end)));
}

/* ---- one cache */

static unsigned node_limit(const struct kernel *kernel)
{
    enum { NODES_MAX = 1024 };
    uint64_t limit;
    if (!kernel_variable(kernel, SYMBOL_NR_NODE_IDS, sizeof(uint32_t), &limit) || limit == 0 ||
        limit > NODES_MAX)
        return 1;
    return (unsigned)limit;
}

static struct amount slab_bytes(const struct kernel *kernel, const struct slab_cache_info *info)
{
    uint64_t order;
    if (!kernel_read(kernel, info->address, MEMBER_CACHE_ORDER_OBJECTS, &order) ||
        order >> ORDER_SHIFT >= ORDER_MOST)
        return UNKNOWN;
    return amount_scale(info->slabs, (int64_t)(kernel->page_size << (order >> ORDER_SHIFT)));
}

static void read_cache(const struct kernel *kernel, uint64_t cache, struct slab_cache_info *ret)
{
    uint64_t node;
    const struct amount none = amount_of(0, 0);
    *ret = (struct slab_cache_info){.address = cache, .end = WALK_DONE};
    if (!kernel_read_string(kernel, cache, MEMBER_CACHE_NAME, ret->name, sizeof ret->name))
        ret->name[0] = '\0';
    ret->size = kernel_amount(kernel, cache, MEMBER_CACHE_SIZE, 1);
    ret->object_size = kernel_amount(kernel, cache, MEMBER_CACHE_OBJECT_SIZE, 1);
    ret->aliases = kernel_amount(kernel, cache, MEMBER_CACHE_ALIASES, 1);
    ret->slabs = ret->objects = ret->active = none;
    unsigned nodes = node_limit(kernel), found = 0;
    for (unsigned i = 0; i < nodes; i++)
        if (find_node(kernel, cache, i, &node) && ++found)
            add_node(kernel, node, ret);
    if (!found)
        ret->slabs = ret->objects = ret->active = UNKNOWN;
    ret->bytes = slab_bytes(kernel, ret);
}

struct list_walk slab_cache_walk(const struct kernel *kernel)
{
    uint64_t head;
    if (!kernel_symbol(kernel, SYMBOL_SLAB_CACHES, &head))
        return (struct list_walk){.kernel = kernel, .end = WALK_UNREADABLE};
    return list_walk(kernel, head, MEMBER_CACHE_LIST, LIMIT_SLABS);
}

bool slab_cache_next(struct list_walk *walk, struct slab_cache_info *ret)
{
    uint64_t cache;
    if (!list_walk_next(walk, &cache))
        return false;
    read_cache(walk->kernel, cache, ret);
    return true;
}
