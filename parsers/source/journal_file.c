#define _GNU_SOURCE /* le64toh, madvise */
#include "parsers/source/journal_file.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "analyzer/base/arena.h"
#include "parsers/source/journal_payload.h"

/* ---- the format */

enum { /* of the file's head */
       HEAD_INCOMPATIBLE = 12,
       HEAD_SIZE = 88,
       HEAD_ARENA_SIZE = 96,
       HEAD_TAIL_OBJECT = 136,
       HEAD_LEAST = 208, /* before systemd 187 */
};

enum { /* HEAD_INCOMPATIBLE: bits that change what is read here, and the others that are known */
       COMPACT = 1 << 4,
       KNOWN_FEATURES = COMPACT | 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3, /* xz, lz4, keyed hash, zstd */
};

enum { OBJECT_DATA = 1, OBJECT_ENTRY = 3, OBJECT_TYPES = 8 };

enum { /* of an object, from its start */
       OBJECT_TYPE = 0,
       OBJECT_FLAGS = 1,
       OBJECT_SIZE = 8,
       OBJECT_HEAD = 16,
       ENTRY_REALTIME = 24,
       ENTRY_MONOTONIC = 32,
       ENTRY_ITEMS = 64,
       DATA_PAYLOAD = 64,
       DATA_PAYLOAD_COMPACT = 72,
};

static const unsigned char least_size[OBJECT_TYPES] = {
    0,           DATA_PAYLOAD, 40, ENTRY_ITEMS, OBJECT_HEAD,
    OBJECT_HEAD, 24,           64}; /* none, DATA, FIELD, ENTRY, two hash tables, ENTRY_ARRAY, TAG
                                     */

static uint64_t number_64(const char *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return le64toh(number);
}

static uint32_t number_32(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return le32toh(number);
}

struct journal_file {
    const char *data; /* mapped */
    size_t length;
    size_t at;         /* where the next object starts */
    size_t tail;       /* the last object, as the head says; later ones may be there */
    size_t given_back; /* pages before it were */
    bool is_compact;
    uint64_t *matching; /* offsets of the data objects that match, ascending */
    size_t matching_count;
    char *unpacked;
    struct journal_state state;
};

/* ---- objects */

struct object {
    const char *data; /* the size is one that its type can have, and ends within the file */
    size_t size;
    unsigned char type, flags;
};

static bool read_object(const struct journal_file *self, uint64_t offset, struct object *ret)
{
    if (offset % 8 || offset >= self->length || self->length - offset < OBJECT_HEAD)
        return false;
    const char *data = self->data + offset;
    uint64_t head = eight_bytes(data), size = number_64(data + OBJECT_SIZE);
    ret->type = (unsigned char)head;
    ret->flags = (unsigned char)(head >> 8);
    if (head >> 16 || ret->type == 0 || ret->type >= OBJECT_TYPES || size < least_size[ret->type] ||
        size > self->length - offset)
        return false;
    ret->data = data;
    ret->size = (size_t)size;
    return true;
}

/* What was read is in the page cache still, but need not count as this process's memory. */
static void give_back(struct journal_file *self)
{
    enum { WINDOW = 8 * 1024 * 1024 };
    size_t length = (self->at - self->given_back) / WINDOW * WINDOW;
    if (length == 0)
        return;
    madvise((char *)self->data + self->given_back, length, MADV_DONTNEED);
    self->given_back += length;
}

/* Behind the last object the file holds zeros, which journald allocated in advance; before it,
 * what is no object is damage. */
static bool next_object(struct journal_file *self, struct object *ret)
{
    bool is_object;
    while (!(is_object = read_object(self, self->at, ret)) && self->at <= self->tail &&
           self->at < self->length) {
        self->at += 8;
        self->state.damaged_bytes += 8;
    }
    if (is_object)
        self->at += (ret->size + 7) & ~(size_t)7;
    give_back(self);
    return is_object;
}

/* ---- data */

/* The field "NAME=value" in a data object, unpacked when it is packed; valid until the next call.
 */
static bool read_field(struct journal_file *self, const struct object *object, struct slice *ret)
{
    size_t start = self->is_compact ? DATA_PAYLOAD_COMPACT : DATA_PAYLOAD;
    if (object->type != OBJECT_DATA || object->size < start)
        return false;
    *ret = slice_of(object->data + start, object->size - start);
    return object->flags == 0 || journal_payload_unpack(object->flags, ret, &self->unpacked);
}

