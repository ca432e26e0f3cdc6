/*
 * Preloaded into a reader of a dump: notes which pages of the file it reads, for shrink.py.
 *
 * Each read of a file larger than 16 MiB is a line "OFFSET LENGTH" in the file that $TOUCHED names.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(int file, off_t offset, size_t length)
{
    struct stat status;
    char line[64];
    const char *path = getenv("TOUCHED");
    if (!path || fstat(file, &status) < 0 || status.st_size < (16 << 20))
        return;
    int out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int used = snprintf(line, sizeof line, "%lld %zu\n", (long long)offset, length);
    if (out >= 0 && write(out, line, (size_t)used) != used)
        abort();
    close(out);
}

ssize_t pread(int file, void *buffer, size_t length, off_t offset)
{
    ssize_t (*next)(int, void *, size_t, off_t) =
        (ssize_t(*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread");
    note(file, offset, length);
    return next(file, buffer, length, offset);
}

ssize_t pread64(int file, void *buffer, size_t length, off_t offset)
{
    return pread(file, buffer, length, offset);
}
