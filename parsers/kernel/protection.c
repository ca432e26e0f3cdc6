#include "parsers/kernel/protection.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* @p a times @p b over @p c. The product passes 64 bits only where a counter is broken or a limit
 * is "max": there a share to 15 digits will do. */
static int64_t fraction(int64_t a, int64_t b, int64_t c)
{
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product))
        return product / c;
    double share = (double)a / (double)c * (double)b;
    return share < (double)INT64_MAX ? (int64_t)share : INT64_MAX;
}

static int64_t old_effective(const struct protection_share *share)
{
    int64_t effective = smaller(share->setting, share->parent_effective);
    int64_t own = smaller(share->usage, share->setting);
    if (share->setting && share->parent_effective && own && share->siblings > 0)
        effective = smaller(effective, fraction(share->parent_effective, own, share->siblings));
    return effective;
}

int64_t protection_effective(const struct protection_share *share)
{
    if (share->is_old)
        return old_effective(share);
    int64_t protected = smaller(share->usage, share->setting);
    if (share->siblings > share->parent_effective)
        return fraction(protected, share->parent_effective, share->siblings);
    if (!share->is_recursive || share->parent_effective <= share->siblings ||
        share->parent_usage <= share->siblings || share->usage <= protected)
        return protected;
    return protected + fraction(share->parent_effective - share->siblings, share->usage - protected,
                                share->parent_usage - share->siblings);
}

/* Which of the two settings; its members. */
struct setting {
    enum member_id value, siblings;
};

static const struct setting settings[] = {
    {MEMBER_COUNTER_MIN, MEMBER_COUNTER_CHILDREN_MIN_USAGE},
    {MEMBER_COUNTER_LOW, MEMBER_COUNTER_CHILDREN_LOW_USAGE},
};

static bool is_recursive(const struct kernel *kernel)
{
    uint64_t root, flags;
    int64_t flag;
    return kernel_enumerator(kernel, ENUMERATOR_RECURSIVE_PROTECTION, &flag) &&
           kernel_symbol(kernel, SYMBOL_DEFAULT_CGROUP_ROOT, &root) &&
           kernel_read(kernel, root, MEMBER_CGROUP_ROOT_FLAGS, &flags) && flags & (uint64_t)flag;
}

/* In pages; @p above is the parent's. */
static struct amount effective(const struct kernel *kernel, uint64_t counter, uint64_t parent,
                               struct amount above, struct protection_share share,
                               const struct setting *setting)
{
    struct amount value = kernel_amount(kernel, counter, setting->value, 1);
    struct amount usage = kernel_amount(kernel, counter, MEMBER_COUNTER_USAGE, 1);
    struct amount parent_usage = kernel_amount(kernel, parent, MEMBER_COUNTER_USAGE, 1);
    struct amount siblings = kernel_amount(kernel, parent, setting->siblings, 1);
    if (!value.known || !usage.known || !parent_usage.known || !siblings.known || !above.known)
        return UNKNOWN;
    share.setting = value.value;
    share.usage = usage.value;
    share.parent_effective = above.value;
    share.parent_usage = parent_usage.value;
    share.siblings = siblings.value;
    return amount_of(protection_effective(&share), 0);
}

static struct amount read_one(const struct kernel *kernel, const struct memcg_tree *tree, int index,
                              struct amount above, struct protection_share share,
                              const struct setting *setting)
{
    const struct memcg *group = &tree->groups[index], *parent = &tree->groups[group->parent];
    uint64_t counter, parent_counter;
    if (!kernel_place(kernel, group->address, MEMBER_MEMCG_MEMORY, &counter) ||
        !kernel_place(kernel, parent->address, MEMBER_MEMCG_MEMORY, &parent_counter))
        return UNKNOWN;
    if (parent->parent == MEMCG_NONE) /* below the root, what is set holds */
        return kernel_amount(kernel, counter, setting->value, 1);
    return effective(kernel, counter, parent_counter, above, share, setting);
}

struct protection *protection_read(const struct kernel *kernel, const struct memcg_tree *tree)
{
    struct protection *all = arena_allocate(tree->arena, ((size_t)tree->count + 1) * sizeof *all);
    int64_t flag;
    struct protection_share share = {
        .is_recursive = is_recursive(kernel),
        .is_old = !kernel_enumerator(kernel, ENUMERATOR_RECURSIVE_PROTECTION, &flag),
    };
    if (tree->version != 2)
        return all;
    for (int i = 0; i < tree->count; i++) {
        int parent = tree->groups[i].parent;
        if (parent == MEMCG_NONE || parent > i) /* the root, or found by its id alone */
            continue;
        all[i].min = read_one(kernel, tree, i, all[parent].min, share, &settings[0]);
        all[i].low = read_one(kernel, tree, i, all[parent].low, share, &settings[1]);
    }
    for (int i = 0; i < tree->count; i++) {
        all[i].min = amount_scale(all[i].min, (int64_t)kernel->page_size);
        all[i].low = amount_scale(all[i].low, (int64_t)kernel->page_size);
    }
    return all;
}
