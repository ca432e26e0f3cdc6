#include "analyzer/intake.h"

#include "analyzer/analysis.h"
#include "analyzer/dump.h"
#include "parsers/kernel/dump.h"
#include "parsers/source/source.h"

struct intake {
    const struct intake_sink *sink;
    atomic_bool *stop;
    struct progress *progress;
    struct log_reader *reader; /* of the open stream */
    struct scout *scout;       /* of the file that it is; NULL */
    bool has_begun;            /* a stream of this walk was read from */
    json_t *views;             /* of the dump whose log is being read; NULL */
    void (*found)(void *context, const char *file);
    void *found_context;
};

/* A dump's log is the kernel's own memory; what a program wrote into it has a facility that tells,
 * and is marked already. */
static void settle_provenance(struct incident *incident)
{
    if (incident->source.kind == SOURCE_VMCORE && incident->source.provenance == PROVENANCE_FILE)
        incident->source.provenance = PROVENANCE_KERNEL;
}

void intake_settle(struct incident *incident)
{
    settle_provenance(incident);
    incident_analyze(incident);
}

static void take_incident(void *context, struct incident *incident)
{
    struct intake *intake = context;
    settle_provenance(incident);
    if (intake->views)
        incident_take_dump(incident, intake->views);
    incident_analyze(incident);
    intake->sink->incident(intake->sink->context, incident);
}

static bool begin_stream(void *context, const char *path, enum source_kind kind)
{
    struct intake *intake = context;
    /* The start of a pipe is looked at before its stream begins: what came until then is told. */
    if (*intake->stop && intake->has_begun)
        return false;
    intake->has_begun = true;
    intake->reader = log_reader_create(path, kind, 0, take_incident, intake);
    return true;
}

static void open_file(void *context, int file)
{
    struct intake *intake = context;
    intake->scout = scout_open(intake->sink->scouts, file);
}

/* What is read already is told, also after a stop. */
static bool take_data(void *context, const char *data, size_t length)
{
    struct intake *intake = context;
    if (intake->scout)
        scout_feed(intake->scout, intake->reader, slice_of(data, length));
    else
        log_reader_feed(intake->reader, data, length);
    progress_advance(intake->progress, length);
    return !*intake->stop;
}

static void end_stream(void *context)
{
    struct intake *intake = context;
    scout_close(intake->scout);
    intake->scout = NULL;
    log_reader_finish(intake->reader);
    struct coverage coverage = coverage_of(log_reader_coverage(intake->reader));
    log_reader_destroy(intake->reader);
    intake->reader = NULL;
    intake->sink->covered(intake->sink->context, &coverage);
}

static void fail(void *context, const char *path, struct error *error)
{
    struct intake *intake = context;
    intake->sink->failed(intake->sink->context, path, error_message(error));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    struct intake *intake = context;
    intake->sink->noted(intake->sink->context, path, what);
}

static void find_file(void *context, const char *path)
{
    struct intake *intake = context;
    intake->found(intake->found_context, path);
}

static void meet_vmcore(void *context, const char *path);

static struct source_visitor visitor_of(struct intake *intake)
{
    return (struct source_visitor){
        .context = intake,
        .begin = begin_stream,
        .file = open_file,
        .data = take_data,
        .end = end_stream,
        .vmcore = meet_vmcore,
        .failed = fail,
        .note = note,
        .found = intake->found ? find_file : NULL,
    };
}

static void take_view(void *context, const char *path, const char *text, size_t length)
{
    const struct intake *intake = context;
    json_t *view = json_loadb(text, length, 0, NULL);
    const char *name = json_string_value(json_object_get(view, "view"));
    if (name)
        json_object_set(intake->views, name, view);
    else
        intake->sink->noted(intake->sink->context, path, "a view of this dump is no JSON");
    json_decref(view);
}

static size_t find_views(const struct view_row *views[static DUMP_VIEWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; dump_views[i]; i++) {
        views[count] = view_find(dump_views[i]);
        count += views[count] != NULL;
    }
    return count;
}

/* The log inside the dump is one more stream; what its structures say goes before it. */
static void meet_vmcore(void *context, const char *path)
{
    struct intake *intake = context;
    struct source_visitor visitor = visitor_of(intake);
    const struct view_row *views[DUMP_VIEWS_MAX];
    struct dump_request request = {.views = views,
                                   .views_count = find_views(views),
                                   .options = intake->sink->dumps,
                                   .wants_log = true,
                                   .stop = intake->stop};
    visitor.view = take_view;
    intake->views = json_object();
    dump_deliver(path, &request, &visitor);
    json_decref(intake->views);
    intake->views = NULL;
}

void intake_read(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                 struct progress *progress)
{
    struct intake intake = {.sink = sink, .stop = stop, .progress = progress};
    const struct source_visitor visitor = visitor_of(&intake);
    if (path)
        source_walk(path, &visitor);
    else
        source_walk_machine(&visitor);
}

void intake_list(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                 void (*found)(void *context, const char *file), void *found_context)
{
    struct intake intake = {
        .sink = sink, .stop = stop, .found = found, .found_context = found_context};
    const struct source_visitor visitor = visitor_of(&intake);
    source_walk(path, &visitor);
}

bool intake_read_found(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                       struct progress *progress)
{
    struct intake intake = {.sink = sink, .stop = stop, .progress = progress};
    const struct source_visitor visitor = visitor_of(&intake);
    return source_walk_found(path, &visitor);
}
