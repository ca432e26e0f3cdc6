#define _GNU_SOURCE /* realpath, strnlen */
#include "parsers/types/dwarf_shared.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/types/debuginfod.h"

enum { ID_MAX = 20 };

struct link {
    struct slice path;
    char build_id[2 * ID_MAX + 1];
};

/* A path with its NUL, the build-id. */
static bool read_link(struct object *object, struct link *ret)
{
    size_t index;
    struct slice bytes;
    if (!object_find(object, ".gnu_debugaltlink", &index) || !object_bytes(object, index, &bytes))
        return false;
    ret->path = slice_take(bytes, strnlen(bytes.data, bytes.length));
    struct slice id = slice_take(slice_skip(bytes, ret->path.length + 1), ID_MAX);
    ret->build_id[0] = '\0';
    for (size_t i = 0; i < id.length; i++)
        snprintf(ret->build_id + 2 * i, 3, "%02x", (unsigned char)id.data[i]);
    return true;
}

/* A path that does not begin at the root begins where the file itself is, not a link to it. */
static bool place_of_link(const struct object *object, const struct link *link, char *path)
{
    char *real = realpath(object_path(object), NULL);
    const char *name = real ? strrchr(real, '/') : NULL;
    int folder = name && !slice_starts(link->path, SLICE("/")) ? (int)(name + 1 - real) : 0;
    int length =
        snprintf(path, PATH_MAX, "%.*s%.*s", folder, real ? real : "", SLICE_ARG(link->path));
    free(real);
    return length > 0 && length < PATH_MAX;
}

static struct error *try_place(const char *path, const struct link *link, struct object **ret)
{
    struct error *error = object_open(path, ret);
    if (error || strcmp(object_build_id(*ret), link->build_id) == 0)
        return error;
    object_close(*ret);
    *ret = NULL;
    return error_create(ERROR_INPUT, "it has another build-id");
}

static bool try_others(const struct link *link, struct object **ret)
{
    char path[PATH_MAX];
    struct error *error = NULL;
    snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%.2s/%s.debug", link->build_id,
             link->build_id + 2);
    error = try_place(path, link, ret);
    if (error && debuginfod_cached(link->build_id, path, sizeof path)) {
        error_destroy(error);
        error = try_place(path, link, ret);
    }
    bool is_found = !error;
    error_destroy(error);
    return is_found;
}

struct error *dwarf_shared_find(struct object *object, struct object **ret)
{
    char path[PATH_MAX];
    struct link link;
    *ret = NULL;
    if (!read_link(object, &link))
        return NULL;
    if (strlen(link.build_id) < 2 || !place_of_link(object, &link, path))
        return error_create(ERROR_INPUT, "the name of the file that it shares with others "
                                         "(.gnu_debugaltlink) is damaged");
    struct error *error = try_place(path, &link, ret);
    if (!error)
        return NULL;
    if (try_others(&link, ret)) {
        error_destroy(error);
        return NULL;
    }
    return error_context(error, "a part of its debug information is in another file (dwz), %s",
                         path);
}
