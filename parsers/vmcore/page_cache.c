#include "parsers/vmcore/page_cache.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/arena.h"

enum { PAGE = 4096 /* no kernel has smaller ones */, PAGES = 256, LONGEST = 2 * PAGE };

struct page_cache {
    struct memory memory;
    uint64_t addresses[PAGES]; /* 1: none, as no page begins there */
    unsigned char pages[PAGES][PAGE];
};

struct page_cache *page_cache_create(struct memory memory)
{
    struct page_cache *cache = must_allocate(sizeof *cache);
    cache->memory = memory;
    for (size_t i = 0; i < PAGES; i++)
        cache->addresses[i] = 1;
    return cache;
}

void page_cache_destroy(struct page_cache *cache)
{
    free(cache);
}

/* NULL: not all of it is in the dump. */
static const unsigned char *find_page(struct page_cache *cache, uint64_t address)
{
    size_t place = address / PAGE % PAGES;
    if (cache->addresses[place] == address)
        return cache->pages[place];
    cache->addresses[place] = 1;
    if (!memory_read(&cache->memory, address, cache->pages[place], PAGE))
        return NULL;
    cache->addresses[place] = address;
    return cache->pages[place];
}

/* What is long would only push others out; of a page that is there in part the part is asked for.
 */
static bool read_cached(void *context, uint64_t address, void *buffer, size_t length)
{
    struct page_cache *cache = context;
    unsigned char *rest = buffer;
    if (length > LONGEST)
        return memory_read(&cache->memory, address, buffer, length);
    while (length) {
        size_t offset = address % PAGE, piece = PAGE - offset < length ? PAGE - offset : length;
        const unsigned char *page = find_page(cache, address - offset);
        if (page)
            memcpy(rest, page + offset, piece);
        else if (!memory_read(&cache->memory, address, rest, piece))
            return false;
        address += piece;
        rest += piece;
        length -= piece;
    }
    return true;
}

struct memory page_cache_memory(struct page_cache *cache)
{
    return (struct memory){cache, read_cached};
}
