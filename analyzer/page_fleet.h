/*
 * What a page says about many incidents: sums, the most frequent names, the repeats.
 *
 * Filled from a store by counting there and in one pass over its rows; the renderers
 * (page_render.h) print it and compute nothing. All counts are exact. Memory does not grow with the
 * store: names and repeats are those that the page shows. Times are microseconds of the fleet's
 * clock; texts are escaped and live as long as the fleet.
 */
#ifndef WHYOOM_PAGE_FLEET_H
#define WHYOOM_PAGE_FLEET_H

#include "analyzer/base/hash_table.h"
#include "analyzer/page_timeline.h"
#include "analyzer/store.h"

enum {
    FLEET_NAMES_MAX = 10,   /* in a table */
    FLEET_REPEATS_MAX = 12, /* likewise */
    FLEET_GROUPS_MAX = 300, /* repeats that are looked at, single incidents among them */
};

enum fleet_table_id {
    FLEET_WORKLOADS,
    FLEET_CGROUPS,
    FLEET_HOSTS,
    FLEET_VICTIMS,
    FLEET_KERNELS,
    FLEET_TABLES
};

/** One name of a table and its incidents. */
struct fleet_name {
    struct slice value;
    uint64_t count, by_class[CLASS_COUNT];
    UT_hash_handle hh;
};

struct fleet_table {
    struct fleet_name names[FLEET_NAMES_MAX]; /* the most frequent first */
    size_t count;
    uint64_t distinct;          /* names in all */
    uint64_t named;             /* incidents that have one */
    struct fleet_name *by_name; /* hash over `names` */
};

/** What stood at one end of a group's time. */
struct fleet_end {
    int64_t wall_us;
    struct amount size, limit; /* held by the victims; the limit that refused */
};

/** Incidents that repeat one another: same host, kind, class, cgroup and victim. */
struct fleet_group {
    struct slice fold;
    uint64_t count, dated;   /* dated: those that have its time; `first` and `last` are of these */
    struct page_clock clock; /* of these times: the fleet's, or where that dates none its own */
    bool is_on_axis;         /* the fleet's */
    struct page_clock_survey survey; /* of those that the fleet's clock does not date */
    struct fleet_end first, last;
    int64_t rowid; /* the one to explain: most complete, then latest */
    int grade;     /* incident_grade() of it */
    int64_t grade_wall_us;
    bool has_panic, is_host_wide;
    enum kind kind;
    enum class_term class_;
    enum part dominant;
    enum limit limit;
    struct slice host, owner, cgroup, manager, workload, victim, kernel;
    struct slice source; /* of its first */
    struct spark spark;
    UT_hash_handle hh;
};

struct fleet {
    struct arena *arena;
    struct page_clock clock; /* of all times here */
    uint64_t total, by_kind[KIND_COUNT], by_class[CLASS_COUNT], by_part[PART_COUNT],
        by_limit[LIMIT_COUNT];
    uint64_t panics, host_wide, dated;
    struct amount victims;     /* processes killed; unknown when no report tells */
    int64_t first_us, last_us; /* of the dated ones */
    struct timeline_chart chart;
    struct fleet_table tables[FLEET_TABLES];
    struct fleet_group *groups[FLEET_GROUPS_MAX]; /* weightiest first */
    size_t groups_count;
    uint64_t groups_distinct;
    struct fleet_group *repeats[FLEET_REPEATS_MAX]; /* of the groups, the most frequent first */
    size_t repeats_count;
    struct coverage coverage;
    uint64_t failures; /* inputs that could not be read */
};

/** Count what @p query selects. */
struct error *fleet_create(struct store *store, const struct store_query *query, struct fleet **ret)
    __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void fleet_destroy(struct fleet *fleet);

/** From the first to the last of a group, per step; unknown for fewer than two dated ones. */
struct amount fleet_group_interval(const struct fleet_group *group);

#endif
