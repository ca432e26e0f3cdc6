#define _GNU_SOURCE /* posix_fadvise */
#include "parsers/source/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

enum {
    LARGE = 256 * 1024, /* from here on a file's size is taken for what it holds, unlike sysfs's */
};

struct file_input {
    struct input input;
    int file;
    bool is_owned;
    bool may_be_silent; /* a pipe or a terminal */
    const atomic_bool *stop;
    off_t size, at; /* of a large file, else 0 */
    char *block;
};

/* The file may have been cut since it was opened; a log that grows is read up to its old end. */
static bool is_still_there(struct file_input *self)
{
    struct stat now;
    if (fstat(self->file, &now) != 0 || now.st_size >= self->size)
        return true;
    self->size = now.st_size;
    return false;
}

static struct error *was_cut(void)
{
    return error_create(ERROR_SYSTEM, "was cut while it was read; read it again");
}

/* ---- read */

char *file_block(size_t size)
{
    enum { PAGE = 4096 };
    char *memory = aligned_alloc(PAGE, size);
    if (!memory)
        die_out_of_memory();
    return memory;
}

/* The descriptor may come to mean another file meanwhile: who stops the reading of standard input
 * puts an empty one there (see analyzer/interrupt.h). */
static bool wait_for_bytes(int file, const atomic_bool *stop)
{
    enum { PATIENCE_MS = 200 };
    struct pollfd bytes = {.fd = file, .events = POLLIN};
    while (poll(&bytes, 1, PATIENCE_MS) == 0)
        if (stop && *stop)
            return false;
    return true;
}

/* /dev/kmsg says EPIPE where records were overwritten before they were read, and EAGAIN at the end;
 * so does /proc/kmsg. */
static ssize_t read_some(struct file_input *self)
{
    ssize_t length;
    if (self->may_be_silent && !wait_for_bytes(self->file, self->stop))
        return 0;
    off_t rest = self->size - self->at;
    size_t most = self->size && rest < FILE_READ_BLOCK ? (size_t)rest : FILE_READ_BLOCK;
    do
        length = read(self->file, self->block, most);
    while (length < 0 && (errno == EINTR || errno == EPIPE));
    return length < 0 && errno == EAGAIN ? 0 : length;
}

static struct error *read_next(struct input *input, struct slice *ret)
{
    struct file_input *self = (struct file_input *)input;
    if (!self->block)
        self->block = file_block(FILE_READ_BLOCK);
    ssize_t length = read_some(self);
    if (length < 0)
        return error_create(ERROR_SYSTEM, "cannot be read: %s", strerror(errno));
    if (length == 0 && self->at < self->size && !is_still_there(self))
        return was_cut();
    self->at += length;
    *ret = slice_of(self->block, (size_t)length);
    return NULL;
}

/* ---- the input */

static void file_destroy(struct input *input)
{
    struct file_input *self = (struct file_input *)input;
    if (self->is_owned)
        close(self->file);
    free(self->block);
    free(self);
}

struct input *file_input(int file, bool is_owned, const atomic_bool *stop)
{
    struct stat status = {0};
    struct file_input *self = must_allocate(sizeof *self);
    *self = (struct file_input){
        .input = {.next = read_next, .destroy = file_destroy, .file = -1},
        .file = file,
        .is_owned = is_owned,
        .stop = stop,
    };
    bool is_known = fstat(file, &status) == 0;
    self->may_be_silent = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(file);
    if (!is_known || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        lseek(file, 0, SEEK_CUR) != 0)
        return &self->input;
    self->input.file = file;
    if (status.st_size >= LARGE) {
        self->size = status.st_size;
        posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return &self->input;
}
