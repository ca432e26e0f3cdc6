/*
 * The command line: the only file that knows every room, and the only one that writes to standard
 * error.
 */
#define _GNU_SOURCE /* setenv, nl_langinfo */
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/base/escape.h"
#include "analyzer/command.h"
#include "analyzer/outputs.h"
#include "analyzer/terminal.h"

static void complain(const char *subject, const char *what)
{
    struct arena *arena = arena_create();
    struct slice name = escape_text(arena, slice_from_string(subject));
    struct slice text = escape_text(arena, slice_from_string(what));
    fprintf(stderr, "whyoom: %.*s%s%.*s\n", SLICE_ARG(name), subject ? ": " : "", SLICE_ARG(text));
    arena_destroy(arena);
}

/* A mistake in a rule says itself where it is, a line each: "file:line:column: what". */
static int give_up(struct error *error)
{
    if (error_kind(error) == ERROR_RULES)
        fprintf(stderr, "%s\n", error_message(error));
    else
        complain(NULL, error_message(error));
    error_destroy(error);
    return STATUS_TROUBLE;
}

/* Names in archives are UTF-8 and need a locale that can hold them; numbers keep their point. */
static void set_locale(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* A zone is a file of the zone database, or POSIX's own notation with an offset ("CET-1"). */
static bool is_time_zone(const char *zone)
{
    char path[256];
    int length = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    if (strstr(zone, "..") || *zone == '\0' || length >= (int)sizeof path)
        return false;
    return access(path, R_OK) == 0 || strpbrk(zone, "0123456789");
}

/* Before any thread: afterwards localtime_r() only reads it. */
static struct error *set_time_zone(const struct options *options)
{
    const char *zone = options->is_utc ? "UTC0" : options->time_zone;
    if (options->time_zone && !is_time_zone(options->time_zone))
        return error_create(ERROR_USAGE, "--tz: no time zone '%s'; write one as Europe/Berlin",
                            options->time_zone);
    if (zone)
        setenv("TZ", zone, 1);
    tzset();
    return NULL;
}

static struct error *run_command(const struct options *options, int *status)
{
    static struct error *(*const commands[COMMAND_COUNT])(const struct command *, int *) = {
        [COMMAND_EXPLAIN] = command_explain, [COMMAND_SCAN] = command_scan,
        [COMMAND_REPORT] = command_report,   [COMMAND_RULES] = command_rules,
        [COMMAND_MAP] = command_map,         [COMMAND_MERGE] = command_merge,
        [COMMAND_INSPECT] = command_inspect, [COMMAND_LAYOUT] = command_layout,
        [COMMAND_BROWSE] = command_browse,
    };
    struct error *error = outputs_check(options);
    if (!error)
        error = set_time_zone(options);
    if (error)
        return error;
    const struct command command = {options, complain};
    return commands[options->command](&command, status);
}

static int print_words(void (*print)(FILE *))
{
    bool is_cut_off;
    print(stdout);
    struct error *error = terminal_flush(stdout, &is_cut_off);
    return error ? give_up(error) : STATUS_FOUND;
}

static void print_version(FILE *out)
{
    fputs("whyoom " WHYOOM_VERSION "\n", out);
}

/* Incidents come one behind the other, each with the memory of its report: what one gave back is
 * for the next, not for the kernel, which would clear every page of it anew. */
static void keep_freed_memory(void)
{
    enum { MIB = 1024 * 1024, LARGEST_BLOCK = 2 * MIB, KEPT = 8 * MIB };
    mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK);
    mallopt(M_TRIM_THRESHOLD, KEPT);
}

int main(int argc, char **argv)
{
    struct options options;
    int status = STATUS_TROUBLE;
    set_locale();
    keep_freed_memory();
    signal(SIGPIPE, SIG_IGN); /* a reader that left is seen where we write */
    struct error *error = options_parse(argc, argv, &options);
    if (error)
        return give_up(error);
    if (options.wants_help)
        return print_words(options_help);
    if (options.wants_version)
        return print_words(print_version);
    error = run_command(&options, &status);
    return error ? give_up(error) : status;
}
