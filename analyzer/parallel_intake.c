#include "analyzer/parallel_intake.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/intake_item.h"
#include "parsers/source/names.h"

#define NOBODY SIZE_MAX

struct workers;

/* Something the user named; a directory has many jobs. */
struct operand {
    const char *path;
    struct passed_over not_text; /* below it */
};

struct job {
    struct workers *workers;
    size_t number;
    struct operand *operand;
    struct slice file; /* found below the operand; empty: the operand itself */
    struct intake_items waiting;
    struct passed_over *not_text; /* NULL: nothing of it was passed over */
    bool is_done;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    struct arena *arena; /* of the jobs */
    struct job **jobs;
    size_t count, next, turn;
    size_t undone;      /* jobs */
    size_t weight;      /* of all that waits */
    struct names files; /* of all jobs */
    struct search_pool *search_pool;
    const struct intake_sink *sink;
    atomic_bool *stop;
    struct progress *progress;
};

/* Deliver what waited; the lock is held, but not while the sink works: only the turn is. */
static void drain(struct job *job)
{
    struct workers *workers = job->workers;
    while (!STAILQ_EMPTY(&job->waiting)) {
        struct intake_item *item = STAILQ_FIRST(&job->waiting);
        STAILQ_REMOVE_HEAD(&job->waiting, next);
        workers->weight -= item->weight;
        pthread_mutex_unlock(&workers->lock);
        intake_item_deliver(item, workers->sink);
        pthread_mutex_lock(&workers->lock);
    }
}

static void yield(struct job *job, struct intake_item *item)
{
    struct workers *workers = job->workers;
    pthread_mutex_lock(&workers->lock);
    while (workers->turn != NOBODY && job->number != workers->turn &&
           workers->weight + item->weight > PARALLEL_WAITING_MAX)
        pthread_cond_wait(&workers->turned, &workers->lock);
    workers->weight += item->weight;
    STAILQ_INSERT_TAIL(&job->waiting, item, next);
    if (job->number == workers->turn)
        drain(job);
    pthread_mutex_unlock(&workers->lock);
}

static void yield_incident(void *context, struct incident *incident)
{
    yield(context, intake_item_of_incident(incident));
}

static void yield_covered(void *context, const struct coverage *coverage)
{
    yield(context, intake_item_of_coverage(coverage));
}

static void yield_failed(void *context, const char *path, const char *what)
{
    yield(context, intake_item_of_words(INTAKE_FAILED, path, what));
}

static void yield_noted(void *context, const char *path, const char *what)
{
    yield(context, intake_item_of_words(INTAKE_NOTED, path, what));
}

static void yield_continuation(void *context, const struct continuation *continuation)
{
    yield(context, intake_item_of_continuation(continuation));
}

