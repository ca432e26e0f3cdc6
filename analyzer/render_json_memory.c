/* The keys "memcg" and "host_memory" of the record. */
#include "analyzer/render_json_memory.h"

#include "analyzer/host.h"
#include "analyzer/render_json_fields.h"

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
    json_put_fields(writer, memcg, &memcg_path_fields);
    if (memcg->version)
        json_put_integer(writer, "version", memcg->version);
    json_put_object(writer, "memory", &memcg->memory, &counter_fields);
    json_put_object(writer, "memsw", &memcg->memsw, &counter_fields);
    json_put_object(writer, "swap", &memcg->swap, &counter_fields);
    json_put_object(writer, "kmem", &memcg->kmem, &counter_fields);
    json_put_object(writer, "tcp", &memcg->tcp, &counter_fields);
    json_put_fields(writer, memcg, &memcg_protection_fields);
    json_open_object(writer, "stat");
    json_put_figures(writer, memcg_stats, memcg->stat, STAT_COUNT);
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

static void write_unreclaimable(struct json_writer *writer, bool is_printed, bool value)
{
    if (is_printed)
        json_put_flag(writer, "all_unreclaimable", value);
}

static void write_zone(struct json_writer *writer, const struct zone *zone,
                       const struct zone_check *check)
{
    json_open_object(writer, NULL);
    if (zone->node >= 0)
        json_put_integer(writer, "node", zone->node);
    json_put_text(writer, "name", zone->name);
    json_put_figures(writer, zone_figures, zone->figure, ZONE_COUNT);
    write_unreclaimable(writer, zone->has_all_unreclaimable, zone->is_all_unreclaimable);
    write_reserve(writer, zone);
    write_buddy(writer, &zone->buddy);
    if (check)
        json_put_fields(writer, check, &check_fields);
    json_close(writer);
}

static void write_zones(struct json_writer *writer, const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    json_open_array(writer, "zones");
    for (size_t i = 0; i < host->zones_count; i++)
        write_zone(writer, &host->zones[i], check_of(incident, &host->zones[i]));
    json_close_unless_empty(writer);
}

static void write_nodes(struct json_writer *writer, const struct host_memory *host)
{
    json_open_array(writer, "nodes");
    for (size_t i = 0; i < host->nodes_count; i++) {
        const struct node *node = &host->nodes[i];
        json_open_object(writer, NULL);
        json_put_integer(writer, "node", node->id);
        json_put_figures(writer, node_figures, node->figure, NODE_COUNT);
        write_unreclaimable(writer, node->has_all_unreclaimable, node->is_all_unreclaimable);
        json_close(writer);
    }
    json_close_unless_empty(writer);
}

static void write_hugepages(struct json_writer *writer, const struct host_memory *host)
{
    json_open_array(writer, "hugepages");
    for (size_t i = 0; i < host->hugepages_count; i++) {
        json_open_object(writer, NULL);
        if (host->hugepages[i].node >= 0)
            json_put_integer(writer, "node", host->hugepages[i].node);
        json_put_fields(writer, &host->hugepages[i], &hugepages_fields);
        json_close(writer);
    }
    json_close_unless_empty(writer);
}

static void write_host(struct json_writer *writer, const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    json_open_object(writer, "host_memory");
    json_put_natural(writer, "managed_bytes", host_zones_managed(incident));
    json_put_natural(writer, "free_bytes", host->figure[MEM_FREE]);
    json_put_fields(writer, host, &host_fields);
    if (incident->scope != SCOPE_MEMCG)
        write_parts(writer, &incident->pool);
    json_put_object(writer, "swap", host, &swap_fields);
    json_open_object(writer, "counters");
    json_put_figures(writer, mem_figures, host->figure, MEM_COUNT);
    json_close_unless_empty(writer);
    write_nodes(writer, host);
    write_zones(writer, incident);
    write_hugepages(writer, host);
    json_close_unless_empty(writer);
}

void json_put_memory(struct json_writer *writer, const struct incident *incident)
{
    write_memcg(writer, incident);
    write_host(writer, incident);
    json_put_object(writer, "pool", &incident->pool, &pool_fields);
}
