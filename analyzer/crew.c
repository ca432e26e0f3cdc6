#include "analyzer/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/intake_item.h"
#include "parsers/source/names.h"

#define NOBODY SIZE_MAX

struct crew;

/* Something the user named; a directory has many jobs. */
struct operand {
    const char *path;
    size_t not_text; /* files below it that were passed over */
};

struct job {
    struct crew *crew;
    size_t number;
    struct operand *operand;
    struct slice file; /* found below the operand; empty: the operand itself */
    struct intake_items waiting;
    bool is_done;
};

struct crew {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    struct arena *arena; /* of the jobs */
    struct job **jobs;
    size_t count, next, turn;
    size_t undone; /* jobs */
    size_t weight; /* of all that waits */
    struct scouts *scouts;
    const struct intake_sink *sink;
    atomic_bool *stop;
    struct progress *progress;
};

/* Deliver what waited; the lock is held, but not while the sink works: only the turn is. */
static void drain(struct job *job)
{
    struct crew *crew = job->crew;
    while (!STAILQ_EMPTY(&job->waiting)) {
        struct intake_item *item = STAILQ_FIRST(&job->waiting);
        STAILQ_REMOVE_HEAD(&job->waiting, next);
        crew->weight -= item->weight;
        pthread_mutex_unlock(&crew->lock);
        intake_item_deliver(item, crew->sink);
        pthread_mutex_lock(&crew->lock);
    }
}

