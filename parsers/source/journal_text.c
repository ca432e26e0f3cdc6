#include "parsers/source/journal_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

const struct slice journal_matches[JOURNAL_MATCHES] = {
    SLICE_INIT("_TRANSPORT=kernel"),
    SLICE_INIT("SYSLOG_IDENTIFIER=systemd-oomd"),
    SLICE_INIT("SYSLOG_IDENTIFIER=earlyoom"),
    SLICE_INIT("SYSLOG_IDENTIFIER=oomd"),
    SLICE_INIT("SYSLOG_IDENTIFIER=nohang"),
    SLICE_INIT("SYSLOG_IDENTIFIER=lmkd"),
    SLICE_INIT("SYSLOG_IDENTIFIER=systemd"),
    SLICE_INIT("_SYSTEMD_UNIT=systemd-oomd.service"),
    SLICE_INIT("_SYSTEMD_UNIT=earlyoom.service"),
    SLICE_INIT("_SYSTEMD_UNIT=oomd.service"),
    SLICE_INIT("_SYSTEMD_UNIT=nohang.service"),
    SLICE_INIT("_SYSTEMD_UNIT=init.scope"),
};

/* What the log parser asks for, see parsers/log/dress_record.c. */
static const struct slice fields[] = {
    SLICE_INIT("_BOOT_ID="),
    SLICE_INIT("_HOSTNAME="),
    SLICE_INIT("_MACHINE_ID="),
    SLICE_INIT("_TRANSPORT="),
    SLICE_INIT("PRIORITY="),
    SLICE_INIT("SYSLOG_FACILITY="),
    SLICE_INIT("_PID="),
    SLICE_INIT("_COMM="),
    SLICE_INIT("SYSLOG_IDENTIFIER="),
    SLICE_INIT("_SYSTEMD_UNIT="),
    SLICE_INIT("UNIT="),
    SLICE_INIT("_SOURCE_MONOTONIC_TIMESTAMP="),
    SLICE_INIT("MESSAGE="),
};

static void append(struct journal_text *text, const void *data, size_t length)
{
    if (text->room - text->length < length) {
        text->room = (text->room + length) * 2;
        text->data = must_reallocate(text->data, text->room);
    }
    memcpy(text->data + text->length, data, length);
    text->length += length;
}

static void append_time(struct journal_text *text, const char *name, const uint64_t *usec)
{
    char line[64];
    if (usec)
        append(text, line, (size_t)snprintf(line, sizeof line, "%s=%" PRIu64 "\n", name, *usec));
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
static void append_field(struct journal_text *text, struct slice name, struct slice value)
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

void journal_text_begin(struct journal_text *text, const uint64_t *realtime,
                        const uint64_t *monotonic)
{
    text->left = LIMIT_ENTRY;
    append_time(text, "__REALTIME_TIMESTAMP", realtime);
    append_time(text, "__MONOTONIC_TIMESTAMP", monotonic);
}

bool journal_text_field(struct journal_text *text, struct slice field)
{
    field = slice_take(field, LIMIT_LINE);
    if (field.length > text->left) {
        text->left = 0;
        return false;
    }
    text->left -= field.length;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (slice_starts(field, fields[i])) {
            append_field(text, fields[i], slice_skip(field, fields[i].length));
            break;
        }
    return true;
}

void journal_text_end(struct journal_text *text)
{
    append(text, "\n", 1);
}

bool journal_text_flush(struct journal_text *text, size_t enough, struct walk *walk)
{
    if (text->length == 0 || text->length < enough)
        return true;
    bool go_on = walk_data(walk, slice_of(text->data, text->length));
    text->length = 0;
    return go_on;
}
