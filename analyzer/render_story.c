#define _GNU_SOURCE /* gmtime_r, localtime_r */
#include "analyzer/render_story.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/evidence.h"
#include "analyzer/host.h"
#include "analyzer/pool.h"
#include "analyzer/workload.h"

void story_add_at(struct arena *arena, struct story_list *list, struct slice text, uint32_t line)
{
    size_t count = list->count;
    if (!text.length)
        return;
    *ARENA_PUSH(arena, list->lines, count) = line;
    *ARENA_PUSH(arena, list->items, list->count) = text;
}

void story_add(struct arena *arena, struct story_list *list, struct slice text)
{
    story_add_at(arena, list, text, 0);
}

/* Escaped, for a "%.*s". */
#define CLEAN_ARG(arena, text) SLICE_ARG(escape_text(arena, text))

struct slice story_join(struct arena *arena, struct slice text, const char *between,
                        struct slice more)
{
    if (!text.length || !more.length)
        return text.length ? text : more;
    return arena_format(arena, "%.*s%s%.*s", SLICE_ARG(text), between, SLICE_ARG(more));
}

static bool is_host_scope(const struct incident *incident)
{
    return incident->scope == SCOPE_GLOBAL || incident->scope == SCOPE_CPUSET ||
           incident->scope == SCOPE_MEMPOLICY || incident->scope == SCOPE_SYSRQ;
}

/* ---- the head */

static const char *const kind_words[KIND_COUNT] = {
    [KIND_UNKNOWN] = "A piece of a memory report",
    [KIND_OOM_KILL] = "Out of memory",
    [KIND_OOM_NO_KILL] = "Out of memory, and nobody was killed",
    [KIND_ALLOC_FAILURE] = "A memory allocation failed",
    [KIND_USERSPACE_KILL] = "A user-space killer ended a process",
    [KIND_CHARGE_STALL] = "A memory cgroup stalled at its limit",
};

struct slice story_summary(struct arena *arena, const struct incident *incident)
{
    if (incident->summary.length)
        return escape_text(arena, incident->summary);
    const struct victim *chosen = incident_chosen(incident);
    struct slice text = slice_from_string(kind_words[incident->kind]);
    if (chosen && chosen->comm.length)
        text = arena_format(arena, "%.*s: %.*s was killed", SLICE_ARG(text),
                            CLEAN_ARG(arena, chosen->comm));
    return arena_format(arena, "%.*s; too little of the report is here to say why.",
                        SLICE_ARG(text));
}

static struct slice wall_text(struct arena *arena, int64_t wall_us, bool is_utc)
{
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm parts;
    char text[64];
    if (!(is_utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)))
        return (struct slice){0};
    size_t length =
        strftime(text, sizeof text, is_utc ? "%Y-%m-%d %H:%M:%SZ" : "%Y-%m-%d %H:%M:%S%z", &parts);
    return arena_copy(arena, slice_of(text, length));
}

struct slice story_time(struct arena *arena, const struct event_time *time, bool is_utc)
{
    if (time->has_wall && (is_utc || !time->printed.length))
        return wall_text(arena, time->wall_us, is_utc);
    if (time->printed.length)
        return escape_text(arena, time->printed);
    if (time->has_monotonic)
        return arena_format(arena, "[%" PRId64 ".%06" PRId64 "]", time->monotonic_us / 1000000,
                            time->monotonic_us % 1000000);
    return (struct slice){0};
}

static struct slice file_name(struct arena *arena, struct slice path)
{
    if (slice_equal(path, SLICE("-")))
        return SLICE("stdin");
    size_t slash = slice_find_last(path, SLICE("/"));
    bool has_name = slash != SLICE_NOT_FOUND && slash + 1 < path.length;
    struct slice name = has_name ? slice_skip(path, slash + 1) : path;
    size_t above = has_name ? slice_find_last(slice_take(path, slash), SLICE("/")) : 0;
    if (has_name && slash > 0 && slice_equal(name, SLICE("vmcore"))) /* all are called so */
        name = slice_skip(path, above == SLICE_NOT_FOUND ? 0 : above + 1);
    return escape_text(arena, name);
}

