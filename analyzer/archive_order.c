#include "analyzer/archive_order.h"

#include <stdlib.h>

#include "analyzer/intake_item.h"
#include "analyzer/limits.h"
#include "parsers/source/names.h"

struct archived {
    struct slice path;
    struct intake_items items;
    size_t weight;
};

struct archive_order {
    const struct intake_sink *to;
    struct intake_sink sink;
    struct arena *arena; /* of what follows */
    struct archived **members;
    size_t count;
    char *path;      /* of the member that is read */
    bool has_member; /* it has yielded something: the last of them */
    size_t weight;   /* of all */
};

/* ---- out */

static void deliver_member(const struct archive_order *order, struct archived *member)
{
    while (!STAILQ_EMPTY(&member->items)) {
        struct intake_item *item = STAILQ_FIRST(&member->items);
        STAILQ_REMOVE_HEAD(&member->items, next);
        intake_item_deliver(item, order->to);
    }
}

static void deliver_all(struct archive_order *order)
{
    const char **paths = must_allocate((order->count + 1) * sizeof *paths);
    size_t *sorted = must_allocate((order->count + 1) * sizeof *sorted);
    for (size_t i = 0; i < order->count; i++)
        paths[i] = order->members[i]->path.data;
    names_order(paths, order->count, sorted);
    for (size_t i = 0; i < order->count; i++)
        deliver_member(order, order->members[sorted[i]]);
    free(sorted);
    free(paths);
}

static void clear(struct archive_order *order)
{
    arena_destroy(order->arena);
    order->arena = arena_create();
    order->members = NULL;
    order->count = order->weight = 0;
    order->has_member = false;
}

static struct archived *add_member(struct archive_order *order, const char *path)
{
    struct archived *member = arena_allocate(order->arena, sizeof *member);
    member->path = arena_copy(order->arena, slice_from_string(path));
    STAILQ_INIT(&member->items);
    *ARENA_PUSH(order->arena, order->members, order->count) = member;
    return member;
}

static void keep(struct archive_order *order, struct archived *kept)
{
    struct archived *member = add_member(order, kept->path.data);
    STAILQ_CONCAT(&member->items, &kept->items);
    member->weight = kept->weight;
    order->weight += kept->weight;
}

/* The log that is read waits on: the next of its files may tell how its reports begin. */
static void deliver_other_logs(struct archive_order *order)
{
    struct archive_order kept = {.arena = arena_create()};
    for (size_t i = 0; i < order->count; i++)
        if (names_are_of_one_log(order->members[i]->path.data, order->path))
            keep(&kept, order->members[i]);
    deliver_all(order);
    arena_destroy(order->arena);
    order->arena = kept.arena;
    order->members = kept.members;
    order->count = kept.count;
    order->weight = kept.weight;
}

/* ---- in */

static struct archived *current_member(struct archive_order *order)
{
    if (!order->has_member)
        add_member(order, order->path);
    order->has_member = true;
    return order->members[order->count - 1];
}

static void put(struct archive_order *order, struct intake_item *item)
{
    struct archived *member = current_member(order);
    STAILQ_INSERT_TAIL(&member->items, item, next);
    member->weight += item->weight;
    order->weight += item->weight;
    if (order->weight > LIMIT_ARCHIVE_ORDER)
        deliver_other_logs(order);
    if (order->weight > LIMIT_ARCHIVE_ORDER) {
        deliver_all(order);
        clear(order);
    }
}

static void put_incident(void *context, struct incident *incident)
{
    put(context, intake_item_of_incident(incident));
}

/* It is only added up. */
static void pass_covered(void *context, const struct coverage *coverage)
{
    const struct archive_order *order = context;
    order->to->covered(order->to->context, coverage);
}

static void put_failed(void *context, const char *path, const char *what)
{
    put(context, intake_item_of_words(INTAKE_FAILED, path, what));
}

static void put_noted(void *context, const char *path, const char *what)
{
    put(context, intake_item_of_words(INTAKE_NOTED, path, what));
}

static void put_continuation(void *context, const struct continuation *continuation)
{
    put(context, intake_item_of_continuation(continuation));
}

/* ---- the order */

struct archive_order *archive_order_create(const struct intake_sink *sink)
{
    struct archive_order *order = must_allocate(sizeof *order);
    *order = (struct archive_order){.to = sink, .sink = *sink};
    order->sink.context = order;
    order->sink.incident = put_incident;
    order->sink.covered = pass_covered;
    order->sink.failed = put_failed;
    order->sink.noted = put_noted;
    order->sink.continuation = put_continuation;
    order->sink.await = NULL; /* no member waits for another */
    order->path = must_copy(SLICE(""));
    order->arena = arena_create();
    return order;
}

const struct intake_sink *archive_order_sink(const struct archive_order *order)
{
    return &order->sink;
}

void archive_order_begin(struct archive_order *order, const char *path)
{
    free(order->path);
    order->path = must_copy(slice_from_string(path));
    order->has_member = false;
}

void archive_order_destroy(struct archive_order *order)
{
    if (!order)
        return;
    deliver_all(order);
    arena_destroy(order->arena);
    free(order->path);
    free(order);
}
