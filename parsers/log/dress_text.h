/*
 * Bytes of a log line made into the text that was printed: terminal escapes, collectors' escapes.
 *
 * Private to the dress. Everything here is linear in the length of its input.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_TEXT_H
#define WHYOOM_PARSERS_LOG_DRESS_TEXT_H

#include "analyzer/base/slice.h"

/** Bytes that are collected; never more than LIMIT_LINE of them, the rest is dropped. */
struct buffer {
    char *data;
    size_t length, capacity;
};

void buffer_append(struct buffer *buffer, struct slice text);

static inline struct slice buffer_text(const struct buffer *buffer)
{
    return slice_of(buffer->data ? buffer->data : "", buffer->length);
}

void buffer_free(struct buffer *buffer);

enum text_trait {
    TEXT_HAS_CONTROLS = 1, /* a byte below 0x20 (tabs count, too) */
    TEXT_HAS_ESCAPES = 2,  /* '#' or '\', with which an escape could begin */
};

/** Which of the traits @p text has; quick, for there are few that have any. */
unsigned text_scan(struct slice text);

/** Without blanks, tabs, newlines, carriage returns and NULs at the end. */
struct slice text_trim_end(struct slice text);

/** Take NULs, carriage returns and terminal escape sequences out, in place. A lone ESC stays. */
void text_clean(struct buffer *buffer);

/**
 * Undo what collectors do to control characters, onto the end of @p ret: "#012" of rsyslog (three
 * octal digits), "\x0a" of syslog-ng and dmesg.
 * @param is_kmsg  the text is of /dev/kmsg, where "\xNN" stands for any byte, the backslash itself
 *                 among them; elsewhere "\x2d" is systemd's own spelling of a cgroup and stays
 * Kernel: kernel/printk/printk.c msg_add_ext_text()
 */
void text_undo_escapes(struct slice text, bool is_kmsg, struct buffer *ret);

/** Whether @p text has a blank that does not break, U+00A0 or its entity, as web pages have. */
bool text_has_hard_blanks(struct slice text);

/** Make blanks of them, in place. */
void text_soften_blanks(struct buffer *buffer);

/** True when every '=' of @p line is a quoted-printable one ("=3D"), or the soft break at its end;
 * *ret_count gets their number. */
bool text_is_quoted_printable(struct slice line, size_t *ret_count);

/** Decode quoted-printable onto the end of @p ret, without the soft break at the end. */
void text_decode_quoted_printable(struct slice line, struct buffer *ret);

enum { BASE64_LEAST = 128 }; /* digits: a path or a name may be made of nothing else */

/** Whether @p text is base64 (RFC 4648, section 4, line ends allowed) of @p least digits or more.
 */
bool text_is_base64(struct slice text, size_t least);

/** Decode base64 onto the end of @p ret. */
void text_decode_base64(struct slice text, struct buffer *ret);

#endif
