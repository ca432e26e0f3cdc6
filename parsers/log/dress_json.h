/*
 * Lines that are JSON objects: the journal's, docker's, and other collectors' with a "message".
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_JSON_H
#define WHYOOM_PARSERS_LOG_DRESS_JSON_H

#include "parsers/log/dress_record.h"

enum json_kind {
    JSON_IS_NO_LOG,  /* no object, or none that holds a message */
    JSON_IS_JOURNAL, /* the fields are in the record */
    JSON_IS_LINE,    /* a line of any dress is in the prefix */
    JSON_IS_LOG,     /* a value that holds many: a string of lines, an array of objects */
};

/**
 * Read @p line.
 * @param record      filled when the object is the journal's
 * @param prefix      filled with the line that another collector's object holds, and its time
 * @param[out] ret    what the prefix' slices point into, or the JSON_IS_LOG; json_decref() it when
 *                    done, NULL is fine
 */
enum json_kind json_line_read(struct slice line, struct record *record, struct prefix *prefix,
                              json_t **ret);

/** The same of an element of a JSON_IS_LOG, whatever it is; never that itself. */
enum json_kind json_object_read(json_t *object, struct record *record, struct prefix *prefix);

/** Whether an object is one of dmesg --json, whose time is that since boot. */
bool json_is_dmesg(const json_t *object);

/** Whether a member of an object may be a log: a text of several lines, or what has members. */
bool json_may_hold_lines(const json_t *value);

/** The text of a JSON string; empty when it is another value. */
struct slice json_text(const json_t *value);

struct json_moment {
    int64_t wall_us, boot_us;
    bool has_wall, has_boot;
};

/** When a record was written: by its collector, and by the kernel. */
struct json_moment json_moment_of(const json_t *value);

#endif
