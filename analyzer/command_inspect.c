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
    const char *path; /* as the user named it */
    FILE *out;
};

static const char *text_of(const json_t *object, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : otherwise;
}

/* Which dump of a directory it is, of whose kernel. A log that was asked for stands alone. */
static void show_head(const struct inspect_run *run, const char *path, const json_t *view)
{
    const char *host = text_of(view, "host", NULL);
    const char *time = text_of(json_object_get(view, "crash"), "time", NULL);
    if (strcmp(text_of(view, "view", ""), "log") == 0 && strcmp(path, run->path) == 0)
        return;
    fprintf(run->out, "%s%s: %s%skernel %s, %s%s%stypes from %s\n\n", run->views > 1 ? "\n" : "",
            text_of(view, "dump", path), host ? host : "", host ? ", " : "",
            text_of(view, "kernel", "unknown"), time ? "crashed " : "", time ? time : "",
            time ? ", " : "", text_of(view, "types", "none"));
}

static void show_text(const struct inspect_run *run, const char *path, const json_t *view)
{
    bool is_terminal = run->terminal.is_terminal, shows_all = run->command->options->shows_all;
    show_head(run, path, view);
    render_view(&(struct view_page){.out = run->out,
                                    .width = is_terminal ? run->terminal.width : PIPE_WIDTH,
                                    .has_colour = run->terminal.has_colour,
                                    .rows_most = shows_all ? 0 : ROWS_MOST,
                                    .fit = shows_all     ? VIEW_WHOLE
                                           : is_terminal ? VIEW_FITS
                                                         : VIEW_LAST_WHOLE},
                view);
}

static void show(void *context, const char *path, const json_t *view)
{
    struct inspect_run *run = context;
    run->views++;
    if (run->command->options->format == FORMAT_JSON) {
        json_dumpf(view, run->out, JSON_COMPACT);
        fputc('\n', run->out);
    } else {
        show_text(run, path, view);
    }
    if (view_has_content(view))
        return;
    run->failures++;
    run->command->complain(path, "nothing of this view could be read; its notes say why");
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

static struct error *check_argument(const struct view_row *view, const char *argument)
{
    if (!view->argument || view->accepts(argument))
        return NULL;
    return error_create(ERROR_USAGE,
                        "inspect %s: '%s' is no %s: write a frame's number (4711), a physical "
                        "address or the address of a struct page (0x...)",
                        view->name, argument, view->argument);
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
    if (options->is_anonymized && strcmp((*view)->name, "log") == 0)
        return error_create(ERROR_USAGE, "inspect log does not know --anonymize: a log holds names "
                                         "of any kind; whyoom --anonymize VMCORE tells what "
                                         "happened without them");
    request->argument = argument ? options->operands[1] : NULL;
    *path = options->operands[count - 1];
    return check_argument(*view, request->argument);
}

static struct error *inspect(struct inspect_run *run, struct dump_request *request,
                             const char *salt)
{
    const struct inspect_sink sink = {run, salt, show, fail, note};
    if (inspect_path(run->path, request, &sink) == 0 && run->failures == 0)
        return error_create(ERROR_USAGE,
                            "%s: no memory dump; inspect reads vmcores, logs are for whyoom PATH",
                            run->path);
    return NULL;
}

static struct error *inspect_on_page(struct inspect_run *run, struct dump_request *request,
                                     const char *salt)
{
    bool is_paged = run->terminal.is_terminal && !run->command->options->no_pager;
    struct pager *pager = is_paged ? pager_create(&run->terminal, &run->out) : NULL;
    struct error *error = inspect(run, request, salt);
    if (pager)
        pager_destroy(pager);
    return error;
}

struct error *command_inspect(const struct command *command, int *status)
{
    const struct options *options = command->options;
    atomic_bool stop = false;
    bool is_cut_off;
    char salt[SALT_SIZE];
    const struct view_row *view = NULL;
    struct inspect_run run = {
        .command = command, .terminal = terminal_probe(options->colour), .out = stdout};
    struct dump_request request = {.views = &view,
                                   .views_count = 1,
                                   .options = {options->debuginfo, options->is_verbose},
                                   .stop = &stop};
    struct error *error = take_operands(options, &request, &view, &run.path);
    if (!error && options->is_anonymized)
        error = salt_choose(salt);
    if (!error)
        error = inspect_on_page(&run, &request, options->is_anonymized ? salt : NULL);
    if (error)
        return error;
    *status = run.failures ? STATUS_TROUBLE : run.views ? STATUS_FOUND : STATUS_NONE;
    return terminal_flush(stdout, &is_cut_off);
}
