#include "analyzer/page_fleet.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"

/* How many of the newest and of the largest incidents are looked at even if they never repeat. */
enum { FREQUENT_MAX = 200, NOTABLE_MAX = 50 };

struct counting {
    struct fleet *fleet;
    struct page_clock_survey survey;
    struct timeline *timeline;
    struct fleet_group *by_fold; /* hash over the fleet's groups */
};

/* ---- names */

static const struct {
    enum store_column column;
    size_t offset; /* of the name in struct store_row */
} table_columns[FLEET_TABLES] = {
    [FLEET_WORKLOADS] = {STORE_WORKLOAD, offsetof(struct store_row, workload)},
    [FLEET_CGROUPS] = {STORE_CGROUP, offsetof(struct store_row, cgroup)},
    [FLEET_HOSTS] = {STORE_HOST, offsetof(struct store_row, host)},
    [FLEET_VICTIMS] = {STORE_VICTIM, offsetof(struct store_row, victim)},
    [FLEET_KERNELS] = {STORE_KERNEL, offsetof(struct store_row, kernel)},
};

struct naming {
    struct arena *arena;
    struct fleet_table *table;
};

static void take_name(void *context, struct slice value, uint64_t count)
{
    struct naming *naming = context;
    struct fleet_table *table = naming->table;
    if (!value.length)
        return;
    table->distinct++;
    table->named += count;
    if (table->count == FLEET_NAMES_MAX)
        return;
    struct fleet_name *name = &table->names[table->count++];
    struct slice key = arena_copy(naming->arena, value);
    name->value = escape_text(naming->arena, key); /* a database may come from anywhere */
    name->count = count;
    HASH_ADD_KEYPTR(hh, table->by_name, key.data, key.length, name);
}

static struct error *name_tables(struct fleet *fleet, struct store *store,
                                 const struct store_query *query)
{
    struct error *error = NULL;
    for (int i = 0; i < FLEET_TABLES && !error; i++) {
        struct naming naming = {fleet->arena, &fleet->tables[i]};
        error = store_tally(store, query, table_columns[i].column, take_name, &naming);
    }
    return error;
}

static void count_names(struct fleet *fleet, const struct store_row *row)
{
    for (int i = 0; i < FLEET_TABLES; i++) {
        struct slice value;
        memcpy(&value, (const char *)row + table_columns[i].offset, sizeof value);
        struct fleet_name *name = NULL;
        if (value.length)
            HASH_FIND(hh, fleet->tables[i].by_name, value.data, value.length, name);
        if (name)
            name->by_class[row->class_]++;
    }
}

/* ---- groups: which ones */

static void track_group(struct counting *counting, struct slice fold)
{
    struct fleet *fleet = counting->fleet;
    struct fleet_group *group = NULL;
    if (!fold.length) /* a damaged row */
        return;
    HASH_FIND(hh, counting->by_fold, fold.data, fold.length, group);
    if (group || fleet->groups_count == FLEET_GROUPS_MAX)
        return;
    group = arena_allocate(fleet->arena, sizeof *group);
    group->fold = arena_copy(fleet->arena, fold);
    HASH_ADD_KEYPTR(hh, counting->by_fold, group->fold.data, group->fold.length, group);
    fleet->groups[fleet->groups_count++] = group;
}

static void take_fold(void *context, struct slice value, uint64_t count)
{
    struct counting *counting = context;
    (void)count; /* the rows tell, which must be looked at anyway */
    counting->fleet->groups_distinct++;
    if (counting->fleet->groups_count < FREQUENT_MAX)
        track_group(counting, value);
}

static bool track_row(void *context, const struct store_row *row)
{
    track_group(context, row->fold);
    return true;
}

static struct error *choose_groups(struct counting *counting, struct store *store,
                                   const struct store_query *query)
{
    static const enum store_order orders[] = {STORE_BY_TIME, STORE_BY_SIZE};
    struct error *error = store_tally(store, query, STORE_FOLD, take_fold, counting);
    for (size_t i = 0; i < sizeof orders / sizeof *orders && !error; i++) {
        struct store_query notable = *query;
        notable.order = orders[i];
        notable.is_descending = true;
        notable.most = NOTABLE_MAX;
        error = store_each(store, &notable, track_row, counting);
    }
    return error;
}

