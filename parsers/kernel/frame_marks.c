#include "parsers/kernel/frame_marks.h"

#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/list.h"
#include "parsers/kernel/zones.h"

enum {
    POINTER_SIZE = 8,
    MARKS_MAX = 64 * 1024 * 1024, /* a quarter of a terabyte of vmalloc, in pages */
    AREAS_MAX = 4 * 1024 * 1024,
    VMAP_NODES_MAX = 4096,
    CHUNKS_MAX = 64 * 1024,
    UNITS_MAX = 64 * 1024,
    VM_ALLOC = 2,     /* include/linux/vmalloc.h: the area owns its pages */
    COSTLY_ORDER = 3, /* PAGE_ALLOC_COSTLY_ORDER */
};

static void add(struct frame_marks *marks, uint64_t pfn, enum page_kind kind, unsigned order)
{
    if (marks->count == MARKS_MAX)
        return;
    if (marks->count == marks->capacity) {
        marks->capacity = marks->capacity ? 2 * marks->capacity : 1024;
        marks->marks = must_reallocate(marks->marks, marks->capacity * sizeof *marks->marks);
    }
    marks->marks[marks->count++] =
        (struct frame_mark){.pfn = pfn, .kind = (uint8_t)kind, .order = (uint8_t)order};
}

static void trouble(struct frame_marks *marks, const char *what, const struct list_walk *walk)
{
    char why[LIST_TROUBLE_SIZE];
    if (!marks->trouble[0] && list_walk_trouble(walk, why, sizeof why))
        snprintf(marks->trouble, sizeof marks->trouble, "%s: %s", what, why);
}

/* ---- free pages that CPUs keep */

/* Lists are by order and type since 5.14: for each order up to the costly one, then huge pages'.
 */
static unsigned order_of_list(const struct kernel *kernel, unsigned list)
{
    int64_t types;
    if (!kernel_enumerator(kernel, ENUMERATOR_MIGRATE_PCPTYPES, &types) || types <= 0)
        return 0;
    unsigned order = list / (unsigned)types;
    return order <= COSTLY_ORDER ? order : kernel->page_shift - 3; /* a table's entries */
}

static void mark_cpu_lists(struct frame_marks *marks, struct memory_map *map, uint64_t pages)
{
    const struct kernel *kernel = map->kernel;
    const struct layout_member *lists = &kernel->layout->members[MEMBER_PCP_LISTS];
    uint64_t first, page, pfn;
    if (!kernel_place(kernel, pages, MEMBER_PCP_LISTS, &first))
        return;
    for (unsigned i = 0; i < lists->place.count; i++) {
        struct list_walk walk = list_walk(kernel, first + (uint64_t)i * lists->place.element_size,
                                          MEMBER_PAGE_LRU, MARKS_MAX);
        while (list_walk_next(&walk, &page))
            if (memory_map_frame(map, page, &pfn))
                add(marks, pfn, PAGE_FREE_PCP, order_of_list(kernel, i));
        trouble(marks, "free pages that a CPU keeps", &walk);
    }
}

static void mark_free_pages(struct frame_marks *marks, struct memory_map *map)
{
    const struct kernel *kernel = map->kernel;
    uint64_t zone, pageset, managed;
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone);) {
        if (!kernel_read(kernel, zone, MEMBER_ZONE_MANAGED_PAGES, &managed) || !managed ||
            !kernel_pointer(kernel, zone, MEMBER_ZONE_PAGESET, &pageset))
            continue;
        for (size_t cpu = 0; cpu < kernel->cpus_count; cpu++)
            mark_cpu_lists(marks, map, kernel_per_cpu(kernel, pageset, cpu));
    }
}

/* ---- vmalloc and stacks */

