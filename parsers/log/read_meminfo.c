/*
 * Mem-Info: the host's memory by counters, nodes and zones; section 1.6 and 1.7 of the formats.
 * Kernel: mm/show_mem.c show_free_areas(), __show_mem() (mm/page_alloc.c before 6.5).
 */
#include "analyzer/limits.h"
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

static struct host_memory *memory_of(struct report *report)
{
    report->is_strong = true;
    report->incident->host_memory.is_present = true;
    return &report->incident->host_memory;
}

void read_meminfo_start(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    memory_of(report);
}

/* "active_anon:62 inactive_anon:217 isolated_anon:0": a known counter, a colon, a number without
 * unit. */
bool is_counters_line(struct slice text)
{
    struct keyvalue pair;
    return keyvalue_next(&text, &pair) && pair.has_value && pair.unit.length == 0 &&
           figure_find(mem_figures, MEM_COUNT, pair.key, 0) >= 0;
}

void read_counters(struct report *report, struct slice text, uint32_t line)
{
    keyvalue_read(text, mem_figures, MEM_COUNT, memory_of(report)->figure, line);
}

/* "Node 0 " in front of a line; -1 and nothing taken when it is not there (kernels without NUMA).
 */
static int take_node(struct slice *text)
{
    struct slice rest = *text;
    int64_t node;
    if (!slice_starts(rest, SLICE("Node ")))
        return -1;
    rest = slice_skip(rest, sizeof "Node " - 1);
    if (!slice_take_number(&rest, &node) || node < 0 || node > 4096)
        return -1;
    *text = slice_trim(rest);
    return (int)node;
}

static bool take_zone_name(struct slice *text, struct slice *name)
{
    static const struct slice names[] = {SLICE_INIT("DMA32"),   SLICE_INIT("DMA"),
                                         SLICE_INIT("Normal"),  SLICE_INIT("HighMem"),
                                         SLICE_INIT("Movable"), SLICE_INIT("Device")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_starts(*text, names[i])) {
            *name = slice_take(*text, names[i].length);
            *text = slice_skip(*text, names[i].length);
            return true;
        }
    return false;
}

/* A zone's line of which @p mark stands right behind its name. */
static bool is_zone_with(struct slice text, struct slice mark)
{
    struct slice name;
    take_node(&text);
    return take_zone_name(&text, &name) && slice_starts(text, mark);
}

bool is_node_line(struct slice text)
{
    return take_node(&text) >= 0 && slice_starts(text, SLICE("active_anon:"));
}

bool is_zone_line(struct slice text)
{
    return is_zone_with(text, SLICE(" free:"));
}

bool is_pcp_line(struct slice text)
{
    return is_zone_with(text, SLICE(" per-cpu:")) ||
           (slice_starts(text, SLICE("CPU ")) && slice_contains(text, SLICE(": hi:")));
}

bool is_buddy_line(struct slice text)
{
    struct slice name;
    int64_t blocks;
    take_node(&text);
    if (!take_zone_name(&text, &name) || !slice_starts(text, SLICE(": ")))
        return false;
    text = slice_skip(text, 2);
    return slice_take_number(&text, &blocks) && slice_starts(text, SLICE("*"));
}

bool is_lone_node(struct slice text)
{
    return take_node(&text) >= 0 && text.length == 0;
}

void read_lone_node(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->node = take_node(&text);
}

static int take_node_or_pending(struct report *report, struct slice *text)
{
    int node = take_node(text);
    if (node < 0)
        node = report->node;
    report->node = -1;
    return node;
}

static void read_unreclaimable(struct slice text, bool *has, bool *is)
{
    struct slice answer = keyvalue_text(text, SLICE("all_unreclaimable? "), ' ');
    *has = slice_equal(answer, SLICE("yes")) || slice_equal(answer, SLICE("no"));
    *is = slice_equal(answer, SLICE("yes"));
}

