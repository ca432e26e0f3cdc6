#include "analyzer/next_rotated.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/limits.h"
#include "parsers/source/spool.h"

static bool add_member(void *context, const char *path, enum source_kind kind)
{
    (void)kind;
    names_add(context, path);
    return false;
}

void next_rotated_walk(const struct next_rotated *next_rotated, const char *path,
                       const struct source_visitor *visitor)
{
    if (next_rotated->spool)
        source_walk_again(next_rotated->spool, next_rotated->archive, visitor);
    else
        source_walk_found(next_rotated->archive ? next_rotated->archive : path, visitor);
}

static void note_trouble(const struct next_rotated *next_rotated, const char *trouble)
{
    char what[320];
    snprintf(what, sizeof what,
             "reports may be cut by the end of a file, and it could not be kept to look for them "
             "in the files that follow (%s): set TMPDIR to where there is room for it",
             trouble);
    next_rotated->sink->noted(next_rotated->sink->context, next_rotated->archive, what);
}

/* Of half an archive nothing is put together: the start of a report may be in the other half. */
static void list_members(struct next_rotated *next_rotated)
{
    const struct source_visitor lister = {.context = &next_rotated->members, .begin = add_member};
    next_rotated_walk(next_rotated, NULL, &lister);
    const char *trouble = next_rotated->spool ? spool_trouble(next_rotated->spool) : NULL;
    if (trouble) {
        note_trouble(next_rotated, trouble);
        names_free(&next_rotated->members);
    }
    names_sort(&next_rotated->members);
}

static const char *next_member(struct next_rotated *next_rotated, const char *path)
{
    const struct intake_sink *sink = next_rotated->sink;
    if (next_rotated->asked++ == LIMIT_ROTATED_REPORTS)
        sink->noted(sink->context, next_rotated->archive,
                    "more reports than these may be cut by the end of a file: unpack it, to have "
                    "them looked for in the files that follow");
    if (next_rotated->asked > LIMIT_ROTATED_REPORTS)
        return NULL;
    if (!next_rotated->members.items)
        list_members(next_rotated);
    return names_next(&next_rotated->members, path);
}

char *next_rotated_path(struct next_rotated *next_rotated, const char *path)
{
    const struct names *files = next_rotated->sink->files;
    if (!files)
        return NULL;
    const char *next =
        next_rotated->archive ? next_member(next_rotated, path) : names_next(files, path);
    return next ? must_copy(slice_from_string(next)) : NULL;
}

static bool is_known_file(const struct state *state, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return true;
    const struct file_stamp stamp = file_stamp_of(&status);
    return state_find_unchanged(state, &stamp);
}

bool next_rotated_is_new(struct next_rotated *next_rotated, const char *path)
{
    char *next = next_rotated_path(next_rotated, path), *after;
    for (; next && is_known_file(next_rotated->sink->state, next); next = after) {
        after = next_rotated_path(next_rotated, next);
        free(next);
    }
    bool is_new = next != NULL;
    free(next);
    return is_new;
}

void next_rotated_deinit(struct next_rotated *next_rotated)
{
    names_free(&next_rotated->members);
}
