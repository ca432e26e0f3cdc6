#define _GNU_SOURCE /* mkostemp */
#include "parsers/source/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/source/names.h"

/* ---- which entries ------------------------------------------------------------------------- */

/* Rows of one field are alternatives, and so are the fields; NULL separates fields. */
static const char *const matches[] = {
    "_TRANSPORT=kernel",
    NULL,
    "SYSLOG_IDENTIFIER=systemd-oomd",
    "SYSLOG_IDENTIFIER=earlyoom",
    "SYSLOG_IDENTIFIER=oomd",
    "SYSLOG_IDENTIFIER=nohang",
    "SYSLOG_IDENTIFIER=lmkd",
    "SYSLOG_IDENTIFIER=systemd",
    NULL,
    "_SYSTEMD_UNIT=systemd-oomd.service",
    "_SYSTEMD_UNIT=earlyoom.service",
    "_SYSTEMD_UNIT=oomd.service",
    "_SYSTEMD_UNIT=nohang.service",
    "_SYSTEMD_UNIT=init.scope",
};

static int add_matches(sd_journal *journal)
{
    int status = 0;
    for (size_t i = 0; i < sizeof matches / sizeof *matches && status >= 0; i++)
        status = matches[i] ? sd_journal_add_match(journal, matches[i], 0)
                            : sd_journal_add_disjunction(journal);
    return status;
}

/* ---- an entry as text ---------------------------------------------------------------------- */

static const char *const fields[] = {
    "_BOOT_ID=",          "_HOSTNAME=",       "_MACHINE_ID=", "_TRANSPORT=",
    "PRIORITY=",          "SYSLOG_FACILITY=", "_PID=",        "_COMM=",
    "SYSLOG_IDENTIFIER=", "_SYSTEMD_UNIT=",   "UNIT=",        "_SOURCE_MONOTONIC_TIMESTAMP=",
    "MESSAGE=",
};

struct text {
    char *data;
    size_t length, room;
};

static void append(struct text *text, const void *data, size_t length)
{
    if (text->room - text->length < length) {
        text->room = (text->room + length) * 2;
        text->data = must_reallocate(text->data, text->room);
    }
    memcpy(text->data + text->length, data, length);
    text->length += length;
}

static void append_number(struct text *text, const char *name, uint64_t value)
{
    char line[64];
    append(text, line, (size_t)snprintf(line, sizeof line, "%s=%" PRIu64 "\n", name, value));
}

/* As journald decides it, but that any byte beyond ASCII counts as binary. */
static bool is_line(struct slice value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if ((c < ' ' && c != '\t') || c >= 0x7f)
            return false;
    }
    return true;
}

/* "NAME=value", or for binary the name, a newline, the length in 64 little-endian bits, the value.
 */
static void append_field(struct text *text, struct slice name, struct slice value)
{
    append(text, name.data, name.length - 1);
    if (is_line(value)) {
        append(text, "=", 1);
    } else {
        unsigned char length[8];
        for (size_t i = 0; i < sizeof length; i++)
            length[i] = (unsigned char)((uint64_t)value.length >> 8 * i);
        append(text, "\n", 1);
        append(text, length, sizeof length);
    }
    append(text, value.data, value.length);
    append(text, "\n", 1);
}

static void append_if_known(struct text *text, struct slice data)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct slice name = slice_from_string(fields[i]);
        if (slice_starts(data, name)) {
            append_field(text, name, slice_skip(data, name.length));
            return;
        }
    }
}

static int append_entry(struct text *text, sd_journal *journal)
{
    const void *data;
    size_t length;
    uint64_t usec;
    sd_id128_t boot;
    int status;
    if (sd_journal_get_realtime_usec(journal, &usec) >= 0)
        append_number(text, "__REALTIME_TIMESTAMP", usec);
    if (sd_journal_get_monotonic_usec(journal, &usec, &boot) >= 0)
        append_number(text, "__MONOTONIC_TIMESTAMP", usec);
    sd_journal_restart_data(journal);
    while ((status = sd_journal_enumerate_data(journal, &data, &length)) > 0)
        append_if_known(text, slice_of(data, length));
    append(text, "\n", 1);
    return status;
}

/* ---- a journal ----------------------------------------------------------------------------- */

static bool flush(struct walk *walk, struct text *text)
{
    bool go_on = text->length == 0 || walk_data(walk, slice_of(text->data, text->length));
    text->length = 0;
    return go_on;
}