/* Who asked for the area: what calls the functions that alloc_thread_stack_node() is inlined in. */
static bool is_stack(const struct kernel *kernel, uint64_t area)
{
    static const char *const forks[] = {"kernel_clone", "_do_fork",        "do_fork",
                                        "fork_idle",    "dup_task_struct", "copy_process"};
    uint64_t caller, offset;
    if (!kernel->symbols || !kernel_read(kernel, area, MEMBER_VM_STRUCT_CALLER, &caller))
        return false;
    struct slice name = symbols_at(kernel->symbols, caller - kernel->kaslr_offset, &offset);
    for (size_t i = 0; i < sizeof forks / sizeof *forks; i++)
        if (slice_starts(name, slice_from_string(forks[i])))
            return true;
    return false;
}

static void mark_area(struct frame_marks *marks, struct memory_map *map, uint64_t area)
{
    enum { CHUNK = 512 };
    const struct kernel *kernel = map->kernel;
    unsigned char pointers[CHUNK * POINTER_SIZE];
    uint64_t flags, pages, count, pfn;
    if (!kernel_read(kernel, area, MEMBER_VM_STRUCT_FLAGS, &flags) || !(flags & VM_ALLOC) ||
        !kernel_pointer(kernel, area, MEMBER_VM_STRUCT_PAGES, &pages) ||
        !kernel_read(kernel, area, MEMBER_VM_STRUCT_NR_PAGES, &count) || count > MARKS_MAX)
        return;
    enum page_kind kind = is_stack(kernel, area) ? PAGE_KERNEL_STACK : PAGE_VMALLOC;
    for (uint64_t done = 0; done < count; done += CHUNK) {
        uint64_t now = count - done < CHUNK ? count - done : CHUNK;
        if (!memory_read(kernel->memory, pages + done * POINTER_SIZE, pointers, now * POINTER_SIZE))
            return;
        for (uint64_t i = 0; i < now; i++)
            if (memory_map_frame(map, memory_number(pointers + i * POINTER_SIZE, POINTER_SIZE),
                                 &pfn))
                add(marks, pfn, kind, 0);
    }
}

static void mark_areas(struct frame_marks *marks, struct memory_map *map, uint64_t head)
{
    uint64_t entry, area;
    struct list_walk walk = list_walk(map->kernel, head, MEMBER_VMAP_AREA_LINK, AREAS_MAX);
    while (list_walk_next(&walk, &entry))
        if (kernel_pointer(map->kernel, entry, MEMBER_VMAP_AREA_VM, &area))
            mark_area(marks, map, area);
    trouble(marks, "vmalloc's areas", &walk);
}

/* One list up to 6.8, since then one of each node. */
static void mark_vmalloc(struct frame_marks *marks, struct memory_map *map)
{
    const struct kernel *kernel = map->kernel;
    uint64_t head, nodes, count;
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_VMAP_NODE];
    if (kernel_symbol(kernel, SYMBOL_VMAP_AREA_LIST, &head)) {
        mark_areas(marks, map, head);
        return;
    }
    if (!size->is_known || !kernel_variable(kernel, SYMBOL_VMAP_NODES, POINTER_SIZE, &nodes) ||
        !kernel_variable(kernel, SYMBOL_NR_VMAP_NODES, 4, &count))
        return;
    for (uint64_t i = 0; i < count && i < VMAP_NODES_MAX; i++)
        if (kernel_place(kernel, nodes + i * (uint64_t)size->value, MEMBER_VMAP_NODE_BUSY, &head))
            mark_areas(marks, map, head);
}

/* ---- per-CPU memory */

static void add_chunks(struct frame_marks *marks, const struct kernel *kernel, uint64_t head)
{
    uint64_t chunk;
    struct list_walk walk = list_walk(kernel, head, MEMBER_PCPU_CHUNK_LIST, CHUNKS_MAX);
    while (list_walk_next(&walk, &chunk) && marks->chunks_count < CHUNKS_MAX) {
        marks->chunks =
            must_reallocate(marks->chunks, (marks->chunks_count + 1) * sizeof *marks->chunks);
        marks->chunks[marks->chunks_count++] = chunk;
    }
    trouble(marks, "the per-CPU allocator's chunks", &walk);
}

