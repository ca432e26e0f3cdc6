/* JSON lines, as whyoom scan writes them, into a store. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/record.h"
#include "analyzer/record_lines.h"
#include "analyzer/store_database.h"
#include "parsers/source/source.h"

enum {
    COMPLAINTS_MAX = 3, /* bad lines that are told one by one */
    PATIENCE = 20,      /* bad lines without a good one, after which this is no file of records */
};

struct import {
    struct store *store;
    const char *path; /* as it was named: it may be a directory or an archive */
    char *member;     /* of it, which is being read: lines are counted in that */
    store_complaint *complain;
    void *context;
    struct record_lines lines; /* of the member */
    uint64_t good;
    uint64_t told;       /* bad lines, one by one */
    uint64_t other;      /* bad lines, told together */
    uint64_t first;      /* of these */
    char *first_in;      /* this member */
    char *what;          /* is wrong with that */
    struct error *error; /* the store failed, or this is something else */
};

static void tell(struct import *import, uint64_t line, const char *what)
{
    struct arena *arena = arena_create();
    struct slice where = arena_format(arena, "%s:%" PRIu64, import->member, line);
    import->complain(import->context, where.data, what);
    arena_destroy(arena);
}

static struct slice words_for_others(struct arena *arena, const struct import *import)
{
    bool is_member = strcmp(import->first_in, import->path) != 0;
    return arena_format(
        arena, "%" PRIu64 " %s, the first is line %" PRIu64 "%s%s: %s", import->other,
        import->other == 1 ? "line is no record" : "lines are no records", import->first,
        is_member ? " of " : "", is_member ? import->first_in : "", import->what);
}

static void forget_others(struct import *import)
{
    import->other = 0;
    free(import->first_in);
    import->first_in = NULL;
    free(import->what);
    import->what = NULL;
}

static void tell_others(struct import *import)
{
    struct arena *arena = arena_create();
    if (import->other)
        import->complain(import->context, import->path, words_for_others(arena, import).data);
    forget_others(import);
    arena_destroy(arena);
}

/* As long as no line is good nothing is told: it may be no file of records at all. */
static void complain(struct import *import, const char *what)
{
    if (import->good && import->told < COMPLAINTS_MAX) {
        import->told++;
        tell(import, import->lines.number, what);
    } else if (import->other++ == 0) {
        import->first = import->lines.number;
        import->first_in = must_copy(slice_from_string(import->member));
        import->what = must_copy(slice_from_string(what));
    }
}

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static struct error *no_records(const struct import *import)
{
    if (is_directory(import->path))
        return error_create(ERROR_INPUT,
                            "%s: a directory, and not of JSON lines; name a database or a file "
                            "that whyoom scan made",
                            import->path);
    struct arena *arena = arena_create();
    struct error *error =
        error_create(ERROR_INPUT,
                     "%s: neither a database of whyoom nor JSON lines (%s); whyoom "
                     "scan makes both",
                     import->path, words_for_others(arena, import).data);
    arena_destroy(arena);
    return error;
}

/* What else map and merge write. */
static bool is_other_schema(struct slice line)
{
    return slice_starts(line, SLICE("{\"schema\":\"whyoom.coverage/")) ||
           slice_starts(line, SLICE("{\"schema\":\"whyoom.fragment/"));
}

static void take_record(struct import *import, struct slice line)
{
    struct incident *incident = NULL;
    struct error *error = record_read(line, &incident);
    if (error) {
        complain(import, error_message(error));
        error_destroy(error);
        return;
    }
    if (import->good++ == 0)
        tell_others(import);
    import->error = store_add(import->store, incident, line);
    incident_destroy(incident);
}

static void take_line(struct import *import, struct slice line)
{
    line = slice_trim(line);
    if (import->lines.is_overlong)
        complain(import, "longer than a record can be");
    else if (line.length && !is_other_schema(line))
        take_record(import, line);
    if (import->good == 0 && import->other == PATIENCE && !import->error)
        import->error = no_records(import);
}

static bool take_data(void *context, const char *data, size_t length)
{
    struct import *import = context;
    struct slice block = slice_of(data, length), line;
    while (!import->error && record_lines_next(&import->lines, &block, &line))
        take_line(import, line);
    return !import->error;
}

static bool begin(void *context, const char *path, enum source_kind kind)
{
    struct import *import = context;
    if (kind != SOURCE_LOG && !import->error)
        import->error =
            error_create(ERROR_INPUT, "%s: no JSON lines; whyoom scan makes them", path);
    record_lines_reset(&import->lines);
    free(import->member);
    import->member = must_copy(slice_from_string(path));
    return !import->error;
}

/* A last line without its end. */
static void end(void *context)
{
    struct import *import = context;
    struct slice line;
    if (!import->error && record_lines_last(&import->lines, &line))
        take_line(import, line);
}

static void fail(void *context, const char *path, struct error *error)
{
    struct import *import = context;
    if (import->error)
        error_destroy(error);
    else
        import->error = error_context(error, "%s", path);
}

/* What is there of an input that breaks off is imported. */
static void note(void *context, const char *path, const char *what)
{
    struct import *import = context;
    import->complain(import->context, path, what);
}

static void meet_vmcore(void *context, const char *path)
{
    struct import *import = context;
    if (!import->error)
        import->error = error_create(
            ERROR_INPUT, "%s: a memory dump, no JSON lines; whyoom scan makes them", path);
}

struct error *store_import(struct store *store, const char *path, store_complaint *complaint,
                           void *context)
{
    struct import import = {
        .store = store, .path = path, .complain = complaint, .context = context};
    const struct source_visitor visitor = {.context = &import,
                                           .wants_output = true,
                                           .begin = begin,
                                           .data = take_data,
                                           .end = end,
                                           .vmcore = meet_vmcore,
                                           .failed = fail,
                                           .note = note};
    source_walk(path, &visitor);
    record_lines_reset(&import.lines);
    if (!import.error && import.other && !import.good)
        import.error = no_records(&import);
    if (!import.error)
        tell_others(&import);
    forget_others(&import);
    free(import.member);
    return import.error;
}
