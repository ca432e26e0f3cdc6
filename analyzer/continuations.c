#include "analyzer/continuations.h"

#include <stdlib.h>

struct continuation {
    struct slice path, host;
    uint64_t end;
};

struct continuations {
    struct arena *arena;
    struct continuation *items;
    size_t count;
};

struct continuations *continuations_create(void)
{
    struct continuations *continuations = must_allocate(sizeof *continuations);
    continuations->arena = arena_create();
    return continuations;
}

void continuations_destroy(struct continuations *continuations)
{
    if (!continuations)
        return;
    arena_destroy(continuations->arena);
    free(continuations);
}

void continuations_add(struct continuations *continuations, const char *path, struct slice host,
                       uint64_t end)
{
    struct continuation *continuation =
        ARENA_PUSH(continuations->arena, continuations->items, continuations->count);
    *continuation = (struct continuation){arena_copy(continuations->arena, slice_from_string(path)),
                                          arena_copy(continuations->arena, host), end};
}

/* What has its head begins here. */
static bool may_continue_one(const struct incident *incident)
{
    return !incident->has_header && incident->kind != KIND_USERSPACE_KILL &&
           incident->kind != KIND_CHARGE_STALL;
}

static bool begins_in(const struct incident *incident, struct slice file)
{
    bool has_parts = incident->source.parts_count > 0;
    return slice_equal(has_parts ? incident->source.parts[0].path : incident->source.path, file);
}

bool continuations_hold(const struct continuations *continuations, const struct incident *incident)
{
    if (!may_continue_one(incident))
        return false;
    for (size_t i = continuations->count; i--;) {
        const struct continuation *continuation = &continuations->items[i];
        if (incident->source.first_byte < continuation->end &&
            begins_in(incident, continuation->path) &&
            slice_equal(incident->host, continuation->host))
            return true;
    }
    return false;
}