struct slice story_source(struct arena *arena, const struct incident *incident)
{
    return file_name(arena, incident->source.path);
}

struct slice story_line(struct arena *arena, const struct incident *incident, uint64_t number)
{
    struct line_place place = incident_place(incident, number);
    struct slice name = file_name(arena, place.path);
    if (!incident->source.parts_count)
        return arena_format(arena, "%" PRIu64, place.number);
    return arena_format(arena, "%.*s:%" PRIu64, SLICE_ARG(name), place.number);
}

static struct slice source_lines(struct arena *arena, const struct incident *incident)
{
    struct slice name = story_source(arena, incident);
    struct slice first = story_line(arena, incident, incident->source.first_line);
    struct slice last = story_line(arena, incident, incident->source.last_line);
    if (!incident->source.first_line)
        return name;
    if (incident->source.parts_count)
        return arena_format(arena, "%.*s-%.*s", SLICE_ARG(first), SLICE_ARG(last));
    return arena_format(arena, "%.*s:%.*s-%.*s", SLICE_ARG(name), SLICE_ARG(first),
                        SLICE_ARG(last));
}

struct slice story_when(struct arena *arena, const struct incident *incident, bool is_utc)
{
    struct slice text = story_time(arena, &incident->time, is_utc);
    if (incident->time.has_monotonic)
        text =
            story_join(arena, text, ", ",
                       arena_format(arena, "%.*s after boot",
                                    SLICE_ARG(duration_print(arena, incident->time.monotonic_us))));
    text = story_join(arena, text, " · ", escape_text(arena, incident->host));
    if (incident->kernel.length)
        text = story_join(arena, text, " · ",
                          arena_format(arena, "kernel %.*s", CLEAN_ARG(arena, incident->kernel)));
    return story_join(arena, text, " · ", source_lines(arena, incident));
}

static struct slice also_words(struct arena *arena, const struct incident *incident)
{
    struct slice text = {0};
    for (int class = 0; class < CLASS_COUNT; class ++)
        if (incident->also[class])
            text = story_join(arena, text, ", ",
                              slice_from_string(term_name(VOCABULARY_CLASS, class)));
    return text;
}

/* "name value", or nothing when the term is unknown. */
static struct slice term_words(struct arena *arena, const char *name, enum vocabulary_id id,
                               int value)
{
    if (value == 0)
        return (struct slice){0};
    return arena_format(arena, "%s %s", name, term_name(id, value));
}

/* memory.high refuses nothing, it delays. */
static struct slice limit_words(struct arena *arena, const struct incident *incident)
{
    bool is_high = incident->kind == KIND_CHARGE_STALL && incident->limit == LIMIT_MEMORY &&
                   amount_or(evidence_is_over_high(incident), false);
    return is_high ? SLICE("limit memory.high")
                   : term_words(arena, "limit", VOCABULARY_LIMIT, (int)incident->limit);
}

struct slice story_verdict(struct arena *arena, const struct incident *incident)
{
    struct slice text = term_words(arena, "class", VOCABULARY_CLASS, (int)incident->class_);
    struct slice also = also_words(arena, incident);
    if (also.length)
        text = story_join(arena, text, ", ", arena_format(arena, "also %.*s", SLICE_ARG(also)));
    bool is_special = incident->scope == SCOPE_CPUSET || incident->scope == SCOPE_MEMPOLICY;
    if (is_special)
        text = story_join(arena, text, " · ",
                          term_words(arena, "scope", VOCABULARY_SCOPE, (int)incident->scope));
    text = story_join(arena, text, " · ", limit_words(arena, incident));
    return story_join(
        arena, text, " · ",
        term_words(arena, "confidence", VOCABULARY_CONFIDENCE, (int)incident->confidence));
}