/* What is asked for is shorter than what journald packs. */
static void note_if_matching(struct journal_file *self, const struct object *object)
{
    struct slice field;
    if (object->flags || !read_field(self, object, &field))
        return;
    for (size_t i = 0; i < JOURNAL_MATCHES; i++)
        if (slice_equal(field, journal_matches[i])) {
            self->matching = must_reallocate(self->matching,
                                             (self->matching_count + 1) * sizeof *self->matching);
            self->matching[self->matching_count++] = (uint64_t)(object->data - self->data);
            return;
        }
}

static bool is_matching(const struct journal_file *self, uint64_t offset)
{
    size_t from = 0, to = self->matching_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (self->matching[middle] == offset)
            return true;
        if (self->matching[middle] < offset)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* ---- entries */

static size_t items_count(const struct journal_file *self, const struct object *entry)
{
    return (entry->size - ENTRY_ITEMS) / (self->is_compact ? 4 : 16);
}

/* The offset of a data object of the entry. */
static uint64_t item(const struct journal_file *self, const struct object *entry, size_t i)
{
    return self->is_compact ? number_32(entry->data + ENTRY_ITEMS + 4 * i)
                            : number_64(entry->data + ENTRY_ITEMS + 16 * i);
}

static bool is_wanted(const struct journal_file *self, const struct object *entry)
{
    for (size_t i = 0; i < items_count(self, entry); i++)
        if (is_matching(self, item(self, entry, i)))
            return true;
    return false;
}

static bool append_entry(struct journal_file *self, const struct object *entry,
                         struct journal_text *text)
{
    uint64_t realtime = number_64(entry->data + ENTRY_REALTIME);
    uint64_t monotonic = number_64(entry->data + ENTRY_MONOTONIC);
    bool is_whole = true, has_room = true;
    journal_text_begin(text, &realtime, &monotonic);
    for (size_t i = 0; i < items_count(self, entry) && has_room; i++) {
        struct object data;
        struct slice field;
        if (read_object(self, item(self, entry, i), &data) && read_field(self, &data, &field))
            has_room = journal_text_field(text, field);
        else
            is_whole = false;
    }
    journal_text_end(text);
    return is_whole && has_room;
}

bool journal_file_next(struct journal_file *self, struct journal_text *text)
{
    struct object object;
    while (next_object(self, &object)) {
        if (object.type == OBJECT_DATA)
            note_if_matching(self, &object);
        if (object.type == OBJECT_ENTRY && is_wanted(self, &object)) {
            self->state.damaged_entries += !append_entry(self, &object, text);
            return true;
        }
    }
    return false;
}

/* ---- the file */

static bool read_head(struct journal_file *self)
{
    uint64_t size = number_64(self->data + HEAD_SIZE);
    uint64_t written, whole;
    uint32_t features = number_32(self->data + HEAD_INCOMPATIBLE);
    if (!slice_starts(slice_of(self->data, self->length), SLICE("LPKSHHRH")) ||
        features & ~(uint32_t)KNOWN_FEATURES || size < HEAD_LEAST || size > self->length ||
        __builtin_add_overflow(size, number_64(self->data + HEAD_ARENA_SIZE), &whole))
        return false;
    written = number_64(self->data + HEAD_TAIL_OBJECT);
    self->is_compact = features & COMPACT;
    self->at = (size_t)(size + 7) & ~(size_t)7;
    self->tail = written < whole ? (size_t)written : 0;
    self->state.missing_bytes = whole > self->length ? whole - self->length : 0;
    return true;
}

struct journal_file *journal_file_open(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < HEAD_LEAST)
        return NULL;
    size_t length = (size_t)status.st_size;
    void *data = mmap(NULL, length, PROT_READ, MAP_SHARED, file, 0);
    if (data == MAP_FAILED)
        return NULL;
    struct journal_file *self = must_allocate(sizeof *self);
    *self = (struct journal_file){.data = data, .length = length};
    if (read_head(self))
        return self;
    journal_file_close(self);
    return NULL;
}

struct journal_state journal_file_state(const struct journal_file *self)
{
    return self->state;
}

void journal_file_close(struct journal_file *self)
{
    if (!self)
        return;
    munmap((char *)self->data, self->length);
    free(self->matching);
    free(self->unpacked);
    free(self);
}
