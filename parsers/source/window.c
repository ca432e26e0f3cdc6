#define _GNU_SOURCE /* mremap */
#include "parsers/source/window.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/now.h"
#include "analyzer/base/read_at.h"

enum way { COPY, MAP, WAYS };

enum {
    TRIALS = 8,                     /* windows, half of them each way */
    TRIAL_MAPPED = 2 * 1024 * 1024, /* bytes */
    ALIGNMENT = 64 * 1024,          /* the largest page of any machine */
};

struct window {
    char *block;         /* copied to */
    struct slice mapped; /* or empty */
    bool cannot_map;
    unsigned tried;       /* windows */
    double fastest[WAYS]; /* microseconds a byte; 0: not tried */
    enum way way;         /* of the last window */
    size_t length;        /* of it */
    int64_t began;        /* microseconds */
};

struct window *window_create(void)
{
    return must_allocate(sizeof(struct window));
}

static void unmap(struct window *window)
{
    if (window->mapped.length)
        munmap((void *)(uintptr_t)window->mapped.data, window->mapped.length);
    window->mapped = SLICE("");
}

void window_destroy(struct window *window)
{
    if (!window)
        return;
    unmap(window);
    free(window->block);
    free(window);
}

/* ---- which way */

/* The last window has been used up. */
static void judge(struct window *window)
{
    int64_t now = now_monotonic_us();
    if (window->length) {
        double pace = (double)(now - window->began) / (double)window->length;
        double *fastest = &window->fastest[window->way];
        *fastest = *fastest == 0 || pace < *fastest ? pace : *fastest;
        window->tried++;
    }
    window->began = now;
}

static enum way choose(const struct window *window, uint64_t offset, uint64_t length)
{
    bool is_worth_mapping = length >= WINDOW_COPIED && offset % ALIGNMENT == 0;
    if (!is_worth_mapping || window->cannot_map)
        return COPY;
    if (window->tried < TRIALS)
        return window->tried % WAYS;
    return window->fastest[MAP] < window->fastest[COPY] ? MAP : COPY;
}

/* ---- each way */

static struct slice map(int file, uint64_t offset, size_t length)
{
    void *start = mmap(NULL, length, PROT_READ, MAP_SHARED, file, (off_t)offset);
    if (start == MAP_FAILED)
        return SLICE("");
    madvise(start, length, MADV_SEQUENTIAL);
    return slice_of(start, length);
}

static bool copy(struct window *window, int file, uint64_t offset, size_t length, struct slice *ret)
{
    if (!window->block)
        window->block = must_allocate_pages(WINDOW_COPIED);
    size_t got = read_at(file, window->block, length, offset);
    *ret = slice_of(window->block, got);
    return got || length == 0 || errno == 0;
}

static size_t at_most(uint64_t length, size_t most)
{
    return length < most ? (size_t)length : most;
}

bool window_take(struct window *window, int file, uint64_t offset, uint64_t length,
                 struct slice *ret)
{
    unmap(window);
    if (window->tried < TRIALS)
        judge(window);
    window->way = choose(window, offset, length);
    if (window->way == MAP) {
        size_t most = window->tried < TRIALS ? TRIAL_MAPPED : WINDOW_MAPPED;
        window->mapped = map(file, offset, at_most(length, most));
        window->cannot_map = window->mapped.length == 0;
    }
    *ret = window->mapped;
    bool is_done = true;
    if (ret->length == 0) {
        window->way = COPY;
        is_done = copy(window, file, offset, at_most(length, WINDOW_COPIED), ret);
    }
    window->length = ret->length;
    return is_done;
}

/* Where the handler of truncation.h put a page of zeros there are several mappings, and such do not
 * grow (tried with 5.10, 6.18 and 7.2). */
bool window_is_whole(struct window *window)
{
    size_t length = window->mapped.length;
    if (length == 0)
        return true;
    void *start = (void *)(uintptr_t)window->mapped.data;
    if (mremap(start, length, length + ALIGNMENT, 0) != MAP_FAILED)
        window->mapped.length += ALIGNMENT;
    else if (errno == EFAULT)
        return false;
    return true;
}
