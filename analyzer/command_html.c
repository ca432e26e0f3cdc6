/*
 * whyoom --format html: the page of what was found. With --number or --why, which ask for single
 * incidents as they were read, an article for each instead.
 */
#define _GNU_SOURCE /* open_memstream */
#include "analyzer/command.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/html.h"
#include "analyzer/page.h"
#include "analyzer/render.h"

struct answer {
    struct run run;
    struct render_options render;
    struct store *store;   /* for the page */
    struct error *trouble; /* it does not take it */
};

/* ---- as they come
 * ------------------------------------------------------------------------------- */

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

/* A path may name what --anonymize hides. */
static struct slice title_of(struct arena *arena, const struct options *options)
{
    if (options->is_anonymized)
        return SLICE("anonymized");
    if (options->operands_count == 0)
        return SLICE("this machine");
    return escape_text(arena, slice_from_string(options->operands[0]));
}

static void begin_page(const struct options *options)
{
    struct arena *arena = arena_create();
    struct slice of = title_of(arena, options);
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

/* ---- the page
 * ----------------------------------------------------------------------------------- */

static bool keep_record(void *context, struct incident *incident, uint64_t number)
{
    struct answer *answer = context;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    (void)number;
    if (!stream)
        die_out_of_memory();
    render_json(stream, incident);
    fclose(stream);
    if (!answer->trouble)
        answer->trouble = store_add(answer->store, incident, slice_of(text, length - 1));
    free(text);
    if (answer->trouble)
        answer->run.stop = true;
    return false;
}

static struct error *note_coverage(const struct answer *answer)
{
    const struct pipeline_totals *totals = &answer->run.totals;
    const struct store_coverage read = {.path = SLICE("-"), .coverage = &totals->coverage};
    const struct store_coverage failed = {.path = SLICE("-"), .failure = SLICE("not read")};
    struct error *error = store_add_coverage(answer->store, &read);
    for (uint64_t i = 0; i < totals->failures && !error; i++)
        error = store_add_coverage(answer->store, &failed);
    if (!error)
        error = store_commit(answer->store);
    return error ? error : store_create_indexes(answer->store);
}

static struct error *print_stored(struct answer *answer)
{
    const struct options *options = answer->run.command->options;
    const struct store_query all = {0};
    struct arena *arena = arena_create();
    const struct page_options page = {.is_utc = options->is_utc, .title = title_of(arena, options)};
    struct error *error = note_coverage(answer);
    if (!error)
        error = render_page(stdout, answer->store, &all, &page);
    arena_destroy(arena);
    return error;
}

static struct error *print_page(struct answer *answer)
{
    struct error *error = store_create_temporary("the page", &answer->store);
    if (!error)
        error = run_read(&answer->run);
    if (!error)
        error = answer->trouble;
    if (error)
        return error;
    if (answer->run.totals.incidents)
        return print_stored(answer);
    begin_page(answer->run.command->options);
    if (run_is_none(&answer->run))
        print_none(&answer->run);
    html_page_end(stdout);
    return NULL;
}

struct error *command_html(const struct command *command, int *status)
{
    const struct options *options = command->options;
    bool has_articles = options->number || options->has_trace;
    struct answer answer = {
        .run = {.command = command,
                .out = stdout,
                .show = has_articles ? show_article : keep_record},
        .render = {.has_trace = options->has_trace, .is_utc = options->is_utc},
    };
    answer.run.context = &answer;
    struct error *error = has_articles ? print_articles(&answer) : print_page(&answer);
    if (!error)
        error = run_finish(&answer.run, status);
    run_deinit(&answer.run);
    store_destroy(answer.store);
    return error;
}
