#include "analyzer/rests.h"

#include <stdlib.h>

struct rest {
    struct slice path, host;
    uint64_t end;
};

struct rests {
    struct arena *arena;
    struct rest *items;
    size_t count;
};

struct rests *rests_create(void)
{
    struct rests *rests = must_allocate(sizeof *rests);
    rests->arena = arena_create();
    return rests;
}

void rests_destroy(struct rests *rests)
{
    if (!rests)
        return;
    arena_destroy(rests->arena);
    free(rests);
}

void rests_add(struct rests *rests, const char *path, struct slice host, uint64_t end)
{
    struct rest *rest = ARENA_PUSH(rests->arena, rests->items, rests->count);
    *rest = (struct rest){arena_copy(rests->arena, slice_from_string(path)),
                          arena_copy(rests->arena, host), end};
}

/* What has its head begins here. */
static bool may_be_a_rest(const struct incident *incident)
{
    return !incident->has_header && incident->kind != KIND_USERSPACE_KILL &&
           incident->kind != KIND_CHARGE_STALL;
}

static bool begins_in(const struct incident *incident, struct slice file)
{
    bool has_parts = incident->source.parts_count > 0;
    return slice_equal(has_parts ? incident->source.parts[0].path : incident->source.path, file);
}

bool rests_hold(const struct rests *rests, const struct incident *incident)
{
    if (!may_be_a_rest(incident))
        return false;
    for (size_t i = rests->count; i--;) {
        const struct rest *rest = &rests->items[i];
        if (incident->source.first_byte < rest->end && begins_in(incident, rest->path) &&
            slice_equal(incident->host, rest->host))
            return true;
    }
    return false;
}