/* ---- groups: what is said of them */

static void name_group(struct arena *arena, struct fleet_group *group, const struct store_row *row)
{
    const struct {
        struct slice *to, from;
    } texts[] = {
        {&group->host, row->host},         {&group->owner, row->owner},
        {&group->cgroup, row->cgroup},     {&group->manager, row->manager},
        {&group->workload, row->workload}, {&group->victim, row->victim},
        {&group->kernel, row->kernel},     {&group->source, row->source},
    };
    group->kind = row->kind;
    group->class_ = row->class_;
    group->dominant = row->dominant;
    group->limit = row->limit;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i].to = escape_text(arena, arena_copy(arena, texts[i].from));
}

static void date_group(struct fleet_group *group, const struct store_row *row, int64_t wall_us)
{
    const struct fleet_end end = {wall_us, row->size, row->usage_limit};
    if (!group->dated || wall_us < group->first.wall_us)
        group->first = end;
    if (!group->dated || wall_us >= group->last.wall_us)
        group->last = end;
    group->dated++;
}

static struct fleet_group *group_of(const struct counting *counting, const struct store_row *row)
{
    struct fleet_group *group = NULL;
    if (row->fold.length)
        HASH_FIND(hh, counting->by_fold, row->fold.data, row->fold.length, group);
    return group;
}

static void place_group(struct fleet_group *group, const struct fleet *fleet,
                        const struct store_row *row, int64_t wall_us)
{
    group->clock = fleet->clock;
    group->is_on_axis = true;
    date_group(group, row, wall_us);
    spark_add(&group->spark, wall_us);
}

static void count_group(struct counting *counting, const struct store_row *row, bool is_dated,
                        int64_t wall_us)
{
    struct fleet_group *group = group_of(counting, row);
    if (!group)
        return;
    if (group->count++ == 0)
        name_group(counting->fleet->arena, group, row);
    if (is_dated)
        place_group(group, counting->fleet, row, wall_us);
    else if (!row->time.has_wall) /* or it was never set */
        page_clock_look(&group->survey, &row->time);
    group->has_panic |= row->is_panic;
    group->is_host_wide |= row->is_host_wide;
    bool is_better = row->grade > group->grade ||
                     (row->grade == group->grade && wall_us >= group->grade_wall_us);
    if (group->rowid && !is_better)
        return;
    group->rowid = row->rowid;
    group->grade = row->grade;
    group->grade_wall_us = wall_us;
}

static int compare_groups(const void *left, const void *right)
{
    const struct fleet_group *a = *(struct fleet_group *const *)left;
    const struct fleet_group *b = *(struct fleet_group *const *)right;
    if (a->has_panic != b->has_panic)
        return b->has_panic - a->has_panic;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    if (a->is_host_wide != b->is_host_wide)
        return b->is_host_wide - a->is_host_wide;
    if (a->last.wall_us != b->last.wall_us)
        return a->last.wall_us < b->last.wall_us ? 1 : -1;
    return (a->rowid > b->rowid) - (a->rowid < b->rowid);
}

/* In the order of the groups, but by their count alone. */
static void choose_repeats(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->groups_count; i++) {
        struct fleet_group *group = fleet->groups[i];
        size_t at = fleet->repeats_count;
        if (group->count < 2)
            continue;
        while (at > 0 && fleet->repeats[at - 1]->count < group->count)
            at--;
        if (at == FLEET_REPEATS_MAX)
            continue;
        if (fleet->repeats_count < FLEET_REPEATS_MAX)
            fleet->repeats_count++;
        memmove(&fleet->repeats[at + 1], &fleet->repeats[at],
                (fleet->repeats_count - at - 1) * sizeof *fleet->repeats);
        fleet->repeats[at] = group;
    }
}

struct amount fleet_group_interval(const struct fleet_group *group)
{
    if (group->dated < 2)
        return UNKNOWN;
    return amount_of((group->last.wall_us - group->first.wall_us) / (int64_t)(group->dated - 1), 0);
}

/* ---- all of them */

static void date_fleet(struct fleet *fleet, int64_t wall_us)
{
    bool is_first = fleet->dated++ == 0;
    if (is_first || wall_us < fleet->first_us)
        fleet->first_us = wall_us;
    if (is_first || wall_us > fleet->last_us)
        fleet->last_us = wall_us;
}

