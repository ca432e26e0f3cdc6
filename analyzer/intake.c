#include "analyzer/intake.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/analysis.h"
#include "analyzer/archive_order.h"
#include "analyzer/dump.h"
#include "analyzer/emptied_log.h"
#include "analyzer/intake_private.h"
#include "parsers/kernel/dump.h"
#include "parsers/source/source.h"

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

void intake_deliver(struct intake *intake, struct incident *incident)
{
    if (intake->resume && !resume_takes(intake->resume, incident)) {
        incident_destroy(incident);
        return;
    }
    settle_provenance(incident);
    if (intake->views)
        incident_take_dump(incident, intake->views);
    incident_analyze(incident);
    intake->sink->incident(intake->sink->context, incident);
}

static void take_incident(void *context, struct incident *incident)
{
    struct intake *intake = context;
    if (intake->is_turned)
        newest_first_place(&intake->turned, incident);
    bool is_open = intake->is_ending && !intake->is_turned &&
                   incident->source.first_byte >= intake->settled.offset;
    if (is_open)
        *ARENA_PUSH(intake->open_arena, intake->open, intake->open_count) = incident;
    else
        intake_deliver(intake, incident);
}

/* ---- files that an earlier run has read */

/* All of the file before was told, or failed. */
static void end_file(struct intake *intake)
{
    struct open_file *file = &intake->file;
    const struct state_row row = {.path = slice_from_string(file->path), .stamp = file->stamp};
    if (file->path && !file->is_put && !file->has_failed && !*intake->stop)
        state_put(intake->sink->state, &row, 0, NULL);
    free(file->path);
    *file = (struct open_file){0};
}

/* What waits for its rest is looked at again when that comes, or does not. */
static bool is_unchanged(struct intake *intake, const struct state_row *row, const char *path)
{
    if (!row || *intake->stop || (row->held && !state_row_is_fresh(row)))
        return false;
    bool is_open =
        row->waiting.length || state_find_emptied(intake->sink->state, &row->stamp, path, row);
    return !is_open || !next_rotated_is_new(&intake->next_rotated, path);
}

static bool meet_file(void *context, const char *path, int file)
{
    struct intake *intake = context;
    struct state *state = intake->sink->state;
    struct stat status;
    if (intake->is_anew)
        return true;
    end_file(intake);
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    intake->file = (struct open_file){.path = must_copy(slice_from_string(path)),
                                      .stamp = file_stamp_of(&status)};
    const struct state_row *row = state_find_unchanged(state, &intake->file.stamp);
    if (!is_unchanged(intake, row, path))
        return true;
    state_keep(state, row);
    intake->file.is_put = true;
    const struct coverage coverage = {.unchanged = 1};
    intake->sink->covered(intake->sink->context, &coverage);
    progress_advance(intake->progress, (size_t)status.st_size);
    return false;
}

static void begin_resume(struct intake *intake, const char *path, enum source_kind kind)
{
    const struct resume_stream stream = {path, kind, intake->file.stamp, !intake->is_anew};
    if (intake->file.path && kind != SOURCE_VMCORE && strcmp(path, intake->file.path) == 0)
        intake->resume = resume_create(intake->sink->state, &stream, intake->reader);
}

static void read_anew(struct intake *intake);

/* False: what came is not what was known, and nothing of it is told. */
static bool end_resume(struct intake *intake)
{
    bool is_good = resume_end(intake->resume);
    if (is_good || *intake->stop)
        return true;
    resume_destroy(intake->resume);
    intake->resume = NULL;
    log_reader_destroy(intake->reader);
    intake->reader = NULL;
    free(intake->path);
    read_anew(intake);
    return false;
}

static void keep_resume(struct intake *intake)
{
    if (!intake->resume)
        return;
    if (!*intake->stop) {
        resume_keep(intake->resume);
        intake->file.is_put = true;
    }
    resume_destroy(intake->resume);
    intake->resume = NULL;
}

/* ---- streams */

static void enter_archive(void *context, const char *path, struct spool *spool)
{
    struct intake *intake = context;
    intake->archive = (struct archive_read){.path = must_copy(slice_from_string(path)),
                                            .order = archive_order_create(intake->sink),
                                            .sink = intake->sink};
    intake->sink = archive_order_sink(intake->archive.order);
    intake->next_rotated = (struct next_rotated){
        .sink = intake->sink, .archive = intake->archive.path, .spool = spool};
}

