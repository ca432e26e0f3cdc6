#define _GNU_SOURCE /* pwrite */
#include "parsers/vmcore/flattened.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/read_at.h"
#include "parsers/source/temporary.h"

enum {
    SIGNATURE = 16, /* "makedumpfile", NULs */
    HEADER = 4096,
    BLOCK_HEADER = 16,
    COPIED_AT_ONCE = 256 * 1024,
};

static const char signature[SIGNATURE] = "makedumpfile";

/* The file, read from the front. */
struct reading {
    int from, to;
    const atomic_bool *stop;
    off_t at;
    bool is_cut;
    char *buffer; /* COPIED_AT_ONCE */
};

bool is_flattened(int file)
{
    char head[SIGNATURE];
    return read_at(file, head, sizeof head, 0) == sizeof head &&
           memcmp(head, signature, sizeof head) == 0;
}

static struct error *write_at(int file, const char *data, size_t length, off_t at)
{
    while (length) {
        ssize_t written = pwrite(file, data, length, at);
        if (written < 0 && errno != EINTR)
            return error_create(ERROR_SYSTEM,
                                "a flattened dump, and writing its true form to a temporary file "
                                "failed (%s); set TMPDIR to where there is room for it",
                                strerror(errno));
        if (written > 0) {
            data += written;
            length -= (size_t)written;
            at += written;
        }
    }
    return NULL;
}

static uint64_t big_endian(const char *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

static struct error *copy_block(struct reading *reading, off_t to, uint64_t size)
{
    struct error *error = NULL;
    while (size && !error && !reading->is_cut) {
        if (*reading->stop)
            return error_create(ERROR_SYSTEM, "interrupted");
        size_t wanted = size < COPIED_AT_ONCE ? (size_t)size : COPIED_AT_ONCE;
        size_t got = read_at(reading->from, reading->buffer, wanted, (uint64_t)reading->at);
        error = write_at(reading->to, reading->buffer, got, to);
        reading->is_cut = got < wanted;
        reading->at += (off_t)got;
        to += (off_t)got;
        size -= got;
    }
    return error;
}

static struct error *copy_blocks(struct reading *reading)
{
    char head[BLOCK_HEADER];
    struct error *error = NULL;
    while (!error && !reading->is_cut) {
        reading->is_cut =
            read_at(reading->from, head, sizeof head, (uint64_t)reading->at) < sizeof head;
        uint64_t to = big_endian(head), size = big_endian(head + 8);
        if (reading->is_cut || (to == UINT64_MAX && size == UINT64_MAX)) /* the end mark */
            break;
        if (to > INT64_MAX || size > INT64_MAX || to > INT64_MAX - size || size == 0)
            return error_create(ERROR_INPUT,
                                "a flattened dump with a broken block at byte %lld: it was damaged "
                                "on its way; copy it again",
                                (long long)reading->at);
        reading->at += BLOCK_HEADER;
        error = copy_block(reading, (off_t)to, size);
    }
    return error;
}

struct error *flattened_unpack(int file, const atomic_bool *stop, int *ret, bool *is_cut)
{
    const char *directory;
    struct reading reading = {.from = file, .stop = stop, .at = HEADER};
    reading.to = temporary_open(&directory);
    if (reading.to < 0)
        return error_create(ERROR_SYSTEM,
                            "a flattened dump, and no temporary file to unpack it to (%s): %s",
                            directory, strerror(errno));
    reading.buffer = must_allocate(COPIED_AT_ONCE);
    struct error *error = copy_blocks(&reading);
    free(reading.buffer);
    if (error) {
        close(reading.to);
        return error;
    }
    *ret = reading.to;
    *is_cut = reading.is_cut;
    return NULL;
}
