#include "analyzer/resume.h"

#include <isa-l/crc64.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/read_at.h"
#include "analyzer/limits.h"
#include "analyzer/rotated_report.h"
#include "parsers/source/source.h"

enum { TOLD_PRUNED_AT = 1024 };

struct resume {
    struct state *state;
    struct resume_stream stream;
    struct log_reader *reader;
    struct searched_file *searched;
    int file;                      /* -1: the stream is packed, or a journal's */
    const struct state_row *known; /* NULL: nothing is */
    bool is_begun, is_same_file, has_moved, is_refuted, is_ending;
    uint64_t key;
    struct content_print print; /* of the bytes up to `print.bytes` */
    char edge[CONTENT_EDGE];    /* the last of them */
    size_t edge_length;
    struct told_incident *told;
    size_t told_count, told_room;
    struct log_place settled; /* at the end */
    bool is_open;             /* reports are, at the end */
    uint64_t next_cut;        /* where the last file that they go on in ends in half a line; 0 */
    int64_t modified_ns;      /* when something was last written that they may go on in */
    uint64_t held;            /* incidents that were held back */
};

struct resume *resume_create(struct state *state, const struct resume_stream *stream,
                             struct log_reader *reader)
{
    struct resume *resume = must_allocate(sizeof *resume);
    *resume = (struct resume){.state = state,
                              .stream = *stream,
                              .reader = reader,
                              .file = -1,
                              .modified_ns = stream->stamp.modified_ns};
    return resume;
}

void resume_set_file(struct resume *resume, int file, struct searched_file *searched)
{
    resume->file = file;
    resume->searched = searched;
}

void resume_destroy(struct resume *resume)
{
    if (!resume)
        return;
    free(resume->told);
    free(resume);
}

/* ---- what the bytes are known by */

static uint64_t sum_of(uint64_t sum, struct slice bytes)
{
    return crc64_ecma_refl(sum, (const unsigned char *)bytes.data, bytes.length);
}

static void keep_edge(struct resume *resume, struct slice bytes)
{
    struct slice last =
        bytes.length > CONTENT_EDGE ? slice_skip(bytes, bytes.length - CONTENT_EDGE) : bytes;
    size_t room = CONTENT_EDGE - last.length;
    if (resume->edge_length > room) {
        memmove(resume->edge, resume->edge + resume->edge_length - room, room);
        resume->edge_length = room;
    }
    memcpy(resume->edge + resume->edge_length, last.data, last.length);
    resume->edge_length += last.length;
}

/* The middle of a file that only grew stays untouched. */
static bool is_edge_enough(const struct resume *resume)
{
    return resume->is_same_file && resume->known &&
           resume->print.bytes < resume->known->print.bytes;
}

static void track(struct resume *resume, struct slice bytes)
{
    struct content_print *print = &resume->print;
    if (print->bytes < CONTENT_EDGE)
        print->head = sum_of(print->head, slice_take(bytes, CONTENT_EDGE - print->bytes));
    if (!is_edge_enough(resume))
        print->sum = sum_of(print->sum, bytes);
    uint64_t end = print->bytes + bytes.length;
    uint64_t edge = is_edge_enough(resume) && resume->known->print.bytes > CONTENT_EDGE
                        ? resume->known->print.bytes - CONTENT_EDGE
                        : 0;
    if (end > edge)
        keep_edge(resume, slice_skip(bytes, edge > print->bytes ? edge - print->bytes : 0));
    print->bytes = end;
}

static uint64_t edge_sum(const struct resume *resume)
{
    return sum_of(0, slice_of(resume->edge, resume->edge_length));
}

static bool is_known_content(struct resume *resume)
{
    struct content_print *print = &resume->print;
    const struct content_print *known = &resume->known->print;
    if (resume->is_same_file)
        print->sum = known->sum;
    return print->head == known->head && edge_sum(resume) == known->tail &&
           print->sum == known->sum;
}

/* ---- in */

void resume_remember(const void *context, struct log_reader *reader)
{
    const struct state_row *row = context;
    for (size_t i = 0; i < row->hosts_count; i++)
        log_reader_remember(reader, row->hosts[i].name, row->hosts[i].kernel, row->hosts[i].boot);
}

