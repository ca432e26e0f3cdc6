/*
 * A line on its way out of its dress: what was taken off so far, and what may come next.
 *
 * Private to the dress. Prefixes stand in layers, the collector's outside and the kernel's inside;
 * which layer may follow which is decided here (prefix_follow()), so that a kernel's own text which
 * happens to look like another layer's prefix is left alone.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_PREFIX_H
#define WHYOOM_PARSERS_LOG_DRESS_PREFIX_H

#include "parsers/log/message.h"

enum prefix_layer {
    LAYER_LINE = 1 << 0,      /* no message at all: separators, part lines */
    LAYER_COLLECTOR = 1 << 1, /* wraps a line of any other dress: CRI, VMX, a sender's address */
    LAYER_SYSLOG = 1 << 2,    /* date, host, tag */
    LAYER_LEVEL = 1 << 3,     /* "<4>", "kern  :warn  : " */
    LAYER_RECORD = 1 << 4,    /* header of raw kmsg */
    LAYER_STAMP = 1 << 5,     /* time of the kernel, or dmesg's rendering of it */
    LAYER_CALLER = 1 << 6,    /* the task or CPU that printed */
    LAYER_TAG = 1 << 7,       /* "kernel: " alone */
    LAYER_REPEAT = 1 << 8,    /* "message repeated 5 times: [ text]" */
    LAYER_ALL = (1 << 9) - 1,
};

/** What is known about the channel, for the provenance. */
enum prefix_evidence {
    EVIDENCE_KERNEL = 1,    /* raw kmsg, journal's kernel transport, pstore */
    EVIDENCE_USER = 2,      /* a facility or tag that the kernel does not use */
    EVIDENCE_CONTAINER = 4, /* a container's output */
};

struct prefix {
    struct message message; /* text: what is left of the line */
    unsigned allowed;       /* layers that may come next */
    unsigned evidence;
    bool is_dressed;  /* a prefix was found */
    bool is_dropped;  /* the line is no message */
    bool is_kmsg;     /* of /dev/kmsg: "\xNN" stands for any byte */
    bool is_pstore;   /* a part line of pstore */
    bool is_boot;     /* a line that says where another boot begins */
    bool is_base;     /* dmesg -H: the minute to which deltas refer */
    bool is_delta;    /* dmesg -H: time since the line before */
    bool is_partial;  /* CRI: the rest of the line comes in another record */
    bool is_fragment; /* netconsole: likewise, a record of @total bytes cut into packets */
    int64_t sequence, fragment_start, fragment_total;
    struct slice channel; /* CRI, docker: "stdout" */
};

/** A line that nothing was taken off yet. */
struct prefix prefix_of(struct slice line);

/** Note that a prefix of @p layer was taken off, which leaves @p rest. */
void prefix_follow(struct prefix *prefix, enum prefix_layer layer, struct slice rest);

/** The tag of a syslog line, without "[pid]"; what is not the kernel's is a user's. */
void prefix_set_tag(struct prefix *prefix, struct slice tag);

/** Facility * 8 + level. */
void prefix_set_priority(struct prefix *prefix, int64_t priority);

enum provenance prefix_provenance(const struct prefix *prefix);

/**
 * What the kernel prints itself at the front of a line and no prefix looks like: rows of the task
 * table ("[ 1234] ", "[  pid  ] "), frames ("[<c010d824>] ") and anything that is indented by two.
 */
bool prefix_is_kernel_text(struct slice text);

/** The length of "[ 12.345678]" at the front of @p text, which begins with '['; 0: it is none. A
 * time has a point and six digits; a process id in brackets has not. */
size_t prefix_read_stamp(struct slice text, int64_t *ret_us);

/** Whether "dd:dd:dd" stands near the front of @p text: no date without it. */
bool prefix_has_clock(struct slice text);

/**
 * Take off the commonest prefixes without a pattern: "Mmm dd hh:mm:ss host tag[pid]: ", the same
 * with a date of RFC 3339, "[12.345678] " with a caller, "<4>". Whatever is only nearly so is left
 * for the table, which has the same shapes as rows.
 * @return the layer that was taken off, 0 for none
 */
unsigned prefix_take_common(struct prefix *prefix);

#endif
