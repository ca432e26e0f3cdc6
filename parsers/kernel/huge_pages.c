#include "parsers/kernel/huge_pages.h"

#include "parsers/kernel/zones.h"

enum { POOLS_MAX = 16, ORDER_MOST = 32 };

static void read_pool(const struct kernel *kernel, unsigned index, uint64_t address,
                      struct hugetlb_pool *ret)
{
    struct amount order = kernel_amount(kernel, address, MEMBER_HSTATE_ORDER, 1);
    *ret = (struct hugetlb_pool){
        .index = index,
        .address = address,
        .size = UNKNOWN,
        .pages = kernel_amount(kernel, address, MEMBER_HSTATE_PAGES, 1),
        .free = kernel_amount(kernel, address, MEMBER_HSTATE_FREE, 1),
        .reserved = kernel_amount(kernel, address, MEMBER_HSTATE_RESERVED, 1),
        .surplus = kernel_amount(kernel, address, MEMBER_HSTATE_SURPLUS, 1),
    };
    if (order.known && order.value >= 0 && order.value < ORDER_MOST)
        ret->size = amount_of((int64_t)(kernel->page_size << order.value), 0);
}

bool hugetlb_pool_next(const struct kernel *kernel, unsigned index, struct hugetlb_pool *ret)
{
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_HSTATE];
    uint64_t array, count;
    if (!size->is_known || !kernel_symbol(kernel, SYMBOL_HSTATES, &array) ||
        !kernel_variable(kernel, SYMBOL_HUGETLB_MAX_HSTATE, sizeof(uint32_t), &count) ||
        index >= count || index >= POOLS_MAX)
        return false;
    read_pool(kernel, index, array + index * (uint64_t)size->value, ret);
    return true;
}

void hugetlb_pool_of_node(const struct kernel *kernel, const struct hugetlb_pool *pool,
                          unsigned node, struct amount *pages, struct amount *free)
{
    uint64_t number;
    *pages = kernel_read_element(kernel, pool->address, MEMBER_HSTATE_NODE_PAGES, node, &number)
                 ? amount_of((int64_t)number, 0)
                 : UNKNOWN;
    *free = kernel_read_element(kernel, pool->address, MEMBER_HSTATE_NODE_FREE, node, &number)
                ? amount_of((int64_t)number, 0)
                : UNKNOWN;
}

/* 7.x has one list for each group in a list_lru, counted by node; before, each group and each node
 * has a queue. */
static struct amount lengths_of_nodes(const struct kernel *kernel)
{
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_LIST_LRU_NODE];
    struct amount sum = UNKNOWN; /* of no node at all */
    uint64_t lru, nodes, node;
    bool is_lru = size->is_known && kernel_symbol(kernel, SYMBOL_DEFERRED_SPLIT_LRU, &lru) &&
                  kernel_pointer(kernel, lru, MEMBER_LIST_LRU_NODE, &nodes);
    for (unsigned number = 0; node_next(kernel, &number, &node); number++)
        sum = amount_add(sum.known || number ? sum : amount_of(0, 0),
                         is_lru ? kernel_amount(kernel, nodes + number * (uint64_t)size->value,
                                                MEMBER_LIST_LRU_NODE_ITEMS, 1)
                                : kernel_amount(kernel, node, MEMBER_NODE_DEFERRED_SPLIT, 1));
    return sum;
}

struct amount deferred_split_length(const struct kernel *kernel, const struct memcg_tree *groups)
{
    struct amount sum = lengths_of_nodes(kernel);
    if (!kernel_has(kernel, MEMBER_MEMCG_DEFERRED_SPLIT))
        return sum;
    for (int i = 0; i < groups->count; i++)
        sum = amount_add(
            sum, kernel_amount(kernel, groups->groups[i].address, MEMBER_MEMCG_DEFERRED_SPLIT, 1));
    return sum;
}