static void feed(struct resume *resume, struct slice bytes)
{
    if (resume->searched && !resume->known)
        searched_file_feed(resume->searched, resume->reader, bytes);
    else
        log_reader_feed(resume->reader, bytes.data, bytes.length);
}

/* Of known bytes the reader gets the start, by which it learns how the lines are dressed, and those
 * behind the place up to which all is told. */
static void feed_known(struct resume *resume, struct slice bytes, uint64_t offset)
{
    const struct log_place settled = resume->known->settled;
    if (settled.offset <= LIMIT_SNIPPET) {
        feed(resume, bytes);
        return;
    }
    if (offset < LIMIT_SNIPPET)
        feed(resume, slice_take(bytes, LIMIT_SNIPPET - offset));
    if (offset + bytes.length < settled.offset)
        return;
    if (!resume->has_moved) {
        log_reader_move(resume->reader, settled);
        resume_remember(resume->known, resume->reader);
        resume->has_moved = true;
    }
    feed(resume, slice_skip(bytes, settled.offset > offset ? settled.offset - offset : 0));
}

bool resume_is_begun(const struct resume *resume)
{
    return resume->is_begun;
}

void resume_begin(struct resume *resume, struct slice head)
{
    const struct resume_stream *stream = &resume->stream;
    resume->is_begun = true;
    resume->key = content_key(head);
    if (!stream->is_trusted)
        return;
    resume->known = state_find_content(resume->state, &stream->stamp, stream->path, head);
    resume->is_same_file = resume->known && resume->file >= 0 &&
                           resume->known->stamp.device == stream->stamp.device &&
                           resume->known->stamp.inode == stream->stamp.inode &&
                           resume->known->stamp.size < stream->stamp.size;
}

bool resume_feed(struct resume *resume, struct slice bytes)
{
    uint64_t known = resume->known ? resume->known->print.bytes : 0;
    if (resume->print.bytes < known) {
        struct slice part = slice_take(bytes, known - resume->print.bytes);
        feed_known(resume, part, resume->print.bytes);
        track(resume, part);
        bytes = slice_skip(bytes, part.length);
        resume->is_refuted = resume->print.bytes == known && !is_known_content(resume);
        if (resume->is_refuted)
            return false;
    }
    track(resume, bytes);
    feed(resume, bytes);
    return true;
}

bool resume_end(struct resume *resume)
{
    resume->is_ending = true;
    resume->settled = log_reader_settled(resume->reader);
    if (resume->known && resume->known->settled.offset > resume->settled.offset)
        resume->settled = resume->known->settled; /* what was over stays so */
    return !resume->is_refuted &&
           (!resume->known || resume->print.bytes >= resume->known->print.bytes);
}

uint64_t resume_new_bytes(const struct resume *resume)
{
    uint64_t known = resume->known ? resume->known->print.bytes : 0;
    return resume->print.bytes > known ? resume->print.bytes - known : 0; /* it may be stopped */
}

/* ---- out */

static bool is_fresh(const struct resume *resume)
{
    const struct state_row row = {.stamp.modified_ns = resume->modified_ns};
    return state_row_is_fresh(&row);
}

void resume_open_end(struct resume *resume, const struct rotated_report_end *end)
{
    resume->is_open = !end->is_over;
    resume->next_cut = end->is_cut ? end->bytes : 0;
    if (end->is_over) /* the next reader has nothing to go on with */
        resume->settled =
            (struct log_place){resume->print.bytes, log_reader_coverage(resume->reader)->newlines};
    if (end->modified_ns > resume->modified_ns)
        resume->modified_ns = end->modified_ns;
}

/* Is half a line its last? */
static bool is_cut(const struct resume *resume, const struct incident *incident)
{
    if (!resume->is_ending || !resume->is_open)
        return false;
    bool is_half = resume->edge_length && resume->edge[resume->edge_length - 1] != '\n';
    bool goes_on = incident->source.end_byte > resume->print.bytes + 1;
    uint64_t end = goes_on ? resume->next_cut : is_half ? resume->print.bytes : 0;
    return end && incident->source.end_byte >= end;
}

