#include "analyzer/rules_test.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/intake.h"
#include "analyzer/repeats.h"

/* One file: what the rules did on it. */
struct sample {
    struct slice path;
    struct arena *arena;
    struct slice failure; /* why it could not be read */
    struct slice *fired;  /* rules with a finding, each once */
    size_t fired_count;
    size_t incidents;
};

struct rules_run {
    const struct rule_set *rules;
    const struct rule_case *cases;
    size_t cases_count;
    bool *fired; /* by case */
    struct sample *samples;
    size_t samples_count;
    struct sample *current;
    struct repeats *repeats; /* within the current sample */
    struct arena *arena;
    atomic_bool stop; /* never: for the reader */
    FILE *out;
    size_t told, failed;
};

static void note_fired(struct sample *sample, struct slice rule)
{
    for (size_t i = 0; i < sample->fired_count; i++)
        if (slice_equal(sample->fired[i], rule))
            return;
    *ARENA_PUSH(sample->arena, sample->fired, sample->fired_count) =
        arena_copy(sample->arena, rule);
}

static void take_incident(void *context, struct incident *incident)
{
    struct rules_run *run = context;
    repeats_count(run->repeats, incident);
    rule_set_judge(run->rules, incident, false);
    run->current->incidents++;
    for (size_t i = 0; i < incident->findings_count; i++)
        note_fired(run->current, incident->findings[i].rule);
    for (size_t i = 0; i < run->cases_count; i++)
        if (slice_equal(run->cases[i].path, run->current->path))
            run->fired[i] |= rule_fired(incident, run->cases[i].rule);
    incident_destroy(incident);
}

static void take_coverage(void *context, const struct coverage *coverage)
{
    (void)context, (void)coverage;
}

static void take_failure(void *context, const char *path, const char *what)
{
    struct rules_run *run = context;
    (void)path;
    run->current->failure = arena_format(run->arena, "%s", what);
}

static void take_note(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what;
}

static void take_continuation(void *context, const struct continuation *continuation)
{
    (void)context, (void)continuation;
}

static struct sample *find_sample(struct rules_run *run, struct slice path)
{
    for (size_t i = 0; i < run->samples_count; i++)
        if (slice_equal(run->samples[i].path, path))
            return &run->samples[i];
    return NULL;
}

static void read_sample(struct rules_run *run, struct slice path)
{
    const struct intake_sink sink = {.context = run,
                                     .incident = take_incident,
                                     .covered = take_coverage,
                                     .failed = take_failure,
                                     .noted = take_note,
                                     .continuation = take_continuation};
    if (find_sample(run, path))
        return;
    run->current = ARENA_PUSH(run->arena, run->samples, run->samples_count);
    *run->current = (struct sample){.path = arena_copy(run->arena, path), .arena = run->arena};
    run->repeats = repeats_create();
    intake_read(run->current->path.data, &sink, &run->stop, NULL);
    repeats_destroy(run->repeats);
}

static void tell(struct rules_run *run, bool is_fine, struct slice what)
{
    run->failed += !is_fine;
    fprintf(run->out, "%sok %zu - %.*s\n", is_fine ? "" : "not ", ++run->told, SLICE_ARG(what));
}

static void tell_case(struct rules_run *run, size_t number)
{
    const struct rule_case *one = &run->cases[number];
    const struct sample *sample = find_sample(run, one->path);
    bool is_fine = !sample->failure.length && run->fired[number] == one->must_fire;
    const char *promise = one->must_fire ? "fires on" : "is silent on";
    const char *why = is_fine                  ? ""
                      : sample->failure.length ? ": not readable from here (paths count from the "
                                                 "project's root)"
                      : one->must_fire         ? ": it is silent"
                                               : ": it fires";
    tell(run, is_fine,
         arena_format(run->arena, "%.*s %s %.*s%s", SLICE_ARG(one->rule), promise,
                      SLICE_ARG(one->path), why));
}

static void tell_sample(struct rules_run *run, const struct sample *sample)
{
    struct slice words = arena_format(run->arena, "every rule runs on %.*s (%zu incidents):",
                                      SLICE_ARG(sample->path), sample->incidents);
    for (size_t i = 0; i < sample->fired_count; i++)
        words =
            arena_format(run->arena, "%.*s %.*s", SLICE_ARG(words), SLICE_ARG(sample->fired[i]));
    tell(run, !sample->failure.length, words);
}

static void read_all(struct rules_run *run)
{
    glob_t found;
    for (size_t i = 0; i < run->cases_count; i++)
        read_sample(run, run->cases[i].path);
    if (glob("samples/*.log", 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            read_sample(run, slice_from_string(found.gl_pathv[i]));
        globfree(&found);
    }
}

bool rules_test_is_possible(const struct rule_set *rules)
{
    size_t count;
    const struct rule_case *cases = rule_set_cases(rules, &count);
    struct arena *arena = arena_create();
    bool is_here = count == 0;
    for (size_t i = 0; i < count && !is_here; i++)
        is_here = access(arena_copy(arena, cases[i].path).data, F_OK) == 0;
    arena_destroy(arena);
    return is_here;
}

size_t rules_test(const struct rule_set *rules, FILE *out)
{
    struct rules_run run = {.rules = rules, .arena = arena_create(), .out = out};
    run.cases = rule_set_cases(rules, &run.cases_count);
    run.fired = arena_allocate(run.arena, run.cases_count * sizeof *run.fired + 1);
    read_all(&run);
    for (size_t i = 0; i < run.cases_count; i++)
        tell_case(&run, i);
    for (size_t i = 0; i < run.samples_count; i++)
        tell_sample(&run, &run.samples[i]);
    fprintf(out, "1..%zu\n", run.told);
    arena_destroy(run.arena);
    return run.failed;
}
