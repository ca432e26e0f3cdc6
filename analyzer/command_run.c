#include "analyzer/command.h"

#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/now.h"
#include "analyzer/duplicates.h"
#include "analyzer/interrupt.h"
#include "analyzer/limits.h"
#include "analyzer/terminal.h"
#include "parsers/source/probe.h"

static void show_incident(void *context, struct incident *incident, uint64_t number)
{
    struct run *run = context;
    run->has_fail_on |= run->command->options->fail_on[incident->class_];
    bool is_heard = !run->is_cut_off && !run->trouble;
    if (!is_heard || !run->show(run->context, incident, number))
        incident_destroy(incident);
}

static void outgrow(void *context, const char *id)
{
    const struct run *run = context;
    if (run->outgrown && !run->trouble)
        run->outgrown(run->context, id);
}

static void note(void *context, const char *path, const char *what)
{
    struct run *run = context;
    run->command->complain(path, what);
}

static void fail(void *context, const char *path, const char *what)
{
    struct run *run = context;
    note(context, path, what);
    if (run->failed)
        run->failed(run->context, path, what);
}

/* Files that are looked at for the time left; more are not worth the wait. */
enum { SIZED_MAX = 100 * 1000, PROBED_MAX = 1000 };

/* Will so many bytes come out of it? Of what is packed nobody knows before. */
static bool is_plain(const char *path)
{
    char head[PROBE_LENGTH];
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(head, 1, sizeof head, file) : 0;
    if (file)
        fclose(file);
    enum content content = probe(slice_of(head, length))->content;
    return content != CONTENT_COMPRESSED && content != CONTENT_ARCHIVE;
}

/* Bytes of the plain files below @p paths; 0 when there is anything else, or too many. What cannot
 * be read is told when it is its turn. */
static uint64_t sum_sizes(FTS *walk)
{
    uint64_t total = 0;
    size_t count = 0;
    for (FTSENT *entry; (entry = fts_read(walk)) != NULL;) {
        if (entry->fts_info == FTS_DEFAULT || ++count > SIZED_MAX)
            return 0;
        if (entry->fts_info != FTS_F)
            continue;
        if (count <= PROBED_MAX && !is_plain(entry->fts_accpath))
            return 0;
        total += (uint64_t)entry->fts_statp->st_size;
    }
    return total;
}

/* What the inputs sum up to, as far as it can be told beforehand; 0: it cannot. */
uint64_t run_total_bytes(const struct options *options)
{
    if (options->operands_count == 0 || !isatty(STDERR_FILENO))
        return 0;
    char **paths = must_allocate((options->operands_count + 1) * sizeof *paths);
    for (size_t i = 0; i < options->operands_count; i++)
        paths[i] = options->operands[i];
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    uint64_t total = walk ? sum_sizes(walk) : 0;
    if (walk)
        fts_close(walk);
    free(paths);
    return total;
}

struct error *run_prepare(struct run *run, struct pipeline_options *pipeline,
                          struct condition **where)
{
    const struct options *options = run->command->options;
    struct error *error =
        time_window_parse(options->since, options->until, now_wall_us(), &pipeline->window);
    if (!error)
        error = rule_set_create(options->rules_directory, &run->rules);
    if (!error && options->where)
        error = condition_create(options->where, where);
    if (!error && options->is_anonymized)
        error = salt_choose(run->salt);
    pipeline->rules = run->rules;
    pipeline->where = *where;
    pipeline->salt = options->is_anonymized ? run->salt : NULL;
    pipeline->has_trace = options->has_trace;
    pipeline->takes_better_copy = run->takes_better_copy;
    pipeline->state = run->state;
    pipeline->threads = options->threads;
    pipeline->stop = &run->stop;
    pipeline->dumps = (struct dump_options){options->debuginfo, options->is_verbose};
    return error;
}

static void remark(const struct run *run, bool was_interrupted)
{
    char what[160];
    if (run->totals.timeless) {
        snprintf(what, sizeof what,
                 "%" PRIu64 " of %" PRIu64 " incidents have no wall clock time (logs without a "
                 "year or with uptime alone); --since and --until kept them",
                 run->totals.timeless, run->totals.incidents);
        run->command->complain("note", what);
    }
    if (run->totals.forgotten) {
        snprintf(what, sizeof what,
                 "more than %d incidents: copies of the first %" PRIu64 " of them were looked for "
                 "no more, and count again where they came later",
                 DUPLICATES_MAX, run->totals.forgotten);
        run->command->complain("note", what);
    }
    if (was_interrupted)
        run->command->complain("note", "interrupted; what was found until then is told");
}

