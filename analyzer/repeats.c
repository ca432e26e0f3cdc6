#include "analyzer/repeats.h"

#include <stdlib.h>

#include "analyzer/base/hash.h"
#include "analyzer/base/hash_table.h"
#include "analyzer/incident_identity.h"
#include "analyzer/kept_time.h"
#include "analyzer/scope.h"
#include "parsers/source/names.h"

struct place {
    uint64_t key; /* of machine, kind and memory cgroup */
    int64_t count, reboots;
    struct kept_time first, previous;
    uint64_t boot, kernel;                 /* of the previous one; 0: not named */
    char *path;                            /* of the log in which that stands */
    struct amount memory_hits, memsw_hits; /* failcnt of the previous one */
    UT_hash_handle hh;
};

struct repeats {
    struct place *places;
};

struct repeats *repeats_create(void)
{
    return must_allocate(sizeof(struct repeats));
}

static void forget(struct repeats *repeats, struct place *place)
{
    HASH_DEL(repeats->places, place);
    free(place->path);
    free(place);
}

void repeats_destroy(struct repeats *repeats)
{
    if (!repeats)
        return;
    while (repeats->places)
        forget(repeats, repeats->places);
    free(repeats);
}

/* The limit's owner; a user-space killer's choice; nothing: the whole machine. */
static struct slice limit_owner(const struct incident *incident)
{
    if (incident->memcg.path.length)
        return incident->memcg.path;
    return incident->victims_count ? incident->victims[0].unit : SLICE("");
}

/* A kill line alone may say that it was a cgroup's limit, but not whose. */
static bool is_limit_known(const struct incident *incident)
{
    struct amount scope = scope_by_evidence(incident);
    return limit_owner(incident).length || (scope.known && scope.value != SCOPE_MEMCG);
}

static uint64_t hash_log(const struct rotation *log)
{
    uint64_t hash = hash_slice(hash_number(HASH_START, 1), log->directory);
    return hash_slice(hash_slice(hash, log->base), log->ending);
}

/* Logs that name no host may be of any. */
static uint64_t machine_of(const struct incident *incident)
{
    const struct slice path = incident_first_path(incident), host = incident_host(incident);
    const struct rotation log = names_log_of(path);
    if (host.length)
        return hash_slice(HASH_START, host);
    return log.is_any_machine ? hash_slice(HASH_START, path) : hash_log(&log);
}

static struct place *place_of(struct repeats *repeats, const struct incident *incident)
{
    uint64_t key = machine_of(incident);
    key = hash_slice(hash_number(key, incident->kind), limit_owner(incident));
    struct place *place;
    HASH_FIND(hh, repeats->places, &key, sizeof key, place);
    if (place)
        return place;
    if (HASH_COUNT(repeats->places) >= REPEATS_MAX)
        forget(repeats, repeats->places); /* uthash keeps the order of arrival */
    place = must_allocate(sizeof *place);
    place->key = key;
    HASH_ADD(hh, repeats->places, key, sizeof place->key, place);
    return place;
}

static struct amount kernel_time(const struct event_time *time)
{
    return time->has_monotonic ? amount_of(time->monotonic_us, 0) : UNKNOWN;
}

static struct amount wall_time(const struct event_time *time)
{
    return time->has_wall ? amount_of(time->wall_us, 0) : UNKNOWN;
}

static uint64_t hash_name(struct slice name)
{
    return name.length ? hash_slice(HASH_START, name) : 0;
}

static bool is_other(uint64_t name, uint64_t than)
{
    return name && than && name != than;
}

static struct amount kernel_time_since(const struct place *place, const struct event_time *time)
{
    return amount_subtract(kernel_time(time), kernel_time(&place->previous.time));
}

/* Does the previous one stand before @p path, in the same file or an older one of its log? */
static bool is_behind(const struct place *place, struct slice path)
{
    const struct slice previous = slice_from_string(place->path ? place->path : "");
    const struct rotation a = names_log_of(previous), b = names_log_of(path);
    return slice_equal(previous, path) ||
           (!b.lacks_year && rotation_compare_logs(&a, &b) == 0 && rotation_compare(&a, &b) <= 0);
}

/* Two boots: told apart by their ids, or because the kernel's clock went back and the wall's did
 * not (both back: files read out of order). Without a wall clock one log alone tells what came
 * first. */
