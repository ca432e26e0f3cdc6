#include "analyzer/continuations.h"

#include <stdlib.h>

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

void continuations_add(struct continuations *continuations, const struct continuation *continuation)
{
    struct arena *arena = continuations->arena;
    struct continuation *copy = ARENA_PUSH(arena, continuations->items, continuations->count);
    *copy = *continuation;
    copy->path = arena_copy(arena, slice_from_string(continuation->path)).data;
    copy->host = arena_copy(arena, continuation->host);
}

uint64_t continuation_header(const struct incident *incident)
{
    const struct report_line *line = incident_line(incident, incident->trigger.line);
    return incident->has_header && line ? line->offset : NO_HEADER;
}

/* The rest of a line tells no host, or half of one. What has its head is that report where what
 * stood before the head is all that it lacks; else it begins here. So may what has no head ever,
 * unless it ends where that report does. */
static bool is_part_of(const struct incident *incident, const struct continuation *continuation)
{
    if (incident->source.first_byte < continuation->torn)
        return true;
    if (!slice_equal(incident->host, continuation->host))
        return false;
    if (incident->has_header)
        return continuation->header != NO_HEADER &&
               continuation_header(incident) == continuation->header;
    bool may_begin_anew =
        incident->kind == KIND_USERSPACE_KILL || incident->kind == KIND_CHARGE_STALL;
    return may_begin_anew ? incident->source.end_byte == continuation->end
                          : incident->source.first_byte < continuation->end;
}

/* Of a log that was emptied, its report began in what it held before. */
static bool begins_in(const struct incident *incident, struct slice file)
{
    const struct source_part *parts = incident->source.parts;
    size_t count = incident->source.parts_count;
    bool was_emptied = count > 1 && slice_equal(parts[0].path, parts[1].path);
    return !was_emptied && slice_equal(count ? parts[0].path : incident->source.path, file);
}

bool continuations_hold(const struct continuations *continuations, const struct incident *incident)
{
    for (size_t i = continuations->count; i--;) {
        const struct continuation *continuation = &continuations->items[i];
        if (is_part_of(incident, continuation) &&
            begins_in(incident, slice_from_string(continuation->path)))
            return true;
    }
    return false;
}
