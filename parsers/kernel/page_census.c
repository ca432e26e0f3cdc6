#include "parsers/kernel/page_census.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/frames.h"
#include "parsers/kernel/page_memcg.h"

enum {
    BLOCK_BYTES = 2 * 1024 * 1024, /* of the memory map, read at once */
    OWNERS_MAX = 512 * 1024,
    HUGE_ORDER = 9, /* HPAGE_PMD_ORDER of x86_64, and of arm64 with pages of 4 KiB */
};

/* Where the pass stands. A run is a free block or a compound page: its frames are counted without
 * a look at them. */
struct scan {
    struct page_census *census;
    const struct census_tools *tools;
    const struct page_format *format;
    const struct kernel *kernel;
    unsigned char *block;
    uint64_t first, count, address; /* frames in `block`, and the address of its first page */
    uint64_t run_end;
    enum page_kind run_kind;
    struct page_owner *run_owner, *last_owner;
    uint64_t head; /* the head met last whose order is unknown */
    enum page_kind head_kind;
    struct page_owner *head_owner;
    size_t mark;
};

void page_census_init(struct page_census *census)
{
    *census = (struct page_census){.arena = arena_create()};
}

void page_census_deinit(struct page_census *census)
{
    HASH_CLEAR(hh, census->owners);
    arena_destroy(census->arena);
}

/* ---- owners */

static struct page_owner *find_owner(struct page_census *census, const struct page_owner_key *key)
{
    struct page_owner *owner;
    HASH_FIND(hh, census->owners, key, sizeof *key, owner);
    if (owner)
        return owner;
    if (key->mapping && HASH_COUNT(census->owners) >= OWNERS_MAX) {
        struct page_owner_key of_group = {.memcg = key->memcg, .kind = key->kind};
        census->is_crowded = true;
        return find_owner(census, &of_group);
    }
    owner = arena_allocate(census->arena, sizeof *owner);
    owner->key = *key;
    HASH_ADD(hh, census->owners, key, sizeof owner->key, owner);
    return owner;
}

static bool has_mapping(enum page_kind kind)
{
    return kind == PAGE_ANON || kind == PAGE_FILE || kind == PAGE_SHMEM;
}

static struct page_owner *owner_of(struct scan *scan, const unsigned char *page, uint64_t address,
                                   enum page_kind kind)
{
    const struct page_format *format = scan->format;
    struct page_owner_key key = {.kind = kind};
    if (kind == PAGE_SLAB || kind == PAGE_FREE || kind == PAGE_FREE_PCP || kind == PAGE_RESERVED)
        return NULL;
    if (has_mapping(kind))
        key.mapping = page_word(page, format->mapping);
    key.memcg = page_memcg_word(scan->tools->map, format, page, address);
    if (!key.mapping && !key.memcg)
        return NULL;
    if (!scan->last_owner || memcmp(&scan->last_owner->key, &key, sizeof key) != 0)
        scan->last_owner = find_owner(scan->census, &key);
    return scan->last_owner;
}

/* ---- single frames */

static void count(struct scan *scan, enum page_kind kind, struct page_owner *owner, uint64_t frames)
{
    scan->census->frames += frames;
    scan->census->kinds[kind] += frames;
    if (owner)
        owner->pages += frames;
}

/* Begin a run of 1 << @p order frames, where such a block may begin. */
static bool begin_run(struct scan *scan, uint64_t pfn, int order, enum page_kind kind,
                      struct page_owner *owner)
{
    if (order < 0 || (pfn & ((UINT64_C(1) << order) - 1)))
        return false;
    scan->run_end = pfn + (UINT64_C(1) << order);
    scan->run_kind = kind;
    scan->run_owner = owner;
    return true;
}

static const struct frame_mark *mark_at(struct scan *scan, uint64_t pfn)
{
    const struct frame_marks *marks = scan->tools->marks;
    while (scan->mark < marks->count && marks->marks[scan->mark].pfn < pfn)
        scan->mark++;
    bool is_marked = scan->mark < marks->count && marks->marks[scan->mark].pfn == pfn;
    return is_marked ? &marks->marks[scan->mark] : NULL;
}

/* What its own words leave open: marks, and chunks of the per-CPU allocator. The first of these is
 * boot memory, of which the rest went back to the free pages. */
static enum page_kind refine(const struct scan *scan, const unsigned char *page,
                             enum page_kind kind, const struct frame_mark *mark)
{
    const struct page_format *format = scan->format;
    if (mark && (mark->kind == PAGE_PERCPU) == (kind == PAGE_RESERVED) && kind != PAGE_FREE)
        return (enum page_kind)mark->kind;
    if (kind != PAGE_UNACCOUNTED && kind != PAGE_KERNEL)
        return kind;
    bool is_chunk = frame_marks_is_chunk(scan->tools->marks, page_word(page, format->private)) ||
                    (format->has_index &&
                     frame_marks_is_chunk(scan->tools->marks, page_word(page, format->index)));
    return is_chunk ? PAGE_PERCPU : kind;
}

/* The head of a tail lies before it, maybe before this block. */
static void look_up_head(struct scan *scan, uint64_t head)
{
    unsigned char pages[2 * 512];
    uint64_t size = scan->format->size;
    scan->head = head;
    scan->head_kind = PAGE_UNACCOUNTED;
    scan->head_owner = NULL;
    if (!memory_read(scan->kernel->memory, head, pages, 2 * size))
        return;
    scan->head_kind = page_kind(scan->format, pages, pages + size);
    scan->head_owner = owner_of(scan, pages, head, scan->head_kind);
}

