/* One swap device, and whose its slots are; the kernel's log. */
#include <stdio.h>
#include <string.h>

#include "tests/synthetic/common.h"

struct swap_info_struct *swap_info[32];
unsigned nr_swapfiles;
atomic_long_t nr_swap_pages;
long total_swap_pages;
struct swap_cgroup_ctrl swap_cgroup_ctrl[32];
extern struct page mem_map_array[];

static unsigned short id_of(struct mem_cgroup *memcg)
{
#if defined(RES_COUNTERS)
    return H(memcg->css.id)->id;
#elif defined(HAS_OLD_IDR)
    return memcg->id;
#else
    return (unsigned short)memcg->id.id;
#endif
}

/* Pages of ids, by the struct pages of their frames. */
static void set_owners(unsigned slots)
{
    enum { PER_PAGE = PAGE_SIZE / sizeof(struct swap_cgroup), PAGES_MAX = 4 };
    struct swap_cgroup *ids[PAGES_MAX];
    struct page **map = allocate(PAGES_MAX * sizeof *map);
    unsigned slot = 1; /* 0 is the device's header */
    for (unsigned i = 0; i * PER_PAGE < slots; i++) {
        uint64_t pfn;
        ids[i] = allocate_page(&pfn);
        map[i] = K(&mem_map_array[pfn]);
    }
    for (const char *line = NULL; (line = description_next(line, "slots"));) {
        for (long i = 0; i < number(line, "count"); i++, slot++)
            ids[slot / PER_PAGE][slot % PER_PAGE].id = id_of(find_memcg(word(line, "memcg")));
        charge_up(word(line, "memcg"), STAT_SWAP, number(line, "count"));
        slot += 1000; /* so that the next one's are elsewhere */
    }
    swap_cgroup_ctrl[0].map = K(map);
    swap_cgroup_ctrl[0].length = PAGES_MAX;
}

void swap_build(void)
{
    const char *line = description_next(NULL, "swap");
    struct swap_info_struct *device = NEW(struct swap_info_struct);
    device->flags = 3; /* used, writable */
    device->prio = (short)number(line, "priority");
    device->pages = (unsigned)number(line, "pages");
    device->max = device->pages + 1;
    device->inuse_pages = (unsigned)number(line, "used");
    device->swap_file = K(find_file(word(line, "path")));
    swap_info[0] = K(device);
    nr_swapfiles = 1;
    total_swap_pages = number(description_next(NULL, "memory"), "swap");
    nr_swap_pages.counter = total_swap_pages - (long)device->inuse_pages;
    set_owners(device->max);
}
