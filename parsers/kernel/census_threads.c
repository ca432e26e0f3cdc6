#define _GNU_SOURCE /* sched_getaffinity */
#include "parsers/kernel/census_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/frames.h"

enum {
    THREADS_MAX = 8,
    SHARE_SHIFT = 15, /* frames of a share: 2 MiB of the memory map; no free block lies in two */
};

/* The shares are taken in turn, by whoever has time. */
struct work {
    atomic_uint_fast64_t next;
    uint64_t count;
};

struct worker {
    struct work *work;
    struct kernel *kernel; /* NULL: the caller's */
    struct memory_map map;
    struct census_tools tools;
    struct page_census census;
    pthread_t thread;
};

unsigned census_threads_size(void)
{
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    return count < 1 ? 1 : count < THREADS_MAX ? (unsigned)count : THREADS_MAX;
}

static uint64_t last_frame(const struct kernel *kernel)
{
    uint64_t first = 0, end = 0;
    while (kernel->frames->next_memory(kernel->frames->context, &first, &end) && end > first)
        first = end;
    return end;
}

static void *work_on(void *context)
{
    struct worker *worker = context;
    uint64_t share;
    while ((share = atomic_fetch_add(&worker->work->next, 1)) < worker->work->count)
        page_census_count(&worker->census, &worker->tools, share << SHARE_SHIFT,
                          (share + 1) << SHARE_SHIFT);
    return NULL;
}

static bool start(struct worker *worker, struct work *work, const struct census_tools *tools)
{
    const struct kernel_readers *readers = tools->map->kernel->readers;
    worker->work = work;
    worker->tools = *tools;
    worker->tools.map = &worker->map;
    worker->kernel = readers ? readers->open(readers->context) : NULL;
    if (!worker->kernel)
        return false;
    page_census_init(&worker->census);
    if (memory_map_init(&worker->map, worker->kernel) &&
        pthread_create(&worker->thread, NULL, work_on, worker) == 0)
        return true;
    page_census_deinit(&worker->census);
    readers->close(worker->kernel);
    return false;
}

void census_threads_count(struct page_census *census, const struct census_tools *tools,
                          unsigned threads)
{
    const struct kernel *kernel = tools->map->kernel;
    struct worker *workers = must_allocate(THREADS_MAX * sizeof *workers);
    uint64_t end = last_frame(kernel);
    struct work work = {.count = (end >> SHARE_SHIFT) + 1};
    unsigned started = 0;
    threads = threads < THREADS_MAX ? threads : THREADS_MAX;
    while (started + 1 < threads && started + 1 < work.count &&
           start(&workers[started], &work, tools))
        started++;
    struct worker own = {.work = &work, .tools = *tools, .census = *census};
    work_on(&own);
    *census = own.census;
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        page_census_add(census, &workers[i].census);
        page_census_deinit(&workers[i].census);
        kernel->readers->close(workers[i].kernel);
    }
    free(workers);
}
