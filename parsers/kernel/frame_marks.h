/*
 * Page frames whose struct page does not say what they are for: free ones that CPUs keep, vmalloc's
 * and stacks, the per-CPU allocator's. What holds them is walked once, before the census.
 *
 * Kernel: mm/page_alloc.c (per_cpu_pages), mm/vmalloc.c, mm/percpu.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_FRAME_MARKS_H
#define WHYOOM_PARSERS_KERNEL_FRAME_MARKS_H

#include "parsers/kernel/list.h"
#include "parsers/kernel/memory_map.h"
#include "parsers/kernel/page_format.h"

struct frame_mark {
    uint64_t pfn;
    uint8_t kind; /* enum page_kind */
    uint8_t order;
};

struct frame_marks {
    struct frame_mark *marks; /* by frame, each once */
    size_t count, capacity;
    uint64_t *chunks; /* addresses of the per-CPU allocator's chunks, sorted: in a page's words */
    size_t chunks_count;
    char
        trouble[LIST_TROUBLE_SIZE + 64]; /* the first thing that could not be walked; empty: none */
};

/** Walk all of it; what cannot be read is left out and said in `trouble`. The caller deinits. */
void frame_marks_init(struct frame_marks *marks, struct memory_map *map);
void frame_marks_deinit(struct frame_marks *marks);

/** The index of the first mark at or behind @p pfn; `count` when there is none. */
size_t frame_marks_from(const struct frame_marks *marks, uint64_t pfn);

/** Is @p word the address of a chunk? */
bool frame_marks_is_chunk(const struct frame_marks *marks, uint64_t word);

#endif
