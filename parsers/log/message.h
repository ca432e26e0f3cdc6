/*
 * One message of the kernel or of a user-space killer, with the dress of its log taken off.
 *
 * The same printk comes as "[ 12.345678] text", "<4>[12.345678] text", "Nov 23 01:02:03 host
 * kernel: [..] text", as a JSON object or a journal record; dress.c turns all of them into this.
 * Slices are valid only during the call that hands the message over.
 */
#ifndef WHYOOM_PARSERS_LOG_MESSAGE_H
#define WHYOOM_PARSERS_LOG_MESSAGE_H

#include "analyzer/incident.h"

struct message {
    struct slice
        text; /* without prefix, "\r", NULs, ANSI colours; escapes (#012, \x0a) undone and split */
    uint64_t
        number; /* line of the input it stands on (the first, when several were joined), from 1 */
    uint64_t offset;         /* byte of the stream at which that line starts */
    uint64_t end;            /* byte behind the last line it was taken from */
    struct event_time time;  /* slices inside are as short-lived as the message */
    struct slice host, boot; /* empty when the dress has none */
    struct slice tag;    /* "kernel", "systemd-oomd", "earlyoom"; empty when the dress has none */
    struct slice caller; /* "T1234", "C0" of CONFIG_PRINTK_CALLER; empty */
    int priority;        /* facility * 8 + level, or -1 */
    enum provenance provenance;
    bool is_unended;      /* the stream ends in it, without a newline: it may be cut */
    bool is_continuation; /* a further line of the record before it (indented, or split from it) */
};

/** Receives messages in the order of the input. */
typedef void message_sink(void *context, const struct message *message);

#endif
