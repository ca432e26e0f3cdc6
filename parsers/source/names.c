#define _GNU_SOURCE /* asprintf */
#include "parsers/source/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

/* ---- rotation */

enum age { AGE_DATED, AGE_NUMBERED, AGE_CURRENT }; /* oldest first */

struct rotation {
    struct slice directory;
    struct slice base; /* the name all files of one log share */
    enum age age;
    struct slice date;
    int64_t number; /* the higher, the older */
};

static const char *const packed_endings[] = {".gz", ".xz", ".zst", ".bz2", ".lz4", ".lz", ".Z"};

static struct slice without_packed_ending(struct slice name)
{
    for (size_t i = 0; i < sizeof packed_endings / sizeof *packed_endings; i++) {
        struct slice ending = slice_from_string(packed_endings[i]);
        if (slice_ends(name, ending))
            return slice_take(name, name.length - ending.length);
    }
    return name;
}

/* How many bytes at the end of @p name are digits, or dashes between them. */
static size_t date_length(struct slice name, size_t *ret_digits)
{
    size_t length = 0;
    *ret_digits = 0;
    for (; length < name.length; length++) {
        char c = name.data[name.length - length - 1];
        if (c != '-' && (c < '0' || c > '9'))
            break;
        *ret_digits += c != '-';
    }
    return length;
}

/* logrotate's "dateext": kern.log-20260328, -20260328-1774735200; also 2026-03-28. */
static bool read_date(struct slice name, struct rotation *ret)
{
    enum { LEAST_DIGITS = 8 };
    size_t digits, length = date_length(name, &digits);
    if (digits < LEAST_DIGITS || length >= name.length)
        return false;
    struct slice base = slice_take(name, name.length - length);
    if (slice_ends(base, SLICE(".")) || slice_ends(base, SLICE("_")))
        base.length--;
    *ret = (struct rotation){
        .base = base, .age = AGE_DATED, .date = slice_skip(name, name.length - length)};
    if (slice_starts(ret->date, SLICE("-")))
        ret->date = slice_skip(ret->date, 1);
    return true;
}

static bool read_number(struct slice name, struct rotation *ret)
{
    size_t dot = slice_find_last(name, SLICE("."));
    int64_t number;
    if (slice_ends(name, SLICE(".old")))
        number = 1;
    else if (dot == SLICE_NOT_FOUND || !slice_to_number(slice_skip(name, dot + 1), &number))
        return false;
    *ret = (struct rotation){.base = slice_take(name, dot), .age = AGE_NUMBERED, .number = number};
    return true;
}

/* journald's archived files: system@SEQNUMID-SEQNUM-REALTIME.journal, and after a crash
 * system@REALTIME-RANDOM.journal~ */
static bool read_journal(struct slice name, struct rotation *ret)
{
    size_t at = slice_find_byte(name, '@');
    size_t ending = slice_find_last(name, SLICE(".journal"));
    if (at == SLICE_NOT_FOUND || ending == SLICE_NOT_FOUND || ending < at)
        return false;
    struct slice rest = slice_of(name.data + at + 1, ending - at - 1),
                 first = slice_cut(&rest, '-');
    slice_cut(&rest, '-');
    *ret = (struct rotation){
        .base = slice_take(name, at), .age = AGE_DATED, .date = rest.length ? rest : first};
    return true;
}

static struct rotation read_name(struct slice name)
{
    struct rotation rotation;
    struct slice plain = without_packed_ending(name);
    if (read_journal(plain, &rotation) || read_date(plain, &rotation) ||
        read_number(plain, &rotation))
        return rotation;
    if (slice_ends(plain, SLICE(".journal")))
        plain.length -= strlen(".journal");
    return (struct rotation){.base = plain, .age = AGE_CURRENT};
}

static struct rotation rotation_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct rotation rotation = read_name(slice_from_string(slash ? slash + 1 : path));
    rotation.directory = slice_of(path, slash ? (size_t)(slash - path) : 0);
    return rotation;
}

struct log_name names_log_of(struct slice path)
{
    size_t slash = slice_find_last(path, SLICE("/"));
    struct slice directory = slice_take(path, slash == SLICE_NOT_FOUND ? 0 : slash);
    struct slice name = slash == SLICE_NOT_FOUND ? path : slice_skip(path, slash + 1);
    size_t plus = slice_find_last(name, SLICE("+"));
    if (plus != SLICE_NOT_FOUND)
        name = slice_skip(name, plus + 1);
    return (struct log_name){directory, read_name(name).base};
}

static int compare_logs(const struct rotation *a, const struct rotation *b)
{
    int order = slice_compare(a->directory, b->directory);
    return order ? order : slice_compare(a->base, b->base);
}

