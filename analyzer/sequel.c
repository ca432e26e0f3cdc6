#include "analyzer/sequel.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/limits.h"
#include "parsers/source/spool.h"

/* Is it among what is read, so that its part of the report is known to be one? */
static bool is_read_too(const struct intake_sink *sink, const char *path)
{
    for (size_t i = 0; i < sink->inputs_count; i++) {
        const char *input = sink->inputs[i];
        size_t length = strlen(input);
        while (length > 1 && input[length - 1] == '/')
            length--;
        if (strncmp(path, input, length) == 0 && (path[length] == '/' || !path[length]))
            return true;
    }
    return false;
}

static char *next_file(const struct sequel *sequel, const char *path)
{
    char *next = names_next(sequel->sink->listing, path);
    if (next && is_read_too(sequel->sink, next))
        return next;
    free(next);
    return NULL;
}

static bool add_member(void *context, const char *path, enum source_kind kind)
{
    (void)kind;
    names_add(context, path);
    return false;
}

void sequel_walk(const struct sequel *sequel, const char *path,
                 const struct source_visitor *visitor)
{
    if (sequel->spool)
        source_walk_again(sequel->spool, sequel->archive, visitor);
    else
        source_walk_found(sequel->archive ? sequel->archive : path, visitor);
}

static void note_trouble(const struct sequel *sequel, const char *trouble)
{
    char what[320];
    snprintf(what, sizeof what,
             "reports may be cut by the end of a file, and it could not be kept to look for them "
             "in the files that follow (%s): set TMPDIR to where there is room for it",
             trouble);
    sequel->sink->noted(sequel->sink->context, sequel->archive, what);
}

/* Of half an archive nothing is put together: the start of a report may be in the other half. */
static void list_members(struct sequel *sequel)
{
    const struct source_visitor lister = {.context = &sequel->members, .begin = add_member};
    sequel_walk(sequel, NULL, &lister);
    const char *trouble = sequel->spool ? spool_trouble(sequel->spool) : NULL;
    if (trouble) {
        note_trouble(sequel, trouble);
        names_free(&sequel->members);
    }
    names_sort(&sequel->members);
}

static char *next_member(struct sequel *sequel, const char *path)
{
    const struct intake_sink *sink = sequel->sink;
    if (sequel->asked++ == LIMIT_ROTATED_REPORTS)
        sink->noted(sink->context, sequel->archive,
                    "more reports than these may be cut by the end of a file: unpack it, to have "
                    "them looked for in the files that follow");
    if (sequel->asked > LIMIT_ROTATED_REPORTS)
        return NULL;
    if (!sequel->members.items)
        list_members(sequel);
    const char *next = names_next_of(&sequel->members, path);
    return next ? must_copy(slice_from_string(next)) : NULL;
}

char *sequel_of(struct sequel *sequel, const char *path)
{
    if (!sequel->sink->inputs_count)
        return NULL;
    return sequel->archive ? next_member(sequel, path) : next_file(sequel, path);
}

static bool is_known_file(const struct state *state, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return true;
    const struct file_stamp stamp = file_stamp_of(&status);
    return state_find_unchanged(state, &stamp);
}

bool sequel_is_new(struct sequel *sequel, const char *path)
{
    char *next = sequel_of(sequel, path), *after;
    for (; next && is_known_file(sequel->sink->state, next); next = after) {
        after = sequel_of(sequel, next);
        free(next);
    }
    bool is_new = next != NULL;
    free(next);
    return is_new;
}

void sequel_deinit(struct sequel *sequel)
{
    names_free(&sequel->members);
}
