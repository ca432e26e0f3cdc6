#define _GNU_SOURCE /* O_TMPFILE, mkostemp */
#include "parsers/source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int temporary_open(const char **ret_directory)
{
    char path[4096];
    const char *directory = getenv("TMPDIR");
    if (!directory || !*directory)
        directory = "/var/tmp";
    *ret_directory = directory;
    int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    /* some file systems know no O_TMPFILE */
    if (snprintf(path, sizeof path, "%s/whyoom-XXXXXX", directory) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}