static void count_tail(struct scan *scan, uint64_t head)
{
    if (head != scan->head)
        look_up_head(scan, head);
    count(scan, scan->head_kind, scan->head_owner, 1);
}

/* Where the memory map of huge pages is thinned out (up to 6.x), pages of it repeat the first one,
 * so that a head seems to stand there; the page behind it names the true one. Kernel:
 * page_fixed_fake_head(). */
static bool is_fake_head(const struct scan *scan, const unsigned char *page,
                         const unsigned char *second, uint64_t address, uint64_t *head)
{
    uint64_t flags = page_word(page, scan->format->flags);
    if (!(flags & scan->format->is_head) || !second || address & (scan->kernel->page_size - 1))
        return false;
    return page_is_tail(scan->format, second, address + scan->format->size, head) &&
           *head != address;
}

static void count_frame(struct scan *scan, uint64_t index)
{
    const struct page_format *format = scan->format;
    uint64_t pfn = scan->first + index, address = scan->address + index * format->size, head;
    const unsigned char *page = scan->block + index * format->size;
    const unsigned char *second = index + 1 < scan->count ? page + format->size : NULL;
    if (page_is_tail(format, page, address, &head) ||
        is_fake_head(scan, page, second, address, &head)) {
        count_tail(scan, head);
        return;
    }
    const struct frame_mark *mark = mark_at(scan, pfn);
    enum page_kind kind = refine(scan, page, page_kind(format, page, second), mark);
    struct page_owner *owner = owner_of(scan, page, address, kind);
    int order = kind == PAGE_FREE       ? page_free_order(format, page)
                : kind == PAGE_FREE_PCP ? mark->order
                                        : page_compound_order(format, page, second);
    bool is_run = begin_run(scan, pfn, order, kind, owner);
    if (is_run && kind == PAGE_FREE && order < CENSUS_ORDERS)
        scan->census->free_blocks[order]++;
    if (is_run && owner && order >= HUGE_ORDER)
        owner->huge += UINT64_C(1) << order;
    if (kind == PAGE_SLAB && scan->tools->visit_slab)
        scan->tools->visit_slab(scan->tools->context, page, address,
                                is_run ? scan->run_end - pfn : 1);
    scan->head = address;
    scan->head_kind = kind;
    scan->head_owner = owner;
    count(scan, kind, owner, 1);
}

/* ---- blocks */

static void count_block(struct scan *scan)
{
    for (uint64_t index = 0; index < scan->count;) {
        uint64_t pfn = scan->first + index;
        if (pfn < scan->run_end) {
            uint64_t left = scan->count - index, run = scan->run_end - pfn;
            uint64_t frames = run < left ? run : left;
            count(scan, scan->run_kind, scan->run_owner, frames);
            index += frames;
        } else {
            count_frame(scan, index);
            index++;
        }
    }
}

/* Read and count @p count frames; halves of what cannot be read at once, down to the pages of the
 * memory map that the dump does not hold. */
static void count_stretch(struct scan *scan, uint64_t pfn, uint64_t frames, uint64_t address)
{
    uint64_t bytes = frames * scan->format->size, page = ~(scan->kernel->page_size - 1);
    if (memory_read(scan->kernel->memory, address, scan->block, bytes)) {
        scan->first = pfn;
        scan->count = frames;
        scan->address = address;
        count_block(scan);
    } else if (frames == 1 || (address & page) == ((address + bytes - 1) & page)) {
        count(scan, PAGE_EXCLUDED, NULL, frames);
    } else {
        uint64_t half = frames / 2;
        count_stretch(scan, pfn, half, address);
        count_stretch(scan, pfn + half, frames - half, address + half * scan->format->size);
    }
}

static void count_range(struct scan *scan, uint64_t first, uint64_t end)
{
    uint64_t most = BLOCK_BYTES / scan->format->size, address;
    while (first < end && !(scan->kernel->stop && *scan->kernel->stop)) {
        uint64_t until = memory_map_section_end(scan->tools->map, first);
        until = until < end ? until : end;
        if (!memory_map_page(scan->tools->map, first, &address)) {
            count(scan, PAGE_UNMAPPED, NULL, until - first);
            first = until;
            continue;
        }
        until = until - first > most ? first + most : until;
        count_stretch(scan, first, until - first, address);
        first = until;
    }
    scan->census->is_stopped = scan->census->is_stopped || first < end;
}

void page_census_count(struct page_census *census, const struct census_tools *tools, uint64_t first,
                       uint64_t end)
{
    struct scan scan = {.census = census,
                        .tools = tools,
                        .format = tools->format,
                        .kernel = tools->map->kernel,
                        .block = must_allocate(BLOCK_BYTES),
                        .mark = frame_marks_from(tools->marks, first)};
    const struct frames *frames = scan.kernel->frames;
    uint64_t stop = 0;
    while (first < end && frames->next_memory(frames->context, &first, &stop) && first < end) {
        count_range(&scan, first, stop < end ? stop : end);
        first = stop;
    }
    free(scan.block);
}

void page_census_add(struct page_census *census, const struct page_census *other)
{
    struct page_owner *owner, *next;
    census->frames += other->frames;
    census->is_crowded = census->is_crowded || other->is_crowded;
    census->is_stopped = census->is_stopped || other->is_stopped;
    for (size_t i = 0; i < PAGE_KIND_COUNT; i++)
        census->kinds[i] += other->kinds[i];
    for (size_t i = 0; i < CENSUS_ORDERS; i++)
        census->free_blocks[i] += other->free_blocks[i];
    HASH_ITER (hh, other->owners, owner, next) {
        struct page_owner *own = find_owner(census, &owner->key);
        own->pages += owner->pages;
        own->huge += owner->huge;
    }
}
