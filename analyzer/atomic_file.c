#define _GNU_SOURCE /* asprintf, fdopen */
#include "analyzer/atomic_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

struct atomic_file {
    char *path, *temporary; /* temporary NULL: written where it stands */
    FILE *stream;
};

static struct error *failure(const char *path, int code)
{
    return error_create(ERROR_SYSTEM, "%s: cannot be written: %s", path, strerror(code));
}

static void destroy(struct atomic_file *file)
{
    if (file->stream)
        fclose(file->stream);
    free(file->temporary);
    free(file->path);
    free(file);
}

/* mkstemp() lets nobody else read; a page or a collector's file is for others. */
static void open_for_others(int descriptor)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)!fchmod(descriptor, 0666 & ~mask);
}

static bool is_device_or_pipe(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static FILE *open_temporary(struct atomic_file *file)
{
    if (asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0)
        die_out_of_memory();
    int descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return NULL;
    open_for_others(descriptor);
    return fdopen(descriptor, "w");
}

struct error *atomic_file_create(const char *path, struct atomic_file **ret, FILE **stream)
{
    struct atomic_file *file = must_allocate(sizeof *file);
    file->path = must_copy(slice_from_string(path));
    file->stream = is_device_or_pipe(path) ? fopen(path, "we") : open_temporary(file);
    *ret = file;
    *stream = file->stream;
    if (file->stream)
        return NULL;
    struct error *error = failure(path, errno);
    destroy(file);
    *ret = NULL;
    return error;
}

static bool put_in_place(const struct atomic_file *file)
{
    return !file->temporary ||
           (fsync(fileno(file->stream)) == 0 && rename(file->temporary, file->path) == 0);
}

struct error *atomic_file_finish(struct atomic_file *file)
{
    bool is_written = !ferror(file->stream) && fflush(file->stream) == 0 && put_in_place(file);
    struct error *error = is_written ? NULL : failure(file->path, errno);
    if (error && file->temporary)
        unlink(file->temporary);
    destroy(file);
    return error;
}

void atomic_file_give_up(struct atomic_file *file)
{
    if (!file)
        return;
    if (file->temporary)
        unlink(file->temporary);
    destroy(file);
}
