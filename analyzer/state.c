#define _GNU_SOURCE /* nanoseconds of struct stat, O_CLOEXEC */
#include "analyzer/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <isa-l/crc64.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/base/atomic_file.h"
#include "analyzer/base/hash_table.h"
#include "analyzer/limits.h"
#include "analyzer/state_file.h"
#include "parsers/source/names.h"

enum { FORGET_AFTER_S = 90 * 24 * 3600 }; /* what no scan met since then is not saved */

struct file_key {
    uint64_t device, inode;
};

struct row {
    struct state_row row; /* first: what others see */
    struct file_key file;
    uint64_t key; /* of the first CONTENT_KEY bytes */
    struct row *same_key;
    bool is_met;
    bool is_continued; /* another row goes on from it */
    bool is_replaced;  /* its file holds something else now */
    bool is_over;      /* nothing more comes of what it waits for */
    UT_hash_handle by_file, by_key;
};

struct state {
    char *path;
    FILE *lock; /* the file as it was, which nobody else may use */
    struct arena *arena;
    struct state_run run;
    struct duplicates *duplicates;
    struct row **rows; /* those that were loaded, then those of this scan */
    size_t count, loaded;
    bool has_length[CONTENT_KEY + 1]; /* of keys */
    struct row **waiting;             /* those that were loaded and wait */
    size_t waiting_count;
    struct row *by_file, *by_key;
    pthread_mutex_t mutex;
};

