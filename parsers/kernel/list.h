/*
 * Walking the kernel's linked lists and trees of pointers, which in a crash are the very ones that
 * were being changed.
 *
 * Every walk is bounded, checks each entry's link back, and ends with a word on why it ended.
 * Kernel: include/linux/list.h, lib/xarray.c, lib/idr.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_LIST_H
#define WHYOOM_PARSERS_KERNEL_LIST_H

#include "parsers/kernel/kernel.h"

enum walk_end {
    WALK_GOES_ON,
    WALK_DONE,       /* back at the head */
    WALK_UNREADABLE, /* an entry is not in the dump, or the kernel's types are unknown */
    WALK_BROKEN,     /* an entry does not link back to the one before */
    WALK_TOO_LONG    /* the limit */
};

struct list_walk {
    const struct kernel *kernel;
    uint64_t head, at, limit;
    uint64_t steps; /* entries given so far */
    uint64_t start; /* of the structures: their member's offset is taken off */
    enum walk_end end;
};

/** Begin at the list_head at @p head; entries are structures that @p link is a member of. */
struct list_walk list_walk(const struct kernel *kernel, uint64_t head, enum member_id link,
                           uint64_t limit);

/** The next structure's address. False: the walk has ended, `end` says why. */
bool list_walk_next(struct list_walk *walk, uint64_t *entry);

/** Is it a filtered dump of a kernel since 6.10, of which makedumpfile up to 1.7.2 takes slab pages
 * for others and leaves them out? */
bool lacks_slab_pages(const struct kernel *kernel);

enum { LIST_TROUBLE_SIZE = 160 };

/** "the list breaks off behind 12 entries: not in the dump"; NULL when the walk is DONE. The text
 * goes to @p buffer, of LIST_TROUBLE_SIZE bytes or more. */
const char *list_walk_trouble(const struct list_walk *walk, char *buffer, size_t size);

/** Called with each pointer of a tree and its index. False: enough. */
typedef bool xarray_visitor(void *context, uint64_t index, uint64_t entry);

/** Every entry that is no internal node (values included, with their low bit) of the xarray or
 * radix tree at @p address; of those of the idr there. */
enum walk_end xarray_walk(const struct kernel *kernel, uint64_t address, uint64_t limit,
                          xarray_visitor *visit, void *context);
enum walk_end idr_walk(const struct kernel *kernel, uint64_t address, uint64_t limit,
                       xarray_visitor *visit, void *context);

#endif
