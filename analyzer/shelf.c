#include "analyzer/shelf.h"

#include <stdlib.h>

#include "analyzer/limits.h"
#include "analyzer/parcel.h"
#include "parsers/source/names.h"

struct archived {
    struct slice path;
    struct parcels parcels;
};

struct shelf {
    const struct intake_sink *to;
    struct intake_sink sink;
    struct arena *arena; /* of what follows */
    struct archived **members;
    size_t count;
    char *path;      /* of the member that is read */
    bool has_member; /* it has yielded something: the last of them */
    size_t weight;
};

/* ---- out */

static void deliver_member(const struct shelf *shelf, struct archived *member)
{
    while (!STAILQ_EMPTY(&member->parcels)) {
        struct parcel *parcel = STAILQ_FIRST(&member->parcels);
        STAILQ_REMOVE_HEAD(&member->parcels, next);
        parcel_deliver(parcel, shelf->to);
    }
}

static void deliver_all(struct shelf *shelf)
{
    const char **paths = must_allocate((shelf->count + 1) * sizeof *paths);
    size_t *order = must_allocate((shelf->count + 1) * sizeof *order);
    for (size_t i = 0; i < shelf->count; i++)
        paths[i] = shelf->members[i]->path.data;
    names_order(paths, shelf->count, order);
    for (size_t i = 0; i < shelf->count; i++)
        deliver_member(shelf, shelf->members[order[i]]);
    free(order);
    free(paths);
}

static void clear(struct shelf *shelf)
{
    arena_destroy(shelf->arena);
    shelf->arena = arena_create();
    shelf->members = NULL;
    shelf->count = shelf->weight = 0;
    shelf->has_member = false;
}

/* ---- in */

static struct archived *current_member(struct shelf *shelf)
{
    if (shelf->has_member)
        return shelf->members[shelf->count - 1];
    struct archived *member = arena_allocate(shelf->arena, sizeof *member);
    member->path = arena_copy(shelf->arena, slice_from_string(shelf->path));
    STAILQ_INIT(&member->parcels);
    *ARENA_PUSH(shelf->arena, shelf->members, shelf->count) = member;
    shelf->has_member = true;
    return member;
}

static void put(struct shelf *shelf, struct parcel *parcel)
{
    struct archived *member = current_member(shelf);
    STAILQ_INSERT_TAIL(&member->parcels, parcel, next);
    shelf->weight += parcel->weight;
    if (shelf->weight > LIMIT_SHELF) {
        deliver_all(shelf);
        clear(shelf);
    }
}

static void put_incident(void *context, struct incident *incident)
{
    put(context, parcel_of_incident(incident));
}

/* It is only added up. */
static void pass_covered(void *context, const struct coverage *coverage)
{
    const struct shelf *shelf = context;
    shelf->to->covered(shelf->to->context, coverage);
}

static void put_failed(void *context, const char *path, const char *what)
{
    put(context, parcel_of_words(PARCEL_FAILED, path, what));
}

static void put_noted(void *context, const char *path, const char *what)
{
    put(context, parcel_of_words(PARCEL_NOTED, path, what));
}

static void put_rest(void *context, const char *path, struct slice host, uint64_t end)
{
    put(context, parcel_of_rest(path, host, end));
}

/* ---- the shelf */

struct shelf *shelf_create(const struct intake_sink *sink)
{
    struct shelf *shelf = must_allocate(sizeof *shelf);
    *shelf = (struct shelf){.to = sink, .sink = *sink};
    shelf->sink.context = shelf;
    shelf->sink.incident = put_incident;
    shelf->sink.covered = pass_covered;
    shelf->sink.failed = put_failed;
    shelf->sink.noted = put_noted;
    shelf->sink.rest = put_rest;
    shelf->sink.await = NULL; /* no member waits for another */
    shelf->path = must_copy(SLICE(""));
    shelf->arena = arena_create();
    return shelf;
}

const struct intake_sink *shelf_sink(const struct shelf *shelf)
{
    return &shelf->sink;
}

void shelf_begin(struct shelf *shelf, const char *path)
{
    free(shelf->path);
    shelf->path = must_copy(slice_from_string(path));
    shelf->has_member = false;
}

void shelf_destroy(struct shelf *shelf)
{
    if (!shelf)
        return;
    deliver_all(shelf);
    arena_destroy(shelf->arena);
    free(shelf->path);
    free(shelf);
}
