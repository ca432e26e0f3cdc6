/* Incidents built by hand for the tests of the analysis, and claims about their facts. */
#ifndef WHYOOM_TESTS_ANALYSIS_FIXTURE_H
#define WHYOOM_TESTS_ANALYSIS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "analyzer/analysis.h"
#include "analyzer/fact.h"
#include "analyzer/gfp.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* Written before the claim so that a failing line names its fact. */
static inline struct fact read_named(const struct incident *incident, const char *name)
{
    const struct fact_definition *definition = fact_find(slice_from_string(name));
    if (!definition)
        fail_msg("no fact is called %s", name);
    return fact_read(definition, incident);
}

static inline void claim_number(const struct incident *incident, const char *name, int64_t expected)
{
    struct fact fact = read_named(incident, name);
    if (!fact.known || fact.number != expected)
        fail_msg("%s is %s%lld, not %lld", name, fact.known ? "" : "unknown, ",
                 (long long)fact.number, (long long)expected);
}

static inline void claim_text(const struct incident *incident, const char *name,
                              const char *expected)
{
    struct fact fact = read_named(incident, name);
    if (!fact.known || !slice_equal(fact.text, slice_from_string(expected)))
        fail_msg("%s is \"%.*s\", not \"%s\"", name, SLICE_ARG(fact.text), expected);
}

static inline void claim_unknown(const struct incident *incident, const char *name)
{
    struct fact fact = read_named(incident, name);
    if (fact.known)
        fail_msg("%s is %lld, and should be unknown", name, (long long)fact.number);
}

static inline void set_kib(struct amount *amount, int64_t kib)
{
    *amount = amount_of(kib * KIB, 1);
}

static inline struct incident *create_incident(const char *kernel)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->kernel = slice_from_string(kernel);
    incident->page_size = amount_of(4096, 1);
    incident->has_header = true;
    return incident;
}

/* "GFP_KERNEL|__GFP_ZERO" */
static inline void set_request(struct incident *incident, const char *names, int64_t order)
{
    struct trigger *trigger = &incident->trigger;
    struct slice rest = slice_from_string(names);
    while (rest.length)
        *ARENA_PUSH(incident->arena, trigger->gfp, trigger->gfp_count) = slice_cut(&rest, '|');
    trigger->gfp_mask = amount_of(1, 1); /* not 0: 0 stands for a lost request */
    trigger->order = amount_of(order, 1);
}

static inline void add_frames(struct incident *incident, const char *names)
{
    struct slice rest = slice_from_string(names), word;
    while ((word = slice_word(&rest)).length) {
        bool is_stale = word.data[0] == '?';
        *ARENA_PUSH(incident->arena, incident->trigger.stack, incident->trigger.stack_count) =
            (struct stack_frame){
                .symbol = slice_skip(word, is_stale), .is_reliable = !is_stale, .line = 2};
    }
}

static inline struct victim *add_victim(struct incident *incident, int64_t pid, const char *comm,
                                        const char *message)
{
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    victim->pid = amount_of(pid, 3);
    victim->comm = slice_from_string(comm);
    victim->message = slice_from_string(message);
    victim->line = 3;
    incident->has_kill_line = true;
    return victim;
}

/* Figures in kB, as a zone line has them; the four marks and what owns them. */
static inline struct zone *add_zone(struct incident *incident, int node, const char *name,
                                    int64_t free, int64_t min, int64_t high, int64_t managed)
{
    struct host_memory *host = &incident->host_memory;
    struct zone *zone = ARENA_PUSH(incident->arena, host->zones, host->zones_count);
    host->is_present = true;
    zone->node = node;
    zone->name = slice_from_string(name);
    zone->line = 4;
    set_kib(&zone->figure[ZONE_FREE], free);
    set_kib(&zone->figure[ZONE_MIN], min);
    set_kib(&zone->figure[ZONE_HIGH], high);
    set_kib(&zone->figure[ZONE_MANAGED], managed);
    set_kib(&zone->figure[ZONE_FREE_CMA], 0);
    return zone;
}

/* lowmem_reserve[] in pages of 4 KiB, as printed. */
static inline void set_reserve(struct zone *zone, const char *pages)
{
    struct slice rest = slice_from_string(pages), word;
    while ((word = slice_word(&rest)).length) {
        int64_t number = 0;
        assert_true(slice_to_number(word, &number));
        zone->reserve[zone->reserve_count++] = amount_of(number * 4096, 5);
    }
}

/* "136*4kB(UM) 0*8kB": counts by order, letters in parentheses. */
static inline void set_buddy(struct zone *zone, const char *line)
{
    struct slice rest = slice_from_string(line), word;
    struct buddy *buddy = &zone->buddy;
    buddy->line = 6;
    while ((word = slice_word(&rest)).length) {
        int64_t count = 0;
        assert_true(slice_take_number(&word, &count));
        size_t letters = slice_find_byte(word, '(');
        if (letters != SLICE_NOT_FOUND)
            for (size_t i = letters + 1; i < word.length && word.data[i] != ')'; i++)
                buddy->types[buddy->orders][i - letters - 1] = word.data[i];
        buddy->blocks[buddy->orders++] = amount_of(count, 6);
    }
}

#endif