struct error *run_read(struct run *run)
{
    const struct options *options = run->command->options;
    struct pipeline_options pipeline = {0};
    struct condition *where = NULL;
    struct error *error = run_prepare(run, &pipeline, &where);
    if (!error) {
        const struct pipeline_sink sink = {run, show_incident, outgrow, fail, note};
        struct interrupt *interrupt = interrupt_create(&run->stop);
        pipeline.progress = options->no_progress ? NULL : progress_create(run_total_bytes(options));
        run->totals = pipeline_run(&pipeline, options->operands, options->operands_count, &sink);
        progress_destroy(pipeline.progress);
        remark(run, run->stop && !run->is_cut_off && !run->trouble);
        interrupt_destroy(interrupt);
    }
    condition_destroy(where);
    return error;
}

struct error *run_read_from(struct run *run, pipeline_reader *read, void *context)
{
    struct pipeline_options pipeline = {0};
    struct condition *where = NULL;
    struct error *error = run_prepare(run, &pipeline, &where);
    if (!error) {
        const struct pipeline_sink sink = {run, show_incident, outgrow, fail, note};
        struct interrupt *interrupt = interrupt_create(&run->stop);
        run->totals = pipeline_run_from(&pipeline, read, context, &sink);
        interrupt_destroy(interrupt);
    }
    condition_destroy(where);
    return error;
}

void run_flush(struct run *run)
{
    if (run->is_cut_off || run->trouble)
        return;
    run->trouble = terminal_flush(run->out, &run->is_cut_off);
    if (run->is_cut_off || run->trouble)
        run->stop = true;
}

/* What was not read could hold what was asked for. */
static void print_cut(const struct coverage *coverage, FILE *out, char separator)
{
    if (coverage->cut_lines)
        fprintf(out, "%" PRIu64 " line%s longer than %d KiB %s read in part only.%c",
                coverage->cut_lines, coverage->cut_lines == 1 ? "" : "s", LIMIT_LINE / 1024,
                coverage->cut_lines == 1 ? "was" : "were", separator);
}

void run_print_none(const struct run *run, FILE *out, char separator)
{
    const struct pipeline_totals *totals = &run->totals;
    print_cut(&totals->coverage, out, separator);
    fprintf(out, "No %s%sout-of-memory incident in what was read: ", run->state ? "new " : "",
            totals->outside || totals->unmatched ? "such " : "");
    coverage_print(out, &totals->coverage);
    fputc('.', out);
    if (totals->outside)
        fprintf(out, "%cOutside of --since and --until: %" PRIu64 ".", separator, totals->outside);
    if (totals->unmatched)
        fprintf(out, "%c--where does not hold for %" PRIu64 ".", separator, totals->unmatched);
    if (totals->coverage.bytes && totals->coverage.kernel_lines == 0 &&
        totals->coverage.cut_lines == 0)
        fprintf(out, "%cNo line is a kernel's: its log is in dmesg, journalctl -k, kern.log.",
                separator);
}

bool run_is_none(const struct run *run)
{
    const struct coverage *coverage = &run->totals.coverage;
    return run->totals.incidents == 0 && coverage->streams + coverage->unchanged > 0;
}

static struct error *check_number(const struct run *run)
{
    int number = run->command->options->number;
    uint64_t found = run->totals.incidents;
    if (found == 0 || found >= (uint64_t)number)
        return NULL;
    return error_create(ERROR_USAGE, "--number %d: only %" PRIu64 " %s found", number, found,
                        found == 1 ? "incident was" : "incidents were");
}

/* This machine was asked for, and nothing of it may be read; what helps was said by then. */
static bool is_blind(const struct run *run)
{
    return run->command->options->operands_count == 0 && run->totals.coverage.streams == 0;
}

struct error *run_finish(struct run *run, int *status)
{
    const struct pipeline_totals *totals = &run->totals;
    run_flush(run);
    if (totals->failures || is_blind(run))
        *status = STATUS_TROUBLE;
    else if (run->has_fail_on)
        *status = STATUS_FAIL_ON;
    else
        *status = totals->incidents ? STATUS_FOUND : STATUS_NONE;
    return run->trouble ? run->trouble : check_number(run);
}

void run_deinit(struct run *run)
{
    rule_set_destroy(run->rules);
}