static void await_turn(void *context)
{
    const struct job *job = context;
    struct workers *workers = job->workers;
    pthread_mutex_lock(&workers->lock);
    while (job->number != workers->turn)
        pthread_cond_wait(&workers->turned, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
}

/* The turn goes on, over all jobs that are done already, to the first that still reads. */
static void pass_turn(struct workers *workers)
{
    for (; workers->turn < workers->count && workers->jobs[workers->turn]->is_done; workers->turn++)
        drain(workers->jobs[workers->turn]);
    pthread_cond_broadcast(&workers->turned);
}

static void finish(struct job *job)
{
    struct workers *workers = job->workers;
    pthread_mutex_lock(&workers->lock);
    job->is_done = true;
    if (--workers->undone == 0)
        search_pool_end(workers->search_pool);
    if (job->number == workers->turn)
        pass_turn(workers);
    pthread_mutex_unlock(&workers->lock);
}

static struct job *next_job(struct workers *workers)
{
    struct job *job = NULL;
    pthread_mutex_lock(&workers->lock);
    while (workers->next < workers->count && workers->jobs[workers->next]->is_done)
        workers->next++;
    if (workers->next < workers->count)
        job = workers->jobs[workers->next++];
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static struct intake_sink sink_of(struct job *job)
{
    const struct workers *workers = job->workers;
    return (struct intake_sink){.context = job,
                                .incident = yield_incident,
                                .covered = yield_covered,
                                .failed = yield_failed,
                                .noted = yield_noted,
                                .continuation = yield_continuation,
                                .await = await_turn,
                                .dumps = workers->sink->dumps,
                                .search_pool = workers->search_pool,
                                .state = workers->sink->state,
                                .files = &workers->files};
}

static void read_found(struct job *job, const struct intake_sink *sink)
{
    struct passed_over passed_over = {.root = job->operand->path};
    intake_read_found(job->file.data, sink, job->workers->stop, job->workers->progress,
                      &passed_over);
    if (!passed_over.count)
        return;
    job->not_text = must_allocate(sizeof *job->not_text);
    *job->not_text = passed_over;
}

/* After a stop nothing is opened, but the turn must pass over it. */
static void read_job(struct job *job)
{
    struct workers *workers = job->workers;
    const struct intake_sink sink = sink_of(job);
    if (*workers->stop)
        return;
    if (job->file.length)
        read_found(job, &sink);
    else
        intake_read(job->operand->path, &sink, workers->stop, workers->progress);
}

static void *work(void *context)
{
    struct workers *workers = context;
    for (struct job *job; (job = next_job(workers));) {
        read_job(job);
        finish(job);
    }
    search_pool_help(workers->search_pool);
    return NULL;
}

static struct job *create_job(struct workers *workers, struct operand *operand)
{
    struct job *job = arena_allocate(workers->arena, sizeof *job);
    *job = (struct job){.workers = workers, .operand = operand};
    STAILQ_INIT(&job->waiting);
    return job;
}

static void add_job(struct job *job)
{
    struct workers *workers = job->workers;
    job->number = workers->count;
    *ARENA_PUSH(workers->arena, workers->jobs, workers->count) = job;
    workers->undone += !job->is_done;
}

static void add_file(void *context, const char *file)
{
    const struct job *listing = context;
    struct job *job = create_job(listing->workers, listing->operand);
    add_job(job);
    job->file = arena_copy(listing->workers->arena, slice_from_string(file));
}

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void list_files(struct job *job)
{
    const struct intake_sink sink = sink_of(job);
    intake_list(job->operand->path, &sink, job->workers->stop, add_file, job);
    job->is_done = true;
}

/* A directory has a job for each file below it, and one of its own, done when it is listed. Nobody
 * works yet, so what the listing yields waits without a bound: what fails, and pstore's parts,
 * which come last. */
static void add_operand(struct workers *workers, struct operand *operand)
{
    struct job *job = create_job(workers, operand);
    if (is_directory(operand->path))
        list_files(job);
    add_job(job);
}

static const char *path_of(const struct job *job)
{
    return job->file.length ? job->file.data : job->operand->path;
}

static void know_files(struct workers *workers)
{
    for (size_t i = 0; i < workers->count; i++)
        names_add(&workers->files, path_of(workers->jobs[i]));
    names_sort(&workers->files);
}

/* The files of one log may lie in several directories, or be named in any order ("kern.log" before
 * "kern.log.1"). What the listings yielded comes last: pstore's parts are of the ring buffer. */
static void put_in_order(struct workers *workers)
{
    struct job **jobs = must_allocate((workers->count + 1) * sizeof(struct job *));
    const char **paths = must_allocate((workers->count + 1) * sizeof *paths);
    size_t *order = must_allocate((workers->count + 1) * sizeof *order), number = 0;
    for (size_t i = 0; i < workers->count; i++) {
        jobs[i] = workers->jobs[i];
        paths[i] = path_of(jobs[i]);
    }
    names_order(paths, workers->count, order);
    for (int is_done = 0; is_done <= 1; is_done++)
        for (size_t i = 0; i < workers->count; i++)
            if (jobs[order[i]]->is_done == is_done)
                workers->jobs[number++] = jobs[order[i]];
    for (size_t i = 0; i < workers->count; i++)
        workers->jobs[i]->number = i;
    free(order);
    free(paths);
    free(jobs);
}

static void start(struct workers *workers, size_t threads)
{
    pthread_t *crowd = must_allocate(threads * sizeof *crowd);
    size_t started = 0;
    while (started + 1 < threads && pthread_create(&crowd[started], NULL, work, workers) == 0)
        started++;
    work(workers); /* this thread is one of them, and enough when no other could be started */
    while (started)
        pthread_join(crowd[--started], NULL);
    free(crowd);
}

static void join_not_text(const struct workers *workers)
{
    for (size_t i = 0; i < workers->count; i++) {
        struct job *job = workers->jobs[i];
        if (job->not_text)
            passed_over_join(&job->operand->not_text, job->not_text);
        free(job->not_text);
    }
}

/* As one walk would say it. */
static void tell_not_text(const struct workers *workers, const struct operand *operand)
{
    if (!operand->not_text.count)
        return;
    char *words = passed_over_words(&operand->not_text);
    workers->sink->noted(workers->sink->context, operand->path, words);
    free(words);
}

void parallel_intake_read(char *const *paths, size_t count, int threads,
                          const struct intake_sink *sink, atomic_bool *stop,
                          struct progress *progress)
{
    struct workers workers = {.arena = arena_create(),
                              .turn = NOBODY, /* until all jobs are known */
                              .search_pool = threads > 1 ? search_pool_create(SEARCH_PIECE) : NULL,
                              .sink = sink,
                              .stop = stop,
                              .progress = progress};
    struct operand *operands = must_allocate(count * sizeof *operands);
    pthread_mutex_init(&workers.lock, NULL);
    pthread_cond_init(&workers.turned, NULL);
    for (size_t i = 0; i < count; i++) {
        operands[i].path = paths[i];
        add_operand(&workers, &operands[i]);
    }
    put_in_order(&workers);
    know_files(&workers);
    workers.turn = 0;
    pthread_mutex_lock(&workers.lock);
    pass_turn(&workers); /* over what is done by listing alone */
    if (workers.undone == 0)
        search_pool_end(workers.search_pool);
    pthread_mutex_unlock(&workers.lock);
    start(&workers, (size_t)threads);
    join_not_text(&workers);
    for (size_t i = 0; i < count; i++)
        tell_not_text(&workers, &operands[i]);
    pthread_cond_destroy(&workers.turned);
    pthread_mutex_destroy(&workers.lock);
    search_pool_destroy(workers.search_pool);
    names_free(&workers.files);
    arena_destroy(workers.arena);
    free(operands);
}
