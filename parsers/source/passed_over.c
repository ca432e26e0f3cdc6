#define _GNU_SOURCE /* asprintf */
#include "parsers/source/passed_over.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/base/arena.h"

/* What is behind the root that everybody sees: "DIRECTORY/NAME", "ARCHIVE:NAME". */
static const char *name_below(const char *root, const char *path)
{
    size_t length = root ? strlen(root) : 0;
    if (!root || strncmp(path, root, length) != 0 || !path[length])
        return path;
    path += length;
    return path + (*path == '/' || *path == ':');
}

void passed_over_add(struct passed_over *passed_over, const char *path)
{
    const char *name = name_below(passed_over->root, path);
    size_t length = strlen(name);
    size_t at = passed_over->count++;
    if (at >= PASSED_OVER_NAMED)
        return;
    if (length < PASSED_OVER_NAME_SIZE)
        memcpy(passed_over->names[at], name, length + 1);
    else
        snprintf(passed_over->names[at], PASSED_OVER_NAME_SIZE, "...%s",
                 name + length - (PASSED_OVER_NAME_SIZE - sizeof "..."));
}

void passed_over_join(struct passed_over *passed_over, const struct passed_over *more)
{
    for (size_t i = 0; i < more->count && i < PASSED_OVER_NAMED; i++)
        if (passed_over->count + i < PASSED_OVER_NAMED)
            memcpy(passed_over->names[passed_over->count + i], more->names[i],
                   PASSED_OVER_NAME_SIZE);
    passed_over->count += more->count;
}

char *passed_over_words(const struct passed_over *passed_over)
{
    char names[PASSED_OVER_NAMED * (PASSED_OVER_NAME_SIZE + 2) + 8] = "";
    size_t count = passed_over->count, length = 0;
    for (size_t i = 0; i < count && i < PASSED_OVER_NAMED; i++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
                                   passed_over->names[i]);
    char *words;
    if (asprintf(&words, "%zu %s no text and %s passed over: %s%s", count,
                 count == 1 ? "file holds" : "files hold", count == 1 ? "was" : "were", names,
                 count > PASSED_OVER_NAMED ? ", ..." : "") < 0)
        die_out_of_memory();
    return words;
}
