#define _GNU_SOURCE /* asprintf */
#include "parsers/source/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

/* ---- libarchive's end: reading from an input */

struct reader {
    struct archive *archive;
    struct input *packed;
    struct error
        *error; /* what the input said when it ended; better than what libarchive guesses */
};

static la_ssize_t read_packed(struct archive *archive, void *context, const void **ret)
{
    struct reader *reader = context;
    struct slice block;
    (void)archive;
    struct error *error = input_next(reader->packed, &block);
    if (error && !reader->error)
        reader->error = error;
    *ret = block.data;
    return (la_ssize_t)block.length;
}

static void reader_support(struct archive *archive)
{
    archive_read_support_format_tar(archive);
    archive_read_support_format_cpio(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_7zip(archive);
    archive_read_support_format_ar(archive);
}

/* Where the directory is at the end a file is given to libarchive as a file. */
static int reader_open(struct reader *reader, bool is_sought)
{
    enum { BLOCK = 256 * 1024 };
    int file = reader->packed->file;
    if (is_sought && file >= 0 && lseek(file, 0, SEEK_SET) == 0)
        return archive_read_open_fd(reader->archive, file, BLOCK);
    return archive_read_open(reader->archive, reader, NULL, read_packed, NULL);
}

static void reader_close(struct reader *reader)
{
    archive_read_free(reader->archive);
    error_destroy(reader->error);
}

/* Takes the message; @p what is where it happened. */
static struct error *reader_error(struct reader *reader, const char *what)
{
    struct error *error = reader->error;
    reader->error = NULL;
    const char *guess = archive_error_string(reader->archive);
    if (!error)
        error = error_create(ERROR_INPUT, "%s", guess ? guess : "damaged");
    return error_context(error, "%s", what);
}

/* The next bytes of the member that is open; libarchive's warnings are about names and times. */
static int reader_data(struct reader *reader, struct slice *ret)
{
    enum { PATIENCE = 16 };
    int status = ARCHIVE_RETRY;
    for (int i = 0; i < PATIENCE && status == ARCHIVE_RETRY; i++) {
        const void *data = NULL;
        size_t length = 0;
        la_int64_t offset;
        do
            status = archive_read_data_block(reader->archive, &data, &length, &offset);
        while (status == ARCHIVE_OK && length == 0);
        *ret = slice_of(data, length);
    }
    return status == ARCHIVE_WARN && ret->length ? ARCHIVE_OK : status;
}

/* ---- a member as an input */

struct member {
    struct input input;
    struct reader *reader;
    bool is_broken; /* nothing more can be read from the archive */
};

static struct error *member_next(struct input *input, struct slice *ret)
{
    struct member *member = (struct member *)input;
    int status = reader_data(member->reader, ret);
    if (status == ARCHIVE_OK)
        return NULL;
    *ret = (struct slice){0};
    if (status == ARCHIVE_EOF)
        return NULL;
    member->is_broken = status == ARCHIVE_FATAL;
    return reader_error(member->reader, member->is_broken ? "the archive breaks off here"
                                                          : "this member cannot be read");
}

static void member_destroy(struct input *input)
{
    (void)input; /* lives in the frame of deliver_member() */
}

static bool is_file(struct archive_entry *entry)
{
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
}

/* False when the archive ended inside of it. */
static bool deliver_member(struct walk *walk, const char *path, struct reader *reader,
                           struct place place)
{
    struct member member = {
        .input = {.next = member_next, .destroy = member_destroy, .file = -1},
        .reader = reader,
    };
    stream_deliver(walk, path, &member.input, place);
    return !member.is_broken;
}

/* A name that the locale cannot express comes as NULL. */
static const char *entry_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    return name ? name : "(a member without a readable name)";
}

static char *member_path(const char *path, struct archive_entry *entry)
{
    const char *name = entry_name(entry);
    while (name[0] == '.' && name[1] == '/')
        name += 2;
    char *joined;
    if (asprintf(&joined, "%s:%s", path, name) < 0)
        die_out_of_memory();
    return joined;
}

