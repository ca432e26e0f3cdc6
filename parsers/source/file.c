#define _GNU_SOURCE /* posix_fadvise */
#include "parsers/source/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/source/window.h"

enum {
    LARGE = 256 * 1024, /* from here on a file's size is taken for what it holds, unlike sysfs's */
    BLOCK = WINDOW_COPIED,
};

struct file_input {
    struct input input;
    int file;
    bool is_owned;
    bool may_be_silent; /* a pipe or a terminal */
    const atomic_bool *stop;
    char *block;           /* what is read, but of a large file */
    struct window *window; /* of a large file; else NULL */
    uint64_t size, at;     /* the same */
    bool is_cut;           /* since it was opened */
};

/* A log that grows is read up to its old end. */
static void notice_cut(struct file_input *self)
{
    struct stat now;
    if (fstat(self->file, &now) != 0 || (uint64_t)now.st_size >= self->size)
        return;
    self->size = (uint64_t)now.st_size;
    self->is_cut = true;
}

static struct error *was_cut(void)
{
    return error_create(ERROR_SYSTEM, "was cut while it was read; read it again");
}

static struct error *cannot_be_read(int number)
{
    return error_create(ERROR_SYSTEM, "cannot be read: %s", strerror(number));
}

/* ---- a large file */

static struct error *large_next(struct input *input, struct slice *ret)
{
    struct file_input *self = (struct file_input *)input;
    bool was_whole = window_is_whole(self->window);
    notice_cut(self);
    if (self->is_cut && (!was_whole || self->at >= self->size))
        return was_cut();
    if (!was_whole)
        return cannot_be_read(EIO);
    if (!window_take(self->window, self->file, self->at, self->size - self->at, ret))
        return cannot_be_read(errno);
    self->at += ret->length;
    return NULL;
}

/* ---- anything else */

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
    do
        length = read(self->file, self->block, BLOCK);
    while (length < 0 && (errno == EINTR || errno == EPIPE));
    return length < 0 && errno == EAGAIN ? 0 : length;
}

static struct error *read_next(struct input *input, struct slice *ret)
{
    struct file_input *self = (struct file_input *)input;
    if (!self->block)
        self->block = must_allocate_pages(BLOCK);
    ssize_t length = read_some(self);
    if (length < 0)
        return cannot_be_read(errno);
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
    window_destroy(self->window);
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
        self->input.next = large_next;
        self->window = window_create();
        self->size = (uint64_t)status.st_size;
        posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return &self->input;
}