static void leave_archive(void *context)
{
    struct intake *intake = context;
    struct archive_read *archive = &intake->archive;
    intake->sink = archive->sink;
    archive_order_destroy(archive->order);
    next_rotated_deinit(&intake->next_rotated);
    intake->next_rotated = (struct next_rotated){.sink = intake->sink};
    open_end_free(&archive->end);
    free(archive->path);
    *archive = (struct archive_read){0};
}

static bool begin_stream(void *context, const char *path, enum source_kind kind)
{
    struct intake *intake = context;
    /* The start of a pipe is looked at before its stream begins: what came until then is told. */
    if (*intake->stop && intake->has_begun)
        return false;
    intake->has_begun = true;
    if (intake->archive.order)
        archive_order_begin(intake->archive.order, path);
    open_end_free(&intake->archive.end);
    intake->reader = log_reader_create(path, kind, 0, take_incident, intake);
    intake->path = must_copy(slice_from_string(path));
    intake->bytes = 0;
    intake->log_file = -1;
    intake->is_turned = intake->is_newest_first = intake->is_broken_off = false;
    begin_resume(intake, path, kind);
    return true;
}

static void open_file(void *context, int file)
{
    struct intake *intake = context;
    intake->log_file = file;
    intake->searched = searched_file_open(intake->sink->search_pool, file);
    if (intake->resume)
        resume_set_file(intake->resume, file, intake->searched);
}

/* Reports that were open when the file was emptied may go on in what it holds now. */
static void join_emptied(struct intake *intake)
{
    struct state *state = intake->sink->state;
    const struct state_row *row = resume_emptied(intake->resume);
    if (row && intake->sink->await) { /* a copy of it, rotated away, may be among them */
        intake->sink->await(intake->sink->context);
        row = resume_emptied(intake->resume);
    }
    if (row && emptied_log_join(row, intake->path, &intake->next_rotated, intake->stop))
        state_settle(state, row);
}

static bool feed_resume(struct intake *intake, struct slice bytes)
{
    if (!resume_is_begun(intake->resume)) {
        resume_begin(intake->resume, bytes);
        join_emptied(intake);
    }
    return resume_feed(intake->resume, bytes);
}

static bool feed(struct intake *intake, struct slice bytes)
{
    if (intake->resume)
        return feed_resume(intake, bytes);
    if (intake->searched)
        searched_file_feed(intake->searched, intake->reader, bytes);
    else
        log_reader_feed(intake->reader, bytes.data, bytes.length);
    if (intake->archive.order)
        open_end_add(&intake->archive.end, bytes, log_reader_settled(intake->reader).offset);
    return true;
}

/* A pipe has no end yet, and what --state knows of a file is its start. */
static bool can_be_turned(struct intake *intake, struct slice start)
{
    return intake->log_file >= 0 && !intake->resume &&
           newest_first_open(&intake->turned, intake->log_file, start);
}

static void fail(void *context, const char *path, struct error *error)
{
    struct intake *intake = context;
    intake->file.has_failed = true;
    intake->sink->failed(intake->sink->context, path, error_message(error));
    error_destroy(error);
}

static void note_cut_document(const struct intake *intake)
{
    intake->sink->noted(intake->sink->context, intake->path,
                        "a JSON document in one line is cut off, or holds a text too long for a "
                        "line: that part was not read");
}

static void read_from_end(struct intake *intake)
{
    intake->is_turned = true;
    bool is_whole = newest_first_feed(&intake->turned, intake->reader, intake->stop);
    intake->sink->noted(intake->sink->context, intake->path,
                        "its newest line comes first: it was read from its end");
    if (is_whole || *intake->stop)
        return;
    if (intake->turned.trouble)
        fail(intake, intake->path,
             error_create(ERROR_SYSTEM, "cannot be read: %s", strerror(intake->turned.trouble)));
    else if (intake->turned.is_document)
        note_cut_document(intake);
    else
        intake->sink->noted(intake->sink->context, intake->path,
                            "its beginning was not read: the file became shorter, or one of its "
                            "records is longer than a mebibyte");
}

