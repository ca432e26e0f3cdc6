#include "analyzer/parcel.h"

#include <stdlib.h>

void parcel_deliver(struct parcel *parcel, const struct intake_sink *sink)
{
    switch (parcel->kind) {
    case PARCEL_INCIDENT:
        sink->incident(sink->context, parcel->incident);
        break;
    case PARCEL_COVERED:
        sink->covered(sink->context, &parcel->coverage);
        break;
    case PARCEL_FAILED:
        sink->failed(sink->context, parcel->path, parcel->what);
        break;
    case PARCEL_NOTED:
        sink->noted(sink->context, parcel->path, parcel->what);
        break;
    case PARCEL_REST:
        sink->rest(sink->context, parcel->path, slice_from_string(parcel->what), parcel->end);
        break;
    }
    free(parcel->path);
    free(parcel->what);
    free(parcel);
}

static struct parcel *create(enum parcel_kind kind)
{
    struct parcel *parcel = must_allocate(sizeof *parcel);
    parcel->kind = kind;
    parcel->weight = sizeof *parcel;
    return parcel;
}

struct parcel *parcel_of_incident(struct incident *incident)
{
    struct parcel *parcel = create(PARCEL_INCIDENT);
    parcel->incident = incident;
    parcel->weight += arena_used(incident->arena);
    return parcel;
}

struct parcel *parcel_of_coverage(const struct coverage *coverage)
{
    struct parcel *parcel = create(PARCEL_COVERED);
    parcel->coverage = *coverage;
    return parcel;
}

struct parcel *parcel_of_words(enum parcel_kind kind, const char *path, const char *what)
{
    struct parcel *parcel = create(kind);
    parcel->path = must_copy(slice_from_string(path));
    parcel->what = must_copy(slice_from_string(what));
    parcel->weight += strlen(path) + strlen(what);
    return parcel;
}

struct parcel *parcel_of_rest(const char *path, struct slice host, uint64_t end)
{
    struct parcel *parcel = create(PARCEL_REST);
    parcel->path = must_copy(slice_from_string(path));
    parcel->what = must_copy(host);
    parcel->end = end;
    return parcel;
}
