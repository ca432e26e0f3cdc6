#include "analyzer/figures.h"

/* Sizes carry their unit in the key, counts do not. */
#define KEY_COUNT ""
#define KEY_BYTES "_bytes"
#define KEY_KIB KEY_BYTES
#define KEY_PAGES KEY_BYTES
#define FIGURE_ROW(constant, name, unit, other) \
    [constant] = {name, other, name KEY_##unit, UNIT_##unit},
#define MEMCG_STAT FIGURE_ROW
const struct figure memcg_stats[STAT_COUNT] = {
#include "analyzer/figures.def"
};
#undef MEMCG_STAT
#define MEM_FIGURE FIGURE_ROW
const struct figure mem_figures[MEM_COUNT] = {
#include "analyzer/figures.def"
};
#undef MEM_FIGURE
#define NODE_FIGURE FIGURE_ROW
const struct figure node_figures[NODE_COUNT] = {
#include "analyzer/figures.def"
};
#undef NODE_FIGURE
#define ZONE_FIGURE FIGURE_ROW
const struct figure zone_figures[ZONE_COUNT] = {
#include "analyzer/figures.def"
};
#undef ZONE_FIGURE

/* A name out of a log may hold a NUL. */
static bool is_spelled(const char *spelling, struct slice name)
{
    size_t i = 0;
    while (spelling && i < name.length && spelling[i] && spelling[i] == name.data[i])
        i++;
    return spelling && i == name.length && spelling[i] == '\0';
}

int figure_find(const struct figure *figures, int count, struct slice name, int hint)
{
    for (int step = 0; step < count; step++) {
        int i = (hint + step) % count;
        if (is_spelled(figures[i].name, name) || is_spelled(figures[i].other_spelling, name))
            return i;
    }
    return -1;
}
