#include "analyzer/inspect.h"

#include "analyzer/anonymize_view.h"
#include "analyzer/base/escape.h"

struct inspection {
    struct dump_request *request;
    const struct inspect_sink *sink;
    size_t dumps;
};

static void fail(void *context, const char *path, struct error *error)
{
    const struct inspection *inspection = context;
    inspection->sink->failed(inspection->sink->context, path, error_message(error));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    const struct inspection *inspection = context;
    inspection->sink->noted(inspection->sink->context, path, what);
}

static void put_path(json_t *view, const char *path)
{
    struct arena *arena = arena_create();
    struct slice clean = escape_text(arena, slice_from_string(path));
    json_object_set_new(view, "dump", json_stringn(clean.data, clean.length));
    arena_destroy(arena);
}

static void take_view(void *context, const char *path, const char *text, size_t length)
{
    struct inspection *inspection = context;
    const struct inspect_sink *sink = inspection->sink;
    json_t *view = json_loadb(text, length, 0, NULL);
    if (view) {
        put_path(view, path);
        if (sink->salt)
            view_anonymize(view, sink->salt);
        sink->view(sink->context, path, view);
    } else {
        sink->failed(sink->context, path, "a view that is no JSON");
    }
    json_decref(view);
}

static void meet_dump(void *context, const char *path)
{
    struct inspection *inspection = context;
    const struct source_visitor visitor = {
        .context = inspection, .view = take_view, .failed = fail, .note = note};
    inspection->dumps++;
    dump_deliver(path, inspection->request, &visitor);
}

/* ---- the walk to the dumps */

static bool skip_log(void *context, const char *path, enum source_kind kind)
{
    (void)context, (void)path, (void)kind;
    return false;
}

size_t inspect_path(const char *path, struct dump_request *request, const struct inspect_sink *sink)
{
    struct inspection inspection = {.request = request, .sink = sink};
    const struct source_visitor visitor = {.context = &inspection,
                                           .stop = request->stop,
                                           .begin = skip_log,
                                           .vmcore = meet_dump,
                                           .failed = fail,
                                           .note = note};
    source_walk(path, &visitor);
    return inspection.dumps;
}
