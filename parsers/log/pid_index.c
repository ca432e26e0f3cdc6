#include "parsers/log/pid_index.h"

static bool is_pid(int64_t pid)
{
    return pid >= 0 && pid < (INT64_C(1) << PID_BITS);
}

/* The lowest @p bits of what lies above @p below. */
static size_t digit_of(int64_t pid, int below, int bits)
{
    return (size_t)(pid >> below) & ((UINT64_C(1) << bits) - 1);
}

static struct pid_leaf *leaf_of(const struct pid_index *index, int64_t pid)
{
    size_t branch = digit_of(pid, PID_BRANCH_BITS + PID_LEAF_BITS, PID_ROOT_BITS);
    size_t leaf = digit_of(pid, PID_LEAF_BITS, PID_BRANCH_BITS);
    if (!index->root || !index->root[branch])
        return NULL;
    return index->root[branch]->leaf[leaf];
}

static struct pid_leaf *grow_leaf(struct arena *arena, struct pid_index *index, int64_t pid)
{
    if (!index->root)
        index->root = arena_allocate(arena, sizeof *index->root << PID_ROOT_BITS);
    struct pid_branch **branch =
        &index->root[digit_of(pid, PID_BRANCH_BITS + PID_LEAF_BITS, PID_ROOT_BITS)];
    if (!*branch)
        *branch = arena_allocate(arena, sizeof **branch);
    struct pid_leaf **leaf = &(*branch)->leaf[digit_of(pid, PID_LEAF_BITS, PID_BRANCH_BITS)];
    if (!*leaf)
        *leaf = arena_allocate(arena, sizeof **leaf);
    return *leaf;
}

void pid_index_add(struct arena *arena, struct pid_index *index, int64_t pid, size_t place)
{
    if (!is_pid(pid))
        return;
    uint32_t *slot = &grow_leaf(arena, index, pid)->place[digit_of(pid, 0, PID_LEAF_BITS)];
    if (*slot == 0)
        *slot = (uint32_t)place + 1;
}

size_t pid_index_find(const struct pid_index *index, int64_t pid)
{
    const struct pid_leaf *leaf = is_pid(pid) ? leaf_of(index, pid) : NULL;
    uint32_t place = leaf ? leaf->place[digit_of(pid, 0, PID_LEAF_BITS)] : 0;
    return place ? place - 1 : SLICE_NOT_FOUND;
}
