#define _GNU_SOURCE /* O_CLOEXEC, st_mtime */
#include "parsers/source/pstore.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/source/file.h"

/* ---- the head line */

/* kmsg_dump_reason_str() (kernel/printk/printk.c), and what pstore called them before 5.8. */
static const char *const reasons[] = {"Panic",   "Oops", "Emergency", "Shutdown",
                                      "Restart", "Halt", "Poweroff",  "Unknown"};

static bool take_reason(struct slice *text)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct slice reason = slice_from_string(reasons[i]);
        if (slice_starts(*text, reason)) {
            *text = slice_skip(*text, reason.length);
            return true;
        }
    }
    return false;
}

bool pstore_head_read(struct slice text, struct pstore_head *ret)
{
    int64_t count;
    struct slice rest = text;
    if (!take_reason(&rest) || !slice_starts(rest, SLICE("#")))
        return false;
    rest = slice_skip(rest, 1);
    if (!slice_take_number(&rest, &count) || !slice_starts(rest, SLICE(" Part")))
        return false;
    ret->record = slice_take(text, text.length - rest.length);
    rest = slice_skip(rest, strlen(" Part"));
    return slice_take_number(&rest, &ret->part) && (rest.length == 0 || rest.data[0] == '\n');
}

/* ---- parts */

struct saved_part {
    struct pstore_head head;
    int64_t moment;    /* when its crash was, in seconds; 0 within one file */
    size_t crash;      /* counted up */
    size_t place;      /* where it stood */
    struct slice text; /* of a file with several parts, head lines included */
    const char *name;  /* of a file for each part */
};

/* Brings the parts of one crash together. */
static int by_record(const void *left, const void *right)
{
    const struct saved_part *a = left, *b = right;
    struct slice x = a->head.record, y = b->head.record;
    int order = x.length == y.length  ? memcmp(x.data, y.data, x.length)
                : x.length < y.length ? -1
                                      : 1;
    if (order == 0)
        order = (a->moment > b->moment) - (a->moment < b->moment);
    return order ? order : a->place < b->place ? -1 : 1;
}

static int oldest_first(const void *left, const void *right)
{
    const struct saved_part *a = left, *b = right;
    if (a->moment != b->moment)
        return a->moment < b->moment ? -1 : 1;
    if (a->crash != b->crash)
        return a->crash < b->crash ? -1 : 1;
    if (a->head.part != b->head.part)
        return a->head.part > b->head.part ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* A crash ends where another record's name comes, a part that it has already, or a later time: a
 * kernel counts its records from 1 after each boot. */
static bool is_same_crash(const struct saved_part *parts, size_t at)
{
    enum { WRITING_TAKES_S = 60 };
    const struct saved_part *part = &parts[at], *last = part - 1;
    if (!slice_equal(part->head.record, last->head.record) ||
        part->moment - last->moment > WRITING_TAKES_S)
        return false;
    for (size_t i = at; i > 0 && parts[i - 1].crash == last->crash; i--)
        if (parts[i - 1].head.part == part->head.part)
            return false;
    return true;
}

/* Number the crashes, which stand together, and give the parts of each one moment. */
static void number_crashes(struct saved_part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        bool is_same = is_same_crash(parts, i);
        parts[i].crash = parts[i - 1].crash + !is_same;
        if (is_same)
            parts[i].moment = parts[i - 1].moment;
    }
}

/* ---- one file */

/* Where the next head line begins, or the end. */
static size_t next_head(struct slice text)
{
    enum { LONGEST_RECORD = 32 };
    struct pstore_head ignored;
    size_t at = 0, found;
    while ((found = slice_find(slice_skip(text, at), SLICE(" Part"))) != SLICE_NOT_FOUND) {
        at += found;
        size_t from = at > LONGEST_RECORD ? at - LONGEST_RECORD : 0;
        size_t newline = slice_find_last(slice_of(text.data + from, at - from), SLICE("\n"));
        if (newline != SLICE_NOT_FOUND &&
            pstore_head_read(slice_skip(text, from + newline + 1), &ignored))
            return from + newline + 1;
        at += strlen(" Part");
    }
    return text.length;
}

static size_t split(struct arena *arena, struct slice text, struct saved_part **ret)
{
    struct saved_part *parts = NULL;
    size_t count = 0;
    while (text.length) {
        struct saved_part part = {.place = count, .text = text};
        pstore_head_read(text, &part.head);
        if (count + 1 < LIMIT_PSTORE_PARTS)
            part.text.length = next_head(text);
        *ARENA_PUSH(arena, parts, count) = part;
        text = slice_skip(text, part.text.length);
    }
    *ret = parts;
    return count;
}

static void deliver_sorted(struct walk *walk, struct slice text)
{
    struct saved_part *parts;
    struct arena *arena = arena_create();
    size_t count = split(arena, text, &parts);
    number_crashes(parts, count);
    qsort(parts, count, sizeof *parts, oldest_first);
    bool go_on = true;
    for (size_t i = 0; i < count && go_on; i++)
        go_on = walk_data(walk, parts[i].text) &&
                (slice_ends(parts[i].text, SLICE("\n")) || walk_data(walk, SLICE("\n")));
    arena_destroy(arena);
}

