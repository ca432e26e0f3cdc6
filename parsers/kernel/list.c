#include "parsers/kernel/list.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- lists --------------------------------------------------------------------------------- */

struct list_walk list_walk(const struct kernel *kernel, uint64_t head, enum member_id link,
                           uint64_t limit)
{
    struct list_walk walk = {.kernel = kernel, .head = head, .at = head, .limit = limit};
    if (!kernel_place(kernel, 0, link, &walk.start))
        walk.end = WALK_UNREADABLE;
    return walk;
}

static bool stop(struct list_walk *walk, enum walk_end end)
{
    walk->end = end;
    return false;
}

bool list_walk_next(struct list_walk *walk, uint64_t *entry)
{
    uint64_t next, back;
    if (walk->end != WALK_GOES_ON)
        return false;
    if (!kernel_read(walk->kernel, walk->at, MEMBER_LIST_NEXT, &next))
        return stop(walk, WALK_UNREADABLE);
    if (!kernel_read(walk->kernel, next, MEMBER_LIST_PREV, &back))
        return stop(walk, WALK_UNREADABLE);
    if (back != walk->at)
        return stop(walk, WALK_BROKEN);
    if (next == walk->head)
        return stop(walk, WALK_DONE);
    if (walk->steps == walk->limit || (walk->kernel->stop && *walk->kernel->stop))
        return stop(walk, WALK_TOO_LONG);
    walk->at = next;
    walk->steps++;
    *entry = next - walk->start;
    return true;
}

const char *list_walk_trouble(const struct list_walk *walk, char *buffer, size_t size)
{
    static const char *const words[] = {
        [WALK_GOES_ON] = NULL,
        [WALK_DONE] = NULL,
        [WALK_UNREADABLE] = "not in the dump",
        [WALK_BROKEN] = "the next one does not link back",
        [WALK_TOO_LONG] = "more than are looked at",
    };
    if (!words[walk->end])
        return NULL;
    snprintf(buffer, size, "the list breaks off behind %" PRIu64 " entries: %s", walk->steps,
             words[walk->end]);
    return buffer;
}

/* ---- trees of pointers --------------------------------------------------------------------- */

/* The word in a slot is an entry or another node; which, its low bits say. They were swapped when
 * the radix tree became the xarray: lib/radix-tree.c, include/linux/xarray.h xa_is_internal(). */
struct tree {
    const struct kernel *kernel;
    uint64_t inner_bits; /* of two */
    uint64_t slots;
    unsigned slot_bits;
    uint64_t limit, steps;
    xarray_visitor *visit;
    void *context;
    bool is_enough;
};

enum { INTERNAL_MAX = 4096 /* below: retry and sibling entries, no nodes */ };

static bool is_node(const struct tree *tree, uint64_t word)
{
    return (word & 3) == tree->inner_bits && word >= INTERNAL_MAX;
}

static bool is_entry(const struct tree *tree, uint64_t word)
{
    return word && (word & 3) != tree->inner_bits;
}

static enum walk_end walk_node(struct tree *tree, uint64_t word, uint64_t index, unsigned above);

static enum walk_end walk_word(struct tree *tree, uint64_t word, uint64_t index, unsigned shift)
{
    if (++tree->steps > tree->limit || (tree->kernel->stop && *tree->kernel->stop))
        return WALK_TOO_LONG;
    if (is_node(tree, word))
        return walk_node(tree, word, index, shift);
    if (is_entry(tree, word))
        tree->is_enough = !tree->visit(tree->context, index, word);
    return WALK_DONE;
}

/* @p above is the shift of the node that this one hangs in: a child's is smaller, or it is none. */
static enum walk_end walk_node(struct tree *tree, uint64_t word, uint64_t index, unsigned above)
{
    uint64_t node = word & ~UINT64_C(3), shift;
    if (!kernel_read(tree->kernel, node, MEMBER_XA_NODE_SHIFT, &shift))
        return WALK_UNREADABLE;
    if (shift >= above || shift % tree->slot_bits)
        return WALK_BROKEN;
    enum walk_end end = WALK_DONE;
    for (uint64_t i = 0; i < tree->slots && !tree->is_enough; i++) {
        uint64_t slot;
        enum walk_end now = WALK_UNREADABLE;
        if (kernel_read_element(tree->kernel, node, MEMBER_XA_NODE_SLOTS, i, &slot))
            now = slot ? walk_word(tree, slot, index + (i << shift), (unsigned)shift) : WALK_DONE;
        if (now == WALK_TOO_LONG)
            return now;
        end = now == WALK_DONE ? end : now; /* the other branches go on */
    }
    return end;
}

enum walk_end xarray_walk(const struct kernel *kernel, uint64_t address, uint64_t limit,
                          xarray_visitor *visit, void *context)
{
    enum { SHIFT_MAX = 64 };
    const struct layout_member *head = &kernel->layout->members[MEMBER_XARRAY_HEAD];
    const struct layout_member *slots = &kernel->layout->members[MEMBER_XA_NODE_SLOTS];
    bool is_xarray = head->spelling == 0;
    struct tree tree = {.kernel = kernel,
                        .inner_bits = is_xarray ? 2 : 1,
                        .limit = limit,
                        .visit = visit,
                        .context = context};
    uint64_t word;
    if (!slots->is_known || slots->place.count < 2 ||
        !kernel_read(kernel, address, MEMBER_XARRAY_HEAD, &word))
        return WALK_UNREADABLE;
    tree.slots = slots->place.count;
    while (UINT64_C(1) << tree.slot_bits < tree.slots)
        tree.slot_bits++;
    return walk_word(&tree, word, 0, SHIFT_MAX);
}
