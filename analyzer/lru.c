#include "analyzer/lru.h"

#include "analyzer/kernel.h"
#include "analyzer/memcg.h"

/* int_sqrt(): floors. Arguments here are GiB times ten, so few rounds. */
static int64_t square_root(int64_t square)
{
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 31; bit; bit >>= 1)
        if ((root | bit) <= square / (root | bit))
            root |= bit;
    return root;
}

struct amount lru_ratio(struct amount bytes)
{
    if (!bytes.known || bytes.value < 0)
        return UNKNOWN;
    int64_t gib = bytes.value >> 30;
    return amount_of(gib ? square_root(10 * gib) : 1, bytes.line);
}

static struct amount is_low(struct amount inactive, struct amount active, struct amount ratio)
{
    struct amount wanted = ratio.known ? amount_scale(inactive, ratio.value) : UNKNOWN;
    if (!wanted.known || !active.known)
        return UNKNOWN;
    return amount_of(wanted.value < active.value, inactive.line);
}

/* "mm: vmscan: reduce size of inactive file list", 4.7. */
static struct amount file_ratio(const struct incident *incident, struct amount bytes)
{
    return kernel_is_before(incident, 4007) ? amount_of(1, 0) : lru_ratio(bytes);
}

struct amount memcg_anon_ratio(const struct incident *incident)
{
    return lru_ratio(memcg_lru_anon(incident));
}

struct amount memcg_file_ratio(const struct incident *incident)
{
    return file_ratio(incident, memcg_lru_file(incident));
}

struct amount memcg_is_inactive_anon_low(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    return is_low(stat[STAT_INACTIVE_ANON], stat[STAT_ACTIVE_ANON], memcg_anon_ratio(incident));
}

struct amount memcg_is_inactive_file_low(const struct incident *incident)
{
    const struct amount *stat = incident->memcg.stat;
    return is_low(stat[STAT_INACTIVE_FILE], stat[STAT_ACTIVE_FILE], memcg_file_ratio(incident));
}

/* Yes of any node outweighs no, and no outweighs unknown. */
static struct amount either_low(struct amount a, struct amount b)
{
    if (!a.known || (b.known && b.value > a.value))
        return b;
    return a;
}

struct amount host_is_inactive_anon_low(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount low = UNKNOWN;
    for (size_t i = 0; i < host->nodes_count; i++) {
        const struct amount *figure = host->nodes[i].figure;
        struct amount both = amount_add(figure[NODE_INACTIVE_ANON], figure[NODE_ACTIVE_ANON]);
        low = either_low(
            low, is_low(figure[NODE_INACTIVE_ANON], figure[NODE_ACTIVE_ANON], lru_ratio(both)));
    }
    if (host->nodes_count)
        return low;
    const struct amount *sum = host->figure;
    return is_low(sum[MEM_INACTIVE_ANON], sum[MEM_ACTIVE_ANON],
                  lru_ratio(amount_add(sum[MEM_INACTIVE_ANON], sum[MEM_ACTIVE_ANON])));
}

struct amount host_is_inactive_file_low(const struct incident *incident)
{
    const struct host_memory *host = &incident->host_memory;
    struct amount low = UNKNOWN;
    for (size_t i = 0; i < host->nodes_count; i++) {
        const struct amount *figure = host->nodes[i].figure;
        struct amount both = amount_add(figure[NODE_INACTIVE_FILE], figure[NODE_ACTIVE_FILE]);
        low = either_low(low, is_low(figure[NODE_INACTIVE_FILE], figure[NODE_ACTIVE_FILE],
                                     file_ratio(incident, both)));
    }
    if (host->nodes_count)
        return low;
    const struct amount *sum = host->figure;
    return is_low(sum[MEM_INACTIVE_FILE], sum[MEM_ACTIVE_FILE],
                  file_ratio(incident, amount_add(sum[MEM_INACTIVE_FILE], sum[MEM_ACTIVE_FILE])));
}

static bool is_asked(const struct dump *dump)
{
    return dump->has_generations.known && !dump->has_generations.value;
}

struct amount dump_is_inactive_anon_low(const struct incident *incident)
{
    const struct dump *dump = &incident->dump;
    struct amount both = amount_add(dump->inactive_anon, dump->active_anon);
    return is_asked(dump) ? is_low(dump->inactive_anon, dump->active_anon, lru_ratio(both))
                          : UNKNOWN;
}

struct amount dump_is_inactive_file_low(const struct incident *incident)
{
    const struct dump *dump = &incident->dump;
    struct amount both = amount_add(dump->inactive_file, dump->active_file);
    return is_asked(dump)
               ? is_low(dump->inactive_file, dump->active_file, file_ratio(incident, both))
               : UNKNOWN;
}
