/* "memcg", "host_memory" and "pool" of a record. */
#include "analyzer/record_reader.h"

/* Elements of an array of objects, zeroed; other elements are complained of and left out. */
static void *elements(struct record_reader *reader, json_t *array, const char *where, size_t size)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_object(json_array_get(array, i)))
            record_complain(reader, "", where, "an array of objects");
    return json_array_size(array)
               ? arena_allocate(reader->incident->arena, json_array_size(array) * size)
               : NULL;
}

/* -1: the line had no "Node N". */
static int read_node_number(struct record_reader *reader, json_t *object, const char *where)
{
    struct amount node = record_integer(reader, object, where, "node");
    if (node.known && (node.value < 0 || node.value > INT32_MAX))
        record_complain(reader, where, "node", "the number of a node");
    return node.known && node.value >= 0 && node.value <= INT32_MAX ? (int)node.value : -1;
}

static void read_unreclaimable(struct record_reader *reader, json_t *object, const char *where,
                               bool *is_printed, bool *value)
{
    *is_printed = json_object_get(object, "all_unreclaimable") != NULL;
    *value = record_truth(reader, object, where, "all_unreclaimable");
}

/* ---- the limit */

static void read_parts(struct record_reader *reader, json_t *owner, const char *where)
{
    json_t *parts = record_object(reader, owner, where, "parts");
    for (int part = PART_UNKNOWN + 1; parts && part < PART_COUNT; part++)
        reader->incident->pool.part[part] =
            record_integer(reader, parts, "parts", term_name(VOCABULARY_PART, part));
}

static void read_memcg(struct record_reader *reader, json_t *memcg)
{
    struct memcg *ret = &reader->incident->memcg;
    const struct {
        const char *key;
        struct page_counter *counter;
    } counters[] = {{"memory", &ret->memory},
                    {"memsw", &ret->memsw},
                    {"swap", &ret->swap},
                    {"kmem", &ret->kmem},
                    {"tcp", &ret->tcp}};
    record_fields_read(reader, memcg, "memcg", ret, &memcg_path_fields);
    int64_t version = amount_or(record_integer(reader, memcg, "memcg", "version"), 0);
    if (version < 0 || version > 2)
        record_complain(reader, "memcg", "version", "1 or 2");
    ret->version = (int)version;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        record_fields_read(reader, record_object(reader, memcg, "memcg", counters[i].key),
                           counters[i].key, counters[i].counter, &counter_fields);
    record_fields_read(reader, memcg, "memcg", ret, &memcg_protection_fields);
    record_figures(reader, record_object(reader, memcg, "memcg", "stat"), "stat", memcg_stats,
                   ret->stat, STAT_COUNT);
    read_parts(reader, memcg, "memcg");
}

/* ---- the machine */

static void read_reserve(struct record_reader *reader, json_t *object, struct zone *zone)
{
    json_t *array = record_array(reader, object, "zones", "reserve_bytes");
    for (size_t i = 0; i < json_array_size(array) && i < ZONE_TYPES_MAX; i++) {
        json_t *value = json_array_get(array, i);
        if (!json_is_integer(value))
            record_complain(reader, "zones", "reserve_bytes", "an array of whole numbers");
        zone->reserve[zone->reserve_count++] = amount_of(json_integer_value(value), 0);
    }
}

static void read_buddy(struct record_reader *reader, json_t *object, struct zone *zone)
{
    json_t *array = record_array(reader, object, "zones", "buddy");
    for (size_t i = 0; i < json_array_size(array) && i < ORDERS_MAX; i++) {
        json_t *value = json_array_get(array, i);
        if (!json_is_integer(value))
            record_complain(reader, "zones", "buddy", "an array of whole numbers");
        zone->buddy.blocks[zone->buddy.orders++] = amount_of(json_integer_value(value), 0);
    }
}

