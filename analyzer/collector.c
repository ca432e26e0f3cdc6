#include "analyzer/collector.h"

#include <stdlib.h>

#include "analyzer/base/now.h"
#include "analyzer/outputs.h"

struct collector {
    const struct options *options;
    struct store *store;
    int64_t started_us, ended_us;
};

bool collector_is_wanted(const struct options *options)
{
    return options->database || outputs_are_wanted(options);
}

struct error *collector_create(const struct options *options, struct collector **ret)
{
    struct collector *collector = must_allocate(sizeof *collector);
    collector->options = options;
    collector->started_us = now_wall_us();
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

struct error *collector_add(struct collector *collector, const struct incident *incident,
                            struct slice record)
{
    return store_add(collector->store, incident, record);
}

struct error *collector_remove(struct collector *collector, const char *id)
{
    return store_remove(collector->store, id);
}

struct error *collector_add_failure(struct collector *collector, const char *path, const char *what)
{
    struct store_coverage input = {.path = slice_from_string(path),
                                   .failure = slice_from_string(what)};
    if (collector->options->is_anonymized) /* both may name what is hidden */
        input = (struct store_coverage){.failure = SLICE("not read")};
    return store_add_coverage(collector->store, &input);
}

struct error *collector_finish(struct collector *collector, const struct pipeline_totals *totals)
{
    const struct store_coverage input = {.coverage = &totals->coverage};
    collector->ended_us = now_wall_us();
    const struct store_run run = {
        .started_us = collector->started_us,
        .ended_us = collector->ended_us,
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

struct error *collector_knows(const struct collector *collector, const struct state *state,
                              bool *ret)
{
    struct state_run run = state_run(state);
    *ret = true;
    if (!collector->options->database || state_is_empty(state))
        return NULL;
    return store_has_run(collector->store, run.run, run.ended_us, ret);
}

struct state_run collector_run(const struct collector *collector)
{
    if (!collector->options->database)
        return (struct state_run){0};
    return (struct state_run){store_run_number(collector->store), collector->ended_us};
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
    free(collector);
}