/* Will the rest of it come? At the end of a log that is being written, or rotated, as long as the
 * kill line, or what a failure prints, is not there. */
static bool is_unfinished(const struct resume *resume, const struct incident *incident)
{
    bool lacks_kill = incident->kind == KIND_OOM_KILL && incident->victims_count == 0;
    bool lacks_end =
        incident->kind == KIND_ALLOC_FAILURE && incident->has_header && !incident_has_end(incident);
    return resume->is_ending && resume->is_open &&
           (lacks_kill || lacks_end || is_cut(resume, incident)) && is_fresh(resume);
}

/* What ends alike has the more the more fell: the rest of a group's kill may be lost with its file.
 * A figure may lack, or a name, where half a line is the last. */
static int extent_of(const struct incident *incident, bool is_cut)
{
    enum { VICTIMS_MOST = 4096 };
    size_t victims = incident->victims_count;
    return incident_grade(incident) * VICTIMS_MOST +
           (int)(victims < VICTIMS_MOST ? victims : VICTIMS_MOST - 1) - is_cut;
}

/* Has an earlier scan told it? */
static bool is_told(const struct state_row *row, struct incident *incident, int extent)
{
    for (size_t i = 0; i < row->told_count; i++) {
        const struct told_incident *told = &row->told[i];
        bool is_same = strcmp(told->id, incident->id) == 0;
        if (!is_same && told->first_byte != incident->source.first_byte)
            continue;
        if (extent < told->extent || (is_same && extent == told->extent))
            return true;
        if (!incident->replaces[0]) /* the newest stands first */
            memcpy(incident->replaces, told->id, sizeof told->id);
    }
    return false;
}

/* Those that a reader which goes on at @p settled would tell again. */
static void prune_told(struct resume *resume, struct log_place settled)
{
    size_t kept = 0;
    for (size_t i = 0; i < resume->told_count; i++)
        if (resume->told[i].first_byte >= settled.offset)
            resume->told[kept++] = resume->told[i];
    resume->told_count = kept;
}

static void add_told(struct resume *resume, const struct told_incident *told)
{
    if (resume->told_count >= TOLD_PRUNED_AT && resume->told_count == resume->told_room)
        prune_told(resume, log_reader_settled(resume->reader));
    if (resume->told_count == resume->told_room) {
        resume->told_room = 2 * resume->told_room + 8;
        resume->told = must_reallocate(resume->told, resume->told_room * sizeof *resume->told);
    }
    resume->told[resume->told_count++] = *told;
}

static void note_told(struct resume *resume, const struct incident *incident, int extent)
{
    struct told_incident told = {.first_byte = incident->source.first_byte, .extent = extent};
    memcpy(told.id, incident->id, sizeof told.id);
    add_told(resume, &told);
}

bool resume_takes(struct resume *resume, struct incident *incident)
{
    bool is_in_known = resume->known && resume->print.bytes < resume->known->print.bytes;
    if (is_unfinished(resume, incident)) {
        resume->held++;
        return false;
    }
    bool is_settled = resume->known && incident->source.first_byte < resume->known->settled.offset;
    int extent = extent_of(incident, is_cut(resume, incident));
    bool was_told =
        is_in_known || is_settled || (resume->known && is_told(resume->known, incident, extent));
    if (!was_told)
        note_told(resume, incident, extent);
    return !was_told;
}

/* ---- for the next scan */

struct host_list {
    struct arena *arena;
    struct state_row *row;
};

static void add_host(void *context, struct slice host, const char *kernel, const char *boot)
{
    struct host_list *list = context;
    if (!*kernel && !*boot)
        return;
    struct known_host *known = ARENA_PUSH(list->arena, list->row->hosts, list->row->hosts_count);
    known->name = arena_copy(list->arena, host);
    known->kernel = arena_copy(list->arena, slice_from_string(kernel));
    known->boot = arena_copy(list->arena, slice_from_string(boot));
}

