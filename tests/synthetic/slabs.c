/* Slab caches with their slabs. */
#include <stdio.h>
#include <string.h>

#include "tests/synthetic/common.h"

struct list_head slab_caches;
extern struct page mem_map_array[];

/* Free objects fill up the slabs of the partial list, as far as each can; in each one is used. */
static void add_slabs(const char *line, struct kmem_cache *cache, struct kmem_cache_node *node)
{
    unsigned order = (unsigned)number(line, "order"), objects = (unsigned)number(line, "objects");
    long left = number(line, "free");
    for (long slab = 0; slab < number(line, "slabs"); slab++) {
        struct page *page = &mem_map_array[take_frames(find_zone("DMA32"), order, 1UL << order)];
        long free = left < objects - 1 ? left : objects - 1;
        if (order)
            page_set_compound(page, order);
        page->flags |= 1UL << PG_slab;
        page->slab_cache = K(cache);
        page->objects = objects & 0x7fff;
        page->inuse = (unsigned)(objects - free) & 0xffff;
        if (free) {
            list_add_tail(SLAB_LINK(page), &node->partial);
            node->nr_partial++;
        }
        left -= free;
    }
}

static void add_cache(const char *line)
{
    struct kmem_cache *cache = NEW(struct kmem_cache);
    struct kmem_cache_node *node = NEW(struct kmem_cache_node);
    cache->name = text(word(line, "name"));
    cache->size = (int)number(line, "size");
    cache->object_size = (int)number(line, "payload");
    cache->oo.x = (unsigned)(number(line, "order") << 16 | number(line, "objects"));
    cache->refcount = (int)number(line, "aliases");
    cache->node[0] = K(node);
    list_init(&node->partial);
    node->nr_slabs.counter = number(line, "slabs");
    node->total_objects.counter = number(line, "slabs") * number(line, "objects");
    add_slabs(line, cache, node);
    list_add_tail(&cache->list, &slab_caches);
}

void slabs_build(void)
{
    list_init(&slab_caches);
    for (const char *line = NULL; (line = description_next(line, "cache"));) {
#ifndef HAS_CHILD_CACHES
        if (*word(line, "memcg"))
            continue;
#endif
        add_cache(line);
    }
}
