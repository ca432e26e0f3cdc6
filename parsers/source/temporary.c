#define _GNU_SOURCE /* O_TMPFILE, mkostemp */
#include "parsers/source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "parsers/source/names.h"

static const char *temporary_directory(void)
{
    const char *directory = getenv("TMPDIR");
    return directory && *directory ? directory : "/var/tmp";
}

int temporary_open_named(char **ret_path)
{
    *ret_path = path_join(temporary_directory(), "whyoom-XXXXXX");
    return mkostemp(*ret_path, O_CLOEXEC);
}

int temporary_open(const char **ret_directory)
{
    char *path;
    *ret_directory = temporary_directory();
    int file = open(*ret_directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    file = temporary_open_named(&path); /* some file systems know no O_TMPFILE */
    int failure = errno;
    if (file >= 0)
        unlink(path);
    free(path);
    errno = failure;
    return file;
}