int64_t state_now_s(void)
{
    return time(NULL);
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

struct file_stamp file_stamp_of(const struct stat *status)
{
    return (struct file_stamp){
        .device = status->st_dev,
        .inode = status->st_ino,
        .size = status->st_size,
        .modified_ns = nanoseconds(status->st_mtim),
        .changed_ns = nanoseconds(status->st_ctim),
    };
}

/* ---- rows */

static struct told_incident *copy_told(struct arena *arena, const struct state_row *row)
{
    struct told_incident *copy = arena_allocate(arena, (row->told_count + 1) * sizeof *copy);
    if (row->told_count)
        memcpy(copy, row->told, row->told_count * sizeof *copy);
    return copy;
}

static struct known_host *copy_hosts(struct arena *arena, const struct state_row *row)
{
    struct known_host *copy = arena_allocate(arena, (row->hosts_count + 1) * sizeof *copy);
    for (size_t i = 0; i < row->hosts_count; i++) {
        const struct known_host *host = &row->hosts[i];
        copy[i] =
            (struct known_host){arena_copy(arena, host->name), arena_copy(arena, host->kernel),
                                arena_copy(arena, host->boot)};
    }
    return copy;
}

static struct row *add_row(struct state *state, const struct state_row *from, uint64_t key)
{
    struct row *row = arena_allocate(state->arena, sizeof *row);
    row->row = *from;
    row->row.path = arena_copy(state->arena, from->path);
    row->row.told = copy_told(state->arena, from);
    row->row.hosts = copy_hosts(state->arena, from);
    row->row.waiting = arena_copy(state->arena, from->waiting);
    row->file = (struct file_key){from->stamp.device, from->stamp.inode};
    row->key = key;
    *ARENA_PUSH(state->arena, state->rows, state->count) = row;
    return row;
}

/* Of so many bytes a row's key is. */
static size_t key_length(const struct row *row)
{
    return row->row.print.bytes < CONTENT_KEY ? (size_t)row->row.print.bytes : CONTENT_KEY;
}

void state_add_loaded(struct state *state, const struct state_row *from, uint64_t key)
{
    struct row *row = add_row(state, from, key), *other;
    state->loaded = state->count;
    if (from->waiting.length)
        *ARENA_PUSH(state->arena, state->waiting, state->waiting_count) = row;
    HASH_REPLACE(by_file, state->by_file, file, sizeof row->file, row, other);
    if (!from->has_content || from->print.bytes < CONTENT_KEY_LEAST)
        return;
    state->has_length[key_length(row)] = true;
    HASH_FIND(by_key, state->by_key, &row->key, sizeof row->key, other);
    if (other) {
        row->same_key = other->same_key;
        other->same_key = row;
    } else {
        HASH_ADD(by_key, state->by_key, key, sizeof row->key, row);
    }
}

const struct state_row *state_find_unchanged(const struct state *state,
                                             const struct file_stamp *stamp)
{
    const struct file_key file = {stamp->device, stamp->inode};
    struct row *row;
    HASH_FIND(by_file, state->by_file, &file, sizeof file, row);
    bool is_same = row && row->row.stamp.size == stamp->size &&
                   row->row.stamp.modified_ns == stamp->modified_ns &&
                   row->row.stamp.changed_ns == stamp->changed_ns;
    return is_same ? &row->row : NULL;
}

uint64_t content_key(struct slice head)
{
    struct slice key = slice_take(head, CONTENT_KEY);
    return crc64_ecma_refl(0, (const unsigned char *)key.data, key.length);
}

static struct slice directory_of(struct slice path)
{
    size_t slash = slice_find_last(path, SLICE("/"));
    return slice_take(path, slash == SLICE_NOT_FOUND ? 0 : slash);
}

/* Files of many machines may begin alike: the one that lies nearest, and of these the longest. */
static struct row *find_beginning(const struct state *state, struct slice head,
                                  struct slice directory)
{
    const uint64_t key = content_key(head);
    struct row *row, *best = NULL;
    bool is_best_near = false;
    HASH_FIND(by_key, state->by_key, &key, sizeof key, row);
    for (; row; row = row->same_key) {
        bool is_near = slice_equal(directory_of(row->row.path), directory);
        if (key_length(row) == head.length &&
            (!best || is_near > is_best_near ||
             (is_near == is_best_near && row->row.print.bytes > best->row.print.bytes))) {
            best = row;
            is_best_near = is_near;
        }
    }
    return best;
}

/* What was shorter than a key may have grown since. */
const struct state_row *state_find_content(const struct state *state,
                                           const struct file_stamp *stamp, const char *path,
                                           struct slice head)
{
    const struct file_key file = {stamp->device, stamp->inode};
    const struct slice directory = directory_of(slice_from_string(path));
    struct row *row, *best = NULL;
    HASH_FIND(by_file, state->by_file, &file, sizeof file, row);
    if (row && (!row->row.has_content || !row->row.print.bytes ||
                row->key != content_key(slice_take(head, row->row.print.bytes))))
        row = NULL;
    if (row && key_length(row) == CONTENT_KEY)
        return &row->row;
    for (size_t length = CONTENT_KEY; length >= CONTENT_KEY_LEAST && !best; length--)
        if (state->has_length[length] && length <= head.length)
            best = find_beginning(state, slice_take(head, length), directory);
    if (!best || (row && row->row.print.bytes > best->row.print.bytes))
        best = row; /* of a few bytes: another log may begin so, and have the inode by now */
    return best ? &best->row : NULL;
}

void state_keep(struct state *state, const struct state_row *row)
{
    struct row *kept = (struct row *)(uintptr_t)row;
    pthread_mutex_lock(&state->mutex);
    kept->is_met = true;
    pthread_mutex_unlock(&state->mutex);
}

void state_put(struct state *state, const struct state_row *from, uint64_t key,
               const struct state_row *known)
{
    const struct file_key file = {from->stamp.device, from->stamp.inode};
    struct row *old;
    pthread_mutex_lock(&state->mutex);
    struct row *row = add_row(state, from, from->has_content ? key : 0);
    row->is_met = true;
    if (known)
        ((struct row *)(uintptr_t)known)->is_continued = true;
    HASH_FIND(by_file, state->by_file, &file, sizeof file, old);
    if (old)
        old->is_replaced = true;
    pthread_mutex_unlock(&state->mutex);
}

/* ---- what waits */

static bool does_wait(const struct row *row)
{
    return row->row.waiting.length && !row->is_continued && !row->is_over;
}

/* Another log may have the inode of one that was removed. */
static bool is_of_file(const struct row *row, const struct file_stamp *stamp, const char *path)
{
    return row->file.device == stamp->device && row->file.inode == stamp->inode &&
           names_are_of_one_log(row->row.path.data, path);
}

const struct state_row *state_find_emptied(struct state *state, const struct file_stamp *stamp,
                                           const char *path, const struct state_row *known)
{
    const struct row *found = NULL;
    pthread_mutex_lock(&state->mutex);
    for (size_t i = state->waiting_count; i-- && !found;) { /* the last one first */
        const struct row *row = state->waiting[i];
        bool is_it = is_of_file(row, stamp, path) ||
                     (known && known->after && known->after == row->row.print.sum);
        if (is_it && &row->row != known && does_wait(row))
            found = row;
    }
    pthread_mutex_unlock(&state->mutex);
    return found ? &found->row : NULL;
}

void state_settle(struct state *state, const struct state_row *row)
{
    struct row *settled = (struct row *)(uintptr_t)row;
    pthread_mutex_lock(&state->mutex);
    settled->is_over = true;
    pthread_mutex_unlock(&state->mutex);
}

static bool is_there(const struct state_row *row)
{
    struct stat status;
    if (stat(row->path.data, &status) != 0)
        return false;
    struct file_stamp stamp = file_stamp_of(&status);
    return stamp.device == row->stamp.device && stamp.inode == row->stamp.inode &&
           stamp.size >= row->stamp.size;
}

bool state_row_is_fresh(const struct state_row *row)
{
    return state_now_s() - row->stamp.modified_ns / 1000000000 < LIMIT_SILENCE_S;
}

void state_release(struct state *state, void (*tell)(void *context, const struct state_row *row),
                   void *context)
{
    for (size_t i = 0; i < state->loaded; i++) {
        struct row *row = state->rows[i];
        bool may_go_on = !row->is_over && is_there(&row->row) && state_row_is_fresh(&row->row);
        if (!row->row.held || row->is_continued || may_go_on)
            continue;
        tell(context, &row->row);
        row->row.held = 0;
    }
}

/* ---- the file */

static struct error *refuse(const char *path, const char *what)
{
    return error_create(ERROR_USAGE, "--state %s: %s", path, what);
}

/* Was it renamed over, or removed, since it was opened? */
static bool is_replaced(int file, const char *path)
{
    struct stat opened, named;
    return fstat(file, &opened) == 0 && (stat(path, &named) != 0 || opened.st_dev != named.st_dev ||
                                         opened.st_ino != named.st_ino);
}

static struct error *fail(const char *path)
{
    return error_create(ERROR_SYSTEM, "--state %s: %s", path, strerror(errno));
}

/* It stays open, for its lock; whoever comes after it was renamed over locks the new one. */
static struct error *lock(struct state *state)
{
    do {
        if (state->lock)
            fclose(state->lock);
        int file = open(state->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        state->lock = file < 0 ? NULL : fdopen(file, "r");
        if (!state->lock)
            return fail(state->path);
        if (flock(file, LOCK_EX | LOCK_NB) != 0)
            return errno == EWOULDBLOCK
                       ? refuse(state->path, "another scan uses it; wait until it has ended")
                       : fail(state->path);
    } while (is_replaced(fileno(state->lock), state->path));
    return NULL;
}

struct error *state_open(const char *path, struct state **ret)
{
    struct state *state = must_allocate(sizeof *state);
    state->path = must_copy(slice_from_string(path));
    state->arena = arena_create();
    state->duplicates = duplicates_create();
    pthread_mutex_init(&state->mutex, NULL);
    struct error *error = lock(state);
    uint64_t bad = error ? 0 : state_file_read(state, state->lock);
    if (!error && ferror(state->lock))
        error = fail(path);
    else if (bad)
        error = error_create(ERROR_USAGE,
                             "--state %s: line %" PRIu64 " is none that whyoom writes there; give "
                             "it a file of its own, or remove it to read everything again",
                             path, bad);
    if (error) {
        state_close(state);
        state = NULL;
    }
    *ret = state;
    return error;
}

bool state_is_empty(const struct state *state)
{
    return state->count == 0;
}

void state_forget(struct state *state)
{
    HASH_CLEAR(by_file, state->by_file);
    HASH_CLEAR(by_key, state->by_key);
    duplicates_destroy(state->duplicates);
    state->duplicates = duplicates_create();
    state->count = state->loaded = state->waiting_count = 0;
    state->rows = NULL;
    state->waiting = NULL;
}

void state_close(struct state *state)
{
    if (!state)
        return;
    HASH_CLEAR(by_file, state->by_file);
    HASH_CLEAR(by_key, state->by_key);
    duplicates_destroy(state->duplicates);
    if (state->lock)
        fclose(state->lock);
    pthread_mutex_destroy(&state->mutex);
    arena_destroy(state->arena);
    free(state->path);
    free(state);
}

struct duplicates *state_duplicates(struct state *state)
{
    return state->duplicates;
}

struct state_run state_run(const struct state *state)
{
    return state->run;
}

void state_set_run(struct state *state, struct state_run run)
{
    state->run = run;
}

size_t state_waiting(const struct state *state)
{
    size_t count = 0;
    for (size_t i = 0; i < state->count; i++)
        count += does_wait(state->rows[i]) ? state->rows[i]->row.held : 0;
    return count;
}

static bool is_kept(const struct row *row, int64_t now_s)
{
    return !row->is_continued && !row->is_over && (!row->is_replaced || does_wait(row)) &&
           (row->is_met || row->row.met_s + FORGET_AFTER_S > now_s);
}

static void write_rows(const struct state *state, FILE *out)
{
    int64_t now_s = state_now_s();
    for (size_t i = 0; i < state->count; i++) {
        struct row *row = state->rows[i];
        if (row->is_met)
            row->row.met_s = now_s;
        if (is_kept(row, now_s))
            state_file_write_row(out, &row->row, row->key);
    }
}

/* A line is there or not: half of one would make the whole file unreadable. That the disk is full
 * is told when the state is saved. */
static void append_line(int file, const char *text, size_t length)
{
    off_t end = lseek(file, 0, SEEK_END);
    if (end >= 0 && write(file, text, length) != (ssize_t)length)
        (void)!ftruncate(file, end);
}

/* The file may have no line yet. */
void state_announce(struct state *state, const struct incident *incident)
{
    char *text = NULL;
    size_t length;
    int file = fileno(state->lock);
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    if (lseek(file, 0, SEEK_END) == 0)
        state_file_write_head(stream, (struct state_run){0});
    duplicates_announce(incident, stream);
    fclose(stream);
    append_line(file, text, length);
    free(text);
}

struct error *state_save(struct state *state, struct state_run run)
{
    struct atomic_file *file;
    FILE *out;
    struct error *error = atomic_file_create_alone(state->path, &file, &out);
    if (error)
        return error;
    state_file_write_head(out, run);
    write_rows(state, out);
    duplicates_save(state->duplicates, out);
    return atomic_file_finish(file);
}
