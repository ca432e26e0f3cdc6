#include "analyzer/intake_item.h"

#include <stdlib.h>

void intake_item_deliver(struct intake_item *item, const struct intake_sink *sink)
{
    switch (item->kind) {
    case INTAKE_INCIDENT:
        sink->incident(sink->context, item->incident);
        break;
    case INTAKE_COVERED:
        sink->covered(sink->context, &item->coverage);
        break;
    case INTAKE_FAILED:
        sink->failed(sink->context, item->path, item->what);
        break;
    case INTAKE_NOTED:
        sink->noted(sink->context, item->path, item->what);
        break;
    case INTAKE_CONTINUATION:
        sink->continuation(sink->context, &item->continuation);
        break;
    }
    free(item->path);
    free(item->what);
    free(item);
}

static struct intake_item *create(enum intake_item_kind kind)
{
    struct intake_item *item = must_allocate(sizeof *item);
    item->kind = kind;
    item->weight = sizeof *item;
    return item;
}

struct intake_item *intake_item_of_incident(struct incident *incident)
{
    struct intake_item *item = create(INTAKE_INCIDENT);
    item->incident = incident;
    item->weight += arena_used(incident->arena);
    return item;
}

struct intake_item *intake_item_of_coverage(const struct coverage *coverage)
{
    struct intake_item *item = create(INTAKE_COVERED);
    item->coverage = *coverage;
    return item;
}

struct intake_item *intake_item_of_words(enum intake_item_kind kind, const char *path,
                                         const char *what)
{
    struct intake_item *item = create(kind);
    item->path = must_copy(slice_from_string(path));
    item->what = must_copy(slice_from_string(what));
    item->weight += strlen(path) + strlen(what);
    return item;
}

struct intake_item *intake_item_of_continuation(const struct continuation *continuation)
{
    struct intake_item *item = create(INTAKE_CONTINUATION);
    item->path = must_copy(slice_from_string(continuation->path));
    item->what = must_copy(continuation->host);
    item->weight += strlen(item->path) + continuation->host.length;
    item->continuation = *continuation;
    item->continuation.path = item->path;
    item->continuation.host = slice_from_string(item->what);
    return item;
}
