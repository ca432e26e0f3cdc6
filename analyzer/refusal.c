#include "analyzer/refusal.h"

#include "analyzer/gfp.h"
#include "analyzer/kernel.h"

enum {
    CHARGE_BATCH = 64,        /* MEMCG_CHARGE_BATCH, pages; 32 before 5.11 */
    SMALLEST_PAGE = 4 * 1024, /* for reports that do not show the page size */
};

struct amount counter_room(const struct page_counter *counter)
{
    return amount_subtract(counter->limit, counter->usage);
}

struct amount counter_share(const struct page_counter *counter)
{
    return amount_permille(counter->usage, counter->limit);
}

/* "usage 0kB, limit 0kB, failcnt 0": nothing was ever charged to it, nor refused. Kernels up to 5.2
 * print v1's counters for v2, and some print memory+swap where swap is not accounted. */
static bool is_not_kept(const struct page_counter *counter)
{
    return amount_or(counter->usage, 1) == 0 && amount_or(counter->limit, 1) == 0 &&
           amount_or(counter->failcnt, 1) == 0;
}

struct amount counter_is_reached(const struct page_counter *counter, struct amount request,
                                 struct amount page_size)
{
    if (counter->is_unlimited)
        return amount_of(false, counter->line);
    struct amount room = counter_room(counter);
    if (!room.known)
        return UNKNOWN;
    if (is_not_kept(counter))
        return amount_of(false, counter->line);
    struct amount page = amount_either(page_size, amount_of(SMALLEST_PAGE, 0));
    struct amount slack =
        amount_add(amount_either(request, page), amount_scale(page, CHARGE_BATCH));
    return slack.known ? amount_of(room.value < slack.value, counter->line) : UNKNOWN;
}

struct amount memcg_version(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    if (memcg->version)
        return amount_of(memcg->version, 0);
    if (memcg->swap.usage.known)
        return amount_of(2, memcg->swap.line);
    if (memcg->memsw.limit.known)
        return amount_of(1, memcg->memsw.line);
    return UNKNOWN;
}

/* A stored record knows the figures of a line, but the place of few lines. */
static bool is_printed(const struct page_counter *counter)
{
    return counter->line || counter->usage.known || counter->limit.known || counter->is_unlimited ||
           counter->failcnt.known;
}

struct amount memcg_has_all_counters(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    struct amount version = memcg_version(incident);
    if (!is_printed(&memcg->memory))
        return UNKNOWN;
    if (version.known && version.value == 2)
        return amount_of(true, memcg->memory.line);
    bool has_kmem = is_printed(&memcg->kmem) || kernel_is_before(incident, 3008);
    return amount_of(is_printed(&memcg->memsw) && has_kmem, memcg->memory.line);
}

struct rival {
    enum limit limit;
    const struct page_counter *counter;
};

/* Does @p a look more like the one that refused than @p b? */
static bool is_tighter(const struct page_counter *a, const struct page_counter *b)
{
    int64_t room_a = counter_room(a).value, room_b = counter_room(b).value;
    if (room_a != room_b)
        return room_a < room_b;
    return amount_or(a->failcnt, 0) > amount_or(b->failcnt, 0);
}

/* A counter that refuses counts it. Only a limit that was written below the usage needs none. */
static bool has_never_refused(const struct page_counter *counter)
{
    return amount_or(counter->failcnt, 1) == 0 && amount_or(counter_room(counter), 0) >= 0;
}

static bool is_limit_illegible(const struct page_counter *counter)
{
    return counter->usage.known && !counter->limit.known && !counter->is_unlimited;
}

/* The only counter with a limit, though it has room: memory was freed between refusal and report.
 * With a line or a limit lost, the counter that refused may be the one that is not there. */
static struct amount only_limited(const struct rival *rivals, size_t count)
{
    const struct rival *only = NULL;
    for (size_t i = 0; i < count; i++) {
        if (is_limit_illegible(rivals[i].counter))
            return UNKNOWN;
        if (!rivals[i].counter->limit.known || is_not_kept(rivals[i].counter))
            continue;
        if (only)
            return UNKNOWN;
        only = &rivals[i];
    }
    bool is_sure = only && !has_never_refused(only->counter);
    return is_sure ? amount_of(only->limit, only->counter->line) : UNKNOWN;
}

struct amount memcg_refusing(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    const struct rival rivals[] = {
        {LIMIT_MEMORY, &memcg->memory}, {LIMIT_MEMSW, &memcg->memsw}, {LIMIT_KMEM, &memcg->kmem}};
    enum { RIVALS = sizeof rivals / sizeof *rivals };
    struct amount request = trigger_request(incident);
    const struct rival *tightest = NULL;
    for (size_t i = 0; i < RIVALS; i++) {
        struct amount is_reached =
            counter_is_reached(rivals[i].counter, request, incident->page_size);
        if (!is_reached.known || !is_reached.value || has_never_refused(rivals[i].counter))
            continue;
        if (!tightest || is_tighter(rivals[i].counter, tightest->counter))
            tightest = &rivals[i];
    }
    if (tightest)
        return amount_of(tightest->limit, tightest->counter->line);
    struct amount is_whole = memcg_has_all_counters(incident);
    return is_whole.known && is_whole.value ? only_limited(rivals, RIVALS) : UNKNOWN;
}
