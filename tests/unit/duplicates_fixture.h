/*
 * Incidents as two logs of one decision have them, and whether the second is known.
 */
#ifndef WHYOOM_TESTS_DUPLICATES_FIXTURE_H
#define WHYOOM_TESTS_DUPLICATES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/duplicates.h"
#include "analyzer/incident_identity.h"

struct seen_as {
    const char *host;
    int64_t kernel_us, wall_us; /* 0: none */
    const char *printed;
    const char *comm;
    int64_t victim; /* 0: none */
};

static struct incident *make(struct seen_as as)
{
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->host = slice_from_string(as.host);
    incident->trigger.comm = slice_from_string(as.comm);
    incident->time.has_monotonic = as.kernel_us;
    incident->time.monotonic_us = as.kernel_us;
    incident->time.has_wall = as.wall_us;
    incident->time.wall_us = as.wall_us;
    incident->time.printed = slice_from_string(as.printed);
    if (as.victim)
        ARENA_PUSH(incident->arena, incident->victims, incident->victims_count)->pid =
            amount_of(as.victim, 0);
    incident_identify(incident);
    return incident;
}

static int setup(void **state)
{
    *state = duplicates_create();
    return 0;
}

static int teardown(void **state)
{
    duplicates_destroy(*state);
    return 0;
}

static bool add_torn(struct duplicates *duplicates, struct incident *incident)
{
    bool is_new;
    duplicates_add(duplicates, incident, &is_new);
    incident_destroy(incident);
    return is_new;
}

/* A whole report of one victim, as one collector dressed it. */
static struct incident *dressed(const char *host, int64_t kernel_us, int64_t wall_us,
                                const char *printed, int64_t anon_rss)
{
    struct incident *incident =
        make((struct seen_as){host, kernel_us, wall_us, printed, "java", 77});
    incident->has_header = true;
    incident->trigger.pid = amount_of(78, 0);
    incident->victims[0].total_vm = amount_of(9000, 0);
    incident->victims[0].anon_rss = amount_of(anon_rss, 0);
    return incident;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
