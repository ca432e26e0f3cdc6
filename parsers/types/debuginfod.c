#define _GNU_SOURCE /* RTLD_NODELETE */
#include "parsers/types/debuginfod.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_build_id(const char *text)
{
    size_t length = strspn(text, "0123456789abcdef");
    return length > 0 && text[length] == '\0';
}

bool debuginfod_cached(const char *build_id, char *path, size_t size)
{
    const char *own = getenv("DEBUGINFOD_CACHE_PATH"), *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int length;
    if (!is_build_id(build_id))
        return false;
    if (own)
        length = snprintf(path, size, "%s/%s/debuginfo", own, build_id);
    else if (cache)
        length = snprintf(path, size, "%s/debuginfod_client/%s/debuginfo", cache, build_id);
    else if (home)
        length = snprintf(path, size, "%s/.cache/debuginfod_client/%s/debuginfo", home, build_id);
    else
        return false;
    return length > 0 && (size_t)length < size;
}

/* elfutils' debuginfod.h; POSIX lets dlsym() give functions. */
struct client {
    void *(*begin)(void);
    int (*find)(void *client, const unsigned char *build_id, int length, char **path);
    void (*end)(void *client);
};

static bool load(void *library, struct client *ret)
{
    *(void **)&ret->begin = dlsym(library, "debuginfod_begin");
    *(void **)&ret->find = dlsym(library, "debuginfod_find_debuginfo");
    *(void **)&ret->end = dlsym(library, "debuginfod_end");
    return ret->begin && ret->find && ret->end;
}

static const char *fetch(const struct client *client, const char *build_id, char *path, size_t size)
{
    void *session = client->begin();
    char *found = NULL;
    if (!session)
        return "its client cannot be started";
    /* Length 0: the build-id is a string. */
    int file = client->find(session, (const unsigned char *)build_id, 0, &found);
    client->end(session);
    if (file < 0)
        return "no server has it";
    close(file);
    int length = snprintf(path, size, "%s", found);
    free(found);
    return length > 0 && (size_t)length < size ? NULL : "its path is too long";
}

const char *debuginfod_fetch(const char *build_id, char *path, size_t size)
{
    struct client client;
    const char *urls = getenv("DEBUGINFOD_URLS");
    if (!urls || !urls[0])
        return "DEBUGINFOD_URLS names no server";
    if (!is_build_id(build_id))
        return "the dump has no build-id to ask for";
    /* It stays: the libraries behind it are not made to go away. */
    void *library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_NODELETE);
    if (!library)
        return "its library (libdebuginfod1) is not installed";
    const char *trouble = "its library is of an unknown kind";
    if (load(library, &client))
        trouble = fetch(&client, build_id, path, size);
    dlclose(library);
    return trouble;
}
