/* `huge`: hugetlb's pools, and the transparent huge pages of each memory cgroup. */
#include <string.h>

#include "parsers/kernel/huge_pages.h"
#include "parsers/kernel/memcg_stat.h"
#include "parsers/kernel/view.h"
#include "parsers/kernel/zones.h"

static void put_pool(const struct kernel *kernel, const struct hugetlb_pool *pool, json_t *object)
{
    struct amount pages, free;
    uint64_t node;
    view_put_amount(object, "page_bytes", pool->size);
    view_put_amount(object, "total", pool->pages);
    view_put_amount(object, "free", pool->free);
    view_put_amount(object, "reserved", pool->reserved);
    view_put_amount(object, "surplus", pool->surplus);
    json_t *nodes = view_array(object, "nodes");
    for (unsigned number = 0; node_next(kernel, &number, &node); number++) {
        hugetlb_pool_of_node(kernel, pool, number, &pages, &free);
        json_t *row = view_append(nodes);
        view_put_amount(row, "node", amount_of(number, 0));
        view_put_amount(row, "total", pages);
        view_put_amount(row, "free", free);
    }
}

void view_put_huge(const struct kernel *kernel, const struct memcg_tree *groups, struct view *view)
{
    struct hugetlb_pool pool;
    view_put_amount(view->object, "deferred_split", deferred_split_length(kernel, groups));
    json_t *array = view_array(view->object, "hugetlb");
    for (unsigned index = 0; hugetlb_pool_next(kernel, index, &pool); index++)
        put_pool(kernel, &pool, view_append(array));
}

/* ---- by memory cgroup */

/* Of the subtree, as in memory.stat; groups without any are left out. */
static void put_group(const struct memcg *group, const struct amount *stat, int index,
                      json_t *array)
{
    static const char *const keys[] = {"anon_thp_bytes", "shmem_thp_bytes", "file_thp_bytes"};
    struct amount sum = amount_of(0, 0);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        sum = amount_add(sum, amount_either(memcg_stat_of(stat, index, keys[i]), amount_of(0, 0)));
    if (sum.value == 0)
        return;
    json_t *object = view_append(array);
    view_put_text(object, "path", group->path.data);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        view_put_amount(object, keys[i], memcg_stat_of(stat, index, keys[i]));
}

void view_huge(const struct kernel *kernel, struct view *view)
{
    struct memcg_tree groups;
    memcg_tree_init(&groups, kernel);
    const struct amount *stat = memcg_stat_read(kernel, &groups);
    view_put_huge(kernel, &groups, view);
    json_t *array = view_array(view->object, "memcgs");
    for (int i = 0; i < groups.count; i++)
        put_group(&groups.groups[i], stat, i, array);
    if (*groups.trouble) {
        view_note(view, "not all control groups were found: %s", groups.trouble);
        view_incomplete(view);
    }
    memcg_tree_deinit(&groups);
}
