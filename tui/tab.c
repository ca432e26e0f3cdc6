#include "tui/tab.h"

static const struct tab tabs[] = {
    {"Verdict", tab_verdict, NULL},
    {"Memory", tab_memory, NULL},
    {"Tasks", tab_tasks, NULL},
    {"Cgroups", tab_cgroups, "cgroups"},
    {"Stack", tab_stack, NULL},
    {"Why", tab_why, NULL},
    {"Log", tab_log, NULL},
    /* of a dump */
    {"Shmem", tab_shmem, "shmem"},
    {"Slabs", tab_slabs, "slabs"},
    {"Pages", tab_pages, "pages"},
    {"LRU", tab_lru, "lru"},
    {"Swap", tab_swap, "swap"},
    {"Stacks", tab_stacks, "stacks"},
};

enum { OF_A_LOG = 7 };

const struct tab *tabs_table(const struct incident *incident, size_t *count)
{
    bool is_dump = incident && incident->source.kind == SOURCE_VMCORE;
    *count = is_dump ? sizeof tabs / sizeof *tabs : OF_A_LOG;
    return tabs;
}
