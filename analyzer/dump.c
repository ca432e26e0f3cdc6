#include "analyzer/dump.h"

#include <string.h>

const char *const dump_views[DUMP_VIEWS_MAX] = {"cgroups", "shmem", "slabs", "zones",
                                                "stacks",  "swap",  "huge"};

enum { COMPACT_MAX_DEFER_SHIFT = 6 }; /* mm/compaction.c */

/* ---- JSON as amounts and texts */

static struct amount number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? amount_of(json_integer_value(value), 0) : UNKNOWN;
}

static struct slice text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return slice_of(json_string_value(value), json_string_length(value));
}

static struct slice kept_text(struct arena *arena, const json_t *object, const char *key)
{
    return arena_copy(arena, text(object, key));
}

/* One more of the group; a size that is unknown makes the sum unknown. */
static void group_add(struct dump_group *group, struct slice name, struct amount bytes)
{
    bool is_first = !group->count.known;
    group->count = amount_of(amount_or(group->count, 0) + 1, 0);
    group->bytes = is_first ? bytes : amount_add(group->bytes, bytes);
    if (bytes.known && bytes.value > amount_or(group->largest_bytes, -1)) {
        group->largest_bytes = bytes;
        group->largest = name;
    }
}

/* The view was there, so a group without members is known to be empty. */
static void group_begin(struct dump_group *group)
{
    group->count = group->bytes = amount_of(0, 0);
}

static void group_keep(struct arena *arena, struct dump_group *group)
{
    group->largest = arena_copy(arena, group->largest);
}

static bool is_below(struct slice path, struct slice ancestor)
{
    if (slice_equal(ancestor, SLICE("/")) || slice_equal(path, ancestor))
        return true;
    return slice_starts(path, ancestor) && path.length > ancestor.length &&
           path.data[ancestor.length] == '/';
}

/* ---- cgroups */

static void take_owner(struct incident *incident, const json_t *row)
{
    const json_t *stat = json_object_get(row, "stat");
    struct amount shmem = number(stat, "shmem_bytes");
    incident->dump.owner = (struct dump_cgroup){
        .path = kept_text(incident->arena, row, "path"),
        .usage = number(row, "usage_bytes"),
        .limit = number(row, "limit_bytes"),
        .swap = number(row, "swap_usage_bytes"),
        .failcnt =
            amount_either(number(row, "failcnt"), number(json_object_get(row, "events"), "max")),
        .kills = number(json_object_get(row, "events"), "oom_kill"),
        .anon = number(stat, "anon_bytes"),
        .file = amount_at_least(amount_subtract(number(stat, "file_bytes"), shmem), 0),
        .shmem = shmem,
        .slab = amount_add(number(stat, "slab_reclaimable_bytes"),
                           number(stat, "slab_unreclaimable_bytes")),
        .file_lists =
            amount_add(number(stat, "inactive_file_bytes"), number(stat, "active_file_bytes")),
        .file_dirty = number(stat, "file_dirty_bytes"),
        .unevictable = number(stat, "unevictable_bytes"),
        .is_dying = json_is_false(json_object_get(row, "online")),
    };
}

/* Of the cgroup whose limit refused, or of the root: a cgroup's counts hold those below it. */
static void take_pool(struct dump *dump, const json_t *stat)
{
    dump->inactive_anon = number(stat, "inactive_anon_bytes");
    dump->active_anon = number(stat, "active_anon_bytes");
    dump->inactive_file = number(stat, "inactive_file_bytes");
    dump->active_file = number(stat, "active_file_bytes");
    dump->reclaimed = number(stat, "pgsteal");
    dump->refaults = amount_add(number(stat, "workingset_refault_anon"),
                                number(stat, "workingset_refault_file"));
}

/* The directory above, "/" at the top; empty: there is none. */
static struct slice parent_of(struct slice path)
{
    size_t length = path.length;
    while (length > 1 && path.data[length - 1] != '/')
        length--;
    if (path.length <= 1)
        return (struct slice){0};
    return slice_of(path.data, length > 1 ? length - 1 : 1);
}

static bool has_met_limit(const json_t *row)
{
    const json_t *events = json_object_get(row, "events");
    struct amount refusals = amount_either(number(events, "max"), number(row, "failcnt"));
    return amount_or(refusals, 1) > 0 || amount_or(number(events, "high"), 0) > 0;
}

/* Swapped out although no limit on its way up ever refused: the machine's own shortage did it. A
 * limit's failures are unknown: not said. The root has none. */
static bool is_swapped_by_host(const json_t *by_path, const json_t *row)
{
    struct slice path = text(row, "path");
    if (amount_or(number(row, "swap_usage_bytes"), 0) == 0)
        return false;
    for (; path.length > 1; path = parent_of(path)) {
        const json_t *above = json_object_getn(by_path, path.data, path.length);
        if (!above || has_met_limit(above))
            return false;
    }
    return true;
}

