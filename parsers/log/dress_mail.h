/*
 * What mail and forums do to lines: quote marks, quoted-printable, hard wraps.
 *
 * Private to the dress. Each repair needs evidence in the lines seen so far, for an ordinary log
 * must not be touched: a quote mark is taken off unless the stream has lines with a prefix and
 * without a mark; quoted-printable shows in every '=' of a line; a stream is wrapped as long as
 * none of its lines passed 80 columns at a blank.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_MAIL_H
#define WHYOOM_PARSERS_LOG_DRESS_MAIL_H

#include "parsers/log/dress_text.h"

struct mail {
    uint64_t quoted, unquoted; /* lines with a mark; lines with a prefix and without a mark */
    bool is_quoted;            /* the last line */
    bool is_quoted_printable;
    bool is_declared;   /* so it is by the header of its part, whatever the length of its lines */
    bool is_base64;     /* likewise */
    bool is_joined;     /* the last line was put together at soft breaks: its length says nothing */
    bool is_unwrapped;  /* a line was too long for a wrapped text */
    size_t longest;     /* of the lines that could be wrapped */
    size_t wraps;       /* lines that were cut at a blank */
    size_t wrap_column; /* where lines were cut in mid-word; 0 unknown */
    size_t column;      /* where all are, as the first lines showed (dress_sample.h); 0: nowhere */
};

/** Take the quote marks off, if they are. */
struct slice mail_unquote(struct mail *mail, struct slice line);

/** Note a line (without its quote mark) that begins with a log's prefix. */
void mail_note_prefixed(struct mail *mail, struct slice line, size_t prefix_length);

/** What quoted-printable or base64 makes of a line. */
enum mail_coding {
    MAIL_PLAIN,
    MAIL_CODED,      /* decode it */
    MAIL_SOFT_BREAK, /* decode it; it goes on with the next line */
    MAIL_BASE64,     /* decode it; its lines end anywhere */
};

enum mail_coding mail_coding_of(struct mail *mail, struct slice line);

/** How two lines of a wrapped text belong together. */
enum mail_wrap {
    WRAP_NONE,
    WRAP_AT_BLANK, /* the wrap took a blank away */
    WRAP_IN_WORD,  /* or took nothing */
};

/**
 * Whether @p next, which has no prefix, is the rest of @p line.
 * @param line  as it stands in the stream, with its prefix
 */
enum mail_wrap mail_wrap_of(struct mail *mail, struct slice line, struct slice next);

#endif