static bool is_reboot(const struct place *place, const struct event_time *time, uint64_t boot,
                      bool is_next)
{
    if (place->boot && boot)
        return place->boot != boot;
    struct amount kernel = kernel_time_since(place, time);
    struct amount wall = amount_subtract(wall_time(time), wall_time(&place->previous.time));
    bool is_later = wall.known ? wall.value >= 0 : is_next;
    return kernel.known && kernel.value < 0 && is_later;
}

/* Of two logs the later one may be read first: then nothing is known of what came before. */
static bool may_be_earlier(const struct place *place, const struct event_time *time, uint64_t boot)
{
    struct amount wall = amount_subtract(wall_time(time), wall_time(&place->first.time));
    if (wall.known)
        return wall.value < 0;
    struct amount kernel = kernel_time_since(place, time);
    return !is_other(boot, place->boot) && kernel.known && kernel.value < 0;
}

static struct amount span(const struct event_time *from, const struct event_time *to, bool reboots)
{
    struct amount wall = amount_subtract(wall_time(to), wall_time(from));
    struct amount kernel = amount_subtract(kernel_time(to), kernel_time(from));
    struct amount best = reboots ? wall : amount_either(kernel, wall);
    return best.known && best.value >= 0 ? best : UNKNOWN;
}

static struct amount clock_jump(const struct place *place, const struct event_time *time)
{
    const struct event_time *previous = &place->previous.time;
    return amount_subtract(amount_subtract(wall_time(time), wall_time(previous)),
                           amount_subtract(kernel_time(time), kernel_time(previous)));
}

/* memory+swap is asked first, then memory: a charge fails at one of them. A counter that stands
 * lower was reset, or is another cgroup's of that name. */
static struct amount hits(const struct place *place, const struct memcg *memcg)
{
    struct amount memory = amount_subtract(memcg->memory.failcnt, place->memory_hits);
    struct amount memsw = amount_subtract(memcg->memsw.failcnt, place->memsw_hits);
    bool has_memsw = memcg->memsw.failcnt.known || place->memsw_hits.known;
    struct amount both = has_memsw ? amount_add(memory, memsw) : memory;
    bool is_growth = both.known && memory.value >= 0 && (!has_memsw || memsw.value >= 0);
    return is_growth ? both : UNKNOWN;
}

void repeats_count(struct repeats *repeats, struct incident *incident)
{
    const struct event_time *time = &incident->time;
    struct repeat *repeat = &incident->repeat;
    if (!is_limit_known(incident))
        return;
    struct place *place = place_of(repeats, incident);
    uint64_t boot = hash_name(incident->boot), kernel = hash_name(incident->kernel);
    bool is_next = is_behind(place, incident->source.path);
    bool has_other_kernel = is_other(kernel, place->kernel);
    bool is_other_machine = /* as far as one can tell */
        has_other_kernel && !incident_host(incident).length;
    if (is_other_machine || (!is_next && may_be_earlier(place, time, boot)))
        place->count = place->reboots = 0;
    bool reboots = place->count && (has_other_kernel || is_reboot(place, time, boot, is_next));
    place->reboots += reboots;
    if (place->count && !reboots) {
        repeat->clock_jump_us = clock_jump(place, time);
        repeat->hits = hits(place, &incident->memcg);
    }
    if (place->count)
        repeat->since_us = span(&place->previous.time, time, reboots);
    place->memory_hits = incident->memcg.memory.failcnt;
    place->memsw_hits = incident->memcg.memsw.failcnt;
    place->previous = kept_time_of(time);
    if (place->count++ == 0)
        place->first = place->previous;
    place->boot = boot;
    free(place->path);
    place->path = must_copy(incident->source.path);
    place->kernel = kernel ? kernel : place->kernel;
    repeat->count = amount_of(place->count, 0);
    repeat->reboots = amount_of(place->reboots, 0);
    repeat->span_us = span(&place->first.time, time, place->reboots);
    if (repeat->span_us.known && place->count > 1)
        repeat->interval_us = amount_of(repeat->span_us.value / (place->count - 1), 0);
    repeat->first = place->first.time;
    repeat->first.printed = arena_copy(incident->arena, slice_from_string(place->first.printed));
}