/* Usage holds that of the cgroups below, so only those right below the root are added up. */
static struct amount own_share(struct slice path, struct amount usage)
{
    return slice_equal(parent_of(path), SLICE("/")) ? usage : amount_of(0, 0);
}

static void take_cgroup(struct incident *incident, const json_t *by_path, const json_t *row)
{
    struct dump *dump = &incident->dump;
    struct slice path = text(row, "path");
    struct amount usage = number(row, "usage_bytes"), swap = number(row, "swap_usage_bytes");
    struct amount emin = number(row, "emin_bytes"), elow = number(row, "elow_bytes");
    int64_t protection = amount_or(emin, 0) > amount_or(elow, 0) ? emin.value : amount_or(elow, 0);
    if (slice_equal(path, incident->memcg.path.length ? incident->memcg.path : SLICE("/")))
        take_pool(dump, json_object_get(row, "stat"));
    if (path.length <= 1)
        return; /* the root: all the others together */
    if (json_is_false(json_object_get(row, "online")))
        group_add(&dump->dying, path, usage);
    group_add(&dump->cgroups, path, own_share(path, usage));
    if (protection > 0)
        group_add(&dump->protected_, path, amount_of(protection, 0));
    if (is_swapped_by_host(by_path, row))
        group_add(&dump->swapped, path, swap);
    if (incident->memcg.path.length && slice_equal(path, incident->memcg.path))
        take_owner(incident, row);
}

static void take_cgroups(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    struct dump_group *groups[] = {&dump->cgroups, &dump->dying, &dump->protected_, &dump->swapped};
    const json_t *rows = json_object_get(view, "cgroups");
    const json_t *is_generational = json_object_get(view, "lru_gen");
    json_t *by_path = json_object();
    size_t i;
    json_t *row;
    if (is_generational)
        dump->has_generations = amount_of(json_is_true(is_generational), 0);
    json_array_foreach(rows, i, row)
        json_object_setn(by_path, text(row, "path").data, text(row, "path").length, row);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        group_begin(groups[g]);
    json_array_foreach(rows, i, row) take_cgroup(incident, by_path, row);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        group_keep(incident->arena, groups[g]);
    json_decref(by_path);
}

/* ---- shared memory and slab */

/* Of a container's shortage only what is charged below it. */
static void take_shmem(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    size_t i;
    json_t *row;
    group_begin(&dump->shmem);
    dump->swapped_shmem = amount_of(0, 0);
    json_array_foreach(json_object_get(view, "instances"), i, row)
    {
        struct slice memcg = text(row, "memcg"), name = text(row, "name");
        struct amount bytes = number(row, "bytes"), before = dump->shmem.largest_bytes;
        bool is_elsewhere = incident->memcg.path.length && !is_below(memcg, incident->memcg.path);
        struct amount swap = number(row, "swap_bytes");
        if (is_elsewhere || amount_or(amount_add(bytes, swap), 1) == 0)
            continue;
        dump->swapped_shmem = amount_add(dump->swapped_shmem, swap);
        group_add(&dump->shmem, name, bytes);
        if (dump->shmem.largest_bytes.value == before.value && before.known)
            continue;
        dump->shmem_kind = kept_text(incident->arena, row, "kind");
        dump->shmem_swap = swap;
        dump->shmem_memcg = kept_text(incident->arena, row, "memcg");
        const json_t *users = json_object_get(row, "users");
        dump->shmem_users =
            json_is_array(users) ? amount_of((int64_t)json_array_size(users), 0) : UNKNOWN;
    }
    group_keep(incident->arena, &dump->shmem);
}

static void take_slabs(struct incident *incident, const json_t *view)
{
    size_t i;
    json_t *row;
    group_begin(&incident->dump.slabs);
    json_array_foreach(json_object_get(view, "caches"), i, row)
        group_add(&incident->dump.slabs, text(row, "name"), number(row, "bytes"));
    group_keep(incident->arena, &incident->dump.slabs);
    if (number(view, "unread_slabs").known) /* some may be anybody's */
        return;
    group_begin(&incident->dump.slab_owners);
    json_array_foreach(json_object_get(view, "memcgs"), i, row)
        group_add(&incident->dump.slab_owners, text(row, "path"), number(row, "bytes"));
    group_keep(incident->arena, &incident->dump.slab_owners);
}

/* ---- who is stuck */

