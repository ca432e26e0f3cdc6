#include "analyzer/render_prom.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"

struct counts {
    uint64_t incidents[CLASS_COUNT][KIND_COUNT][LIMIT_COUNT][PART_COUNT];
    uint64_t victims[CLASS_COUNT];      /* of a strange database too many wrap */
    struct amount last_us[CLASS_COUNT]; /* wall clock of the latest incident */
    uint64_t total;
};

static bool count_row(void *context, const struct store_row *row)
{
    struct counts *counts = context;
    struct amount *last = &counts->last_us[row->class_];
    counts->incidents[row->class_][row->kind][row->limit][row->dominant]++;
    int64_t victims = amount_or(row->victims, 0);
    counts->victims[row->class_] += victims > 0 ? (uint64_t)victims : 0;
    counts->total++;
    if (row->time.has_wall && (!last->known || row->time.wall_us > last->value))
        *last = amount_of(row->time.wall_us, 0);
    return true;
}

static void write_head(FILE *out, const char *name, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void write_incidents(FILE *out, const struct counts *counts)
{
    write_head(out, "whyoom_incidents", "Memory incidents by class, kind, limit and largest part.");
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        for (int kind = 0; kind < KIND_COUNT; kind++)
            for (int limit = 0; limit < LIMIT_COUNT; limit++)
                for (int part = 0; part < PART_COUNT; part++)
                    if (counts->incidents[class_][kind][limit][part])
                        fprintf(
                            out,
                            "whyoom_incidents{class=\"%s\",kind=\"%s\",limit=\"%s\","
                            "dominant=\"%s\"} %" PRIu64 "\n",
                            term_name(VOCABULARY_CLASS, class_), term_name(VOCABULARY_KIND, kind),
                            term_name(VOCABULARY_LIMIT, limit), term_name(VOCABULARY_PART, part),
                            counts->incidents[class_][kind][limit][part]);
}

/* All classes, also those that did not occur: a rule that watches them needs the zero. */
static void write_victims(FILE *out, const struct counts *counts)
{
    write_head(out, "whyoom_victims",
               "Processes killed, by class of the incident; of reports that "
               "do not name who, none.");
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        fprintf(out, "whyoom_victims{class=\"%s\"} %" PRIu64 "\n",
                term_name(VOCABULARY_CLASS, class_), counts->victims[class_]);
}

static void write_last(FILE *out, const struct counts *counts)
{
    write_head(out, "whyoom_last_incident_timestamp_seconds",
               "Wall clock of the latest incident of a class.");
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        if (counts->last_us[class_].known)
            fprintf(out, "whyoom_last_incident_timestamp_seconds{class=\"%s\"} %" PRId64 "\n",
                    term_name(VOCABULARY_CLASS, class_), counts->last_us[class_].value / 1000000);
}

/* ---- hosts */

struct host_lines {
    FILE *out;
    uint64_t told;
};

/* A database may come from anywhere. */
static void write_label(FILE *out, struct slice hostile)
{
    struct arena *arena = arena_create();
    struct slice text = escape_text(arena, hostile);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\\' || text.data[i] == '"')
            fputc('\\', out);
        fputc(text.data[i], out);
    }
    arena_destroy(arena);
}

static void write_host(void *context, struct slice host, uint64_t count)
{
    struct host_lines *lines = context;
    bool is_named = host.length && host.length <= PROM_LABEL_MAX;
    if (!is_named || slice_equal(host, SLICE("other"))) /* they count among the others */
        return;
    lines->told += count;
    fputs("whyoom_host_incidents{host=\"", lines->out);
    write_label(lines->out, host);
    fprintf(lines->out, "\"} %" PRIu64 "\n", count);
}

static struct error *write_hosts(FILE *out, struct store *store, const struct store_query *query,
                                 uint64_t total)
{
    struct host_lines lines = {.out = out};
    struct store_query most = *query;
    most.most = PROM_HOSTS_MAX;
    write_head(
        out, "whyoom_host_incidents",
        "Memory incidents of the hosts with most of them; other: the rest, and the unnamed.");
    struct error *error = store_tally(store, &most, STORE_HOST, write_host, &lines);
    if (!error)
        fprintf(out, "whyoom_host_incidents{host=\"other\"} %" PRIu64 "\n", total - lines.told);
    return error;
}

/* ---- what was read */

static void write_number(FILE *out, const char *name, const char *help, uint64_t value)
{
    write_head(out, name, help);
    fprintf(out, "%s %" PRIu64 "\n", name, value);
}

static struct error *write_coverage(FILE *out, struct store *store, int64_t now_us)
{
    struct coverage coverage;
    uint64_t failures;
    struct error *error = store_coverage_sum(store, &coverage, &failures);
    if (error)
        return error;
    write_number(out, "whyoom_read_bytes", "Bytes of logs that were read.", coverage.bytes);
    write_number(out, "whyoom_read_streams", "Logs that were read.", coverage.streams);
    write_number(out, "whyoom_failed_inputs", "Inputs that the last run could not read.", failures);
    write_number(out, "whyoom_written_timestamp_seconds", "When this file was written.",
                 (uint64_t)(now_us / 1000000));
    return NULL;
}

struct error *render_prom(FILE *out, struct store *store, const struct store_query *query,
                          int64_t now_us)
{
    struct counts *counts = must_allocate(sizeof *counts);
    struct error *error = store_each(store, query, count_row, counts);
    if (!error) {
        write_incidents(out, counts);
        write_victims(out, counts);
        write_last(out, counts);
        error = write_hosts(out, store, query, counts->total);
    }
    if (!error)
        error = write_coverage(out, store, now_us);
    free(counts);
    return error;
}
