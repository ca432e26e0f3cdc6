/*
 * Memory read page by page, the last ones kept: walkers ask for eight bytes here and there, mostly
 * in pages that they have just been to, and each question to the dump's library costs a translation
 * and a search.
 *
 * Not for several threads at once.
 */
#ifndef WHYOOM_PARSERS_VMCORE_PAGE_CACHE_H
#define WHYOOM_PARSERS_VMCORE_PAGE_CACHE_H

#include "parsers/vmcore/memory.h"

struct page_cache;

/** @p memory is copied; what it reads with stays the caller's. */
struct page_cache *page_cache_create(struct memory memory);

/** Free; NULL is fine. */
void page_cache_destroy(struct page_cache *cache);

/** The same memory, read through the cache; valid as long as it. */
struct memory page_cache_memory(struct page_cache *cache);

#endif
