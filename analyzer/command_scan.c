/*
 * whyoom scan, and whyoom --format json: one record a line, in the order of the input. With --db,
 * --prom or --html the incidents go there instead, unless JSON lines are asked for by name.
 */
#define _GNU_SOURCE /* open_memstream, isatty */
#include "analyzer/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/collector.h"
#include "analyzer/render.h"

struct scan {
    struct run run;
    struct collector *collector; /* NULL: standard output alone */
    bool has_lines;              /* on standard output */
};

static void keep_trouble(struct scan *scan, struct error *error)
{
    if (!error)
        return;
    scan->run.trouble = error;
    scan->run.stop = true; /* what is read from now on would be lost */
}

static void collect(struct scan *scan, const struct incident *incident, uint64_t number)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    render_json(stream, incident);
    fclose(stream);
    if (scan->has_lines)
        fwrite(text, 1, length, scan->run.out);
    if (!scan->run.trouble)
        keep_trouble(scan,
                     collector_add(scan->collector, incident, slice_of(text, length - 1), number));
    free(text);
}

static bool show(void *context, struct incident *incident, uint64_t number)
{
    struct scan *scan = context;
    int wanted = scan->run.command->options->number;
    if (wanted && number != (uint64_t)wanted)
        return false;
    if (scan->collector)
        collect(scan, incident, number);
    else
        render_json(scan->run.out, incident);
    if (scan->has_lines)
        run_flush(&scan->run);
    return false;
}

static void note_failure(void *context, const char *path, const char *what)
{
    struct scan *scan = context;
    if (scan->collector && !scan->run.trouble)
        keep_trouble(scan, collector_add_failure(scan->collector, path, what));
}

/* Standard output is for records; what is said of them goes beside it, a line. */
static void tell(const struct run *run, void (*print)(const struct run *run, FILE *out))
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    print(run, stream);
    fclose(stream);
    run->command->complain(NULL, text);
    free(text);
}

static void print_none(const struct run *run, FILE *out)
{
    run_print_none(run, out, ' ');
}

static void print_summary(const struct run *run, FILE *out)
{
    const struct pipeline_totals *totals = &run->totals;
    const struct {
        uint64_t count;
        const char *one, *many;
    } remarks[] = {
        {totals->duplicates, "report seen again", "reports seen again"},
        {totals->outside, "outside of --since and --until", "outside of --since and --until"},
        {totals->unmatched, "for which --where does not hold", "for which --where does not hold"},
        {totals->failures, "input not read", "inputs not read"},
    };
    fprintf(out, "%" PRIu64 " %s in ", totals->incidents,
            totals->incidents == 1 ? "incident" : "incidents");
    coverage_print(out, &totals->coverage);
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
        if (remarks[i].count)
            fprintf(out, "; %" PRIu64 " %s", remarks[i].count,
                    remarks[i].count == 1 ? remarks[i].one : remarks[i].many);
}

/* Where somebody watched the progress, the result belongs too. */
static bool has_summary(const struct options *options)
{
    return options->has_summary || (!options->no_progress && isatty(STDERR_FILENO));
}

static struct error *scan_all(struct scan *scan, int *status)
{
    struct error *error = run_read(&scan->run);
    if (error)
        return error;
    if (run_is_none(&scan->run))
        tell(&scan->run, print_none);
    else if (has_summary(scan->run.command->options))
        tell(&scan->run, print_summary);
    if (scan->collector && !scan->run.trouble)
        scan->run.trouble = collector_finish(scan->collector, &scan->run.totals);
    return run_finish(&scan->run, status);
}

struct error *command_scan(const struct command *command, int *status)
{
    const struct options *options = command->options;
    bool is_collecting = collector_is_wanted(options);
    struct scan scan = {
        .run = {.command = command,
                .out = stdout,
                .show = show,
                .failed = note_failure,
                .takes_better_copy = is_collecting},
        .has_lines = !is_collecting || options->has_format,
    };
    scan.run.context = &scan;
    struct error *error = is_collecting ? collector_create(options, &scan.collector) : NULL;
    if (!error)
        error = scan_all(&scan, status);
    collector_destroy(scan.collector);
    run_deinit(&scan.run);
    return error;
}
