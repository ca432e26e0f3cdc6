#define _GNU_SOURCE /* isatty */
#include "analyzer/progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/now.h"
#include "analyzer/base/units.h"

/* Nothing in the first second: short inputs stay quiet. */
enum { FIRST_US = 1000 * 1000, STEP_US = 200 * 1000 };

struct progress {
    uint64_t total;
    int64_t start_us;
    _Atomic uint64_t bytes, incidents;
    _Atomic int64_t next_us;
    atomic_bool is_shown;
    bool is_silent;
};

struct progress *progress_create(uint64_t total)
{
    if (!isatty(STDERR_FILENO))
        return NULL;
    struct progress *progress = must_allocate(sizeof *progress);
    progress->total = total;
    progress->start_us = now_monotonic_us();
    progress->next_us = progress->start_us + FIRST_US;
    return progress;
}

struct progress *progress_create_silent(void)
{
    struct progress *progress = must_allocate(sizeof *progress);
    progress->is_silent = true;
    return progress;
}

uint64_t progress_bytes(struct progress *progress)
{
    return atomic_load(&progress->bytes);
}

static void show(struct progress *progress, uint64_t bytes, int64_t elapsed_us)
{
    struct arena *arena = arena_create();
    int64_t rate = (int64_t)((double)bytes / (double)elapsed_us * 1e6);
    struct slice done = bytes_print(arena, (int64_t)bytes), speed = bytes_print(arena, rate);
    struct slice left = SLICE("");
    if (bytes < progress->total && rate > 0) { /* else compressed, or still growing */
        int64_t left_us = (int64_t)((double)(progress->total - bytes) / (double)rate * 1e6);
        struct slice duration = duration_print(arena, left_us);
        left = arena_format(arena, ", %.*s left", SLICE_ARG(duration));
    }
    int64_t incidents = (int64_t)atomic_load(&progress->incidents);
    struct slice found = count_print(arena, incidents);
    fprintf(stderr, "\r\033[Kwhyoom: %.*s read, %.*s/s, %.*s incident%s%.*s", SLICE_ARG(done),
            SLICE_ARG(speed), SLICE_ARG(found), incidents == 1 ? "" : "s", SLICE_ARG(left));
    fflush(stderr);
    progress->is_shown = true;
    arena_destroy(arena);
}

void progress_advance(struct progress *progress, size_t bytes)
{
    if (!progress)
        return;
    uint64_t sum = atomic_fetch_add(&progress->bytes, bytes) + bytes;
    if (progress->is_silent)
        return;
    int64_t now = now_monotonic_us(), due = atomic_load(&progress->next_us);
    if (now >= due && atomic_compare_exchange_strong(&progress->next_us, &due, now + STEP_US))
        show(progress, sum, now - progress->start_us);
}

void progress_count_incident(struct progress *progress)
{
    if (progress)
        atomic_fetch_add(&progress->incidents, 1);
}

void progress_wipe(struct progress *progress)
{
    if (progress && atomic_exchange(&progress->is_shown, false))
        fputs("\r\033[K", stderr);
}

void progress_destroy(struct progress *progress)
{
    progress_wipe(progress);
    free(progress);
}