struct slice story_provenance(const struct incident *incident)
{
    if (incident->kind == KIND_USERSPACE_KILL) /* then a program is who should say it */
        return SLICE("");
    switch (incident->source.provenance) {
    case PROVENANCE_USER:
        return SLICE(
            "A user-space program wrote these lines, not the kernel: whoever may log could "
            "have made them up.");
    case PROVENANCE_CONTAINER:
        return SLICE("These lines come from a container's own output, not from the kernel: the "
                     "container could have made them up.");
    case PROVENANCE_FILE:
    case PROVENANCE_KERNEL:
        break;
    }
    return (struct slice){0};
}

/* ---- whose limit */

/* Ids are known by their first characters; nobody reads 64 digits. */
enum { SHORT_ID = 12, SHORT_UID = 13 };

static struct slice labelled(struct arena *arena, const char *label, struct slice text, size_t most)
{
    if (!text.length)
        return text;
    return arena_format(arena, "%s%.*s", label, CLEAN_ARG(arena, slice_take(text, most)));
}

/* incident->workload tells who was killed; a limit further up has a name of its own. */
static struct workload owner_workload(struct arena *arena, const struct incident *incident)
{
    struct slice owner = incident->memcg.path, victim = incident->memcg.victim_path;
    if (!owner.length || !victim.length || slice_equal(owner, victim))
        return incident->workload;
    return workload_of_path(arena, owner);
}

/* "", or the nodes to which a cpuset or memory policy confines. */
static struct slice node_words(struct arena *arena, const struct incident *incident)
{
    struct slice nodes = {0};
    if (incident->scope == SCOPE_CPUSET)
        nodes = incident->trigger.mems_allowed;
    if (incident->scope == SCOPE_MEMPOLICY)
        nodes = incident->trigger.nodemask;
    return labelled(arena, ", node ", nodes, SIZE_MAX);
}

static struct slice owner_name(struct arena *arena, const struct incident *incident,
                               const struct workload *workload, const char *container)
{
    bool is_lxc = slice_equal(workload->manager, SLICE("lxc"));
    const struct {
        const char *label;
        struct slice name;
        size_t most;
    } names[] = {
        {container, workload->container_id, SHORT_ID},
        {"pod ", workload->pod_uid, SHORT_UID},
        {"job ", workload->job, SIZE_MAX},
        {"", workload->unit, SIZE_MAX},
        {is_lxc ? container : "", workload->name, SIZE_MAX},
        {"", slice_last_component(incident->memcg.path), SIZE_MAX},
    };
    if (is_host_scope(incident))
        return SLICE("host");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].name.length)
            return labelled(arena, names[i].label, names[i].name, names[i].most);
    return (struct slice){0};
}

struct slice story_owner_short(struct arena *arena, const struct incident *incident)
{
    struct workload workload = owner_workload(arena, incident);
    return owner_name(arena, incident, &workload, "");
}

struct slice story_owner(struct arena *arena, const struct incident *incident)
{
    struct workload workload = owner_workload(arena, incident);
    struct slice owner = owner_name(arena, incident, &workload, "container ");
    if (is_host_scope(incident))
        return story_join(arena, owner, "", node_words(arena, incident));
    struct slice more = escape_text(arena, workload.manager);
    more = story_join(arena, more, ", ", escape_text(arena, workload.qos));
    if (workload.container_id.length)
        more = story_join(arena, more, ", ", labelled(arena, "pod ", workload.pod_uid, SIZE_MAX));
    if (!more.length)
        return owner;
    return owner.length ? arena_format(arena, "%.*s (%.*s)", SLICE_ARG(owner), SLICE_ARG(more))
                        : more;
}

/* ---- limit and usage */

static struct slice bytes_words(struct arena *arena, struct amount bytes)
{
    return bytes.known ? bytes_print(arena, bytes.value) : (struct slice){0};
}

static struct slice share_words(struct arena *arena, struct amount part, struct amount whole)
{
    struct amount share = amount_permille(part, whole);
    if (!share.known || part.value < 0)
        return (struct slice){0};
    bool is_trace = part.value > 0 && share.value == 0;
    return is_trace ? SLICE("< 0.1 %") : permille_print(arena, share.value);
}

