#include "analyzer/member_heads.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

struct head {
    const char *path;
    struct slice text;
    bool is_whole; /* all of the log */
};

struct member_heads {
    struct arena *arena;
    struct head *heads;
    size_t count;
    bool is_sorted;
    bool has_more; /* the log that is read */
    size_t length;
    char text[LIMIT_MEMBER_HEAD]; /* its start */
};

struct member_heads *member_heads_create(void)
{
    struct member_heads *heads = must_allocate(sizeof *heads);
    heads->arena = arena_create();
    return heads;
}

void member_heads_destroy(struct member_heads *heads)
{
    if (!heads)
        return;
    arena_destroy(heads->arena);
    free(heads);
}

void member_heads_begin(struct member_heads *heads, const char *path)
{
    struct head *head = ARENA_PUSH(heads->arena, heads->heads, heads->count);
    *head = (struct head){.path = arena_copy(heads->arena, slice_from_string(path)).data};
    heads->length = 0;
    heads->has_more = false;
}

bool member_heads_take(struct member_heads *heads, struct slice bytes)
{
    struct slice taken = slice_take(bytes, sizeof heads->text - heads->length);
    memcpy(heads->text + heads->length, taken.data, taken.length);
    heads->length += taken.length;
    heads->has_more = taken.length < bytes.length;
    return !heads->has_more;
}

void member_heads_break_off(struct member_heads *heads)
{
    heads->has_more = true;
}

void member_heads_end(struct member_heads *heads)
{
    struct head *head = &heads->heads[heads->count - 1];
    if (arena_used(heads->arena) + heads->length > LIMIT_MEMBER_HEADS)
        return;
    head->text = arena_copy(heads->arena, slice_of(heads->text, heads->length));
    head->is_whole = !heads->has_more;
}

static int compare(const void *left, const void *right)
{
    const struct head *a = left, *b = right;
    return strcmp(a->path, b->path);
}

struct slice member_heads_find(struct member_heads *heads, const char *path, bool *ret_is_whole)
{
    if (!heads->is_sorted && heads->count)
        qsort(heads->heads, heads->count, sizeof *heads->heads, compare);
    heads->is_sorted = true;
    const struct head key = {.path = path}, *found = NULL;
    if (heads->count)
        found = bsearch(&key, heads->heads, heads->count, sizeof *heads->heads, compare);
    *ret_is_whole = found && found->is_whole;
    return found ? found->text : (struct slice){0};
}
