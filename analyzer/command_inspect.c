/* whyoom inspect VIEW [ARGUMENT] DUMP: one view of a dump, as a table or as JSON. */
#include <stdlib.h>
#include <string.h>

#include "analyzer/command.h"
#include "analyzer/inspect.h"
#include "analyzer/render_view.h"
#include "analyzer/terminal.h"

/* Rows of one table, unless --all is given; columns in a pipe. */
enum { ROWS_MOST = 40, PIPE_WIDTH = 100 };

struct inspect_run {
    const struct command *command;
    struct terminal terminal;
    size_t views, failures;
    FILE *out;
};

static void show(void *context, const char *path, const json_t *view)
{
    struct inspect_run *run = context;
    const struct options *options = run->command->options;
    (void)path;
    run->views++;
    if (options->format == FORMAT_JSON) {
        json_dumpf(view, run->out, JSON_COMPACT);
        fputc('\n', run->out);
        return;
    }
    bool is_terminal = run->terminal.is_terminal;
    render_view(&(struct view_page){.out = run->out,
                                    .width = is_terminal ? run->terminal.width : PIPE_WIDTH,
                                    .has_colour = run->terminal.has_colour,
                                    .rows_most = options->shows_all ? 0 : ROWS_MOST,
                                    .fit = options->shows_all ? VIEW_WHOLE
                                           : is_terminal      ? VIEW_FITS
                                                              : VIEW_LAST_WHOLE},
                view);
}

static void fail(void *context, const char *path, const char *what)
{
    struct inspect_run *run = context;
    run->failures++;
    run->command->complain(path, what);
}

static void note(void *context, const char *path, const char *what)
{
    struct inspect_run *run = context;
    run->command->complain(path, what);
}

static struct error *unknown_view(const char *name)
{
    size_t count;
    const struct view_row *rows = views_table(&count);
    char known[256] = "";
    for (size_t i = 0; i < count; i++) {
        strncat(known, i ? ", " : "", sizeof known - strlen(known) - 1);
        strncat(known, rows[i].name, sizeof known - strlen(known) - 1);
    }
    if (!*name)
        return error_create(ERROR_USAGE, "inspect VIEW DUMP; the views are %s", known);
    return error_create(ERROR_USAGE, "inspect: no view '%s'; the views are %s", name, known);
}

/* VIEW, what it takes, then the dump. */
static struct error *take_operands(const struct options *options, struct dump_request *request,
                                   const struct view_row **view, const char **path)
{
    size_t count = options->operands_count;
    if (count == 0)
        return unknown_view("");
    *view = view_find(options->operands[0]);
    if (!*view)
        return unknown_view(options->operands[0]);
    const char *argument = (*view)->argument;
    if (count != (argument ? 3 : 2))
        return error_create(ERROR_USAGE, "inspect %s takes %s%sVMCORE", (*view)->name,
                            argument ? argument : "", argument ? " " : "");
    request->argument = argument ? options->operands[1] : NULL;
    *path = options->operands[count - 1];
    return NULL;
}

struct error *command_inspect(const struct command *command, int *status)
{
    const struct options *options = command->options;
    atomic_bool stop = false;
    bool is_cut_off;
    const struct view_row *view = NULL;
    const char *path = NULL;
    struct inspect_run run = {command, terminal_probe(options->colour), 0, 0, stdout};
    struct dump_request request = {.views = &view,
                                   .views_count = 1,
                                   .options = {options->debuginfo, options->is_verbose},
                                   .stop = &stop};
    const struct inspect_sink sink = {&run, show, fail, note};
    struct error *error = take_operands(options, &request, &view, &path);
    if (error)
        return error;
    if (inspect_path(path, &request, &sink) == 0 && run.failures == 0)
        return error_create(ERROR_USAGE,
                            "%s: no memory dump; inspect reads vmcores, logs are for whyoom PATH",
                            path);
    *status = run.failures ? STATUS_TROUBLE : run.views ? STATUS_FOUND : STATUS_NONE;
    return terminal_flush(run.out, &is_cut_off);
}
