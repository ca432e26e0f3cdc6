#define _DEFAULT_SOURCE /* madvise */
#include "parsers/source/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

enum {
    WINDOW = 4 * 1024 * 1024,   /* two huge pages; larger windows gained nothing */
    WORTH_MAPPING = 256 * 1024, /* below, a mapping costs more than the copy */
    READ_BLOCK = 128 * 1024,    /* stays in the second-level cache until it is searched */
};

struct file_input {
    struct input input;
    int file;
    bool is_owned;
    bool may_be_silent; /* a pipe or a terminal */
    const atomic_bool *stop;
    off_t size, at;      /* of a file that was worth mapping */
    struct slice window; /* empty: none is mapped */
    char *block;         /* for read() */
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

/* The kernel's copy to malloc's 16 bytes behind a page took five times as long (AMD Zen, 6.18). */
static char *page_aligned(size_t size)
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
    do
        length = read(self->file, self->block, READ_BLOCK);
    while (length < 0 && (errno == EINTR || errno == EPIPE));
    return length < 0 && errno == EAGAIN ? 0 : length;
}

static struct error *read_next(struct input *input, struct slice *ret)
{
    struct file_input *self = (struct file_input *)input;
    if (!self->block)
        self->block = page_aligned(READ_BLOCK);
    ssize_t length = read_some(self);
    if (length < 0)
        return error_create(ERROR_SYSTEM, "cannot be read: %s", strerror(errno));
    if (length == 0 && self->at < self->size && !is_still_there(self))
        return was_cut();
    self->at += length;
    *ret = slice_of(self->block, (size_t)length);
    return NULL;
}

/* ---- mapped */

struct slice file_map(int file, uint64_t offset, size_t length)
{
    void *window = mmap(NULL, length, PROT_READ, MAP_SHARED, file, (off_t)offset);
    if (window == MAP_FAILED)
        return SLICE("");
    madvise(window, length, MADV_SEQUENTIAL);
    return slice_of(window, length);
}

void file_unmap(struct slice window)
{
    if (window.length)
        munmap((void *)(uintptr_t)window.data, window.length);
}

static struct error *next_window(struct file_input *self, struct slice *ret)
{
    off_t rest = self->size - self->at;
    self->window = file_map(self->file, (uint64_t)self->at, rest < WINDOW ? (size_t)rest : WINDOW);
    if (self->window.length == 0)
        return error_create(ERROR_SYSTEM, "cannot be mapped: %s", strerror(errno));
    self->at += (off_t)self->window.length;
    *ret = self->window;
    return NULL;
}

static struct error *mapped_next(struct input *input, struct slice *ret)
{
    struct file_input *self = (struct file_input *)input;
    file_unmap(self->window);
    self->window = SLICE("");
    bool is_cut = !is_still_there(self);
    if (self->at >= self->size)
        return is_cut ? was_cut() : NULL;
    return next_window(self, ret);
}

/* ---- either */

static void file_destroy(struct input *input)
{
    struct file_input *self = (struct file_input *)input;
    file_unmap(self->window);
    if (self->is_owned)
        close(self->file);
    free(self->block);
    free(self);
}

/* Some file systems (sysfs, a few of FUSE's) give a size and cannot be mapped. */
static bool can_be_mapped(int file)
{
    void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
    return page != MAP_FAILED && munmap(page, 1) == 0;
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
    if (status.st_size >= WORTH_MAPPING && can_be_mapped(file)) {
        self->size = status.st_size;
        self->input.next = mapped_next;
        posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return &self->input;
}
