#define _GNU_SOURCE /* pread */
#include "analyzer/base/read_at.h"

#include <errno.h>
#include <unistd.h>

size_t read_at(int file, void *buffer, size_t length, uint64_t offset)
{
    size_t done = 0;
    while (done < length) {
        ssize_t got = pread(file, (char *)buffer + done, length - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = 0;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}