/* compaction_deferred(): after a failure twice as many requests go by without a try each time. */
static void take_compaction(struct incident *incident, const json_t *zone)
{
    struct dump *dump = &incident->dump;
    const json_t *compaction = json_object_get(zone, "compaction");
    struct amount shift = number(compaction, "defer_shift");
    struct amount order = number(compaction, "order_failed");
    if (!shift.known || shift.value < 0 || shift.value > COMPACT_MAX_DEFER_SHIFT)
        return;
    if (!dump->compaction_deferred.known)
        dump->compaction_deferred = amount_of(0, 0);
    int64_t deferred = INT64_C(1) << shift.value;
    if (shift.value == 0 || deferred <= dump->compaction_deferred.value)
        return;
    dump->compaction_deferred = amount_of(deferred, 0);
    dump->compaction_passed = number(compaction, "considered");
    dump->compaction_order = amount_or(order, 0) > 0 ? order : UNKNOWN; /* 0: as at boot */
    dump->compaction_zone = kept_text(incident->arena, zone, "name");
}

static void take_orders(struct dump *dump, const json_t *serves)
{
    size_t order;
    json_t *does;
    json_array_foreach(serves, order, does)
    {
        if (json_is_true(does) && (int64_t)order > amount_or(dump->largest_order, -1))
            dump->largest_order = amount_of((int64_t)order, 0);
    }
}

static void take_zones(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    size_t i;
    json_t *row;
    dump->free = amount_of(0, 0);
    json_array_foreach(json_object_get(view, "zones"), i, row)
    {
        dump->free = amount_add(dump->free, number(row, "free_bytes"));
        take_orders(dump, json_object_get(row, "serves_order"));
        if (amount_or(number(row, "managed_bytes"), 0) > 0)
            take_compaction(incident, row);
    }
    json_array_foreach(json_object_get(view, "nodes"), i, row)
    {
        struct amount failures = number(row, "kswapd_failures");
        if (amount_or(failures, -1) > amount_or(dump->reclaim_failures, -1))
            dump->reclaim_failures = failures;
    }
}

/* One of its frames begins with one of the names. */
static bool is_in(const json_t *task, const char *const *names)
{
    size_t i;
    json_t *frame;
    json_array_foreach(json_object_get(task, "frames"), i, frame)
    {
        for (size_t n = 0; names[n]; n++)
            if (slice_starts(slice_of(json_string_value(frame), json_string_length(frame)),
                             slice_from_string(names[n])))
                return true;
    }
    return false;
}

/* In a charge, whatever it does there: reclaim mostly. A charge of page cache ends in an error that
 * its caller may answer by asking again. */
static void take_charge(struct incident *incident, const json_t *task)
{
    static const char *const charges[] = {"try_charge",        "charge_memcg",
                                          "mem_cgroup_charge", "__mem_cgroup_charge",
                                          "obj_cgroup_charge", NULL};
    static const char *const files[] = {"filemap_add_folio", "__filemap_add_folio",
                                        "add_to_page_cache", "__add_to_page_cache", NULL};
    struct dump *dump = &incident->dump;
    struct slice memcg = text(task, "cgroup");
    if (!is_in(task, charges))
        return;
    if (dump->in_charge.value == 0)
        dump->charge_memcg = arena_copy(incident->arena, memcg);
    else if (!slice_equal(dump->charge_memcg, memcg))
        dump->charge_memcg = (struct slice){0};
    dump->in_charge.value++;
    dump->in_charge_of_file.value += is_in(task, files);
}

static void take_stacks(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    static const char *const words[] = {"direct reclaim", "memcg reclaim", "lru_lock"};
    struct amount *counts[] = {&dump->in_direct_reclaim, &dump->in_memcg_reclaim,
                               &dump->at_lru_lock};
    size_t i;
    json_t *row;
    dump->in_charge = dump->in_charge_of_file = amount_of(0, 0);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        *counts[c] = amount_of(0, 0);
    if (number(view, "lru_locks_count").known)
        dump->lru_locks_taken =
            amount_of((int64_t)json_array_size(json_object_get(view, "lru_locks")), 0);
    json_array_foreach(json_object_get(view, "tasks"), i, row)
    {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            counts[c]->value += slice_equal(text(row, "doing"), slice_from_string(words[c]));
        take_charge(incident, row);
    }
}

static void take_swap(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(view, "devices"), i, row)
    {
        if (!json_object_get(row, "zram"))
            continue;
        dump->zram_original = amount_add(amount_either(dump->zram_original, amount_of(0, 0)),
                                         number(row, "original_bytes"));
        dump->zram_memory = amount_add(amount_either(dump->zram_memory, amount_of(0, 0)),
                                       number(row, "memory_bytes"));
    }
}

/* A cgroup's hold those below it, and the root's are all. */
static void take_transparent(struct incident *incident, const json_t *row)
{
    static const char *const keys[] = {"anon_thp_bytes", "shmem_thp_bytes", "file_thp_bytes"};
    struct dump *dump = &incident->dump;
    struct slice path = text(row, "path");
    struct amount sum = amount_of(0, 0);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        sum = amount_add(sum, amount_either(number(row, keys[i]), amount_of(0, 0)));
    if (path.length <= 1)
        dump->huge_machine = sum;
    else
        group_add(&dump->huge, path, own_share(path, sum));
}

