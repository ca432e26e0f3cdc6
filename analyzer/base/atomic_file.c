#define _GNU_SOURCE /* asprintf, fdopen, O_TMPFILE */
#include "analyzer/base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

struct atomic_file {
    char *path, *temporary; /* temporary NULL: has no name, or is written where it stands */
    bool is_nameless;
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
    if (descriptor >= 0)
        (void)!fchmod(descriptor, 0666 & ~mask);
}

static bool is_device_or_pipe(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static char *name_beside(const char *path, const char *ending)
{
    char *name;
    if (asprintf(&name, "%s%s", path, ending) < 0)
        die_out_of_memory();
    return name;
}

/* Open the directory in which @p path stands. */
static int open_directory(const char *path, int flags)
{
    const char *slash = strrchr(path, '/');
    char *directory =
        slash ? must_copy(slice_of(path, (size_t)(slash - path) + 1)) : must_copy(SLICE("."));
    int descriptor = open(directory, flags | O_CLOEXEC, 0666);
    free(directory);
    return descriptor;
}

/* What was kept from others stays so. */
static FILE *stream_of(int descriptor, const char *path)
{
    struct stat status;
    FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!stream && descriptor >= 0)
        close(descriptor);
    if (stream && stat(path, &status) == 0)
        (void)!fchmod(descriptor, status.st_mode & 07777);
    return stream;
}

static FILE *open_shared(struct atomic_file *file)
{
    int descriptor = open_directory(file->path, O_TMPFILE | O_WRONLY);
    file->is_nameless = descriptor >= 0;
    if (!file->is_nameless) {
        file->temporary = name_beside(file->path, ".XXXXXX");
        descriptor = mkstemp(file->temporary);
        open_for_others(descriptor);
    }
    return stream_of(descriptor, file->path);
}

static FILE *open_alone(struct atomic_file *file)
{
    file->temporary = name_beside(file->path, ".new");
    unlink(file->temporary);
    int descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return stream_of(descriptor, file->path);
}

static struct error *create(const char *path, FILE *(*open_temporary)(struct atomic_file *file),
                            struct atomic_file **ret, FILE **stream)
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

struct error *atomic_file_create(const char *path, struct atomic_file **ret, FILE **stream)
{
    return create(path, open_shared, ret, stream);
}

struct error *atomic_file_create_alone(const char *path, struct atomic_file **ret, FILE **stream)
{
    return create(path, open_alone, ret, stream);
}

/* A link takes no place that is taken: it gets a name of its own, and that is renamed. */
static bool give_name(struct atomic_file *file)
{
    char source[32];
    snprintf(source, sizeof source, "/proc/self/fd/%d", fileno(file->stream));
    file->temporary = name_beside(file->path, ".XXXXXX");
    int descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return false;
    close(descriptor);
    unlink(file->temporary);
    return linkat(AT_FDCWD, source, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* So that the name outlives a loss of power, where the file system can do that. */
static void keep_name(const char *path)
{
    int directory = open_directory(path, O_DIRECTORY | O_RDONLY);
    if (directory < 0)
        return;
    (void)fsync(directory);
    close(directory);
}

static bool put_in_place(struct atomic_file *file)
{
    if (!file->temporary && !file->is_nameless)
        return true;
    if (fsync(fileno(file->stream)) != 0 || (file->is_nameless && !give_name(file)) ||
        rename(file->temporary, file->path) != 0)
        return false;
    keep_name(file->path);
    return true;
}

struct error *atomic_file_finish(struct atomic_file *file)
{
    errno = EIO; /* of an earlier write, when the last one succeeds */
    bool is_written = fflush(file->stream) == 0 && !ferror(file->stream) && put_in_place(file);
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
