/*
 * The named figures of a report (figures.def) as enums and tables.
 *
 * A list of figures is an array of struct amount indexed by the enum; sizes in it are bytes,
 * whatever unit the line had, counts are counts. A figure that the kernel did not print stays
 * unknown.
 */
#ifndef WHYOOM_FIGURES_H
#define WHYOOM_FIGURES_H

#include "analyzer/base/slice.h"

enum figure_unit { UNIT_COUNT, UNIT_BYTES, UNIT_KIB, UNIT_PAGES };

struct figure {
    const char *name;           /* as records and facts call it */
    const char *other_spelling; /* of v1 or an older kernel; NULL when there is none */
    const char *key;            /* in a record: the name, with its unit when it is a size */
    enum figure_unit unit;      /* as printed */
};

#define FIGURE_CONSTANT(constant, name, unit, other) constant,
#define MEMCG_STAT FIGURE_CONSTANT
enum memcg_stat {
#include "analyzer/figures.def"
    STAT_COUNT
};
#undef MEMCG_STAT
#define MEM_FIGURE FIGURE_CONSTANT
enum mem_figure {
#include "analyzer/figures.def"
    MEM_COUNT
};
#undef MEM_FIGURE
#define NODE_FIGURE FIGURE_CONSTANT
enum node_figure {
#include "analyzer/figures.def"
    NODE_COUNT
};
#undef NODE_FIGURE
#define ZONE_FIGURE FIGURE_CONSTANT
enum zone_figure {
#include "analyzer/figures.def"
    ZONE_COUNT
};
#undef ZONE_FIGURE
#undef FIGURE_CONSTANT

extern const struct figure memcg_stats[STAT_COUNT];
extern const struct figure mem_figures[MEM_COUNT];
extern const struct figure node_figures[NODE_COUNT];
extern const struct figure zone_figures[ZONE_COUNT];

/** Index of the figure printed as @p name in @p figures, looking from @p hint on (lines keep the
 * order); or -1. */
int figure_find(const struct figure *figures, int count, struct slice name, int hint);

#endif
