#include "parsers/source/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/limits.h"
#include "parsers/source/journal_daemon.h"
#include "parsers/source/journal_file.h"
#include "parsers/source/temporary.h"

/* ---- a file */

static void note_state(struct walk *walk, const char *path, struct journal_state state)
{
    if (state.missing_bytes)
        walk_note(walk, path,
                  "the journal breaks off: %" PRIu64
                  " KiB of it are missing; what is there was read",
                  (state.missing_bytes + 1023) / 1024);
    if (state.damaged_bytes)
        walk_note(walk, path,
                  "%" PRIu64 " bytes of the journal are damaged and were passed over; "
                  "`journalctl --verify` tells where",
                  state.damaged_bytes);
    if (state.damaged_entries)
        walk_note(walk, path,
                  "%" PRIu64 " entries of the journal are damaged and were read in part",
                  state.damaged_entries);
}

static void deliver_entries(struct walk *walk, const char *path, struct journal_file *journal)
{
    struct journal_text text = {0};
    if (!walk_begin(walk, path, SOURCE_JOURNAL))
        return;
    bool go_on = true;
    while (go_on && journal_file_next(journal, &text))
        go_on = journal_text_flush(&text, JOURNAL_TEXT_BLOCK, walk);
    if (go_on)
        journal_text_flush(&text, 0, walk);
    free(text.data);
    walk_end(walk);
    if (go_on)
        note_state(walk, path, journal_file_state(journal));
}

/* A file with features that came later than this program is sd-journal's. */
static void deliver_file(struct walk *walk, const char *path, int file)
{
    struct journal_file *journal = journal_file_open(file);
    if (journal)
        deliver_entries(walk, path, journal);
    else
        journal_daemon_deliver_file(walk, path, file);
    journal_file_close(journal);
}

/* ---- a file for what is none */

static struct error *write_whole(int file, struct slice data)
{
    while (data.length) {
        ssize_t written = write(file, data.data, data.length);
        if (written < 0 && errno != EINTR)
            return error_create(ERROR_SYSTEM, "cannot be unpacked to a temporary file: %s",
                                strerror(errno));
        data = slice_skip(data, written > 0 ? (size_t)written : 0);
    }
    return NULL;
}

static struct error *copy_to(int file, struct input *input)
{
    struct slice block;
    uint64_t total = 0;
    struct error *error;
    while (!(error = input_next(input, &block)) && block.length) {
        total += block.length;
        if (total > LIMIT_SPOOL)
            return error_create(ERROR_INPUT,
                                "a packed journal of more than %d MiB; unpack it first",
                                LIMIT_SPOOL / 1024 / 1024);
        error = write_whole(file, block);
        if (error)
            return error;
    }
    return error;
}

void journal_deliver(struct walk *walk, const char *path, struct input *input)
{
    if (input->file >= 0) {
        deliver_file(walk, path, input->file);
        return;
    }
    /* It keeps its name while it is read: sd-journal refuses a file that is deleted (EIDRM). */
    char *copy_path;
    int copy = temporary_open_named(&copy_path);
    struct error *error =
        copy >= 0 ? copy_to(copy, input)
                  : error_create(ERROR_SYSTEM, "no temporary file to unpack to (%s): %s", copy_path,
                                 strerror(errno));
    if (error)
        walk_failed(walk, path, error);
    else
        deliver_file(walk, path, copy);
    if (copy >= 0) {
        unlink(copy_path);
        close(copy);
    }
    free(copy_path);
}
