/* Nodes, zones, free memory, the array of struct page and the lists that pages are on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum {
    ROOT_ENTRIES = PAGE_SIZE / sizeof(struct mem_section),
    SECTIONS = 2,
    ACTIVE = 1,
    HUGE_ORDER = 9
};

struct page mem_map_array[FRAMES] __attribute__((aligned(PAGE_SIZE)));
#ifdef HAS_PAGE_CGROUP
struct page_cgroup page_cgroups[FRAMES];
#endif
static bool is_taken[FRAMES];

struct mem_section *mem_section[2];
static struct mem_section sections[ROOT_ENTRIES];
struct pglist_data contig_page_data;
struct pglist_data *node_data[1];
TOTALRAM;
unsigned long totalreserve_pages;
int min_free_kbytes, sysctl_extfrag_threshold = 500;

static struct zone *zone_at(unsigned index)
{
    return &contig_page_data.node_zones[index];
}

unsigned find_zone(const char *name)
{
    for (unsigned i = 0; i < ZONES; i++)
        if (zone_at(i)->name && strcmp(H(zone_at(i)->name), name) == 0)
            return i;
    fprintf(stderr, "no zone %s\n", name);
    exit(1);
}

/* ---- frames */

static bool is_run_free(uint64_t first, uint64_t count)
{
    for (uint64_t pfn = first; pfn < first + count; pfn++)
        if (is_taken[pfn])
            return false;
    return true;
}

uint64_t take_frames(unsigned zone, unsigned order, uint64_t count)
{
    uint64_t first = zone_at(zone)->zone_start_pfn, step = UINT64_C(1) << order;
    uint64_t end = first + zone_at(zone)->spanned_pages;
    for (first = (first + step - 1) / step * step; first + count <= end; first += step)
        if (is_run_free(first, count)) {
            memset(is_taken + first, true, count);
            return first;
        }
    fputs("a zone is full\n", stderr);
    exit(1);
}

static void reserve(const char *line)
{
    uint64_t first = (uint64_t)number(line, "first");
    for (uint64_t pfn = first; pfn < first + (uint64_t)number(line, "pages"); pfn++) {
        is_taken[pfn] = true;
        mem_map_array[pfn].flags = 1UL << PG_reserved;
        REFCOUNT(&mem_map_array[pfn]) = 1;
    }
}

static void map_memory(void)
{
    for (uint64_t pfn = 0; pfn < FRAMES; pfn++)
        mem_map_array[pfn]._mapcount.counter = -1;
    mem_section[0] = K(sections);
    for (unsigned i = 0; i < SECTIONS; i++) { /* by frame number, each from frame 0 on */
        sections[i].section_mem_map = (unsigned long)K(mem_map_array) | 3; /* present, has a map */
#ifdef HAS_PAGE_CGROUP
        sections[i].page_cgroup = K(page_cgroups);
#endif
    }
}

/* ---- zones */

#ifdef HAS_SPLIT_PAGESETS
static struct per_cpu_pages *kept_pages(struct zone *zone, unsigned cpu)
{
    return percpu_at(zone->per_cpu_pageset, cpu);
}

static signed char *free_difference(struct zone *zone, unsigned cpu)
{
    struct per_cpu_zonestat *part = percpu_at(zone->per_cpu_zonestats, cpu);
    return &part->vm_stat_diff[NR_FREE_PAGES];
}

static void allocate_pageset(struct zone *zone)
{
    zone->per_cpu_pageset = percpu_allocate(sizeof *zone->per_cpu_pageset);
    zone->per_cpu_zonestats = percpu_allocate(sizeof *zone->per_cpu_zonestats);
}
#else
static struct per_cpu_pages *kept_pages(struct zone *zone, unsigned cpu)
{
    struct per_cpu_pageset *part = percpu_at(zone->pageset, cpu);
    return &part->pcp;
}

static signed char *free_difference(struct zone *zone, unsigned cpu)
{
    struct per_cpu_pageset *part = percpu_at(zone->pageset, cpu);
    return &part->vm_stat_diff[NR_FREE_PAGES];
}

static void allocate_pageset(struct zone *zone)
{
    zone->pageset = percpu_allocate(sizeof *zone->pageset);
}
#endif

static void init_lists(struct zone *zone)
{
    allocate_pageset(zone);
    for (unsigned order = 0; order < 11; order++)
        for (unsigned type = 0; type < MIGRATE_TYPES; type++)
            list_init(&zone->free_area[order].free_list[type]);
    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        for (unsigned type = 0; type < MIGRATE_PCPTYPES; type++)
            list_init(&kept_pages(zone, cpu)->lists[type]);
}