/* One damaged entry does not hide the others. */
static int deliver_entries(struct walk *walk, sd_journal *journal, size_t *ret_damaged)
{
    enum { ENOUGH = 64 * 1024 };
    struct text text = {0};
    int status;
    bool go_on = true;
    *ret_damaged = 0;
    while (go_on && (status = sd_journal_next(journal)) > 0) {
        if (append_entry(&text, journal) < 0)
            ++*ret_damaged;
        if (text.length >= ENOUGH)
            go_on = flush(walk, &text);
    }
    if (go_on)
        flush(walk, &text);
    free(text.data);
    return go_on ? status : 0;
}

static void deliver_journal(struct walk *walk, const char *path, sd_journal *journal)
{
    size_t damaged;
    if (!walk_begin(walk, path, SOURCE_JOURNAL))
        return;
    int status = deliver_entries(walk, journal, &damaged);
    walk_end(walk);
    if (status < 0)
        walk_note(walk, path,
                  "the journal is damaged (%s); what comes before was read; "
                  "`journalctl --verify` tells where",
                  strerror(-status));
    else if (damaged)
        walk_note(walk, path, "%zu entries of the journal are damaged and were read in part",
                  damaged);
}

static int start(sd_journal *journal)
{
    int status = sd_journal_set_data_threshold(journal, LIMIT_LINE);
    if (status >= 0)
        status = add_matches(journal);
    return status < 0 ? status : sd_journal_seek_head(journal);
}

static void deliver_file(struct walk *walk, const char *path, int file)
{
    sd_journal *journal = NULL;
    int status = sd_journal_open_files_fd(&journal, &file, 1, 0);
    if (status >= 0)
        status = start(journal);
    if (status < 0)
        walk_failed(walk, path,
                    error_create(ERROR_INPUT,
                                 "the journal cannot be opened (%s); a copy that broke "
                                 "off cannot be read: copy it again, or take "
                                 "`journalctl -o export`",
                                 strerror(-status)));
    else
        deliver_journal(walk, path, journal);
    sd_journal_close(journal);
}

/* ---- a file for what is none --------------------------------------------------------------- */

/* It keeps its name while it is read: sd-journal refuses a file that is deleted (EIDRM). */
struct temporary {
    char *path;
    int file;
};

static struct temporary open_temporary(void)
{
    const char *directory = getenv("TMPDIR");
    struct temporary temporary = {path_join(directory ? directory : "/var/tmp", "whyoom-XXXXXX"),
                                  -1};
    temporary.file = mkostemp(temporary.path, O_CLOEXEC);
    return temporary;
}

static void close_temporary(struct temporary *temporary)
{
    if (temporary->file >= 0) {
        unlink(temporary->path);
        close(temporary->file);
    }
    free(temporary->path);
}

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
    struct temporary copy = open_temporary();
    struct error *error =
        copy.file >= 0 ? copy_to(copy.file, input)
                       : error_create(ERROR_SYSTEM, "no temporary file to unpack to (%s): %s",
                                      copy.path, strerror(errno));
    if (error)
        walk_failed(walk, path, error);
    else
        deliver_file(walk, path, copy.file);
    close_temporary(&copy);
}

/* ---- this machine's journal ---------------------------------------------------------------- */

static int match_boot(sd_journal *journal)
{
    sd_id128_t boot;
    char match[sizeof "_BOOT_ID=" + 32], id[33];
    int status = sd_id128_get_boot(&boot);
    if (status < 0)
        return status;
    snprintf(match, sizeof match, "_BOOT_ID=%s", sd_id128_to_string(boot, id));
    status = sd_journal_add_conjunction(journal);
    return status < 0 ? status : sd_journal_add_match(journal, match, 0);
}

/* Without the right to read them the files are simply not there: ask for the first entry. */
static bool has_entries(sd_journal *journal)
{
    return sd_journal_next(journal) > 0 && sd_journal_seek_head(journal) >= 0;
}

bool journal_deliver_boot(struct walk *walk)
{
    sd_journal *journal = NULL;
    int status = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
    if (status >= 0)
        status = start(journal);
    if (status >= 0)
        status = match_boot(journal);
    bool is_there = status >= 0 && has_entries(journal);
    if (is_there)
        deliver_journal(walk, "the journal since boot", journal);
    sd_journal_close(journal);
    return is_there;
}
