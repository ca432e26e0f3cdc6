#define _GNU_SOURCE /* strdup */
#include "analyzer/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>

enum item_kind { ITEM_INCIDENT, ITEM_COVERED, ITEM_FAILED, ITEM_NOTED };

/* Something that an input yielded before its turn. */
struct item {
    STAILQ_ENTRY(item) next;
    enum item_kind kind;
    struct incident *incident;
    struct coverage coverage;
    char *path, *what;
    size_t weight;
};

STAILQ_HEAD(item_list, item);

struct crew;

struct job {
    struct crew *crew;
    size_t number;
    const char *path;
    struct item_list waiting;
    bool is_done;
};

struct crew {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    struct job *jobs;
    size_t count, next, turn;
    size_t weight; /* of all that waits */
    const struct intake_sink *sink;
    atomic_bool *stop;
    struct progress *progress;
};

static void item_deliver(struct item *item, const struct intake_sink *sink)
{
    switch (item->kind) {
    case ITEM_INCIDENT:
        sink->incident(sink->context, item->incident);
        break;
    case ITEM_COVERED:
        sink->covered(sink->context, &item->coverage);
        break;
    case ITEM_FAILED:
        sink->failed(sink->context, item->path, item->what);
        break;
    case ITEM_NOTED:
        sink->noted(sink->context, item->path, item->what);
        break;
    }
    free(item->path);
    free(item->what);
    free(item);
}

/* Deliver what waited; the lock is held, but not while the sink works: only the turn is. */
static void drain(struct job *job)
{
    struct crew *crew = job->crew;
    while (!STAILQ_EMPTY(&job->waiting)) {
        struct item *item = STAILQ_FIRST(&job->waiting);
        STAILQ_REMOVE_HEAD(&job->waiting, next);
        crew->weight -= item->weight;
        pthread_mutex_unlock(&crew->lock);
        item_deliver(item, crew->sink);
        pthread_mutex_lock(&crew->lock);
    }
}

static void yield(struct job *job, struct item *item)
{
    struct crew *crew = job->crew;
    pthread_mutex_lock(&crew->lock);
    while (job->number != crew->turn && crew->weight + item->weight > CREW_WAITING_MAX)
        pthread_cond_wait(&crew->turned, &crew->lock);
    crew->weight += item->weight;
    STAILQ_INSERT_TAIL(&job->waiting, item, next);
    if (job->number == crew->turn)
        drain(job);
    pthread_mutex_unlock(&crew->lock);
}

static struct item *item_create(enum item_kind kind)
{
    struct item *item = must_allocate(sizeof *item);
    item->kind = kind;
    item->weight = sizeof *item;
    return item;
}

static void yield_incident(void *context, struct incident *incident)
{
    struct item *item = item_create(ITEM_INCIDENT);
    item->incident = incident;
    item->weight += arena_used(incident->arena);
    yield(context, item);
}

static void yield_covered(void *context, const struct coverage *coverage)
{
    struct item *item = item_create(ITEM_COVERED);
    item->coverage = *coverage;
    yield(context, item);
}

static char *must_copy(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        die_out_of_memory();
    return copy;
}

static void yield_words(struct job *job, enum item_kind kind, const char *path, const char *what)
{
    struct item *item = item_create(kind);
    item->path = must_copy(path);
    item->what = must_copy(what);
    yield(job, item);
}

static void yield_failed(void *context, const char *path, const char *what)
{
    yield_words(context, ITEM_FAILED, path, what);
}

static void yield_noted(void *context, const char *path, const char *what)
{
    yield_words(context, ITEM_NOTED, path, what);
}

/* The turn goes on, over all jobs that are done already, to the first that still reads. */
static void finish(struct job *job)
{
    struct crew *crew = job->crew;
    pthread_mutex_lock(&crew->lock);
    job->is_done = true;
    if (job->number == crew->turn) {
        for (; crew->turn < crew->count && crew->jobs[crew->turn].is_done; crew->turn++)
            drain(&crew->jobs[crew->turn]);
        pthread_cond_broadcast(&crew->turned);
    }
    pthread_mutex_unlock(&crew->lock);
}

static struct job *next_job(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    struct job *job = crew->next < crew->count ? &crew->jobs[crew->next++] : NULL;
    pthread_mutex_unlock(&crew->lock);
    return job;
}

static void *work(void *context)
{
    struct crew *crew = context;
    for (struct job *job; (job = next_job(crew));) {
        const struct intake_sink sink = {job, yield_incident, yield_covered, yield_failed,
                                         yield_noted};
        intake_read(job->path, &sink, crew->stop, crew->progress);
        finish(job);
    }
    return NULL;
}

void crew_read(char *const *paths, size_t count, int threads, const struct intake_sink *sink,
               atomic_bool *stop, struct progress *progress)
{
    struct crew crew = {.jobs = must_allocate(count * sizeof(struct job)),
                        .count = count,
                        .sink = sink,
                        .stop = stop,
                        .progress = progress};
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.turned, NULL);
    for (size_t i = 0; i < count; i++) {
        crew.jobs[i] = (struct job){.crew = &crew, .number = i, .path = paths[i]};
        STAILQ_INIT(&crew.jobs[i].waiting);
    }
    pthread_t *crowd = must_allocate((size_t)threads * sizeof *crowd);
    size_t started = 0;
    while (started + 1 < (size_t)threads && started + 1 < count &&
           pthread_create(&crowd[started], NULL, work, &crew) == 0)
        started++;
    work(&crew); /* this thread is one of the crew, and enough when no other could be started */
    while (started)
        pthread_join(crowd[--started], NULL);
    pthread_cond_destroy(&crew.turned);
    pthread_mutex_destroy(&crew.lock);
    free(crowd);
    free(crew.jobs);
}
