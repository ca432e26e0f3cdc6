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

/* Whose the objects are: of a cache of one cgroup's, all; else a vector by object tells. */
#if defined(HAS_PARAMS_POINTER)
static void set_owner(struct kmem_cache *cache, const char *line)
{
    struct memcg_cache_params *params = NEW(struct memcg_cache_params);
    params->is_root_cache = !*word(line, "memcg");
    if (!params->is_root_cache)
        params->memcg = K(find_memcg(word(line, "memcg")));
    cache->memcg_params = K(params);
}
#elif defined(HAS_CHILD_CACHES)
static void set_owner(struct kmem_cache *cache, const char *line)
{
    if (*word(line, "memcg"))
        cache->memcg_params.memcg = K(find_memcg(word(line, "memcg")));
}
#else
static void set_owner(struct kmem_cache *cache, const char *line)
{
    const char *charge = description_next(NULL, "charge");
    struct page *slab = mem_map_array;
    struct obj_cgroup *objcg = NEW(struct obj_cgroup), **vector;
    if (strcmp(word(charge, "cache"), word(line, "name")) != 0)
        return;
    while (slab->slab_cache != K(cache) || !(slab->flags & 1UL << PG_slab))
        slab++;
    objcg->memcg = K(find_memcg(word(charge, "memcg")));
    vector = allocate((size_t)number(line, "objects") * sizeof *vector);
    for (long i = 0; i < number(charge, "count"); i++)
        vector[2 * i] = K(objcg);
    slab->memcg_data = (unsigned long)K(vector) | 1;
}
#endif

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
    set_owner(cache, line);
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