static void read_check(struct record_reader *reader, json_t *object, const struct zone *zone)
{
    struct incident *incident = reader->incident;
    if (!json_object_get(object, "eligible"))
        return;
    struct zone_check *check = &incident->zone_checks[incident->zone_checks_count++];
    check->zone = zone;
    record_fields_read(reader, object, "zones", check, &check_fields);
}

static void read_zones(struct record_reader *reader, json_t *array)
{
    struct incident *incident = reader->incident;
    struct host_memory *host = &incident->host_memory;
    host->zones = elements(reader, array, "zones", sizeof *host->zones);
    incident->zone_checks = elements(reader, array, "zones", sizeof *incident->zone_checks);
    host->zones_count = json_array_size(array);
    for (size_t i = 0; i < host->zones_count; i++) {
        json_t *object = json_array_get(array, i);
        struct zone *zone = &host->zones[i];
        zone->node = read_node_number(reader, object, "zones");
        zone->name = record_text(reader, object, "zones", "name");
        record_figures(reader, object, "zones", zone_figures, zone->figure, ZONE_COUNT);
        read_unreclaimable(reader, object, "zones", &zone->has_all_unreclaimable,
                           &zone->is_all_unreclaimable);
        read_reserve(reader, object, zone);
        read_buddy(reader, object, zone);
        read_check(reader, object, zone);
    }
}

static void read_nodes(struct record_reader *reader, json_t *array)
{
    struct host_memory *host = &reader->incident->host_memory;
    host->nodes = elements(reader, array, "nodes", sizeof *host->nodes);
    host->nodes_count = json_array_size(array);
    for (size_t i = 0; i < host->nodes_count; i++) {
        json_t *object = json_array_get(array, i);
        struct node *node = &host->nodes[i];
        node->id = read_node_number(reader, object, "nodes");
        record_figures(reader, object, "nodes", node_figures, node->figure, NODE_COUNT);
        read_unreclaimable(reader, object, "nodes", &node->has_all_unreclaimable,
                           &node->is_all_unreclaimable);
    }
}

static void read_hugepages(struct record_reader *reader, json_t *array)
{
    struct host_memory *host = &reader->incident->host_memory;
    host->hugepages = elements(reader, array, "hugepages", sizeof *host->hugepages);
    host->hugepages_count = json_array_size(array);
    for (size_t i = 0; i < host->hugepages_count; i++) {
        json_t *object = json_array_get(array, i);
        host->hugepages[i].node = read_node_number(reader, object, "hugepages");
        record_fields_read(reader, object, "hugepages", &host->hugepages[i], &hugepages_fields);
    }
}

static void read_host(struct record_reader *reader, json_t *object)
{
    struct host_memory *host = &reader->incident->host_memory;
    record_fields_read(reader, object, "host_memory", host, &host_fields);
    record_fields_read(reader, record_object(reader, object, "host_memory", "swap"), "swap", host,
                       &swap_fields);
    record_figures(reader, record_object(reader, object, "host_memory", "counters"), "counters",
                   mem_figures, host->figure, MEM_COUNT);
    host->figure[MEM_FREE] = amount_either(
        host->figure[MEM_FREE], record_integer(reader, object, "host_memory", "free_bytes"));
    read_parts(reader, object, "host_memory");
    read_nodes(reader, record_array(reader, object, "host_memory", "nodes"));
    read_zones(reader, record_array(reader, object, "host_memory", "zones"));
    read_hugepages(reader, record_array(reader, object, "host_memory", "hugepages"));
}

void record_read_memory(struct record_reader *reader, json_t *root)
{
    json_t *memcg = record_object(reader, root, "", "memcg");
    json_t *host = record_object(reader, root, "", "host_memory");
    if (memcg)
        read_memcg(reader, memcg);
    if (host)
        read_host(reader, host);
    record_fields_read(reader, record_object(reader, root, "", "pool"), "pool",
                       &reader->incident->pool, &pool_fields);
}