bool names_is_ring_buffer(const char *path)
{
    static const char *const words[] = {"dmesg", "ramoops"};
    const struct rotation rotation = rotation_of(path);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_contains(rotation.base, slice_from_string(words[i])))
            return true;
    return false;
}

int names_compare_to_read(const char *left, const char *right)
{
    int order = names_is_ring_buffer(left) - names_is_ring_buffer(right);
    return order ? order : names_compare(left, right);
}

int names_compare(const char *left, const char *right)
{
    const struct rotation a = rotation_of(left), b = rotation_of(right);
    int order = compare_logs(&a, &b);
    if (order == 0)
        order = (int)a.age - (int)b.age;
    if (order == 0)
        order = (a.number < b.number) - (a.number > b.number);
    if (order == 0)
        order = slice_compare(a.date, b.date);
    return order ? order : strcmp(left, right);
}

/* ---- what was put in order by others */

struct named {
    const char *path;
    size_t place; /* where it stands */
    size_t first; /* where the first file of its log stands */
    bool is_ring_buffer;
};

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = names_compare(a->path, b->path);
    return order ? order : compare_sizes(a->place, b->place);
}

static int compare_firsts(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = a->is_ring_buffer - b->is_ring_buffer;
    if (order == 0)
        order = compare_sizes(a->first, b->first);
    return order ? order : compare_named(a, b);
}

bool names_are_of_one_log(const char *left, const char *right)
{
    const struct rotation a = rotation_of(left), b = rotation_of(right);
    return compare_logs(&a, &b) == 0;
}

/* The files of one log stand together. */
static void find_firsts(struct named *named, size_t count)
{
    for (size_t start = 0, end; start < count; start = end) {
        size_t first = named[start].place;
        for (end = start + 1;
             end < count && names_are_of_one_log(named[start].path, named[end].path); end++)
            first = named[end].place < first ? named[end].place : first;
        for (size_t i = start; i < end; i++)
            named[i].first = first;
    }
}

void names_order(const char *const *paths, size_t count, size_t *ret_order)
{
    struct named *named = must_allocate(count * sizeof *named);
    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){
            .path = paths[i], .place = i, .is_ring_buffer = names_is_ring_buffer(paths[i])};
    if (count)
        qsort(named, count, sizeof *named, compare_named);
    find_firsts(named, count);
    if (count)
        qsort(named, count, sizeof *named, compare_firsts);
    for (size_t i = 0; i < count; i++)
        ret_order[i] = named[i].place;
    free(named);
}

/* ---- a directory */

static int compare_items(const void *left, const void *right)
{
    return names_compare(*(const char *const *)left, *(const char *const *)right);
}

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

void names_sort(struct names *names)
{
    const char *at = names->text;
    names->items = must_allocate(names->count * sizeof *names->items);
    for (size_t i = 0; i < names->count; i++, at += strlen(at) + 1)
        names->items[i] = at;
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare_items);
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
    int copy = dup(directory);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
    if (!stream) {
        close(copy);
        return error_create(ERROR_SYSTEM, "cannot be listed: %s", strerror(errno));
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

/* Numbers count backwards, the current file is the last; of dates none is known to be missing. */
static bool does_follow(const struct rotation *next, const struct rotation *before)
{
    if (compare_logs(next, before) != 0 || before->age == AGE_CURRENT)
        return false;
    if (before->age == AGE_NUMBERED)
        return next->age == AGE_CURRENT ? before->number <= 1 : next->number == before->number - 1;
    return next->age == AGE_CURRENT || !slice_equal(next->date, before->date);
}

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

const char *names_next_of(const struct names *names, const char *path)
{
    const struct rotation before = rotation_of(path);
    for (size_t i = first_behind(names, path); i < names->count; i++) {
        const struct rotation next = rotation_of(names->items[i]);
        if (compare_logs(&next, &before) != 0)
            break;
        if (does_follow(&next, &before))
            return names->items[i];
    }
    return NULL;
}

static void list(struct listing *listing, struct slice directory)
{
    if (listing->directory && slice_equal(slice_from_string(listing->directory), directory))
        return;
    listing_free(listing);
    listing->directory = must_copy(directory);
    int file =
        open(directory.length ? listing->directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    error_destroy(names_read(file, &listing->names));
    close(file);
}

char *names_next(struct listing *listing, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct slice directory = slice_of(path, slash ? (size_t)(slash - path) + 1 : 0);
    if (rotation_of(path).age == AGE_CURRENT)
        return NULL;
    list(listing, directory);
    const char *name = names_next_of(&listing->names, slash ? slash + 1 : path);
    if (!name)
        return NULL;
    return directory.length ? path_join(listing->directory, name)
                            : must_copy(slice_from_string(name));
}

void listing_free(struct listing *listing)
{
    names_free(&listing->names);
    free(listing->directory);
    listing->directory = NULL;
}
