#include "analyzer/collector.h"

#include <assert.h>
#include <stdlib.h>

#include "analyzer/outputs.h"

struct stored_id {
    char text[17];
};

struct collector {
    const struct options *options;
    struct store *store;
    struct stored_id *ids; /* of the incidents of this run, by their number */
    size_t ids_count;
    int64_t started_us;
};

bool collector_is_wanted(const struct options *options)
{
    return options->database || outputs_are_wanted(options);
}

struct error *collector_create(const struct options *options, struct collector **ret)
{
    struct collector *collector = must_allocate(sizeof *collector);
    collector->options = options;
    collector->started_us = outputs_now_us();
    struct error *error = options->database
                              ? store_create(options->database, &collector->store)
                              : store_create_temporary("the store", &collector->store);
    if (error) {
        free(collector);
        collector = NULL;
    }
    *ret = collector;
    return error;
}

/* A more complete copy may have another id than the one that broke off. */
static struct error *forget_earlier(struct collector *collector, const struct incident *incident,
                                    uint64_t number)
{
    size_t index = (size_t)number - 1;
    assert(index <= collector->ids_count);
    if (index >= collector->ids_count) {
        if ((collector->ids_count & (collector->ids_count - 1)) == 0) /* room for twice as many */
            collector->ids = must_reallocate(collector->ids, (2 * collector->ids_count + 1) *
                                                                 sizeof *collector->ids);
        collector->ids_count = index + 1;
        memcpy(collector->ids[index].text, incident->id, sizeof incident->id);
        return NULL;
    }
    struct stored_id *earlier = &collector->ids[index];
    if (strcmp(earlier->text, incident->id) == 0)
        return NULL;
    struct error *error = store_remove(collector->store, earlier->text);
    memcpy(earlier->text, incident->id, sizeof incident->id);
    return error;
}

struct error *collector_add(struct collector *collector, const struct incident *incident,
                            struct slice record, uint64_t number)
{
    struct error *error = forget_earlier(collector, incident, number);
    return error ? error : store_add(collector->store, incident, record);
}

struct error *collector_add_failure(struct collector *collector, const char *path, const char *what)
{
    const struct store_coverage input = {.path = slice_from_string(path),
                                         .failure = slice_from_string(what)};
    return store_add_coverage(collector->store, &input);
}

struct error *collector_finish(struct collector *collector, const struct pipeline_totals *totals)
{
    const struct store_coverage input = {.coverage = &totals->coverage};
    const struct store_run run = {
        .started_us = collector->started_us,
        .ended_us = outputs_now_us(),
        .command = SLICE("scan"),
        .incidents = totals->incidents,
        .duplicates = totals->duplicates,
        .failures = totals->failures,
    };
    struct error *error = store_add_coverage(collector->store, &input);
    if (!error)
        error = store_add_run(collector->store, &run);
    return error ? error
                 : outputs_write(collector->options, collector->store, &(struct store_query){0});
}

struct store *collector_store(struct collector *collector)
{
    return collector->store;
}

void collector_destroy(struct collector *collector)
{
    if (!collector)
        return;
    store_destroy(collector->store);
    free(collector->ids);
    free(collector);
}