/* Bytes of a stream from `from` on. */
struct tail {
    const char *path;
    uint64_t from, at;
    char *bytes;
    size_t length, room;
};

static bool is_stream(void *context, const char *path, enum source_kind kind)
{
    const struct tail *tail = context;
    (void)kind;
    return strcmp(path, tail->path) == 0;
}

static bool take_tail(void *context, const char *data, size_t length)
{
    struct tail *tail = context;
    struct slice bytes = slice_of(data, length);
    bytes = slice_skip(bytes, tail->from > tail->at ? tail->from - tail->at : 0);
    bytes = slice_take(bytes, tail->room - tail->length);
    memcpy(tail->bytes + tail->length, bytes.data, bytes.length);
    tail->length += bytes.length;
    tail->at += length;
    return tail->length < tail->room;
}

/* What was read behind the place where the next reader begins; a packed file is unpacked again. */
static struct slice read_waiting(struct resume *resume, struct arena *arena,
                                 struct log_place settled)
{
    const size_t length = resume->print.bytes - settled.offset;
    struct tail tail = {.path = resume->stream.path,
                        .from = settled.offset,
                        .bytes = arena_allocate(arena, length + 1),
                        .room = length};
    const struct source_visitor visitor = {.context = &tail, .begin = is_stream, .data = take_tail};
    if (resume->file >= 0)
        tail.length = read_at(resume->file, tail.bytes, length, settled.offset);
    else
        source_walk_found(tail.path, &visitor, NULL);
    return slice_of(tail.bytes, tail.length);
}

const struct state_row *resume_emptied(const struct resume *resume)
{
    const struct resume_stream *stream = &resume->stream;
    if (resume->file < 0) /* only what is not packed is emptied */
        return resume->known && resume->known->after
                   ? state_find_emptied(resume->state, &(struct file_stamp){0}, stream->path,
                                        resume->known)
                   : NULL;
    return state_find_emptied(resume->state, &stream->stamp, stream->path, resume->known);
}

void resume_keep(struct resume *resume)
{
    struct arena *arena = arena_create();
    struct state_row row = {
        .path = slice_from_string(resume->stream.path),
        .stamp = resume->stream.stamp,
        .has_content = true,
        .kind = resume->stream.kind,
        .print = resume->print,
        .settled = resume->settled,
    };
    struct host_list list = {arena, &row};
    row.print.tail = edge_sum(resume);
    for (size_t i = 0; resume->known && i < resume->known->told_count; i++)
        add_told(resume, &resume->known->told[i]);
    prune_told(resume, row.settled);
    row.told = resume->told;
    row.told_count = resume->told_count;
    log_reader_hosts(resume->reader, add_host, &list);
    row.held = resume->held;
    const struct state_row *emptied = resume_emptied(resume);
    row.after = emptied ? emptied->print.sum : 0;
    if (resume->is_open)
        row.waiting = read_waiting(resume, arena, row.settled);
    bool is_there = !resume->is_open || row.settled.offset + row.waiting.length == row.print.bytes;
    if (is_there) /* else it changed under way: what the state knew of it still holds */
        state_put(resume->state, &row, resume->key, resume->known);
    arena_destroy(arena);
}

struct release {
    const struct state_row *row;
    incident_sink *sink;
    void *context;
};

static void release_incident(void *context, struct incident *incident)
{
    const struct release *release = context;
    struct slice waiting = release->row->waiting;
    bool is_cut = waiting.length && waiting.data[waiting.length - 1] != '\n' &&
                  incident->source.end_byte >= release->row->settled.offset + waiting.length;
    if (is_told(release->row, incident, extent_of(incident, is_cut)))
        incident_destroy(incident);
    else
        release->sink(release->context, incident);
}

void resume_release(const struct state_row *row, incident_sink *sink, void *context)
{
    struct release release = {row, sink, context};
    struct log_reader *reader =
        log_reader_create(row->path.data, row->kind, 0, release_incident, &release);
    log_reader_move(reader, row->settled);
    resume_remember(row, reader);
    log_reader_feed(reader, row->waiting.data, row->waiting.length);
    log_reader_finish(reader);
    log_reader_destroy(reader);
}
