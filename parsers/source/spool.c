#define _GNU_SOURCE /* pread */
#include "parsers/source/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/source/temporary.h"

enum { READ_BLOCK = 128 * 1024 };

struct spool {
    struct input *from;    /* NULL: the file holds all */
    int file;              /* -1: there is none */
    bool has_ended;        /* nothing more comes from there */
    bool is_over;          /* nothing more is kept */
    uint64_t length;       /* bytes that are kept */
    struct slice unkept;   /* the first that are not, until the first reader takes them */
    struct error *failure; /* his, too */
    const char *directory;
    char trouble[160];
};

struct reader {
    struct input input;
    struct spool *spool;
    bool is_first;
    uint64_t at;
    char block[READ_BLOCK];
};

static void give_up(struct spool *spool)
{
    spool->is_over = true;
    snprintf(spool->trouble, sizeof spool->trouble, "%s: %s", spool->directory, strerror(errno));
}

struct spool *spool_create(struct input *from)
{
    struct spool *spool = must_allocate(sizeof *spool);
    spool->from = from;
    spool->file = temporary_open(&spool->directory);
    if (spool->file < 0)
        give_up(spool);
    return spool;
}

struct spool *spool_of_file(int file)
{
    struct stat status;
    struct spool *spool = must_allocate(sizeof *spool);
    uint64_t length = fstat(file, &status) == 0 ? (uint64_t)status.st_size : 0;
    *spool = (struct spool){.file = file, .has_ended = true, .length = length};
    return spool;
}

void spool_destroy(struct spool *spool)
{
    if (!spool)
        return;
    if (spool->from && spool->file >= 0)
        close(spool->file);
    input_destroy(spool->from);
    error_destroy(spool->failure);
    free(spool);
}

void spool_stop(struct spool *spool)
{
    spool->is_over = true;
}

const char *spool_trouble(const struct spool *spool)
{
    return spool->trouble[0] ? spool->trouble : NULL;
}

static bool write_behind(const struct spool *spool, struct slice bytes)
{
    for (off_t at = (off_t)spool->length; bytes.length;) {
        ssize_t written = pwrite(spool->file, bytes.data, bytes.length, at);
        if (written == 0 || (written < 0 && errno != EINTR))
            return false;
        at += written > 0 ? written : 0;
        bytes = slice_skip(bytes, written > 0 ? (size_t)written : 0);
    }
    return true;
}

static void draw(struct spool *spool)
{
    struct slice block;
    spool->failure = input_next(spool->from, &block);
    spool->has_ended = block.length == 0;
    if (write_behind(spool, block)) {
        spool->length += block.length;
    } else {
        spool->unkept = block;
        give_up(spool);
    }
}

static struct error *next_kept(struct reader *reader, struct slice *ret)
{
    const struct spool *spool = reader->spool;
    uint64_t rest = spool->length - reader->at;
    ssize_t length =
        pread(spool->file, reader->block, rest < READ_BLOCK ? rest : READ_BLOCK, (off_t)reader->at);
    if (length < 0)
        return error_create(ERROR_SYSTEM, "cannot be read: %s", strerror(errno));
    reader->at += (uint64_t)length;
    *ret = slice_of(reader->block, (size_t)length);
    return NULL;
}

/* What is not kept, and what went wrong. */
static struct error *next_unkept(struct spool *spool, struct slice *ret)
{
    struct error *failure = spool->failure;
    *ret = spool->unkept;
    if (ret->length) {
        spool->unkept = (struct slice){0};
        return NULL;
    }
    spool->failure = NULL;
    return spool->has_ended ? failure : input_next(spool->from, ret);
}

static struct error *reader_next(struct input *input, struct slice *ret)
{
    struct reader *reader = (struct reader *)input;
    struct spool *spool = reader->spool;
    if (reader->at == spool->length && !spool->has_ended && !spool->is_over)
        draw(spool);
    if (reader->at < spool->length)
        return next_kept(reader, ret);
    *ret = (struct slice){0};
    return reader->is_first ? next_unkept(spool, ret) : NULL;
}

static void reader_destroy(struct input *input)
{
    free(input);
}

static struct input *create_reader(struct spool *spool, bool is_first)
{
    struct reader *reader = must_allocate(sizeof *reader);
    reader->input = (struct input){.next = reader_next, .destroy = reader_destroy, .file = -1};
    reader->spool = spool;
    reader->is_first = is_first;
    return &reader->input;
}

struct input *spool_first(struct spool *spool)
{
    return create_reader(spool, true);
}

struct input *spool_again(struct spool *spool)
{
    return create_reader(spool, false);
}
