/* A file of any kind: what is it, and which streams of bytes does it hold? */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parsers/source/source.h"
#include "tests/fuzz/target.h"

enum { ENOUGH = 4 * 1024 * 1024 }; /* of one stream: decompressors make much of little */

struct walk {
    size_t bytes;
    bool is_open;
};

static bool begin(void *context, const char *path, enum source_kind kind)
{
    struct walk *walk = context;
    (void)kind;
    if (walk->is_open || !path)
        abort();
    walk->is_open = true;
    walk->bytes = 0;
    return true;
}

static bool take(void *context, const char *data, size_t length)
{
    struct walk *walk = context;
    volatile char last = 0;
    if (!walk->is_open)
        abort();
    for (size_t i = 0; i < length; i++) /* a sanitizer watches */
        last = data[i];
    (void)last;
    walk->bytes += length;
    return walk->bytes < ENOUGH;
}

static void end(void *context)
{
    struct walk *walk = context;
    if (!walk->is_open)
        abort();
    walk->is_open = false;
}

static void failed(void *context, const char *path, struct error *error)
{
    (void)context;
    if (!path || !error_message(error)[0])
        abort();
    error_destroy(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0)
        return 0;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct walk walk = {0};
    const struct source_visitor visitor = {
        .context = &walk, .begin = begin, .data = take, .end = end, .failed = failed};
    if (write(file, data, size) == (ssize_t)size)
        source_walk(path, &visitor);
    close(file);
    return 0;
}
