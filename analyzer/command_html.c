/* whyoom --format html: a page with an article for every incident, in the order of the input. */
#define _GNU_SOURCE /* open_memstream */
#include "analyzer/command.h"

#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/html.h"
#include "analyzer/render.h"

struct answer {
    struct run run;
    struct render_options render;
};

static bool show(void *context, struct incident *incident, uint64_t number)
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

static void print_title(const struct options *options)
{
    struct arena *arena = arena_create();
    struct slice of = SLICE("this machine");
    if (options->operands_count)
        of = escape_text(arena, slice_from_string(options->operands[0]));
    html_page_begin(stdout, arena_format(arena, "Why the memory ran out: %.*s", SLICE_ARG(of)));
    arena_destroy(arena);
}

struct error *command_html(const struct command *command, int *status)
{
    const struct options *options = command->options;
    struct answer answer = {
        .run = {.command = command, .out = stdout, .show = show},
        .render = {.has_trace = options->has_trace, .is_utc = options->is_utc},
    };
    answer.run.context = &answer;
    print_title(options);
    struct error *error = run_read(&answer.run);
    if (!error && run_is_none(&answer.run))
        print_none(&answer.run);
    html_page_end(stdout);
    if (!error)
        error = run_finish(&answer.run, status);
    run_deinit(&answer.run);
    return error;
}
