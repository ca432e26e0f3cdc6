/* whyoom browse: look around in what was read. */
#include "analyzer/command.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>

#include "tui/tui.h"

/* main() chose a locale that can hold any name; what the user's terminal shows is another matter.
 */
static bool is_utf8_terminal(void)
{
    char *chosen = must_copy(slice_from_string(setlocale(LC_CTYPE, NULL)));
    setlocale(LC_CTYPE, "");
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    setlocale(LC_CTYPE, chosen);
    free(chosen);
    return is_utf8;
}

static bool is_mono(const struct options *options)
{
    const char *no_colour = getenv("NO_COLOR");
    if (options->colour == COLOUR_AUTO)
        return no_colour && *no_colour;
    return options->colour == COLOUR_NEVER;
}

/* What could not be said while the terminal was ours, in the order of the input. */
static void complain_of(const struct command *command, const struct reading_note *note)
{
    if (!note)
        return;
    complain_of(command, note->next);
    command->complain(note->path, note->what);
}

static void browse(struct console *console, struct run *run, struct catalogue *catalogue,
                   struct reading *reading)
{
    const struct options *options = run->command->options;
    const struct tui_options looks = {
        .is_ascii = !is_utf8_terminal(), .is_mono = is_mono(options), .is_utc = options->is_utc};
    struct browser browser;
    browser_init(&browser, catalogue, reading);
    tui_run(console, &browser, &looks);
    browser_deinit(&browser);
}

static struct reading *start_reading(const struct options *options,
                                     const struct pipeline_options *pipeline)
{
    if (options->database)
        return reading_start_store(options->database);
    return reading_start(pipeline, options->operands, options->operands_count,
                         run_total_bytes(options));
}

/* @return false: the reading thread still waits for a pipe, and nothing that it uses may be freed
 */
static bool browse_inputs(struct console *console, struct run *run, struct store *store,
                          const struct pipeline_options *pipeline)
{
    struct catalogue *catalogue = catalogue_create(run->rules);
    catalogue_set_store(catalogue, store);
    struct reading *reading = start_reading(run->command->options, pipeline);
    browse(console, run, catalogue, reading);
    console_destroy(console);
    reading_stop(reading);
    run->totals.incidents = catalogue_count(catalogue);
    if (!reading_finish(reading, &run->totals))
        return false;
    complain_of(run->command, reading_notes(reading));
    reading_destroy(reading);
    catalogue_destroy(catalogue);
    return true;
}

static void complain_of_record(void *context, const char *where, const char *what)
{
    const struct command *command = context;
    command->complain(where, what);
}

static struct error *open_database(const struct command *command, struct store **ret)
{
    const struct options *options = command->options;
    if (options->operands_count)
        return error_create(ERROR_USAGE, "browse takes paths or --db FILE, not both");
    if (options->where || options->since || options->until)
        return error_create(ERROR_USAGE, "browse --db: choose inside, with w and f");
    if (!store_is_database(options->database))
        return error_create(ERROR_INPUT,
                            "%s: no database of whyoom; whyoom scan --db %s LOGS "
                            "makes one",
                            options->database, options->database);
    return store_open(options->database, complain_of_record, (void *)(uintptr_t)command, ret);
}

struct error *command_browse(const struct command *command, int *status)
{
    struct run run = {.command = command, .out = stdout, .takes_better_copy = true};
    struct pipeline_options pipeline = {0};
    struct condition *where = NULL;
    struct console *console = NULL;
    struct store *store = NULL;
    struct error *error = command->options->database ? open_database(command, &store) : NULL;
    if (!error)
        error = run_prepare(&run, &pipeline, &where);
    if (!error)
        error = console_create(&console);
    bool is_over = error || browse_inputs(console, &run, store, &pipeline);
    if (!is_over) { /* exit() ends the thread */
        *status = run.totals.incidents ? STATUS_FOUND : STATUS_NONE;
        return NULL;
    }
    rule_set_destroy(run.rules);
    condition_destroy(where);
    store_destroy(store);
    return error ? error : run_finish(&run, status);
}
