/*
 * whyoom PATH...: the answer for people. One incident is explained; of many a table is kept, a row
 * each, and the worst is explained, or the one asked for, or all as they come.
 */
#include "analyzer/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/base/escape.h"
#include "analyzer/inspect.h"
#include "analyzer/render.h"
#include "analyzer/render_view.h"
#include "analyzer/terminal.h"

struct explanation {
    struct run run;
    const struct options *options;
    struct render_options render;
    struct incident_row **rows;
    size_t rows_count;
    struct incident *kept; /* in full: the worst, the one asked for, or the first of --all */
    uint64_t kept_number;
};

static void print_incident(const struct explanation *explanation, const struct incident *incident,
                           uint64_t number, size_t total)
{
    struct render_options render = explanation->render;
    render.number = (int)number;
    render.total = (int)total;
    if (explanation->options->format == FORMAT_MARKDOWN)
        render_markdown(explanation->run.out, incident, &render);
    else
        render_text(explanation->run.out, incident, &render);
}

static bool keep(struct explanation *explanation, struct incident *incident, uint64_t number)
{
    incident_destroy(explanation->kept);
    explanation->kept = incident;
    explanation->kept_number = number;
    return true;
}

/* --number: only that one. */
static bool show_asked(void *context, struct incident *incident, uint64_t number)
{
    struct explanation *explanation = context;
    if (number != (uint64_t)explanation->options->number)
        return false;
    return keep(explanation, incident, number);
}

static void print_kept(struct explanation *explanation, uint64_t number)
{
    print_incident(explanation, explanation->kept, number, 0);
    incident_destroy(explanation->kept);
    explanation->kept = NULL;
}

/* --all: each at once. The first waits for a second, to know whether it needs a number. */
static bool show_each(void *context, struct incident *incident, uint64_t number)
{
    struct explanation *explanation = context;
    if (number == 1)
        return keep(explanation, incident, number);
    if (explanation->kept)
        print_kept(explanation, 1);
    fputc('\n', explanation->run.out);
    print_incident(explanation, incident, number, 0);
    run_flush(&explanation->run);
    return false;
}

static void set_row(struct explanation *explanation, const struct incident *incident,
                    uint64_t number)
{
    size_t index = (size_t)number - 1;
    if (index < explanation->rows_count) {
        free(explanation->rows[index]); /* a more complete copy */
    } else {
        size_t size = (index + 1) * sizeof(struct incident_row *);
        if ((index & (index + 1)) == 0) /* room for twice as many */
            explanation->rows = must_reallocate(explanation->rows, 2 * size);
        explanation->rows_count = index + 1;
    }
    explanation->rows[index] = incident_row_create(incident);
    explanation->rows[index]->number = (int)number;
}

static bool is_worse(const struct explanation *explanation, uint64_t number)
{
    struct incident_row *pair[2];
    if (!explanation->kept || explanation->kept_number == number)
        return true;
    pair[0] = explanation->rows[explanation->kept_number - 1];
    pair[1] = explanation->rows[number - 1];
    return incident_rows_worst(pair, 2) == 1;
}

static bool show_worst(void *context, struct incident *incident, uint64_t number)
{
    struct explanation *explanation = context;
    set_row(explanation, incident, number);
    return is_worse(explanation, number) && keep(explanation, incident, number);
}

static void print_hint(const struct explanation *explanation)
{
    fprintf(explanation->run.out,
            "\nExplained above: %" PRIu64 " of %zu. The others: --number N, or --all.\n",
            explanation->kept_number, explanation->rows_count);
}

/* ---- a dump without an incident */

static void print_summary(void *context, const char *path, const json_t *view)
{
    const struct explanation *explanation = context;
    FILE *out = explanation->run.out;
    const char *name = json_string_value(json_object_get(view, "dump"));
    const char *slash = strrchr(name, '/');
    (void)path; /* may have a pseudonym in the view */
    fprintf(out, "\nHow memory stood when %s was dumped:\n\n", slash ? slash + 1 : name);
    render_view(&(struct view_page){.out = out,
                                    .width = explanation->render.width,
                                    .has_colour = explanation->render.has_colour},
                view);
}

static void pass_over(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what; /* was told when it was read for incidents */
}

/* What a pipe said is gone. */
static bool can_hold_dump(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || !S_ISFIFO(status.st_mode));
}

/* Logs are skipped; of a dump the structures tell what its log does not. */
static void print_dumps(struct explanation *explanation)
{
    const struct options *options = explanation->options;
    const struct view_row *summary = view_find("summary");
    struct dump_request request = {.views = &summary,
                                   .views_count = 1,
                                   .options = {options->debuginfo, false},
                                   .stop = &explanation->run.stop};
    const struct inspect_sink sink = {explanation,
                                      options->is_anonymized ? explanation->run.salt : NULL,
                                      print_summary, pass_over, pass_over};
    for (size_t i = 0; summary && i < options->operands_count; i++)
        if (can_hold_dump(options->operands[i]))
            inspect_path(options->operands[i], &request, &sink);
}

static void print_answer(struct explanation *explanation)
{
    FILE *out = explanation->run.out;
    size_t total = explanation->rows_count;
    if (run_is_none(&explanation->run)) {
        run_print_none(&explanation->run, out, '\n');
        fputc('\n', out);
        print_dumps(explanation);
    }
    if (!explanation->kept)
        return;
    if (explanation->options->shows_all || explanation->options->number || total == 1) {
        print_incident(explanation, explanation->kept,
                       explanation->options->number ? explanation->kept_number : 0,
                       explanation->options->number ? explanation->run.totals.incidents : 0);
        return;
    }
    render_list(out, explanation->rows, total, &explanation->render);
    fputc('\n', out);
    print_incident(explanation, explanation->kept, explanation->kept_number, total);
    print_hint(explanation);
}

static void explanation_deinit(struct explanation *explanation)
{
    for (size_t i = 0; i < explanation->rows_count; i++)
        free(explanation->rows[i]);
    free(explanation->rows);
    incident_destroy(explanation->kept);
    run_deinit(&explanation->run);
}

static struct error *explain(struct explanation *explanation, int *status)
{
    struct error *error = run_read(&explanation->run);
    if (error)
        return error;
    print_answer(explanation);
    return run_finish(&explanation->run, status);
}

struct error *command_explain(const struct command *command, int *status)
{
    const struct options *options = command->options;
    if (options->format == FORMAT_JSON)
        return command_scan(command, status);
    if (options->format == FORMAT_HTML)
        return command_html(command, status);
    struct terminal terminal = terminal_probe(options->colour);
    struct explanation explanation = {
        .run = {.command = command, .out = stdout, .takes_better_copy = !options->shows_all},
        .options = options,
        .render = {.width = terminal.width,
                   .has_colour = terminal.has_colour,
                   .has_trace = options->has_trace,
                   .is_utc = options->is_utc},
    };
    explanation.run.context = &explanation;
    explanation.run.show = options->shows_all ? show_each
                           : options->number  ? show_asked
                                              : show_worst;
    struct pager *pager = terminal.is_terminal && !options->no_pager
                              ? pager_create(&terminal, &explanation.run.out)
                              : NULL;
    struct error *error = explain(&explanation, status);
    if (pager)
        pager_destroy(pager);
    explanation_deinit(&explanation);
    return error;
}