void read_node(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    if (memory->nodes_count >= LIMIT_ZONES)
        return;
    struct node *node = ARENA_PUSH(report->incident->arena, memory->nodes, memory->nodes_count);
    node->id = take_node_or_pending(report, &text);
    node->line = line;
    keyvalue_read(text, node_figures, NODE_COUNT, node->figure, line);
    read_unreclaimable(text, &node->has_all_unreclaimable, &node->is_all_unreclaimable);
}

static struct zone *find_zone(struct host_memory *memory, int node, struct slice name)
{
    for (size_t i = 0; i < memory->zones_count; i++)
        if (memory->zones[i].node == node && slice_equal(memory->zones[i].name, name))
            return &memory->zones[i];
    return NULL;
}

/* NULL: there are more than any machine has. */
static struct zone *add_zone(struct report *report, int node, struct slice name, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    if (memory->zones_count >= LIMIT_ZONES)
        return NULL;
    struct zone *zone = ARENA_PUSH(report->incident->arena, memory->zones, memory->zones_count);
    *zone = (struct zone){.node = node, .name = name, .line = line};
    return zone;
}

void read_zone(struct report *report, struct slice text, uint32_t line)
{
    struct slice name = {0};
    int node = take_node_or_pending(report, &text);
    take_zone_name(&text, &name);
    struct zone *zone = add_zone(report, node, name, line);
    if (!zone)
        return;
    keyvalue_read(text, zone_figures, ZONE_COUNT, zone->figure, line);
    read_unreclaimable(text, &zone->has_all_unreclaimable, &zone->is_all_unreclaimable);
}

/* The line carries no zone name: it belongs to the zone printed last. In pages. */
void read_lowmem_reserve(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    text = slice_skip(text, sizeof "lowmem_reserve[]:" - 1);
    struct zone *zone = memory->zones_count ? &memory->zones[memory->zones_count - 1] : NULL;
    int64_t pages;
    if (!zone || zone->reserve_count)
        return;
    for (text = slice_trim(text);
         zone->reserve_count < ZONE_TYPES_MAX && slice_take_number(&text, &pages);
         text = slice_trim(text))
        zone->reserve[zone->reserve_count++] = amount_of(pages, line);
}

enum { LARGEST_BLOCK_KIB = 1 << 24 }; /* 16 orders of 64 KiB pages are 2 GiB */

/* "4*32kB" at the front; a stray blank inside the size ("4*5 12kB") is closed when that gives the
 * size due. */
static bool take_blocks(struct slice *text, int64_t *blocks, int64_t *kib, int64_t due_kib)
{
    struct slice rest = slice_trim(*text);
    int64_t more;
    if (!slice_take_number(&rest, blocks) || !slice_starts(rest, SLICE("*")))
        return false;
    rest = slice_skip(rest, 1);
    if (!slice_take_number(&rest, kib) || *kib <= 0 || *kib > LARGEST_BLOCK_KIB)
        return false;
    struct slice blank = slice_trim(rest);
    if (blank.length < rest.length && slice_take_number(&blank, &more) && more < 1000) {
        int64_t joined = more < 10    ? *kib * 10 + more
                         : more < 100 ? *kib * 100 + more
                                      : *kib * 1000 + more;
        if (joined == due_kib && slice_starts(blank, SLICE("kB"))) {
            *kib = joined;
            rest = blank;
        }
    }
    if (!slice_starts(rest, SLICE("kB")))
        return false;
    *text = slice_trim(slice_skip(rest, 2));
    return true;
}

static void take_migrate_types(struct slice *text, char types[8])
{
    if (text->length == 0 || text->data[0] != '(')
        return;
    struct slice letters =
        slice_take(slice_skip(*text, 1), slice_find_byte(slice_skip(*text, 1), ')'));
    if (letters.length < 8)
        memcpy(types, letters.data, letters.length);
    *text = slice_trim(slice_skip(*text, letters.length + 2));
}

