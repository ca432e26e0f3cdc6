/*
 * Journal records that span lines: export format, verbose, json-pretty; and one-line JSON objects.
 *
 * Private to the dress. A record collects the fields whyoom knows; its MESSAGE is handed over when
 * the record ends.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_RECORD_H
#define WHYOOM_PARSERS_LOG_DRESS_RECORD_H

#include "parsers/log/dress_prefix.h"
#include "parsers/log/dress_text.h"

#include <jansson.h>

/** Where lines of the input stand. */
struct place {
    uint64_t number, offset, end;
};

enum { FIELD_TEXT_MAX = 256 };

struct field_text {
    char data[FIELD_TEXT_MAX];
    size_t length;
};

struct field_number {
    int64_t value;
    bool is_known;
};

enum record_form { RECORD_CLOSED, RECORD_EXPORT, RECORD_VERBOSE, RECORD_PRETTY };

struct record {
    enum record_form form;
    struct place place; /* of all its lines */
    struct field_text host, boot, transport, identifier, command, caller;
    struct field_number facility, priority, realtime, monotonic, source_monotonic;
    struct buffer message;
    bool has_message, has_cursor;
    bool has_lines;     /* the message is a log, whose lines have their own prefixes */
    bool is_in_message; /* verbose: further lines of the last field belong to MESSAGE */
    /* export: a field of "NAME\n", eight bytes of length, data, "\n" */
    struct field_text name;
    bool is_binary;
    size_t length_have; /* bytes of the length that came */
    uint64_t left;      /* bytes of the data that are to come, and the newline */
};

enum record_answer {
    RECORD_NOT_MINE, /* the line belongs to no record */
    RECORD_TAKEN,
    RECORD_DONE,          /* the record ended with this line */
    RECORD_DONE_NOT_MINE, /* it ended before this line */
};

/** Give @p line to the record, opening it when the line begins one. */
enum record_answer record_take(struct record *record, struct slice line, const struct place *place);

/** Set a field; unknown names are ignored. */
void record_set(struct record *record, struct slice name, struct slice value);

/** Set a field from JSON: text, number, or an array of bytes; null and others are ignored. */
void record_set_json(struct record *record, const char *name, const json_t *value);

/** What the fields say; the text is the message. Slices live as long as the record. */
struct prefix record_prefix(const struct record *record);

/** Forget the fields; memory of the message is kept for the next record. */
void record_reset(struct record *record);

#endif