/* -1 when it is not known or beyond all measure, as forged figures are. */
static int permille_of(struct amount part, struct amount whole)
{
    struct amount share = amount_permille(part, whole);
    bool is_sensible = share.known && share.value >= 0 && share.value <= INT32_MAX;
    return is_sensible ? (int)share.value : -1;
}

static bool is_counter_known(const struct page_counter *counter)
{
    return counter->usage.known || counter->limit.known || counter->failcnt.known;
}

static struct story_counter counter_row(struct arena *arena, const char *name,
                                        const struct page_counter *counter, bool is_refused)
{
    struct story_counter row = {.name = name, .is_refused = is_refused};
    row.usage = counter->usage.known ? bytes_words(arena, counter->usage) : SLICE("unknown");
    row.limit = bytes_words(arena, counter->limit);
    row.is_unlimited = counter->is_unlimited;
    row.share = share_words(arena, counter->usage, counter->limit);
    row.permille = permille_of(counter->usage, counter->limit);
    if (counter->failcnt.known)
        row.failcnt = count_print(arena, counter->failcnt.value);
    return row;
}

static size_t memcg_counters(struct arena *arena, const struct incident *incident,
                             struct story_counter rows[STORY_COUNTERS_MAX])
{
    const struct memcg *memcg = &incident->memcg;
    /* v1 has no counter for swap, but the statistics tell how much is in use. */
    struct page_counter swap = memcg->swap;
    swap.usage = amount_either(swap.usage, memcg->stat[STAT_SWAP]);
    const struct {
        const char *name;
        const struct page_counter *counter;
        enum limit limit;
    } counters[] = {
        {"memory", &memcg->memory, LIMIT_MEMORY},
        {"memory+swap", &memcg->memsw, LIMIT_MEMSW},
        {"swap", &swap, LIMIT_SWAP},
        {"kmem", &memcg->kmem, LIMIT_KMEM},
        {"tcp buffers", &memcg->tcp, LIMIT_NONE},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        if (is_counter_known(counters[i].counter))
            rows[count++] = counter_row(arena, counters[i].name, counters[i].counter,
                                        incident->limit == counters[i].limit &&
                                            counters[i].limit != LIMIT_NONE);
    return count;
}

static size_t host_counters(struct arena *arena, const struct incident *incident,
                            struct story_counter rows[STORY_COUNTERS_MAX])
{
    const struct host_memory *host = &incident->host_memory;
    const struct page_counter memory = {
        .usage = amount_subtract(pool_whole(incident), incident->pool.free),
        .limit = incident->pool.size,
    };
    const struct page_counter swap = {
        .usage = swap_used(incident),
        .limit = host->swap_total,
    };
    size_t count = 0;
    if (is_counter_known(&memory))
        rows[count++] = counter_row(arena, "memory", &memory, false);
    if (swap.limit.known && swap.limit.value > 0)
        rows[count++] =
            counter_row(arena, is_host_scope(incident) ? "swap" : "host swap", &swap, false);
    return count;
}

size_t story_counters(struct arena *arena, const struct incident *incident,
                      struct story_counter counters[STORY_COUNTERS_MAX])
{
    if (incident->memcg.is_present && !is_host_scope(incident))
        return memcg_counters(arena, incident, counters);
    return host_counters(arena, incident, counters);
}

/* ---- what filled it */

static const char *const part_words[PART_COUNT] = {
    [PART_UNKNOWN] = "unknown",
    [PART_ANON] = "anonymous",
    [PART_FILE] = "page cache",
    [PART_SHMEM] = "tmpfs, shared",
    [PART_SLAB] = "slab",
    [PART_PAGE_TABLE] = "page tables",
    [PART_KERNEL_STACK] = "kernel stacks",
    [PART_KERNEL_OTHER] = "other kernel",
    [PART_HUGETLB] = "huge page pool",
    [PART_UNEVICTABLE] = "unevictable",
    [PART_UNACCOUNTED] = "unaccounted",
};

size_t story_parts(struct arena *arena, const struct incident *incident,
                   struct story_part parts[PART_COUNT])
{
    int order[PART_COUNT];
    size_t count = 0;
    const struct pool *pool = &incident->pool;
    for (int part = PART_UNKNOWN + 1; part < PART_COUNT; part++) {
        if (!pool->part[part].known || pool->part[part].value <= 0)
            continue;
        size_t at = count++;
        for (; at > 0 && pool->part[order[at - 1]].value < pool->part[part].value; at--)
            order[at] = order[at - 1];
        order[at] = part;
    }
    struct amount whole = pool_whole(incident);
    for (size_t i = 0; i < count; i++) {
        struct amount bytes = pool->part[order[i]];
        parts[i] = (struct story_part){
            .name = part_words[order[i]],
            .bytes = bytes_print(arena, bytes.value),
            .share = share_words(arena, bytes, whole),
            .permille = permille_of(bytes, whole),
            .line = bytes.line,
        };
    }
    return count;
}

/* ---- the zones */

static struct slice zone_name(struct arena *arena, const struct zone *zone)
{
    if (zone->node < 0)
        return escape_text(arena, zone->name);
    return arena_format(arena, "node %d %.*s", zone->node, CLEAN_ARG(arena, zone->name));
}

static int64_t magnitude(int64_t value)
{
    return value == INT64_MIN ? INT64_MAX : value < 0 ? -value : value;
}

/* "node 0 Normal: free 504 KiB - reserve 0 B - high 1.8 MiB = 1.3 MiB short" */
static struct slice watermark_sentence(struct arena *arena, const struct zone_check *check,
                                       const char *mark_name)
{
    struct amount free = check->zone->figure[ZONE_FREE];
    bool is_all_usable = free.known && check->usable.known && free.value == check->usable.value;
    const char *first = is_all_usable ? "free" : "usable";
    struct slice usable = bytes_print(arena, check->usable.value);
    struct slice reserve = bytes_print(arena, check->reserve.value);
    struct slice mark = bytes_print(arena, check->mark.value);
    bool is_short = check->margin.value < 0;
    struct slice margin = bytes_print(arena, magnitude(check->margin.value));
    return arena_format(arena, "%.*s: %s %.*s - reserve %.*s - %s %.*s = %.*s %s",
                        SLICE_ARG(zone_name(arena, check->zone)), first, SLICE_ARG(usable),
                        SLICE_ARG(reserve), mark_name, SLICE_ARG(mark), SLICE_ARG(margin),
                        is_short ? "short" : "to spare");
}

static struct slice order_sentence(struct arena *arena, const struct zone_check *check)
{
    if (!check->largest_order.known)
        return (struct slice){0};
    if (check->largest_order.value < 0)
        return SLICE("no free block that it may take");
    if (!check->passes)
        return SLICE("its free blocks do not count while it is short");
    return arena_format(arena, "largest free block it may take: order %" PRId64,
                        check->largest_order.value);
}

struct story_list story_zones(struct arena *arena, const struct incident *incident)
{
    struct story_list list = {0};
    /* A failed allocation was held against min, less what the request may dig into. */
    const char *mark_name = incident->kind == KIND_ALLOC_FAILURE ? "mark" : "high";
    bool asked_block = incident->trigger.order.known && incident->trigger.order.value > 0;
    for (size_t i = 0; i < incident->zone_checks_count; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        bool has_sum =
            check->usable.known && check->reserve.known && check->mark.known && check->margin.known;
        bool is_refused = !check->passes || (asked_block && !check->has_block);
        if (!check->zone || !check->is_eligible || !is_refused)
            continue;
        struct slice text = {0};
        if (has_sum)
            text = watermark_sentence(arena, check, mark_name);
        if (asked_block)
            text = story_join(arena, text.length ? text : zone_name(arena, check->zone),
                              text.length ? "; " : ": ", order_sentence(arena, check));
        story_add_at(arena, &list, text, check->zone->line);
    }
    return list;
}