static void read_blocks(struct buddy *buddy, struct slice text, uint32_t line, int64_t *page_kib)
{
    int64_t blocks, kib, due = 0;
    buddy->line = line;
    while (buddy->orders < ORDERS_MAX && take_blocks(&text, &blocks, &kib, due)) {
        if (buddy->orders == 0)
            *page_kib = kib;
        if (due && kib != due)
            break;
        buddy->blocks[buddy->orders] = amount_of(blocks, line);
        take_migrate_types(&text, buddy->types[buddy->orders]);
        buddy->orders++;
        due = kib * 2;
    }
    if (slice_starts(text, SLICE("= ")))
        buddy->total = keyvalue_kib(text, SLICE("= "), line);
}

void read_buddy(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    struct slice name = {0};
    int64_t page_kib = 0;
    int node = take_node_or_pending(report, &text);
    take_zone_name(&text, &name);
    struct zone *zone = find_zone(memory, node, name);
    if (!zone) /* its zone line is lost */
        zone = add_zone(report, node, name, line);
    if (zone && zone->buddy.orders == 0)
        read_blocks(&zone->buddy, slice_skip(text, 2), line, &page_kib);
    if (page_kib == 4 || page_kib == 8 || page_kib == 16 || page_kib == 64)
        report->incident->page_size = amount_of(page_kib * 1024, line);
}

bool is_hugepages_line(struct slice text)
{
    take_node(&text);
    return slice_starts(text, SLICE("hugepages_total="));
}

void read_hugepages(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    struct hugepages *pool =
        ARENA_PUSH(report->incident->arena, memory->hugepages, memory->hugepages_count);
    *pool = (struct hugepages){
        .node = take_node_or_pending(report, &text),
        .total = keyvalue_find(text, SLICE("hugepages_total="), 1, line),
        .free = keyvalue_find(text, SLICE("hugepages_free="), 1, line),
        .surplus = keyvalue_find(text, SLICE("hugepages_surp="), 1, line),
        .size = keyvalue_kib(text, SLICE("hugepages_size="), line),
        .line = line,
    };
}

/* "9387 total pagecache pages", "2074779 pages RAM": what the number is, by the words behind it. */
enum page_total {
    TOTAL_PAGECACHE,
    TOTAL_SWAP_CACHE,
    TOTAL_RAM,
    TOTAL_HIGHMEM,
    TOTAL_RESERVED,
    TOTAL_CMA,
    TOTAL_HWPOISONED,
    TOTAL_OF_NO_USE,
    TOTAL_UNKNOWN
};

static enum page_total find_page_total(struct slice text, int64_t *pages)
{
    static const struct {
        struct slice words;
        enum page_total total;
    } rows[] = {
        {SLICE_INIT("total pagecache pages"), TOTAL_PAGECACHE},
        {SLICE_INIT("pages in swap cache"), TOTAL_SWAP_CACHE},
        {SLICE_INIT("pages RAM"), TOTAL_RAM},
        {SLICE_INIT("pages HighMem/MovableOnly"), TOTAL_HIGHMEM},
        {SLICE_INIT("pages HighMem"), TOTAL_HIGHMEM},
        {SLICE_INIT("pages reserved"), TOTAL_RESERVED},
        {SLICE_INIT("pages cma reserved"), TOTAL_CMA},
        {SLICE_INIT("pages hwpoisoned"), TOTAL_HWPOISONED},
        {SLICE_INIT("pages shared"), TOTAL_OF_NO_USE},
        {SLICE_INIT("pages non-shared"), TOTAL_OF_NO_USE},
        {SLICE_INIT("pages in pagetable cache"), TOTAL_OF_NO_USE},
    };
    if (slice_take_number(&text, pages))
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            if (slice_equal(slice_trim(text), rows[i].words))
                return rows[i].total;
    return TOTAL_UNKNOWN;
}

bool is_page_total(struct slice text)
{
    int64_t pages;
    return find_page_total(text, &pages) != TOTAL_UNKNOWN;
}