void pstore_deliver(struct walk *walk, const char *path, struct input *input)
{
    struct slice text = input_peek(input, LIMIT_PSTORE + 1);
    if (text.length > LIMIT_PSTORE) {
        walk_note(walk, path,
                  "too large for a pstore record: read in the order in which it stands");
        stream_deliver_text(walk, path, input);
        return;
    }
    if (!walk_begin(walk, path, SOURCE_LOG))
        return;
    deliver_sorted(walk, text);
    walk_end(walk);
    struct error *error = input_next(input, &text);
    if (!error)
        error = input_next(input, &text);
    if (error)
        walk_failed(walk, path, error);
}

/* ---- a directory with a file for each part */

/* EFI's ids hold it: (seconds * 100 + part) * 1000 + count (drivers/firmware/efi/efi-pstore.c);
 * other stores give it to the file. */
static int64_t moment_of(const char *name, const struct stat *status)
{
    const char *digits = strrchr(name, '-');
    struct slice id = slice_from_string(digits ? digits + 1 : name);
    int64_t number;
    enum { SECONDS_DIGITS = 10, PART_AND_COUNT_DIGITS = 5 };
    if (id.length == SECONDS_DIGITS + PART_AND_COUNT_DIGITS &&
        slice_to_number(slice_take(id, SECONDS_DIGITS), &number))
        return number;
    return status->st_mtime;
}

/* "dmesg-efi-155741337601001": the store's name keeps records of two stores apart. */
static bool read_part(struct arena *arena, const char *directory, const char *name,
                      struct saved_part *ret)
{
    char head[64];
    struct stat status;
    char *path = path_join(directory, name);
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    free(path);
    ssize_t length = file >= 0 && fstat(file, &status) == 0 ? read(file, head, sizeof head) : -1;
    if (file >= 0)
        close(file);
    if (length <= 0 || !pstore_head_read(slice_of(head, (size_t)length), &ret->head))
        return false;
    int store = (int)(strrchr(name, '-') - name);
    ret->head.record = arena_format(arena, "%.*s %.*s", store, name, SLICE_ARG(ret->head.record));
    ret->moment = moment_of(name, &status);
    ret->name = name;
    return true;
}

bool pstore_is_part(const char *directory, const char *file_name)
{
    struct saved_part ignored;
    struct slice name = slice_from_string(file_name);
    if (!slice_starts(name, SLICE("dmesg-")))
        return false;
    struct arena *arena = arena_create();
    bool is_part =
        slice_ends(name, SLICE(".enc.z")) || read_part(arena, directory, file_name, &ignored);
    arena_destroy(arena);
    return is_part;
}

static size_t gather(struct walk *walk, struct arena *arena, const char *directory,
                     struct names *names, struct saved_part **ret)
{
    struct saved_part *parts = NULL;
    size_t count = 0;
    for (size_t i = 0; i < names->count && count < LIMIT_PSTORE_PARTS; i++) {
        struct saved_part part = {.place = i};
        if (!names->items[i])
            continue;
        struct slice name = slice_from_string(names->items[i]);
        if (!slice_starts(name, SLICE("dmesg-")))
            continue;
        if (slice_ends(name, SLICE(".enc.z"))) {
            char *path = path_join(directory, names->items[i]);
            walk_failed(walk, path,
                        error_create(ERROR_INPUT, "a pstore record that the kernel could not "
                                                  "decompress; boot the kernel that wrote it"));
            free(path);
        } else if (read_part(arena, directory, names->items[i], &part)) {
            *ARENA_PUSH(arena, parts, count) = part;
        } else {
            continue;
        }
        names->items[i] = NULL;
    }
    *ret = parts;
    return count;
}

static bool deliver_part(struct walk *walk, const char *path)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return true;
    struct input *input = file_input(file, true, NULL);
    struct slice block;
    struct error *error;
    bool go_on = true;
    while (go_on && !(error = input_next(input, &block)) && block.length)
        go_on = walk_data(walk, block);
    if (go_on && error)
        walk_failed(walk, path, error);
    input_destroy(input);
    return go_on && walk_data(walk, SLICE("\n"));
}

/* A crash is named after the file that holds its end. */
static void deliver_crash(struct walk *walk, const char *directory, const struct saved_part *parts,
                          size_t count)
{
    char *path = path_join(directory, parts[count - 1].name);
    if (walk_begin(walk, path, SOURCE_LOG)) {
        bool go_on = true;
        for (size_t i = 0; i < count && go_on; i++) {
            char *part = path_join(directory, parts[i].name);
            go_on = deliver_part(walk, part);
            free(part);
        }
        walk_end(walk);
    }
    free(path);
}

void pstore_deliver_directory(struct walk *walk, const char *path, struct names *names)
{
    struct saved_part *parts;
    struct arena *arena = arena_create();
    size_t count = gather(walk, arena, path, names, &parts), length;
    if (count) {
        qsort(parts, count, sizeof *parts, by_record);
        number_crashes(parts, count);
        qsort(parts, count, sizeof *parts, oldest_first);
    }
    for (size_t at = 0; at < count; at += length) {
        for (length = 1; at + length < count && parts[at + length].crash == parts[at].crash;)
            length++;
        deliver_crash(walk, path, parts + at, length);
    }
    arena_destroy(arena);
}
