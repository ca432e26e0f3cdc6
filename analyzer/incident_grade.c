#include "analyzer/incident_grade.h"

bool incident_has_end(const struct incident *incident)
{
    return incident->has_kill_line || incident->kind == KIND_OOM_NO_KILL ||
           (incident->kind == KIND_ALLOC_FAILURE && incident->host_memory.reserved.known);
}

int incident_grade(const struct incident *incident)
{
    return incident->has_header + incident_has_end(incident) + incident->is_complete +
           incident->is_panic;
}