static void take_huge(struct incident *incident, const json_t *view)
{
    struct dump *dump = &incident->dump;
    size_t i;
    json_t *row;
    group_begin(&dump->huge);
    dump->huge_machine = dump->hugetlb = dump->hugetlb_free = amount_of(0, 0);
    dump->huge_deferred = number(view, "deferred_split");
    json_array_foreach(json_object_get(view, "memcgs"), i, row) take_transparent(incident, row);
    group_keep(incident->arena, &dump->huge);
    json_array_foreach(json_object_get(view, "hugetlb"), i, row)
    {
        struct amount size = number(row, "page_bytes");
        if (!size.known) /* a size that was never set up */
            continue;
        dump->hugetlb = amount_add(dump->hugetlb, amount_scale(number(row, "total"), size.value));
        dump->hugetlb_free =
            amount_add(dump->hugetlb_free, amount_scale(number(row, "free"), size.value));
    }
}

/* ---- all of them */

/* What was counted in a view from which rows may be missing is not known; single rows are. */

static void forget_cgroups(struct dump *dump)
{
    dump->cgroups = dump->dying = dump->protected_ = dump->swapped = (struct dump_group){0};
}

static void forget_shmem(struct dump *dump)
{
    dump->shmem = (struct dump_group){0};
    dump->shmem_kind = dump->shmem_memcg = (struct slice){0};
    dump->shmem_swap = dump->shmem_users = dump->swapped_shmem = UNKNOWN;
}

static void forget_slabs(struct dump *dump)
{
    dump->slabs = dump->slab_owners = (struct dump_group){0};
}

static void forget_zones(struct dump *dump)
{
    dump->free = dump->largest_order = UNKNOWN;
}

static void forget_stacks(struct dump *dump)
{
    dump->in_direct_reclaim = dump->in_memcg_reclaim = dump->at_lru_lock = UNKNOWN;
    dump->in_charge = dump->in_charge_of_file = UNKNOWN;
}

static void forget_swap(struct dump *dump)
{
    dump->zram_original = dump->zram_memory = UNKNOWN;
}

static void forget_huge(struct dump *dump)
{
    dump->huge = (struct dump_group){0};
    dump->huge_machine = dump->huge_deferred = UNKNOWN;
}

static const struct {
    const char *view, *key; /* what it must hold to say anything */
    void (*take)(struct incident *incident, const json_t *view);
    void (*forget)(struct dump *dump);
} takers[] = {
    {"cgroups", "cgroups", take_cgroups, forget_cgroups},
    {"shmem", "instances", take_shmem, forget_shmem},
    {"slabs", "caches", take_slabs, forget_slabs},
    {"zones", "nodes", take_zones, forget_zones},
    {"stacks", "tasks", take_stacks, forget_stacks},
    {"swap", "devices", take_swap, forget_swap},
    {"huge", "hugetlb", take_huge, forget_huge},
};

/* What the log told has the distance to its last line, which was written when the machine crashed.
 */
static void take_time(struct event_time *time, const json_t *crash)
{
    enum { MICROSECONDS = 1000000 };
    struct amount epoch = number(crash, "epoch_s"), uptime = number(crash, "uptime_us");
    if (!epoch.known || !uptime.known || !time->has_monotonic || time->has_wall ||
        time->monotonic_us > uptime.value || epoch.value < 0 ||
        epoch.value > INT64_MAX / MICROSECONDS)
        return;
    int64_t before = uptime.value - time->monotonic_us;
    time->wall_us = (epoch.value - before / MICROSECONDS) * MICROSECONDS; /* no finer than that */
    time->has_wall = true;
    time->wall_source = WALL_CRASHTIME;
}

/* Every view says whose it is. */
static void take_machine(struct incident *incident, const json_t *views)
{
    const json_t *view = NULL;
    for (size_t i = 0; dump_views[i] && !view; i++)
        view = json_object_get(views, dump_views[i]);
    if (!incident->host.length)
        incident->host = kept_text(incident->arena, view, "host");
    take_time(&incident->time, json_object_get(view, "crash"));
}

void incident_take_dump(struct incident *incident, const json_t *views)
{
    take_machine(incident, views);
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        const json_t *view = json_object_get(views, takers[i].view);
        if (json_array_size(json_object_get(view, takers[i].key)) == 0)
            continue;
        incident->dump.types = kept_text(incident->arena, view, "types");
        takers[i].take(incident, view);
        if (json_is_false(json_object_get(view, "complete")))
            takers[i].forget(&incident->dump);
    }
}