static bool count_row(void *context, const struct store_row *row)
{
    struct counting *counting = context;
    struct fleet *fleet = counting->fleet;
    int64_t wall_us = 0;
    bool is_dated = page_clock_read(&fleet->clock, &row->time, &wall_us) &&
                    timeline_add(counting->timeline, wall_us, row->class_);
    fleet->total++;
    fleet->by_kind[row->kind]++;
    fleet->by_class[row->class_]++;
    fleet->by_part[row->dominant]++;
    fleet->by_limit[row->limit]++;
    fleet->panics += row->is_panic;
    fleet->host_wide += row->is_host_wide;
    if (row->victims.known)
        fleet->victims =
            fleet->victims.known ? amount_add(fleet->victims, row->victims) : row->victims;
    if (is_dated)
        date_fleet(fleet, wall_us);
    count_names(fleet, row);
    count_group(counting, row, is_dated, wall_us);
    return true;
}

/* A host whose logs say no year, in a fleet whose others do: by a clock of its own. */
static bool date_row(void *context, const struct store_row *row)
{
    struct fleet_group *group = group_of(context, row);
    int64_t us;
    if (group && !group->is_on_axis && page_clock_read(&group->clock, &row->time, &us))
        date_group(group, row, us);
    return true;
}

static struct error *date_others(struct counting *counting, struct store *store,
                                 const struct store_query *query)
{
    uint64_t others = 0;
    for (size_t i = 0; i < counting->fleet->groups_count; i++) {
        struct fleet_group *group = counting->fleet->groups[i];
        if (group->is_on_axis || !group->survey.stamps)
            continue;
        group->clock = page_clock_choose(&group->survey);
        others++;
    }
    return others ? store_each(store, query, date_row, counting) : NULL;
}

static bool look_at_clock(void *context, const struct store_row *row)
{
    struct counting *counting = context;
    page_clock_look(&counting->survey, &row->time);
    return true;
}

static struct error *choose_clock(struct counting *counting, struct store *store,
                                  const struct store_query *query)
{
    struct store_query with_wall = *query;
    uint64_t total = 0, dated = 0;
    with_wall.is_dated = true;
    struct error *error = store_count(store, query, &total);
    if (!error)
        error = store_count(store, &with_wall, &dated);
    if (!error && dated * 2 < total) /* else by the wall clock, without looking at each */
        error = store_each(store, query, look_at_clock, counting);
    counting->fleet->clock = page_clock_choose(&counting->survey);
    return error;
}

static struct error *count_all(struct counting *counting, struct store *store,
                               const struct store_query *query)
{
    struct fleet *fleet = counting->fleet;
    struct error *error = choose_clock(counting, store, query);
    counting->timeline = timeline_create(&fleet->clock);
    if (!error)
        error = name_tables(fleet, store, query);
    if (!error)
        error = choose_groups(counting, store, query);
    if (!error)
        error = store_each(store, query, count_row, counting);
    if (!error)
        error = date_others(counting, store, query);
    if (!error)
        error = store_coverage_sum(store, &fleet->coverage, &fleet->failures);
    if (error)
        return error;
    qsort(fleet->groups, fleet->groups_count, sizeof *fleet->groups, compare_groups);
    choose_repeats(fleet);
    timeline_bars(counting->timeline, &fleet->chart);
    return NULL;
}

struct error *fleet_create(struct store *store, const struct store_query *query, struct fleet **ret)
{
    struct store_query all = *query;
    all.order = STORE_BY_INPUT;
    all.is_descending = false;
    all.offset = all.most = 0;
    struct counting counting = {.fleet = must_allocate(sizeof(struct fleet))};
    counting.fleet->arena = arena_create();
    struct error *error = count_all(&counting, store, &all);
    HASH_CLEAR(hh, counting.by_fold);
    timeline_destroy(counting.timeline);
    if (error)
        fleet_destroy(counting.fleet);
    else
        *ret = counting.fleet;
    return error;
}

void fleet_destroy(struct fleet *fleet)
{
    if (!fleet)
        return;
    for (int i = 0; i < FLEET_TABLES; i++)
        HASH_CLEAR(hh, fleet->tables[i].by_name);
    arena_destroy(fleet->arena);
    free(fleet);
}
