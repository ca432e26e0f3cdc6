#include "parsers/kernel/list.h"

#include <inttypes.h>
#include <stdio.h>

#include "parsers/kernel/frames.h"

/* ---- lists */

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

/* Were pages of RAM left out of the dump? */
static bool is_filtered(const struct kernel *kernel)
{
    const struct frames *frames = kernel->frames;
    uint64_t first = 0, end = 0, held = 0, held_end = 0;
    while (frames && frames->next_memory(frames->context, &first, &end) && end > first) {
        held = first;
        if (!frames->next_held(frames->context, &held, &held_end) || held > first || held_end < end)
            return true;
        first = end;
    }
    return false;
}

bool lacks_slab_pages(const struct kernel *kernel)
{
    return kernel->layout->enumerators[ENUMERATOR_PGTY_SLAB].is_known && is_filtered(kernel);
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
    bool is_known_fault = walk->end == WALK_UNREADABLE && lacks_slab_pages(walk->kernel);
    snprintf(buffer, size, "the list breaks off behind %" PRIu64 " entries: %s%s", walk->steps,
             words[walk->end],
             is_known_fault ? "; makedumpfile up to 1.7.2 drops slab pages of 6.10 and newer" : "");
    return buffer;
}

/* ---- trees of pointers */

/* The word in a slot is an entry or another node. Which, its low bits say, that were swapped when
 * the radix tree became the xarray (lib/radix-tree.c, include/linux/xarray.h xa_is_internal());
 * in 3.10 only the topmost has such bits, and in idr_layer none: there the level says it. */
struct tree {
    const struct kernel *kernel;
    enum tree_shape { XARRAY, RADIX, RADIX_OF_HEIGHTS, IDR_LAYERS } shape;
    enum member_id slots_member;
    uint64_t slots;
    unsigned slot_bits;
    uint64_t limit, steps;
    xarray_visitor *visit;
    void *context;
    bool is_enough;
};

enum { INTERNAL_MAX = 4096 /* below: retry and sibling entries, no nodes */, TAG_BITS = 3 };

static bool is_node(const struct tree *tree, uint64_t word, unsigned above)
{
    if (tree->shape >= RADIX_OF_HEIGHTS && above)
        return true;
    uint64_t inner_bits = tree->shape == XARRAY ? 2 : 1;
    return (word & TAG_BITS) == inner_bits && word >= INTERNAL_MAX;
}

static bool is_entry(const struct tree *tree, uint64_t word)
{
    return tree->shape == IDR_LAYERS || (word & TAG_BITS) != (tree->shape == XARRAY ? 2 : 1);
}

static enum walk_end walk_node(struct tree *tree, uint64_t word, uint64_t index, unsigned above);

/* @p above is the shift of the node that the word stands in. */
static enum walk_end walk_word(struct tree *tree, uint64_t word, uint64_t index, unsigned above)
{
    if (++tree->steps > tree->limit || (tree->kernel->stop && *tree->kernel->stop))
        return WALK_TOO_LONG;
    if (is_node(tree, word, above))
        return walk_node(tree, word, index, above);
    if (is_entry(tree, word))
        tree->is_enough = !tree->visit(tree->context, index, word);
    return WALK_DONE;
}

/* How far the index is shifted in the slots of a node. */
static bool read_shift(const struct tree *tree, uint64_t node, uint64_t *shift)
{
    bool has_heights = tree->shape == RADIX_OF_HEIGHTS, is_idr = tree->shape == IDR_LAYERS;
    if (!has_heights && !is_idr)
        return kernel_read(tree->kernel, node, MEMBER_XA_NODE_SHIFT, shift);
    if (!kernel_read(tree->kernel, node, is_idr ? MEMBER_IDR_LAYER : MEMBER_XA_NODE_HEIGHT, shift))
        return false;
    *shift = (*shift - has_heights) * tree->slot_bits;
    return true;
}

/* A child's shift is smaller than that of the node that it hangs in, or it is none. */
static enum walk_end walk_node(struct tree *tree, uint64_t word, uint64_t index, unsigned above)
{
    uint64_t node = word & ~(uint64_t)TAG_BITS, shift;
    if (!read_shift(tree, node, &shift))
        return WALK_UNREADABLE;
    if (shift >= above || shift % tree->slot_bits)
        return WALK_BROKEN;
    enum walk_end end = WALK_DONE;
    for (uint64_t i = 0; i < tree->slots && !tree->is_enough; i++) {
        uint64_t slot;
        enum walk_end now = WALK_UNREADABLE;
        if (kernel_read_element(tree->kernel, node, tree->slots_member, i, &slot))
            now = slot ? walk_word(tree, slot, index + (i << shift), (unsigned)shift) : WALK_DONE;
        if (now == WALK_TOO_LONG)
            return now;
        end = now == WALK_DONE ? end : now; /* the other branches go on */
    }
    return end;
}

/* @p top is the word of the tree's root; @p is_tagged: whose low bits say whether it is a node. */
static enum walk_end walk_tree(struct tree *tree, uint64_t top, bool is_tagged)
{
    enum { SHIFT_MAX = 64 };
    const struct layout_member *slots = &tree->kernel->layout->members[tree->slots_member];
    if (!slots->is_known || slots->place.count < 2)
        return WALK_UNREADABLE;
    tree->slots = slots->place.count;
    while (UINT64_C(1) << tree->slot_bits < tree->slots)
        tree->slot_bits++;
    if (!top)
        return WALK_DONE;
    if (is_tagged && !is_node(tree, top, 0))
        return walk_word(tree, top, 0, 0);
    tree->steps++;
    return walk_node(tree, top, 0, SHIFT_MAX);
}

static enum tree_shape shape_of(const struct kernel *kernel)
{
    if (kernel->layout->members[MEMBER_XARRAY_HEAD].spelling == 0)
        return XARRAY;
    return kernel_has(kernel, MEMBER_XA_NODE_SHIFT) ? RADIX : RADIX_OF_HEIGHTS;
}

enum walk_end xarray_walk(const struct kernel *kernel, uint64_t address, uint64_t limit,
                          xarray_visitor *visit, void *context)
{
    uint64_t top;
    struct tree tree = {.kernel = kernel,
                        .shape = shape_of(kernel),
                        .slots_member = MEMBER_XA_NODE_SLOTS,
                        .limit = limit,
                        .visit = visit,
                        .context = context};
    return kernel_read(kernel, address, MEMBER_XARRAY_HEAD, &top) ? walk_tree(&tree, top, true)
                                                                  : WALK_UNREADABLE;
}

enum walk_end idr_walk(const struct kernel *kernel, uint64_t address, uint64_t limit,
                       xarray_visitor *visit, void *context)
{
    uint64_t inner, top;
    struct tree tree = {.kernel = kernel,
                        .shape = IDR_LAYERS,
                        .slots_member = MEMBER_IDR_LAYER_SLOTS,
                        .limit = limit,
                        .visit = visit,
                        .context = context};
    if (kernel_place(kernel, address, MEMBER_IDR_XARRAY, &inner))
        return xarray_walk(kernel, inner, limit, visit, context);
    return kernel_read(kernel, address, MEMBER_IDR_TOP, &top) ? walk_tree(&tree, top, false)
                                                              : WALK_UNREADABLE;
}