static void find_chunks(struct frame_marks *marks, const struct kernel *kernel)
{
    uint64_t lists, slots;
    int64_t types = 1;
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_LIST_HEAD];
    if (!size->is_known ||
        !kernel_variable(kernel, SYMBOL_PCPU_CHUNK_LISTS, POINTER_SIZE, &lists) ||
        !kernel_variable(kernel, SYMBOL_PCPU_NR_SLOTS, 4, &slots))
        return;
    kernel_enumerator(kernel, ENUMERATOR_PCPU_CHUNK_TYPES, &types);
    for (uint64_t i = 0; i < slots * (uint64_t)types && i < 256; i++)
        add_chunks(marks, kernel, lists + i * (uint64_t)size->value);
}

/* The first chunk is of boot memory, through the direct map, so that only its place tells. */
static void mark_first_chunk(struct frame_marks *marks, const struct kernel *kernel)
{
    uint64_t base, direct, units, pages, offsets, offset;
    if (!kernel_variable(kernel, SYMBOL_PCPU_BASE_ADDRESS, POINTER_SIZE, &base) ||
        !kernel_variable(kernel, SYMBOL_PAGE_OFFSET_BASE, POINTER_SIZE, &direct) ||
        !kernel_variable(kernel, SYMBOL_PCPU_NR_UNITS, 4, &units) ||
        !kernel_variable(kernel, SYMBOL_PCPU_UNIT_PAGES, 4, &pages) ||
        !kernel_variable(kernel, SYMBOL_PCPU_UNIT_OFFSETS, POINTER_SIZE, &offsets))
        return;
    for (uint64_t unit = 0; unit < units && unit < UNITS_MAX; unit++) {
        if (!memory_read_number(kernel->memory, offsets + unit * POINTER_SIZE, POINTER_SIZE,
                                &offset))
            return;
        uint64_t first = (base + offset - direct) >> kernel->page_shift;
        for (uint64_t page = 0; page < pages && page < UNITS_MAX; page++)
            add(marks, first + page, PAGE_PERCPU, 0);
    }
}

/* ---- together */

static int by_frame(const void *a, const void *b)
{
    const struct frame_mark *left = a, *right = b;
    if (left->pfn != right->pfn)
        return left->pfn < right->pfn ? -1 : 1;
    return left->kind - right->kind;
}

static int by_address(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void sort(struct frame_marks *marks)
{
    size_t kept = 0;
    if (marks->count)
        qsort(marks->marks, marks->count, sizeof *marks->marks, by_frame);
    if (marks->chunks_count)
        qsort(marks->chunks, marks->chunks_count, sizeof *marks->chunks, by_address);
    for (size_t i = 0; i < marks->count; i++)
        if (!kept || marks->marks[kept - 1].pfn != marks->marks[i].pfn)
            marks->marks[kept++] = marks->marks[i];
    marks->count = kept;
}

void frame_marks_init(struct frame_marks *marks, struct memory_map *map)
{
    *marks = (struct frame_marks){0};
    mark_free_pages(marks, map);
    mark_vmalloc(marks, map);
    find_chunks(marks, map->kernel);
    mark_first_chunk(marks, map->kernel);
    sort(marks);
}

void frame_marks_deinit(struct frame_marks *marks)
{
    free(marks->marks);
    free(marks->chunks);
    *marks = (struct frame_marks){0};
}

size_t frame_marks_from(const struct frame_marks *marks, uint64_t pfn)
{
    size_t low = 0, high = marks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marks->marks[middle].pfn < pfn)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool frame_marks_is_chunk(const struct frame_marks *marks, uint64_t word)
{
    return marks->chunks_count &&
           bsearch(&word, marks->chunks, marks->chunks_count, sizeof word, by_address);
}
