#define _GNU_SOURCE /* pthread_timedjoin_np */
#include "tui/reading.h"

#include "analyzer/base/now.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct reading {
    struct pipeline_options options;
    char *const *paths;
    size_t paths_count;
    const char *database; /* NULL: the paths are read */
    uint64_t total;
    int64_t start_us, end_us;
    struct progress *progress;
    atomic_bool stop, is_running;
    pthread_t thread;
    bool has_thread;
    struct pipeline_totals totals;
    pthread_mutex_t lock;   /* of what follows */
    struct entry **waiting; /* to be collected */
    size_t waiting_count, waiting_room;
    struct reading_note *notes;
};

static void take_entry(struct reading *reading, struct entry *entry)
{
    pthread_mutex_lock(&reading->lock);
    if (reading->waiting_count == reading->waiting_room) {
        reading->waiting_room = reading->waiting_room ? 2 * reading->waiting_room : 64;
        reading->waiting =
            must_reallocate(reading->waiting, reading->waiting_room * sizeof *reading->waiting);
    }
    reading->waiting[reading->waiting_count++] = entry;
    pthread_mutex_unlock(&reading->lock);
}

static void take_incident(void *context, struct incident *incident, uint64_t number)
{
    take_entry(context, entry_create(incident, number));
}

static void take_note(void *context, const char *path, const char *what)
{
    struct reading *reading = context;
    struct reading_note *note = must_allocate(sizeof *note);
    note->path = must_copy(slice_from_string(path));
    note->what = must_copy(slice_from_string(what));
    pthread_mutex_lock(&reading->lock);
    note->next = reading->notes;
    reading->notes = note;
    pthread_mutex_unlock(&reading->lock);
}

static bool list_row(void *context, const struct store_row *row)
{
    struct reading *reading = context;
    take_entry(reading, entry_create_stored(row, ++reading->totals.incidents));
    return !reading->stop;
}

static void run_store(struct reading *reading)
{
    struct store *store = NULL;
    struct error *error = store_open(reading->database, take_note, reading, &store);
    if (!error)
        error = store_each(store, &(struct store_query){0}, list_row, reading);
    if (error) {
        take_note(reading, reading->database, error_message(error));
        reading->totals.failures++;
    }
    error_destroy(error);
    store_destroy(store);
}

static void *run(void *context)
{
    struct reading *reading = context;
    const struct pipeline_sink sink = {reading, take_incident, NULL, take_note, take_note};
    if (reading->database)
        run_store(reading);
    else
        reading->totals =
            pipeline_run(&reading->options, reading->paths, reading->paths_count, &sink);
    reading->end_us = now_monotonic_us();
    reading->is_running = false;
    return NULL;
}

/* Signals are the browser's, which waits for them; the thread takes none. */
static void start_thread(struct reading *reading)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    reading->has_thread = pthread_create(&reading->thread, NULL, run, reading) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!reading->has_thread)
        run(reading); /* then the browser opens when all is read */
}

static struct reading *reading_create(const struct pipeline_options *options)
{
    struct reading *reading = must_allocate(sizeof *reading);
    reading->options = *options;
    reading->progress = progress_create_silent();
    reading->options.progress = reading->progress;
    reading->options.stop = &reading->stop;
    reading->start_us = now_monotonic_us();
    reading->is_running = true;
    pthread_mutex_init(&reading->lock, NULL);
    return reading;
}

struct reading *reading_start(const struct pipeline_options *options, char *const *paths,
                              size_t count, uint64_t total)
{
    struct reading *reading = reading_create(options);
    reading->paths = paths;
    reading->paths_count = count;
    reading->total = total;
    start_thread(reading);
    return reading;
}

struct reading *reading_start_store(const char *path)
{
    const struct pipeline_options none = {0};
    struct reading *reading = reading_create(&none);
    reading->database = path;
    start_thread(reading);
    return reading;
}

size_t reading_collect(struct reading *reading, struct catalogue *catalogue)
{
    pthread_mutex_lock(&reading->lock);
    struct entry **found = reading->waiting;
    size_t count = reading->waiting_count;
    reading->waiting = NULL;
    reading->waiting_count = reading->waiting_room = 0;
    pthread_mutex_unlock(&reading->lock);
    for (size_t i = 0; i < count; i++)
        catalogue_put(catalogue, found[i]);
    free(found);
    return count;
}

struct reading_state reading_state(struct reading *reading)
{
    bool is_running = reading->is_running;
    return (struct reading_state){
        .is_running = is_running,
        .is_stopping = reading->stop,
        .bytes = progress_bytes(reading->progress),
        .total = reading->total,
        .elapsed_us = (is_running ? now_monotonic_us() : reading->end_us) - reading->start_us,
    };
}

const struct reading_note *reading_notes(struct reading *reading)
{
    pthread_mutex_lock(&reading->lock);
    const struct reading_note *notes = reading->notes;
    pthread_mutex_unlock(&reading->lock);
    return notes;
}

void reading_stop(struct reading *reading)
{
    reading->stop = true;
}

enum { PATIENCE_S = 1 };

bool reading_finish(struct reading *reading, struct pipeline_totals *ret)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    if (reading->has_thread && pthread_timedjoin_np(reading->thread, NULL, &until) != 0)
        return false;
    reading->has_thread = false;
    *ret = reading->totals;
    return true;
}

void reading_destroy(struct reading *reading)
{
    if (!reading)
        return;
    for (size_t i = 0; i < reading->waiting_count; i++)
        entry_destroy(reading->waiting[i]);
    free(reading->waiting);
    while (reading->notes) {
        struct reading_note *next = reading->notes->next;
        free(reading->notes->path);
        free(reading->notes->what);
        free(reading->notes);
        reading->notes = next;
    }
    pthread_mutex_destroy(&reading->lock);
    progress_destroy(reading->progress);
    free(reading);
}
