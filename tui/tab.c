#include "tui/tab.h"

static const struct tab tabs[] = {
    {"Verdict", tab_verdict},
    {"Memory", tab_memory},
    {"Tasks", tab_tasks},
    {"Cgroups", tab_cgroups},
    {"Stack", tab_stack},
    {"Why", tab_why},
    {"Log", tab_log},
    /* of a dump */
    {"Shmem", tab_shmem},
    {"Slabs", tab_slabs},
    {"Pages", tab_pages},
    {"LRU", tab_lru},
    {"Swap", tab_swap},
    {"Stacks", tab_stacks},
};

enum { OF_A_LOG = 7 };

const struct tab *tabs_table(const struct incident *incident, size_t *count)
{
    bool is_dump = incident && incident->source.kind == SOURCE_VMCORE;
    *count = is_dump ? sizeof tabs / sizeof *tabs : OF_A_LOG;
    return tabs;
}