void read_page_total(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    struct amount *const totals[] = {
        [TOTAL_PAGECACHE] = &memory->pagecache,
        [TOTAL_SWAP_CACHE] = &memory->swap_cache,
        [TOTAL_RAM] = &memory->ram,
        [TOTAL_HIGHMEM] = &memory->highmem,
        [TOTAL_RESERVED] = &memory->reserved,
        [TOTAL_CMA] = &memory->cma_reserved,
        [TOTAL_HWPOISONED] = &memory->hwpoisoned,
    };
    int64_t pages;
    enum page_total total = find_page_total(text, &pages);
    if (total >= TOTAL_OF_NO_USE)
        return;
    bool is_underflow = pages >= INT64_C(0xff000000) &&
                        pages <= INT64_C(0xffffffff); /* 32 bit: present < managed */
    if (!is_underflow)
        *totals[total] = amount_of(pages, line);
}

void read_swap(struct report *report, struct slice text, uint32_t line)
{
    struct host_memory *memory = memory_of(report);
    struct amount *amount =
        slice_starts(text, SLICE("Free")) ? &memory->swap_free : &memory->swap_total;
    text = slice_trim(slice_skip(text, slice_find_byte(text, '=') + 1));
    int64_t kib;
    if (slice_take_number(&text, &kib) && slice_starts(text, SLICE("kB")))
        *amount = amount_scale(amount_of(kib, line), 1024);
}

void read_allocations_start(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    report->block = BLOCK_ALLOCATIONS;
}

bool is_allocation_site(struct slice text)
{
    return slice_contains(text, SLICE(" func:"));
}

/* "    38.4 MiB     9830 mm/slub.c:2400 func:alloc_slab_page": the size as the kernel rounded it.
 */
void read_allocation_site(struct report *report, struct slice text, uint32_t line)
{
    static const char units[] = "BKMGT";
    struct incident *incident = report->incident;
    int64_t whole, tenths = 0, calls;
    if (!slice_take_number(&text, &whole) || whole < 0)
        return;
    if (slice_starts(text, SLICE("."))) {
        text = slice_skip(text, 1);
        struct slice digit = slice_take(text, 1);
        slice_to_number(digit, &tenths);
        text = slice_skip(text, strspn(text.data, "0123456789"));
    }
    struct slice unit = slice_word(&text);
    text = slice_trim(text);
    const char *power = unit.length ? strchr(units, unit.data[0]) : NULL;
    if (!power || !slice_take_number(&text, &calls))
        return;
    int64_t scale = INT64_C(1) << (10 * (power - units));
    struct allocation_site *site =
        ARENA_PUSH(incident->arena, incident->allocation_sites, incident->allocation_sites_count);
    site->bytes = amount_add(amount_scale(amount_of(whole, line), scale),
                             amount_of(tenths * scale / 10, line));
    site->calls = amount_of(calls, line);
    site->where = slice_trim(text);
}

void read_slab_start(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    memory_of(report);
    report->block = BLOCK_SLAB;
}

/* "dentry                 12345KB     12400KB"; the title row "Name  Used  Total" too. */
bool is_slab_row(struct slice text)
{
    return slice_ends(text, SLICE("KB")) ||
           (slice_starts(text, SLICE("Name ")) && slice_ends(text, SLICE("Total")));
}

static struct slice take_last_word(struct slice *text)
{
    size_t blank = slice_find_last(*text, SLICE(" "));
    struct slice word = slice_skip(*text, blank == SLICE_NOT_FOUND ? 0 : blank + 1);
    *text = slice_trim(slice_take(*text, blank == SLICE_NOT_FOUND ? 0 : blank));
    return word;
}

void read_slab_row(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    struct slice total = take_last_word(&text), used = take_last_word(&text);
    int64_t total_kib, used_kib;
    if (!slice_take_number(&total, &total_kib) || !slice_take_number(&used, &used_kib) ||
        text.length == 0)
        return;
    struct slab_cache *cache =
        ARENA_PUSH(incident->arena, incident->slab_caches, incident->slab_caches_count);
    *cache = (struct slab_cache){.name = text,
                                 .used = amount_scale(amount_of(used_kib, line), 1024),
                                 .total = amount_scale(amount_of(total_kib, line), 1024),
                                 .line = line};
}
