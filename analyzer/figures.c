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
static inline bool is_spelled(const char *spelling, struct slice name)
{
    size_t i = 0;
    if (!spelling || spelling[0] != name.data[0]) /* mostly decided here */
        return false;
    while (i < name.length && spelling[i] && spelling[i] == name.data[i])
        i++;
    return i == name.length && !spelling[i];
}

int figure_find(const struct figure *figures, int count, struct slice name, int hint)
{
    for (int step = 0, i = hint; name.length && step < count; step++, i++) {
        i = i < count ? i : 0;
        if (is_spelled(figures[i].name, name) || is_spelled(figures[i].other_spelling, name))
            return i;
    }
    return -1;
}
