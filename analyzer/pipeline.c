#include "analyzer/pipeline.h"

#include <stdlib.h>

#include "analyzer/anonymize.h"
#include "analyzer/continuations.h"
#include "analyzer/duplicates.h"
#include "analyzer/parallel_intake.h"
#include "analyzer/repeats.h"

struct pipeline {
    const struct pipeline_options *options;
    const struct pipeline_sink *sink;
    struct duplicates *duplicates;
    struct repeats *repeats;
    struct continuations *continuations;
    struct pipeline_totals totals;
};

/* A copy is worth telling only when it says more; perhaps enough for --where, which did not hold
 * for the first one. dmesg has no host and no date: where it is passed on already, that alone is no
 * reason to tell it twice. A sink that has passed that on already gets it as an incident of its
 * own, so that nothing is lost. */
static bool is_wanted(struct pipeline *pipeline, struct seen *seen, bool is_new,
                      const struct incident *incident)
{
    if (is_new)
        return true;
    bool is_known = seen->number || seen->is_unasked || seen->is_earlier;
    bool is_better =
        is_known && seen_says_less(seen, incident, pipeline->options->takes_better_copy);
    pipeline->totals.duplicates += !is_better;
    if (is_better)
        seen_note(seen, incident);
    if (is_better && !pipeline->options->takes_better_copy)
        seen->number = 0;
    return is_better;
}

/* What its reader told of it before is part of a copy that says as much. */
static void tell_outgrown(const struct pipeline *pipeline, const struct seen *seen,
                          const struct incident *incident)
{
    if (pipeline->sink->outgrown && incident->replaces[0] &&
        strcmp(incident->replaces, seen->id) != 0)
        pipeline->sink->outgrown(pipeline->sink->context, incident->replaces);
}

static bool is_in_window(struct pipeline *pipeline, const struct incident *incident)
{
    enum window_side side = time_window_side(&pipeline->options->window, &incident->time);
    pipeline->totals.outside += side == WINDOW_OUTSIDE;
    return side != WINDOW_OUTSIDE;
}

static void judge(const struct pipeline_options *options, struct incident *incident)
{
    if (options->salt)
        incident_anonymize(incident, options->salt);
    rule_set_judge(options->rules, incident, options->has_trace);
}

static bool is_asked_for(struct pipeline *pipeline, struct seen *seen,
                         const struct incident *incident)
{
    const struct condition *where = pipeline->options->where;
    bool holds = !where || condition_evaluate(where, incident) == OUTCOME_YES;
    pipeline->totals.unmatched -= seen->is_counted; /* a copy that said less */
    pipeline->totals.unmatched += !holds;
    seen->is_unasked = seen->is_counted = !holds;
    return holds;
}

static void hand_over(struct pipeline *pipeline, struct seen *seen, struct incident *incident)
{
    struct pipeline_totals *totals = &pipeline->totals;
    if (!seen->number) {
        totals->retold += seen->id[0] && !seen->is_earlier;
        seen->number = ++totals->incidents;
        progress_count_incident(pipeline->options->progress);
        totals->timeless +=
            time_window_side(&pipeline->options->window, &incident->time) == WINDOW_UNKNOWN;
    }
    if (seen->id[0] && (seen->is_earlier || strcmp(seen->id, incident->id) != 0))
        memcpy(incident->replaces, seen->id, sizeof seen->id);
    memcpy(seen->id, incident->id, sizeof seen->id);
    pipeline->sink->incident(pipeline->sink->context, incident, seen->number);
}

static void take_incident(void *context, struct incident *incident)
{
    struct pipeline *pipeline = context;
    bool is_new, is_handed_over = false;
    if (continuations_hold(pipeline->continuations, incident)) {
        incident_destroy(incident);
        return;
    }
    struct seen *seen = duplicates_add(pipeline->duplicates, incident, &is_new);
    bool is_wanted_one = is_wanted(pipeline, seen, is_new, incident);
    if (!is_wanted_one)
        tell_outgrown(pipeline, seen, incident);
    if (is_new)
        repeats_count(pipeline->repeats, incident);
    if (is_wanted_one && is_in_window(pipeline, incident)) {
        judge(pipeline->options, incident);
        is_handed_over = is_asked_for(pipeline, seen, incident);
    }
    if (is_handed_over)
        hand_over(pipeline, seen, incident);
    else
        incident_destroy(incident);
}

static void take_coverage(void *context, const struct coverage *coverage)
{
    struct pipeline *pipeline = context;
    coverage_add(&pipeline->totals.coverage, coverage);
}

static void take_failure(void *context, const char *path, const char *what)
{
    struct pipeline *pipeline = context;
    pipeline->totals.failures++;
    progress_wipe(pipeline->options->progress);
    pipeline->sink->failed(pipeline->sink->context, path, what);
}

static void take_note(void *context, const char *path, const char *what)
{
    struct pipeline *pipeline = context;
    progress_wipe(pipeline->options->progress);
    pipeline->sink->noted(pipeline->sink->context, path, what);
}

static void take_continuation(void *context, const struct continuation *continuation)
{
    struct pipeline *pipeline = context;
    continuations_add(pipeline->continuations, continuation);
}

struct pipeline_totals pipeline_run_from(const struct pipeline_options *options,
                                         pipeline_reader *read, void *context,
                                         const struct pipeline_sink *sink)
{
    struct duplicates *own = options->state ? NULL : duplicates_create();
    struct pipeline pipeline = {.options = options,
                                .sink = sink,
                                .duplicates = own ? own : state_duplicates(options->state),
                                .repeats = repeats_create(),
                                .continuations = continuations_create()};
    const struct intake_sink intake = {.context = &pipeline,
                                       .incident = take_incident,
                                       .covered = take_coverage,
                                       .failed = take_failure,
                                       .noted = take_note,
                                       .continuation = take_continuation,
                                       .dumps = options->dumps,
                                       .state = options->state};
    read(context, &intake);
    if (options->state && !*options->stop)
        intake_release(&intake);
    pipeline.totals.forgotten = duplicates_forgotten(pipeline.duplicates);
    duplicates_destroy(own);
    repeats_destroy(pipeline.repeats);
    continuations_destroy(pipeline.continuations);
    return pipeline.totals;
}

struct inputs {
    const struct pipeline_options *options;
    char *const *paths;
    size_t count;
};

static void read_inputs(void *context, const struct intake_sink *sink)
{
    const struct inputs *inputs = context;
    const struct pipeline_options *options = inputs->options;
    if (inputs->count)
        parallel_intake_read(inputs->paths, inputs->count, options->threads, sink, options->stop,
                             options->progress);
    else
        intake_read(NULL, sink, options->stop, options->progress);
}

struct pipeline_totals pipeline_run(const struct pipeline_options *options, char *const *paths,
                                    size_t count, const struct pipeline_sink *sink)
{
    struct inputs inputs = {options, paths, count};
    return pipeline_run_from(options, read_inputs, &inputs, sink);
}
