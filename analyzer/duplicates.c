#include "analyzer/duplicates.h"

#include <stdlib.h>

#define uthash_fatal(message) die_out_of_memory()
#include <uthash.h>

#include "analyzer/base/hash.h"

/* The clocks by which one decision can be known again; WITNESS_ID covers what has none. */
enum witness { WITNESS_KERNEL, WITNESS_WALL, WITNESS_PRINTED, WITNESS_ID, WITNESS_COUNT };

struct entry;

struct clue {
    uint64_t key; /* of witness, its time, trigger and victims; unique in the table */
    struct entry *entry;
    bool is_set;
    UT_hash_handle hh;
};

struct entry {
    struct seen seen; /* first: what the caller gets */
    uint64_t machine; /* host or boot; 0: not named */
    uint64_t time[WITNESS_COUNT];
    bool has_time[WITNESS_COUNT];
    struct clue clues[WITNESS_COUNT];
    struct entry *next; /* in order of arrival */
};

struct duplicates {
    struct clue *table;
    struct entry *oldest, **end;
    size_t count;
};

struct duplicates *duplicates_create(void)
{
    struct duplicates *duplicates = must_allocate(sizeof *duplicates);
    duplicates->end = &duplicates->oldest;
    return duplicates;
}

static void forget_oldest(struct duplicates *duplicates)
{
    struct entry *entry = duplicates->oldest;
    for (int i = 0; i < WITNESS_COUNT; i++)
        if (entry->clues[i].is_set)
            HASH_DEL(duplicates->table, &entry->clues[i]);
    duplicates->oldest = entry->next;
    if (!entry->next)
        duplicates->end = &duplicates->oldest;
    duplicates->count--;
    free(entry);
}

void duplicates_destroy(struct duplicates *duplicates)
{
    if (!duplicates)
        return;
    while (duplicates->oldest)
        forget_oldest(duplicates);
    free(duplicates);
}

static void read_times(struct entry *entry, const struct incident *incident)
{
    const struct event_time *time = &incident->time;
    entry->has_time[WITNESS_KERNEL] = time->has_monotonic;
    entry->time[WITNESS_KERNEL] = (uint64_t)time->monotonic_us;
    /* Seconds: collectors round the same stamp differently below. */
    entry->has_time[WITNESS_WALL] = time->has_wall;
    entry->time[WITNESS_WALL] = (uint64_t)(time->wall_us / 1000000);
    entry->has_time[WITNESS_PRINTED] = time->printed.length;
    entry->time[WITNESS_PRINTED] = hash_slice(HASH_START, time->printed);
    entry->has_time[WITNESS_ID] = true;
    entry->time[WITNESS_ID] = hash_slice(HASH_START, slice_from_string(incident->id));
}

static uint64_t hash_decision(const struct incident *incident)
{
    uint64_t hash = hash_slice(HASH_START, incident->trigger.comm);
    hash = hash_number(hash, amount_or(incident->trigger.pid, -1));
    hash = hash_number(hash, incident->kind);
    for (size_t i = 0; i < incident->victims_count; i++)
        hash = hash_number(hash, amount_or(incident->victims[i].pid, -1));
    return hash;
}

static struct entry *entry_create(const struct incident *incident)
{
    struct entry *entry = must_allocate(sizeof *entry);
    struct slice machine = incident->host.length ? incident->host : incident->boot;
    entry->machine = machine.length ? hash_slice(HASH_START, machine) : 0;
    entry->seen.is_complete = incident->is_complete;
    read_times(entry, incident);
    uint64_t decision = hash_decision(incident);
    for (int i = 0; i < WITNESS_COUNT; i++) {
        entry->clues[i].entry = entry;
        entry->clues[i].key = hash_number(hash_number(decision, i), (int64_t)entry->time[i]);
    }
    return entry;
}

/* The best clock that both carry decides: the wall clocks of two collectors may differ by a second
 * where the kernel's own stamp is the same. */
static bool is_same(const struct entry *a, const struct entry *b)
{
    if (a->machine && b->machine && a->machine != b->machine)
        return false;
    for (int i = 0; i < WITNESS_ID; i++)
        if (a->has_time[i] && b->has_time[i])
            return a->time[i] == b->time[i];
    return true;
}

static struct entry *find(struct duplicates *duplicates, const struct entry *entry)
{
    for (int i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = NULL;
        if (entry->has_time[i])
            HASH_FIND(hh, duplicates->table, &entry->clues[i].key, sizeof clue->key, clue);
        if (clue && is_same(clue->entry, entry))
            return clue->entry;
    }
    return NULL;
}

/* A clue that another entry holds already stays his: it could not tell the two apart. */
static void keep(struct duplicates *duplicates, struct entry *entry)
{
    for (int i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = &entry->clues[i], *other;
        if (!entry->has_time[i])
            continue;
        HASH_FIND(hh, duplicates->table, &clue->key, sizeof clue->key, other);
        if (other)
            continue;
        HASH_ADD(hh, duplicates->table, key, sizeof clue->key, clue);
        clue->is_set = true;
    }
    *duplicates->end = entry;
    duplicates->end = &entry->next;
    duplicates->count++;
}

struct seen *duplicates_add(struct duplicates *duplicates, const struct incident *incident,
                            bool *is_new)
{
    struct entry *entry = entry_create(incident), *earlier = find(duplicates, entry);
    *is_new = !earlier;
    if (earlier) {
        free(entry);
        return &earlier->seen;
    }
    keep(duplicates, entry);
    if (duplicates->count > DUPLICATES_MAX)
        forget_oldest(duplicates);
    return &entry->seen;
}
