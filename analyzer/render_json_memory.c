/* The keys "memcg" and "host_memory" of the record. */
#include "analyzer/render_json_memory.h"

#include "analyzer/host.h"

/* Sizes carry their unit in the key, counts do not. */
#define SUFFIX_BYTES "_bytes"
#define SUFFIX_COUNT ""
#define MEMCG_STAT(constant, name, unit, other) [constant] = name SUFFIX_##unit,
static const char *const stat_keys[STAT_COUNT] = {
#include "analyzer/figures.def"
};
#undef MEMCG_STAT

static void write_counter(struct json_writer *writer, const char *key,
                          const struct page_counter *counter)
{
    json_open_object(writer, key);
    json_put_natural(writer, "usage_bytes", counter->usage);
    json_put_natural(writer, "limit_bytes", counter->limit);
    json_put_natural(writer, "failcnt", counter->failcnt);
    json_close_unless_empty(writer);
}

static void write_parts(struct json_writer *writer, const struct pool *pool)
{
    json_open_object(writer, "parts");
    for (int part = PART_UNKNOWN + 1; part < PART_UNACCOUNTED; part++)
        json_put_natural(writer, term_name(VOCABULARY_PART, part), pool->part[part]);
    /* figures taken at different moments may add up to more than the pool */
    json_put_amount(writer, "unaccounted", pool->part[PART_UNACCOUNTED]);
    json_close_unless_empty(writer);
}

static void write_memcg(struct json_writer *writer, const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    json_open_object(writer, "memcg");
    json_put_text(writer, "path", memcg->path);
    json_put_text(writer, "victim_path", memcg->victim_path);
    if (memcg->version)
        json_put_integer(writer, "version", memcg->version);
    write_counter(writer, "memory", &memcg->memory);
    write_counter(writer, "memsw", &memcg->memsw);
    write_counter(writer, "swap", &memcg->swap);
    write_counter(writer, "kmem", &memcg->kmem);
    write_counter(writer, "tcp", &memcg->tcp);
    json_put_natural(writer, "min_protection_bytes", memcg->min_protection);
    json_put_natural(writer, "low_protection_bytes", memcg->low_protection);
    json_open_object(writer, "stat");
    for (int stat = 0; stat < STAT_COUNT; stat++)
        json_put_natural(writer, stat_keys[stat], memcg->stat[stat]);
    json_close_unless_empty(writer);
    if (incident->scope == SCOPE_MEMCG)
        write_parts(writer, &incident->pool);
    json_close_unless_empty(writer);
}

static void write_buddy(struct json_writer *writer, const struct buddy *buddy)
{
    bool is_whole = buddy->orders > 0;
    for (int order = 0; order < buddy->orders; order++)
        is_whole = is_whole && buddy->blocks[order].known;
    if (!is_whole) /* a hole in an array would shift the orders behind it */
        return;
    json_open_array(writer, "buddy");
    for (int order = 0; order < buddy->orders; order++)
        json_put_natural(writer, NULL, buddy->blocks[order]);
    json_close(writer);
}

static void write_reserve(struct json_writer *writer, const struct zone *zone)
{
    json_open_array(writer, "reserve_bytes");
    for (int i = 0; i < zone->reserve_count && zone->reserve[i].known; i++)
        json_put_natural(writer, NULL, zone->reserve[i]);
    json_close_unless_empty(writer);
}

static const struct zone_check *check_of(const struct incident *incident, const struct zone *zone)
{
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        if (incident->zone_checks[i].zone == zone)
            return &incident->zone_checks[i];
    return NULL;
}

static void write_zone(struct json_writer *writer, const struct zone *zone,
                       const struct zone_check *check)
{
    json_open_object(writer, NULL);
    if (zone->node >= 0)
        json_put_integer(writer, "node", zone->node);
    json_put_text(writer, "name", zone->name);
    json_put_natural(writer, "free_bytes", zone->figure[ZONE_FREE]);
    json_put_natural(writer, "min_bytes", zone->figure[ZONE_MIN]);
    json_put_natural(writer, "low_bytes", zone->figure[ZONE_LOW]);
    json_put_natural(writer, "high_bytes", zone->figure[ZONE_HIGH]);
    json_put_natural(writer, "managed_bytes", zone->figure[ZONE_MANAGED]);
    write_reserve(writer, zone);
    write_buddy(writer, &zone->buddy);
    if (check) {
        json_put_flag(writer, "eligible", check->is_eligible);
        json_put_amount(writer, "margin_bytes", check->margin);
    }
    json_close(writer);
}

static void write_swap(struct json_writer *writer, const struct host_memory *host)
{
    json_open_object(writer, "swap");
    json_put_natural(writer, "total_bytes", host->swap_total);
    json_put_natural(writer, "free_bytes", host->swap_free);
    json_close_unless_empty(writer);
}

static void write_host(struct json_writer *writer, const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    json_open_object(writer, "host_memory");
    json_put_natural(writer, "managed_bytes", host_zones_managed(incident));
    json_put_natural(writer, "free_bytes", host->figure[MEM_FREE]);
    if (incident->scope != SCOPE_MEMCG)
        write_parts(writer, &incident->pool);
    write_swap(writer, host);
    json_open_array(writer, "zones");
    for (size_t i = 0; i < host->zones_count; i++)
        write_zone(writer, &host->zones[i], check_of(incident, &host->zones[i]));
    json_close_unless_empty(writer);
    json_close_unless_empty(writer);
}

void json_put_memory(struct json_writer *writer, const struct incident *incident)
{
    write_memcg(writer, incident);
    write_host(writer, incident);
}