/* What is read already is told, also after a stop. */
static bool take_data(void *context, const char *data, size_t length)
{
    struct intake *intake = context;
    struct slice bytes = slice_of(data, length);
    bool is_start = intake->bytes == 0;
    if (is_start)
        intake->is_newest_first = newest_first_is(bytes);
    bool is_turned = is_start && intake->is_newest_first && can_be_turned(intake, bytes);
    intake->bytes += length;
    progress_advance(intake->progress, length);
    if (is_turned) {
        read_from_end(intake);
        progress_advance(intake->progress, intake->turned.size - length);
        return false;
    }
    return feed(intake, bytes) && !*intake->stop;
}

/* Lines that follow one another make a report: not so in exports with the newest line first. */
static void note_backwards(const struct intake *intake)
{
    if (!intake->is_turned &&
        (intake->is_newest_first || coverage_is_backwards(log_reader_coverage(intake->reader))))
        intake->sink->noted(intake->sink->context, intake->path,
                            "its times run backwards; if its newest line comes first, reports "
                            "fall to pieces: export it with the oldest first, or turn it round "
                            "(tac)");
}

static void note_given_up(const struct intake *intake)
{
    if (log_reader_coverage(intake->reader)->given_up)
        intake->sink->noted(intake->sink->context, intake->path,
                            "more reports were open at once than are held: some fall to pieces");
}

static void break_off(void *context)
{
    struct intake *intake = context;
    intake->is_broken_off = true;
}

static void end_stream(void *context)
{
    struct intake *intake = context;
    searched_file_close(intake->searched);
    intake->searched = NULL;
    if (intake->resume && !end_resume(intake))
        return;
    intake_finish_stream(intake);
    note_backwards(intake);
    note_given_up(intake);
    if (log_reader_coverage(intake->reader)->cut_documents)
        note_cut_document(intake);
    free(intake->path);
    struct coverage coverage = coverage_of(log_reader_coverage(intake->reader));
    if (intake->resume)
        coverage.bytes = resume_new_bytes(intake->resume);
    keep_resume(intake);
    log_reader_destroy(intake->reader);
    intake->reader = NULL;
    intake->sink->covered(intake->sink->context, &coverage);
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
        .stop = intake->stop,
        .opened = intake->sink->state ? meet_file : NULL,
        .begin = begin_stream,
        .enter = enter_archive,
        .leave = leave_archive,
        .file = open_file,
        .data = take_data,
        .end = end_stream,
        .broke_off = break_off,
        .vmcore = meet_vmcore,
        .failed = fail,
        .note = note,
        .found = intake->found ? find_file : NULL,
    };
}

/* Within the end of the stream that was mistaken: the walk knows nothing of it. */
static void read_anew(struct intake *intake)
{
    const struct source_visitor visitor = visitor_of(intake);
    intake->is_anew = true;
    source_walk_found(intake->file.path, &visitor, NULL);
    intake->is_anew = false;
}

static void release_row(void *context, const struct state_row *row)
{
    resume_release(row, take_incident, context);
}

void intake_release(const struct intake_sink *sink)
{
    struct intake intake = {.sink = sink};
    state_release(sink->state, release_row, &intake);
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
    struct intake intake = {
        .sink = sink, .next_rotated.sink = sink, .stop = stop, .progress = progress};
    const struct source_visitor visitor = visitor_of(&intake);
    if (path)
        source_walk(path, &visitor);
    else
        source_walk_machine(&visitor);
    end_file(&intake);
}

void intake_list(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                 void (*found)(void *context, const char *file), void *found_context)
{
    struct intake intake = {.sink = sink,
                            .next_rotated.sink = sink,
                            .stop = stop,
                            .found = found,
                            .found_context = found_context};
    const struct source_visitor visitor = visitor_of(&intake);
    source_walk(path, &visitor);
}

void intake_read_found(const char *path, const struct intake_sink *sink, atomic_bool *stop,
                       struct progress *progress, struct passed_over *passed_over)
{
    struct intake intake = {
        .sink = sink, .next_rotated.sink = sink, .stop = stop, .progress = progress};
    const struct source_visitor visitor = visitor_of(&intake);
    source_walk_found(path, &visitor, passed_over);
    end_file(&intake);
}