static bool next_member(struct reader *reader, struct archive_entry **ret, int *status)
{
    do
        *status = archive_read_next_header(reader->archive, ret);
    while (*status == ARCHIVE_RETRY);
    return *status == ARCHIVE_OK || *status == ARCHIVE_WARN;
}

static void deliver_members(struct walk *walk, const char *path, struct reader *reader,
                            struct place place)
{
    struct archive_entry *entry;
    int status;
    bool was_read = false;
    while (next_member(reader, &entry, &status)) {
        was_read = true;
        if (!is_file(entry))
            continue;
        char *name = member_path(path, entry);
        bool is_whole = deliver_member(walk, name, reader, place);
        free(name);
        if (!is_whole)
            return;
    }
    if (status != ARCHIVE_EOF || reader->error)
        walk_broke_off(walk, path, reader_error(reader, "the archive breaks off"), was_read);
}

void archive_deliver(struct walk *walk, const char *path, const struct content_format *format,
                     struct input *input, struct place place)
{
    struct reader reader = {.archive = archive_read_new(), .packed = input};
    if (!reader.archive)
        die_out_of_memory();
    reader_support(reader.archive);
    if (reader_open(&reader, format->is_sought) == ARCHIVE_OK)
        deliver_members(walk, path, &reader, place);
    else
        walk_failed(walk, path, reader_error(&reader, "cannot be opened as an archive"));
    reader_close(&reader);
}

/* ---- the rarer codecs */

struct filtered {
    struct input input;
    struct reader reader;
    const char *name;
    bool is_open, is_empty;
};

static struct error *filtered_error(struct filtered *self)
{
    char what[64];
    snprintf(what, sizeof what, "the %s data is cut short or damaged", self->name);
    return reader_error(&self->reader, what);
}

/* An empty file has no member. */
static struct error *filtered_open(struct filtered *self)
{
    struct archive_entry *entry;
    struct reader *reader = &self->reader;
    self->is_open = true;
    int status = archive_read_open(reader->archive, reader, NULL, read_packed, NULL);
    if (status == ARCHIVE_OK)
        status = archive_read_next_header(reader->archive, &entry);
    self->is_empty = status == ARCHIVE_EOF;
    return status == ARCHIVE_OK || self->is_empty ? NULL : filtered_error(self);
}

static struct error *filtered_next(struct input *input, struct slice *ret)
{
    struct filtered *self = (struct filtered *)input;
    struct error *error = self->is_open ? NULL : filtered_open(self);
    if (error || self->is_empty)
        return error;
    int status = reader_data(&self->reader, ret);
    if (status == ARCHIVE_OK)
        return NULL;
    *ret = (struct slice){0};
    return status == ARCHIVE_EOF && !self->reader.error ? NULL : filtered_error(self);
}

static void filtered_destroy(struct input *input)
{
    struct filtered *self = (struct filtered *)input;
    reader_close(&self->reader);
    input_destroy(self->reader.packed);
    free(self);
}

struct input *archive_decompress(const struct content_format *format, struct input *packed)
{
    struct filtered *self = must_allocate(sizeof *self);
    self->input = (struct input){.next = filtered_next, .destroy = filtered_destroy, .file = -1};
    self->name = format->name;
    self->reader = (struct reader){.archive = archive_read_new(), .packed = packed};
    if (!self->reader.archive)
        die_out_of_memory();
    archive_read_support_filter_bzip2(self->reader.archive);
    archive_read_support_filter_lz4(self->reader.archive);
    archive_read_support_filter_lzip(self->reader.archive);
    archive_read_support_filter_compress(self->reader.archive);
    archive_read_support_format_raw(self->reader.archive);
    archive_read_support_format_empty(self->reader.archive);
    return &self->input;
}
