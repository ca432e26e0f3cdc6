/* whyoom layout: where the structures of a kernel lie, out of its dump or its vmlinux. */
#define _GNU_SOURCE /* open_memstream */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/command.h"
#include "analyzer/inspect.h"
#include "parsers/types/debuginfo.h"
#include "parsers/types/layout_file.h"

struct layout_run {
    const struct command *command;
    char *text; /* NULL: none yet */
    size_t failures;
};

static char *print(const struct layout *layout)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    layout_print(layout, stream);
    if (fclose(stream) != 0)
        die_out_of_memory();
    return text;
}

/* ---- of a dump: made by its reader's process */

static void fill(const struct kernel *kernel, struct view *view)
{
    if (kernel->layout->origin == LAYOUT_NONE)
        return;
    char *text = print(kernel->layout);
    json_object_set_new(view->object, "layout", json_string(text));
    free(text);
}

static void take(void *context, const char *path, const json_t *view)
{
    struct layout_run *run = context;
    const char *text = json_string_value(json_object_get(view, "layout"));
    if (text && !run->text)
        run->text = must_copy(slice_from_string(text));
    else if (!text)
        run->command->complain(path, "no types of this kernel were found; -v shows where they were "
                                     "looked for, --debuginfo names a place");
    run->failures += !text;
}

static void fail(void *context, const char *path, const char *what)
{
    struct layout_run *run = context;
    run->command->complain(path, what);
    run->failures++;
}

static void note(void *context, const char *path, const char *what)
{
    const struct layout_run *run = context;
    run->command->complain(path, what);
}

static struct error *read_dump(const char *path, struct layout_run *run)
{
    static const struct view_row row = {"layout", "where structures lie", NULL, fill, NULL};
    const struct view_row *view = &row;
    const struct options *options = run->command->options;
    const atomic_bool stop = false;
    struct dump_request request = {.views = &view,
                                   .views_count = 1,
                                   .options = {options->debuginfo, options->is_verbose},
                                   .stop = &stop};
    const struct inspect_sink sink = {run, NULL, take, fail, note};
    if (inspect_path(path, &request, &sink) == 0 && run->failures == 0)
        return error_create(ERROR_INPUT, "%s: neither a memory dump nor a vmlinux nor a layout",
                            path);
    return NULL;
}

/* ---- of a vmlinux */

static struct error *read_vmlinux(const char *path, struct layout_run *run)
{
    const struct debuginfo_wish any = {.build_id = "", .release = ""};
    struct layout *layout = must_allocate(sizeof *layout);
    struct symbols *symbols;
    struct error *error = debuginfo_load(path, &any, layout, &symbols);
    if (!error)
        run->text = print(layout);
    symbols_destroy(symbols);
    free(layout);
    return error;
}

/* ---- together */

static struct error *write_to(const char *path, const char *text)
{
    FILE *file = path ? fopen(path, "we") : stdout;
    if (!file)
        return error_create(ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    fputs(text, file);
    bool is_whole = !ferror(file) && fflush(file) == 0;
    if (path)
        is_whole = fclose(file) == 0 && is_whole;
    return is_whole ? NULL
                    : error_create(ERROR_SYSTEM, "%s: %s", path ? path : "standard output",
                                   strerror(errno));
}

struct error *command_layout(const struct command *command, int *status)
{
    const struct options *options = command->options;
    struct layout_run run = {.command = command};
    if (options->operands_count != 1)
        return error_create(ERROR_USAGE, "layout takes one DUMP or VMLINUX");
    const char *path = options->operands[0];
    struct error *error = is_debuginfo(path) ? read_vmlinux(path, &run) : read_dump(path, &run);
    if (!error && run.text)
        error = write_to(options->output, run.text);
    free(run.text);
    *status = run.failures || error ? STATUS_TROUBLE : STATUS_FOUND;
    if (!error || error_kind(error) == ERROR_USAGE)
        return error;
    command->complain(NULL, error_message(error));
    error_destroy(error);
    return NULL;
}