static void yield(struct job *job, struct intake_item *item)
{
    struct crew *crew = job->crew;
    pthread_mutex_lock(&crew->lock);
    while (crew->turn != NOBODY && job->number != crew->turn &&
           crew->weight + item->weight > CREW_WAITING_MAX)
        pthread_cond_wait(&crew->turned, &crew->lock);
    crew->weight += item->weight;
    STAILQ_INSERT_TAIL(&job->waiting, item, next);
    if (job->number == crew->turn)
        drain(job);
    pthread_mutex_unlock(&crew->lock);
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

static void yield_continuation(void *context, const char *path, struct slice host, uint64_t end)
{
    yield(context, intake_item_of_continuation(path, host, end));
}

static void await_turn(void *context)
{
    const struct job *job = context;
    struct crew *crew = job->crew;
    pthread_mutex_lock(&crew->lock);
    while (job->number != crew->turn)
        pthread_cond_wait(&crew->turned, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

/* The turn goes on, over all jobs that are done already, to the first that still reads. */
static void pass_turn(struct crew *crew)
{
    for (; crew->turn < crew->count && crew->jobs[crew->turn]->is_done; crew->turn++)
        drain(crew->jobs[crew->turn]);
    pthread_cond_broadcast(&crew->turned);
}

static void finish(struct job *job, bool is_text)
{
    struct crew *crew = job->crew;
    pthread_mutex_lock(&crew->lock);
    job->operand->not_text += !is_text;
    job->is_done = true;
    if (--crew->undone == 0)
        scouts_end(crew->scouts);
    if (job->number == crew->turn)
        pass_turn(crew);
    pthread_mutex_unlock(&crew->lock);
}

static struct job *next_job(struct crew *crew)
{
    struct job *job = NULL;
    pthread_mutex_lock(&crew->lock);
    while (crew->next < crew->count && crew->jobs[crew->next]->is_done)
        crew->next++;
    if (crew->next < crew->count)
        job = crew->jobs[crew->next++];
    pthread_mutex_unlock(&crew->lock);
    return job;
}

static struct intake_sink sink_of(struct job *job, struct listing *listing)
{
    const struct crew *crew = job->crew;
    return (struct intake_sink){.context = job,
                                .incident = yield_incident,
                                .covered = yield_covered,
                                .failed = yield_failed,
                                .noted = yield_noted,
                                .continuation = yield_continuation,
                                .await = await_turn,
                                .dumps = crew->sink->dumps,
                                .scouts = crew->scouts,
                                .state = crew->sink->state,
                                .inputs = crew->sink->inputs,
                                .inputs_count = crew->sink->inputs_count,
                                .listing = listing};
}

/* False: it holds no text. After a stop nothing is opened, but the turn must pass over it. */
static bool read_job(struct job *job, struct listing *listing)
{
    struct crew *crew = job->crew;
    const struct intake_sink sink = sink_of(job, listing);
    if (*crew->stop)
        return true;
    if (job->file.length)
        return intake_read_found(job->file.data, &sink, crew->stop, crew->progress);
    intake_read(job->operand->path, &sink, crew->stop, crew->progress);
    return true;
}

static void *work(void *context)
{
    struct crew *crew = context;
    struct listing listing = {0};
    for (struct job *job; (job = next_job(crew));)
        finish(job, read_job(job, &listing));
    listing_free(&listing);
    scouts_help(crew->scouts);
    return NULL;
}

static struct job *create_job(struct crew *crew, struct operand *operand)
{
    struct job *job = arena_allocate(crew->arena, sizeof *job);
    *job = (struct job){.crew = crew, .operand = operand};
    STAILQ_INIT(&job->waiting);
    return job;
}

static void add_job(struct job *job)
{
    struct crew *crew = job->crew;
    job->number = crew->count;
    *ARENA_PUSH(crew->arena, crew->jobs, crew->count) = job;
    crew->undone += !job->is_done;
}

static void add_file(void *context, const char *file)
{
    const struct job *listing = context;
    struct job *job = create_job(listing->crew, listing->operand);
    add_job(job);
    job->file = arena_copy(listing->crew->arena, slice_from_string(file));
}

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void list_files(struct job *job)
{
    struct listing listing = {0};
    const struct intake_sink sink = sink_of(job, &listing);
    intake_list(job->operand->path, &sink, job->crew->stop, add_file, job);
    listing_free(&listing);
    job->is_done = true;
}

/* A directory has a job for each file below it, and one of its own, done when it is listed. Nobody
 * works yet, so what the listing yields waits without a bound: what fails, and pstore's parts,
 * which come last. */
static void add_operand(struct crew *crew, struct operand *operand)
{
    struct job *job = create_job(crew, operand);
    if (is_directory(operand->path))
        list_files(job);
    add_job(job);
}

static void start(struct crew *crew, size_t threads)
{
    pthread_t *crowd = must_allocate(threads * sizeof *crowd);
    size_t started = 0;
    while (started + 1 < threads && pthread_create(&crowd[started], NULL, work, crew) == 0)
        started++;
    work(crew); /* this thread is one of the crew, and enough when no other could be started */
    while (started)
        pthread_join(crowd[--started], NULL);
    free(crowd);
}

/* As one walk would say it. */
static void tell_not_text(const struct crew *crew, const struct operand *operand)
{
    char what[64];
    if (!operand->not_text)
        return;
    snprintf(what, sizeof what, "%zu %s", operand->not_text,
             operand->not_text == 1 ? "file holds no text and was passed over"
                                    : "files hold no text and were passed over");
    crew->sink->noted(crew->sink->context, operand->path, what);
}

void crew_read(char *const *paths, size_t count, int threads, const struct intake_sink *sink,
               atomic_bool *stop, struct progress *progress)
{
    struct crew crew = {.arena = arena_create(),
                        .turn = NOBODY, /* until all jobs are known */
                        .scouts = scouts_create(SCOUT_PIECE),
                        .sink = sink,
                        .stop = stop,
                        .progress = progress};
    struct operand *operands = must_allocate(count * sizeof *operands);
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.turned, NULL);
    for (size_t i = 0; i < count; i++) {
        operands[i].path = paths[i];
        add_operand(&crew, &operands[i]);
    }
    crew.turn = 0;
    pthread_mutex_lock(&crew.lock);
    pass_turn(&crew); /* over what is done by listing alone */
    if (crew.undone == 0)
        scouts_end(crew.scouts);
    pthread_mutex_unlock(&crew.lock);
    start(&crew, (size_t)threads);
    for (size_t i = 0; i < count; i++)
        tell_not_text(&crew, &operands[i]);
    pthread_cond_destroy(&crew.turned);
    pthread_mutex_destroy(&crew.lock);
    scouts_destroy(crew.scouts);
    arena_destroy(crew.arena);
    free(operands);
}