static void add_zone(unsigned index, const char *line)
{
    struct zone *zone = zone_at(index);
    zone->name = text(word(line, "name"));
    zone->zone_start_pfn = (unsigned long)number(line, "first");
    zone->spanned_pages = zone->present_pages = (unsigned long)number(line, "pages");
    MANAGED(zone) = number(line, "managed");
    zone->WATERMARKS[WMARK_MIN] = (unsigned long)number(line, "min");
    zone->WATERMARKS[WMARK_LOW] = (unsigned long)number(line, "low");
    zone->WATERMARKS[WMARK_HIGH] = (unsigned long)number(line, "high");
    init_lists(zone);
}

static void add_free(const char *line)
{
    unsigned index = find_zone(word(line, "zone")), order = (unsigned)number(line, "order");
    struct zone *zone = zone_at(index);
    for (long block = 0; block < number(line, "blocks"); block++) {
        struct page *page = &mem_map_array[take_frames(index, order, 1UL << order)];
        page_set_free(page, order);
        list_add_tail(&page->lru, &zone->free_area[order].free_list[0]);
        zone->free_area[order].nr_free++;
        zone->vm_stat[NR_FREE_PAGES].counter += 1L << order;
    }
}

/* What a CPU keeps is free for it alone; one page less is a difference that it has not told yet. */
static void add_kept(const char *line)
{
    unsigned index = find_zone(word(line, "zone")), cpu = (unsigned)number(line, "cpu");
    struct per_cpu_pages *kept = kept_pages(zone_at(index), cpu);
    for (long i = 0; i < number(line, "pages"); i++, kept->count++)
        list_add_tail(&mem_map_array[take_frames(index, 0, 1)].lru,
                      &kept->lists[i % MIGRATE_PCPTYPES]);
    zone_at(index)->vm_stat[NR_FREE_PAGES].counter += 2;
    *free_difference(zone_at(index), cpu) = -2;
}

void zones_build(void)
{
    unsigned index = 0;
    contig_page_data.nr_zones = ZONES;
    contig_page_data.node_present_pages = contig_page_data.node_spanned_pages = FRAMES;
    node_data[0] = K(&contig_page_data);
    map_memory();
    for (const char *line = NULL; (line = description_next(line, "zone"));)
        add_zone(index++, line);
    for (const char *line = NULL; (line = description_next(line, "reserved"));)
        reserve(line);
    for (const char *line = NULL; (line = description_next(line, "free"));)
        add_free(line);
    for (const char *line = NULL; (line = description_next(line, "kept"));)
        add_kept(line);
    TOTALRAM_VALUE = number(description_next(NULL, "memory"), "ram");
}

/* ---- pages on lists */

static struct page *add_page(struct mem_cgroup *memcg, unsigned zone, unsigned list, unsigned order,
                             void *mapping, unsigned long flags)
{
    struct page *page = &mem_map_array[take_frames(zone, order, 1UL << order)];
    page->flags = flags | 1UL << PG_lru | 1UL << PG_uptodate;
    page->flags |= list % 2 == ACTIVE ? 1UL << PG_active : 0;
    page->mapping = mapping;
    REFCOUNT(page) = 1;
    page_charge(page, memcg);
    list_add_tail(&page->lru, &find_lruvec(memcg, zone)->lists[list]);
    count_lru(memcg, zone, list, 1L << order);
    return page;
}

struct page *add_pages(struct mem_cgroup *memcg, unsigned zone, unsigned list, long count,
                       void *mapping, unsigned flags)
{
    struct page *last = NULL;
    for (long i = 0; i < count; i++)
        last = add_page(memcg, zone, list, 0, mapping, flags);
    return last;
}

static void *anonymous(void)
{
    return (char *)K(allocate(64)) + 1; /* an anon_vma */
}

static void add_anonymous(const char *line)
{
    struct mem_cgroup *memcg = find_memcg(word(line, "memcg"));
    unsigned zone = find_zone(word(line, "zone"));
    long active = number(line, "active"), inactive = number(line, "inactive");
    void *family = anonymous();
    add_pages(memcg, zone, 1, active, family, 1U << PG_swapbacked);
    add_pages(memcg, zone, 0, inactive, family, 1U << PG_swapbacked);
    charge_up(word(line, "memcg"), STAT_ANON, active + inactive);
}

static void add_huge(const char *line)
{
    struct page *page = add_page(find_memcg(word(line, "memcg")), find_zone(word(line, "zone")), 1,
                                 HUGE_ORDER, anonymous(), 1UL << PG_swapbacked);
    page_set_compound(page, HUGE_ORDER);
    charge_up(word(line, "memcg"), STAT_ANON, 1L << HUGE_ORDER);
}

void pages_build(void)
{
    for (const char *line = NULL; (line = description_next(line, "huge"));)
        add_huge(line);
    for (const char *line = NULL; (line = description_next(line, "anon"));)
        add_anonymous(line);
    for (const char *line = NULL; (line = description_next(line, "tables"));)
        for (long i = 0; i < number(line, "pages"); i++)
            page_set_table(&mem_map_array[take_frames(find_zone("DMA32"), 0, 1)]);
}
