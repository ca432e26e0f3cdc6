/*
 * whyoom --format html: the page of what was found. With --number or --why, which ask for single
 * incidents as they were read, an article for each instead.
 */
#define _GNU_SOURCE /* open_memstream */
#include "analyzer/command.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/collector.h"
#include "analyzer/html.h"
#include "analyzer/outputs.h"
#include "analyzer/page.h"
#include "analyzer/render.h"

struct answer {
    struct run run;
    struct render_options render;
    struct collector *collector; /* for the page; NULL: articles */
    struct error *trouble;       /* the collector's; the reading stops */
};

/* ---- as they come */

static bool show_article(void *context, struct incident *incident, uint64_t number)
{
    struct answer *answer = context;
    int wanted = answer->run.command->options->number;
    if (wanted && number != (uint64_t)wanted)
        return false;
    answer->render.number = (int)number;
    render_html(answer->run.out, incident, &answer->render);
    run_flush(&answer->run);
    return false;
}

static void begin_page(const struct options *options)
{
    struct arena *arena = arena_create();
    struct slice of = outputs_title(arena, options);
    html_page_begin(stdout, arena_format(arena, "Why the memory ran out: %.*s", SLICE_ARG(of)));
    arena_destroy(arena);
}

/* The times in it are the log's own words. */
static void print_none(struct run *run)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    run_print_none(run, stream, ' ');
    fclose(stream);
    struct arena *arena = arena_create();
    html_element(run->out, "h1", NULL, escape_text(arena, slice_of(text, length)));
    arena_destroy(arena);
    free(text);
}

static struct error *print_articles(struct answer *answer)
{
    begin_page(answer->run.command->options);
    struct error *error = run_read(&answer->run);
    if (!error && run_is_none(&answer->run))
        print_none(&answer->run);
    html_page_end(stdout);
    return error;
}

/* ---- the page */

static void keep_trouble(struct answer *answer, struct error *error)
{
    if (!error)
        return;
    answer->trouble = error;
    answer->run.stop = true;
}

static bool keep_record(void *context, struct incident *incident, uint64_t number)
{
    (void)number;
    struct answer *answer = context;
    size_t length;
    char *record = render_json_record(incident, &length);
    if (!answer->trouble)
        keep_trouble(answer, collector_add(answer->collector, incident, slice_of(record, length)));
    free(record);
    return false;
}

static void keep_failure(void *context, const char *path, const char *what)
{
    struct answer *answer = context;
    if (answer->collector && !answer->trouble)
        keep_trouble(answer, collector_add_failure(answer->collector, path, what));
}

static struct error *print_page(struct answer *answer)
{
    const struct options *options = answer->run.command->options;
    struct arena *arena = arena_create();
    const struct page_options page = {.is_utc = options->is_utc,
                                      .title = outputs_title(arena, options)};
    struct error *error = collector_finish(answer->collector, &answer->run.totals);
    if (!error)
        error = render_page(stdout, collector_store(answer->collector), &(struct store_query){0},
                            &page);
    arena_destroy(arena);
    return error;
}

static void print_empty_page(struct answer *answer)
{
    begin_page(answer->run.command->options);
    if (run_is_none(&answer->run))
        print_none(&answer->run);
    html_page_end(stdout);
}

static struct error *collect_page(struct answer *answer)
{
    struct error *error = collector_create(answer->run.command->options, &answer->collector);
    if (!error)
        error = run_read(&answer->run);
    if (!error)
        error = answer->trouble;
    if (!error && answer->run.totals.incidents)
        error = print_page(answer);
    else if (!error)
        print_empty_page(answer);
    return error;
}

struct error *command_html(const struct command *command, int *status)
{
    const struct options *options = command->options;
    bool has_articles = options->number || options->has_trace;
    struct answer answer = {
        .run = {.command = command,
                .out = stdout,
                .show = has_articles ? show_article : keep_record,
                .failed = keep_failure,
                .takes_better_copy = !has_articles},
        .render = {.has_trace = options->has_trace, .is_utc = options->is_utc},
    };
    answer.run.context = &answer;
    struct error *error = has_articles ? print_articles(&answer) : collect_page(&answer);
    if (!error)
        error = run_finish(&answer.run, status);
    run_deinit(&answer.run);
    collector_destroy(answer.collector);
    return error;
}
