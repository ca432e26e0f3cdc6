#define _GNU_SOURCE /* asprintf */
#include "parsers/source/names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

struct rotation names_log_of(struct slice path)
{
    struct slice name = slice_last_component(path);
    size_t plus = slice_find_last(name, SLICE("+"));
    bool is_joined = plus != SLICE_NOT_FOUND;
    return rotation_of(slice_take(path, path.length - (is_joined ? name.length - plus : 0)));
}

static bool is_ring_buffer(const struct rotation *rotation)
{
    static const char *const words[] = {"dmesg", "ramoops"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_contains(rotation->base, slice_from_string(words[i])))
            return true;
    return false;
}

bool names_is_ring_buffer(const char *path)
{
    const struct rotation rotation = rotation_of(slice_from_string(path));
    return is_ring_buffer(&rotation);
}

int names_compare_to_read(const char *left, const char *right)
{
    int order = names_is_ring_buffer(left) - names_is_ring_buffer(right);
    return order ? order : names_compare(left, right);
}

int names_compare(const char *left, const char *right)
{
    const struct rotation a = rotation_of(slice_from_string(left)),
                          b = rotation_of(slice_from_string(right));
    int order = rotation_compare(&a, &b);
    return order ? order : strcmp(left, right);
}

/* ---- what was put in order by others */

struct named {
    const char *path;
    struct rotation rotation;
    size_t place; /* where it stands */
    size_t first; /* where the first file of its log stands */
};

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = rotation_compare(&a->rotation, &b->rotation);
    if (order == 0)
        order = strcmp(a->path, b->path);
    return order ? order : compare_sizes(a->place, b->place);
}

static int compare_firsts(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = is_ring_buffer(&a->rotation) - is_ring_buffer(&b->rotation);
    if (order == 0)
        order = compare_sizes(a->first, b->first);
    return order ? order : compare_named(a, b);
}

bool names_are_of_one_log(const char *left, const char *right)
{
    const struct rotation a = rotation_of(slice_from_string(left)),
                          b = rotation_of(slice_from_string(right));
    return rotation_compare_logs(&a, &b) == 0;
}

/* The files of one log stand together. */
static void find_firsts(struct named *named, size_t count)
{
    for (size_t start = 0, end; start < count; start = end) {
        size_t first = named[start].place;
        for (end = start + 1; end < count && rotation_compare_logs(&named[start].rotation,
                                                                   &named[end].rotation) == 0;
             end++)
            first = named[end].place < first ? named[end].place : first;
        for (size_t i = start; i < end; i++)
            named[i].first = first;
    }
}

/* Sorted; the caller frees it. */
static struct named *sort(const char *const *paths, size_t count)
{
    struct named *named = must_allocate((count + 1) * sizeof *named);
    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){
            .path = paths[i], .rotation = rotation_of(slice_from_string(paths[i])), .place = i};
    qsort(named, count, sizeof *named, compare_named);
    return named;
}

void names_order(const char *const *paths, size_t count, size_t *ret_order)
{
    struct named *named = sort(paths, count);
    find_firsts(named, count);
    qsort(named, count, sizeof *named, compare_firsts);
    for (size_t i = 0; i < count; i++)
        ret_order[i] = named[i].place;
    free(named);
}

/* ---- a directory */

static size_t size_of(const char *name)
{
    return strlen(name) + 1;
}

/* One behind the other; their addresses are known when the text stops growing. */
void names_add(struct names *names, const char *name)
{
    size_t size = size_of(name);
    if (names->room - names->length < size) {
        names->room = names->room * 2 + size + 4096;
        names->text = must_reallocate(names->text, names->room);
    }
    memcpy(names->text + names->length, name, size);
    names->length += size;
    names->count++;
}

static void find_items(struct names *names)
{
    const char *at = names->text;
    names->items = must_allocate((names->count + 1) * sizeof *names->items);
    for (size_t i = 0; i < names->count; i++, at += strlen(at) + 1)
        names->items[i] = at;
}

void names_sort(struct names *names)
{
    find_items(names);
    struct named *named = sort(names->items, names->count);
    for (size_t i = 0; i < names->count; i++)
        names->items[i] = named[i].path;
    free(named);
}

/* Of many directories at once: no byte more than they need. */
void names_take_ring_buffers(struct names *names, struct names *ret)
{
    *ret = (struct names){0};
    for (size_t i = 0; i < names->count; i++)
        ret->room += names_is_ring_buffer(names->items[i]) ? size_of(names->items[i]) : 0;
    if (!ret->room)
        return;
    ret->text = must_allocate(ret->room);
    for (size_t i = 0; i < names->count; i++)
        if (names_is_ring_buffer(names->items[i])) {
            names_add(ret, names->items[i]);
            names->items[i] = NULL;
        }
    names_sort(ret);
}

struct error *names_read(int directory, struct names *ret)
{
    *ret = (struct names){0};
    DIR *stream = fdopendir(directory);
    if (!stream) {
        struct error *failure = error_create(ERROR_SYSTEM, "cannot be listed: %s", strerror(errno));
        close(directory);
        return failure;
    }
    struct dirent *entry;
    while ((errno = 0, entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names_add(ret, entry->d_name);
    struct error *error =
        errno ? error_create(ERROR_SYSTEM, "cannot be listed: %s", strerror(errno)) : NULL;
    closedir(stream);
    names_sort(ret);
    return error;
}

char *path_join(const char *directory, const char *name)
{
    size_t length = strlen(directory);
    char *path;
    while (length > 1 && directory[length - 1] == '/')
        length--;
    if (asprintf(&path, "%.*s%s%s", (int)length, directory,
                 length == 1 && *directory == '/' ? "" : "/", name) < 0)
        die_out_of_memory();
    return path;
}

void names_free(struct names *names)
{
    free(names->items);
    free(names->text);
    *names = (struct names){0};
}

/* ---- the file that follows another */

/* Where the first name behind @p path stands. */
static size_t first_behind(const struct names *names, const char *path)
{
    size_t start = 0, end = names->count;
    while (start < end) {
        size_t middle = start + (end - start) / 2;
        if (names_compare(names->items[middle], path) > 0)
            end = middle;
        else
            start = middle + 1;
    }
    return start;
}

bool names_are_beside(const char *left, const char *right)
{
    const char *slash = strrchr(left, '/');
    size_t length = slash ? (size_t)(slash - left) + 1 : 0;
    return strncmp(left, right, length) == 0 && !strchr(right + length, '/');
}

/* In its own directory, before one in which older files or a copy are. */
const char *names_next(const struct names *names, const char *path)
{
    const struct rotation before = rotation_of(slice_from_string(path));
    const char *found = NULL;
    for (size_t i = first_behind(names, path); i < names->count; i++) {
        const char *item = names->items[i];
        const struct rotation next = rotation_of(slice_from_string(item));
        if (rotation_compare_logs(&next, &before) != 0)
            break;
        if (!rotation_does_follow(&next, &before))
            continue;
        if (names_are_beside(path, item))
            return item;
        found = found ? found : item;
    }
    return found;
}
