#include "analyzer/next_rotated.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/limits.h"
#include "analyzer/member_heads.h"
#include "parsers/source/spool.h"

/* ---- the members of an archive */

static bool begin_member(void *context, const char *path, enum source_kind kind)
{
    struct next_rotated *next_rotated = context;
    if (next_rotated->members.count == LIMIT_ARCHIVE_MEMBERS) {
        next_rotated->has_more_members = true;
        return false;
    }
    names_add(&next_rotated->members, path);
    if (kind == SOURCE_LOG)
        member_heads_begin(next_rotated->heads, path);
    return kind == SOURCE_LOG;
}

static bool take_head(void *context, const char *data, size_t length)
{
    const struct next_rotated *next_rotated = context;
    return member_heads_take(next_rotated->heads, slice_of(data, length));
}

static void break_off(void *context)
{
    const struct next_rotated *next_rotated = context;
    member_heads_break_off(next_rotated->heads);
}

static void end_member(void *context)
{
    const struct next_rotated *next_rotated = context;
    member_heads_end(next_rotated->heads);
}

static void walk(const struct next_rotated *next_rotated, const char *path,
                 const struct source_visitor *visitor)
{
    if (next_rotated->spool)
        source_walk_again(next_rotated->spool, next_rotated->archive, visitor);
    else
        source_walk_found(next_rotated->archive ? next_rotated->archive : path, visitor, NULL);
}

static void note_trouble(const struct next_rotated *next_rotated, const char *trouble)
{
    char what[320];
    if (next_rotated->has_more_members)
        snprintf(
            what, sizeof what,
            "reports may be cut by the end of a file, and what follows is not looked for among "
            "more than %d members: unpack it to have them whole",
            LIMIT_ARCHIVE_MEMBERS);
    else
        snprintf(what, sizeof what,
                 "reports may be cut by the end of a file, and it could not be kept to look for "
                 "them in the files that follow (%s): set TMPDIR to where there is room for it",
                 trouble);
    next_rotated->sink->noted(next_rotated->sink->context, next_rotated->archive, what);
}

/* Of half an archive nothing is put together: the start of a report may be in the other half. */
static void list_members(struct next_rotated *next_rotated)
{
    const struct source_visitor lister = {.context = next_rotated,
                                          .begin = begin_member,
                                          .data = take_head,
                                          .broke_off = break_off,
                                          .end = end_member};
    next_rotated->heads = member_heads_create();
    walk(next_rotated, NULL, &lister);
    const char *trouble = next_rotated->spool ? spool_trouble(next_rotated->spool) : NULL;
    if (trouble || next_rotated->has_more_members) {
        note_trouble(next_rotated, trouble);
        names_free(&next_rotated->members);
    }
    names_sort(&next_rotated->members);
}

static const char *next_member(struct next_rotated *next_rotated, const char *path)
{
    if (!next_rotated->heads)
        list_members(next_rotated);
    return names_next(&next_rotated->members, path);
}

struct slice next_rotated_head(struct next_rotated *next_rotated, const char *path,
                               bool *ret_is_whole)
{
    *ret_is_whole = false;
    return next_rotated->heads ? member_heads_find(next_rotated->heads, path, ret_is_whole)
                               : (struct slice){0};
}

static bool may_walk(struct next_rotated *next_rotated)
{
    const struct intake_sink *sink = next_rotated->sink;
    if (!next_rotated->archive || next_rotated->walks++ < LIMIT_ARCHIVE_WALKS)
        return true;
    if (next_rotated->walks == LIMIT_ARCHIVE_WALKS + 1)
        sink->noted(sink->context, next_rotated->archive,
                    "reports that the end of one file cuts were put together with the next file "
                    "until the archive had been read too often; of others both pieces are told: "
                    "unpack it to have them whole");
    return false;
}

bool next_rotated_walk(struct next_rotated *next_rotated, const char *path,
                       const struct source_visitor *visitor)
{
    bool may = may_walk(next_rotated);
    if (may)
        walk(next_rotated, path, visitor);
    return may;
}

/* ---- what follows */

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
    member_heads_destroy(next_rotated->heads);
}
