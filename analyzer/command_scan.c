/*
 * whyoom scan, and whyoom --format json: one record a line, in the order of the input. With --db,
 * --prom or --html the incidents go there instead, unless JSON lines are asked for by name.
 */
#define _GNU_SOURCE /* open_memstream, isatty */
#include "analyzer/command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/collector.h"
#include "analyzer/outputs.h"
#include "analyzer/render.h"

enum { RECORD_ROOM = 64 * 1024 }; /* nearly every record is one write */

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

static void collect(struct scan *scan, const struct incident *incident)
{
    size_t length;
    char *record = render_json_record(incident, &length);
    if (scan->has_lines) {
        fwrite(record, 1, length, scan->run.out);
        fputc('\n', scan->run.out);
    }
    if (!scan->run.trouble)
        keep_trouble(scan, collector_add(scan->collector, incident, slice_of(record, length)));
    free(record);
}

/* By lines that are not written yet; a cgroup's kill by further victims. */
static bool may_grow(const struct incident *incident)
{
    return !incident->has_header || !incident_has_end(incident) || incident->memcg.is_present;
}

static bool show(void *context, struct incident *incident, uint64_t number)
{
    struct scan *scan = context;
    int wanted = scan->run.command->options->number;
    if (wanted && number != (uint64_t)wanted)
        return false;
    if (scan->run.state && may_grow(incident))
        state_announce(scan->run.state, incident);
    if (scan->collector)
        collect(scan, incident);
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

static void remove_outgrown(void *context, const char *id)
{
    struct scan *scan = context;
    if (scan->collector)
        keep_trouble(scan, collector_remove(scan->collector, id));
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
        {totals->retold, "told again, more complete", "told again, more complete"},
        {totals->duplicates, "report seen again", "reports seen again"},
        {totals->outside, "outside of --since and --until", "outside of --since and --until"},
        {totals->unmatched, "for which --where does not hold", "for which --where does not hold"},
        {totals->failures, "input not read", "inputs not read"},
    };
    uint64_t incidents = totals->incidents - totals->retold;
    fprintf(out, "%" PRIu64 " %s in ", incidents, incidents == 1 ? "incident" : "incidents");
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

/* ---- what the next scan need not read */

/* Those files are replaced, and what was told before is not read again. */
static void tell_of_this_run_only(const struct command *command)
{
    const struct options *options = command->options;
    if (options->state_file && !options->database && outputs_are_wanted(options))
        command->complain("note", "with --state and without --db, --html and --prom write what "
                                  "this scan found alone; --db FILE keeps what was found before");
}

/* A state belongs to where its incidents went. */
static struct error *open_state(struct scan *scan)
{
    const struct command *command = scan->run.command;
    bool is_known = true;
    struct error *error = state_open(command->options->state_file, &scan->run.state);
    if (!error && scan->collector)
        error = collector_knows(scan->collector, scan->run.state, &is_known);
    if (!error && !is_known) {
        command->complain(command->options->state_file,
                          "of another database, or of an older copy of this one: everything is "
                          "read again");
        state_forget(scan->run.state);
    }
    return error;
}

static void tell_waiting(const struct scan *scan)
{
    char what[160];
    size_t count = state_waiting(scan->run.state);
    snprintf(what, sizeof what,
             "%zu %s still being written; the next scan with --state tells what becomes of %s",
             count, count == 1 ? "report is" : "reports are", count == 1 ? "it" : "them");
    if (count)
        scan->run.command->complain("note", what);
}

/* After everything that it stands for is durable. */
static struct error *save_state(const struct scan *scan)
{
    const struct run *run = &scan->run;
    if (!run->state || run->trouble || run->is_cut_off)
        return NULL;
    struct state_run of = {0};
    if (scan->collector)
        of = collector_run(scan->collector);
    if (fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS) /* a pipe has no disk */
        return error_create(ERROR_SYSTEM, "standard output: %s; the state stays as it was",
                            strerror(errno));
    tell_waiting(scan);
    return state_save(run->state, of);
}

static struct error *scan_all(struct scan *scan, int *status)
{
    struct error *error = scan->run.command->options->state_file ? open_state(scan) : NULL;
    if (!error)
        error = run_read(&scan->run);
    if (error)
        return error;
    if (run_is_none(&scan->run))
        tell(&scan->run, print_none);
    else if (has_summary(scan->run.command->options))
        tell(&scan->run, print_summary);
    if (scan->collector && !scan->run.trouble)
        scan->run.trouble = collector_finish(scan->collector, &scan->run.totals);
    error = run_finish(&scan->run, status);
    return error ? error : save_state(scan);
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
                .outgrown = remove_outgrown,
                .takes_better_copy = is_collecting},
        .has_lines = !is_collecting || options->has_format,
    };
    scan.run.context = &scan;
    setvbuf(stdout, NULL, _IOFBF, RECORD_ROOM);
    tell_of_this_run_only(command);
    struct error *error = is_collecting ? collector_create(options, &scan.collector) : NULL;
    if (!error)
        error = scan_all(&scan, status);
    collector_destroy(scan.collector);
    state_close(scan.run.state);
    run_deinit(&scan.run);
    return error;
}
