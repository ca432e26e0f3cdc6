#include "analyzer/incident_identity.h"

#include <inttypes.h>
#include <stdio.h>

#include "analyzer/base/hash.h"

static uint64_t hash_when(uint64_t hash, const struct incident *incident)
{
    const struct event_time *time = &incident->time;
    if (time->has_monotonic)
        return hash_number(hash, time->monotonic_us);
    if (time->has_wall)
        return hash_number(hash, time->wall_us / 1000000);
    if (time->printed.length)
        return hash_slice(hash, time->printed);
    hash = hash_slice(hash, incident->source.path);
    return hash_number(hash, (int64_t)incident->source.first_byte);
}

/* A storm that kills nobody has many reports of one task in one second, which is all that a date
 * tells: its counter goes on, and so do the host's free pages. */
static uint64_t hash_counters(uint64_t hash, const struct incident *incident)
{
    if (incident->time.has_monotonic || incident->victims_count)
        return hash;
    hash = hash_number(hash, amount_or(incident->memcg.memory.failcnt, -1));
    hash = hash_number(hash, amount_or(incident->memcg.memsw.failcnt, -1));
    const struct amount *free_pages = &incident->host_memory.figure[MEM_FREE];
    return free_pages->known ? hash_number(hash, free_pages->value) : hash;
}

bool incident_is_host_name(struct slice name)
{
    static const struct slice anyones[] = {SLICE_INIT("localhost"),
                                           SLICE_INIT("localhost.localdomain"),
                                           SLICE_INIT("(none)"), SLICE_INIT("")};
    for (size_t i = 0; i < sizeof anyones / sizeof *anyones; i++)
        if (slice_equal(name, anyones[i]))
            return false;
    return true;
}

struct slice incident_host(const struct incident *incident)
{
    return incident_is_host_name(incident->host) ? incident->host : (struct slice){0};
}

struct slice incident_first_path(const struct incident *incident)
{
    return incident->source.parts_count ? incident->source.parts[0].path : incident->source.path;
}

uint64_t incident_hash_victims(uint64_t hash, const struct incident *incident)
{
    for (size_t i = 0; i < incident->victims_count; i++) {
        const struct victim *victim = &incident->victims[i];
        hash = hash_number(hash, amount_or(victim->pid, -1));
        if (!victim->pid.known)
            hash = hash_slice(hash, slice_last_component(victim->unit)); /* PID 1 has no more */
    }
    return hash;
}

void incident_identify(struct incident *incident)
{
    uint64_t hash = HASH_START;
    hash = hash_slice(hash, incident->host.length ? incident->host : incident->boot);
    hash = hash_when(hash, incident);
    hash = hash_slice(hash, incident->trigger.comm);
    hash = hash_number(hash, incident->kind);
    hash = incident_hash_victims(hash, incident);
    hash = hash_counters(hash, incident);
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
    snprintf(incident->id, sizeof incident->id, "%016" PRIx64, hash);
}
