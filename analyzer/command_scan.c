/* whyoom scan, and whyoom --format json: one record a line, in the order of the input. */
#define _GNU_SOURCE /* open_memstream */
#include "analyzer/command.h"

#include <stdlib.h>

#include "analyzer/render.h"

static bool show(void *context, struct incident *incident, uint64_t number)
{
    struct run *run = context;
    int wanted = run->command->options->number;
    if (wanted && number != (uint64_t)wanted)
        return false;
    render_json(run->out, incident);
    run_flush(run);
    return false;
}

/* Standard output is for records; the answer "none" goes beside it. */
static void tell_none(const struct run *run)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    run_print_none(run, stream, ' ');
    fclose(stream);
    run->command->complain(NULL, text);
    free(text);
}

struct error *command_scan(const struct command *command, int *status)
{
    struct run run = {.command = command, .out = stdout, .show = show};
    run.context = &run;
    struct error *error = run_read(&run);
    if (!error && run_is_none(&run))
        tell_none(&run);
    if (!error)
        error = run_finish(&run, status);
    run_deinit(&run);
    return error;
}
