#define _GNU_SOURCE /* O_CLOEXEC, readlink */
#include "parsers/source/unreadable.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/suggest.h"
#include "parsers/source/names.h"

/* ---- no such file: what was meant? */

/* The name in @p directory that is closest to @p name, or NULL; the caller frees it. */
static char *closest_name(const char *directory, const char *name)
{
    struct names names = {0};
    int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0)
        error_destroy(names_read(file, &names));
    const char *closest = suggest(slice_from_string(name), names.items, names.count);
    char *copy = closest ? must_copy(slice_from_string(closest)) : NULL;
    names_free(&names);
    return copy;
}

/* The first part of @p path that is not there; the caller frees it. */
static char *first_missing(const char *path)
{
    struct stat ignored;
    for (const char *slash = *path ? strchr(path + 1, '/') : NULL; slash;
         slash = strchr(slash + 1, '/')) {
        char *part = must_copy(slice_of(path, (size_t)(slash - path)));
        if (stat(part, &ignored) != 0)
            return part;
        free(part);
    }
    return must_copy(slice_from_string(path));
}

static struct error *broken_link(const char *path)
{
    char target[4096];
    ssize_t length = readlink(path, target, sizeof target);
    if (length < 0)
        return NULL;
    return error_create(ERROR_INPUT, "a symbolic link to %.*s, which is not there", (int)length,
                        target);
}

/* @p part is the first that is missing; its directory is there. */
static struct error *missing_part(const char *path, const char *part)
{
    const char *slash = strrchr(part, '/');
    const char *name = slash ? slash + 1 : part;
    int directory_length = (int)(name - part);
    char *directory =
        slash ? must_copy(slice_of(part, (size_t)directory_length)) : must_copy(SLICE("."));
    char *closest = closest_name(directory, name);
    const char *where = strcmp(part, path) == 0 ? "" : ": there is no ";
    const char *what = *where ? part : "";
    struct error *error = closest
                              ? error_create(ERROR_INPUT, "no such file%s%s; did you mean %.*s%s?",
                                             where, what, directory_length, part, closest)
                              : error_create(ERROR_INPUT, "no such file%s%s", where, what);
    free(closest);
    free(directory);
    return error;
}

static struct error *missing(const char *path)
{
    char *part = first_missing(path);
    struct error *error = broken_link(part);
    if (!error)
        error = missing_part(path, part);
    free(part);
    return error;
}

/* ---- not allowed: who is? */

static struct error *forbidden(const char *path)
{
    struct stat status;
    struct group group, *found = NULL;
    char names[1024];
    if (stat(path, &status) == 0 && status.st_mode & S_IRGRP && status.st_gid != 0 &&
        getgrgid_r(status.st_gid, &group, names, sizeof names, &found) == 0 && found)
        return error_create(ERROR_SYSTEM,
                            "permission denied; members of group %s may read it, and root",
                            found->gr_name);
    return error_create(ERROR_SYSTEM, "permission denied; root may read it (sudo)");
}

struct error *unreadable_because(const char *path, int error_number)
{
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return missing(path);
    case EACCES:
    case EPERM:
        return forbidden(path);
    case ELOOP:
        return error_create(ERROR_INPUT, "a symbolic link that leads back to itself");
    default:
        return error_create(ERROR_SYSTEM, "%s", strerror(error_number));
    }
}
