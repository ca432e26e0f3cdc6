#include "tui/tab.h"

static const struct tab tabs[] = {
    {"Verdict", tab_verdict}, {"Memory", tab_memory}, {"Tasks", tab_tasks},
    {"Cgroups", tab_cgroups}, {"Stack", tab_stack},   {"Why", tab_why},
    {"Log", tab_log},
};

const struct tab *tabs_table(size_t *count)
{
    *count = sizeof tabs / sizeof *tabs;
    return tabs;
}
