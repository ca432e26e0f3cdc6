#include "analyzer/incident.h"

struct incident *incident_create(void)
{
    struct arena *arena = arena_create();
    struct incident *incident = arena_allocate(arena, sizeof *incident);
    incident->arena = arena;
    incident->dominant.permille = -1;
    return incident;
}

void incident_destroy(struct incident *incident)
{
    if (incident)
        arena_destroy(incident->arena);
}

uint32_t incident_add_line(struct incident *incident, struct slice text, uint64_t number,
                           uint64_t offset)
{
    struct report_line line = {arena_copy(incident->arena, text), number, offset};
    *ARENA_PUSH(incident->arena, incident->lines, incident->lines_count) = line;
    return (uint32_t)incident->lines_count;
}

const struct report_line *incident_line(const struct incident *incident, uint32_t line)
{
    return line == 0 || line > incident->lines_count ? NULL : &incident->lines[line - 1];
}

struct line_place incident_place(const struct incident *incident, uint64_t number)
{
    for (size_t i = incident->source.parts_count; i--;) {
        const struct source_part *part = &incident->source.parts[i];
        if (number >= part->first_line)
            return (struct line_place){part->path, number - part->first_line + 1};
    }
    return (struct line_place){incident->source.path, number};
}

bool incident_is_missing(const struct incident *incident, const char *what)
{
    for (size_t i = 0; i < incident->missing_count; i++)
        if (slice_equal(incident->missing[i], slice_from_string(what)))
            return true;
    return false;
}

void incident_add_missing(struct incident *incident, const char *what)
{
    if (!incident_is_missing(incident, what))
        *ARENA_PUSH(incident->arena, incident->missing, incident->missing_count) =
            slice_from_string(what);
}

const struct victim *incident_chosen(const struct incident *incident)
{
    return incident->victims_count ? &incident->victims[0] : NULL;
}
