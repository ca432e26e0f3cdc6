/*
 * From lines whose prefixes are off to messages: records with newlines are split, bare lines get
 * the prefix of the line before them, wrapped lines are joined.
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_OUTPUT_H
#define WHYOOM_PARSERS_LOG_DRESS_OUTPUT_H

#include "parsers/log/dress_join.h"
#include "parsers/log/dress_mail.h"

struct dress_output {
    message_sink *sink;
    void *context;
    struct mail mail;
    struct buffer undone; /* text of the record at hand, without escapes */
    struct pieces held;   /* a line that may go on, as long as the stream may be wrapped */
    struct buffer held_line;
    struct pieces fragment; /* netconsole's record */
    struct prefix_memory memory;
    struct pinned_prefix last; /* prefix of the last line that had one, for bare lines behind it */
    bool has_last, last_is_memory; /* its slices point into the memory */
    bool awaits_text;              /* it had a prefix and nothing else */
    unsigned bare_run;
    struct field_text boot, base; /* "-- Boot .. --"; minute of dmesg -H */
    bool is_pstore;
};

/** Free what it holds. */
void output_deinit(struct dress_output *output);

/** A line with a prefix. @param line  as it stands in the stream, for its length */
void output_dressed(struct dress_output *output, struct prefix *prefix, struct slice line,
                    const struct place *place);

/** A line without one. */
void output_bare(struct dress_output *output, struct slice line, const struct place *place);

/**
 * A line with a prefix in a stream that is not wrapped; without detours.
 * @param is_recalled  the prefix came from the memory
 * @param traits       of its text, see text_scan()
 */
void output_common(struct dress_output *output, struct prefix *prefix, const struct place *place,
                   bool is_recalled, unsigned traits);

/** Join netconsole's packets; behind a lost one a record ends. */
void output_fragment(struct dress_output *output, struct prefix *prefix, const struct place *place);

/** Hand over the packets that came of a record. */
void output_release_fragment(struct dress_output *output);

/** Behind a line that was cut at the column, what has no time and no host is its rest. */
bool output_goes_on(const struct dress_output *output, const struct prefix *prefix);

/** Remember the prefix that was taken off @p line so far. */
void output_remember(struct dress_output *output, const struct prefix *prefix, struct slice line);

/** A new prefix for the memory, when @p line begins with one of the commonest forms. */
bool output_learn(struct dress_output *output, struct slice line, struct prefix *ret);

/** Take what a prefix says about the stream rather than the line. */
void output_note_stream(struct dress_output *output, const struct prefix *prefix);

/** Hand over a line that is held. */
void output_release(struct dress_output *output);

/** Is nothing held, nor anything known that an output_flush() would forget? */
bool output_is_idle(const struct dress_output *output);

/** Release, and forget what cannot be known behind a hole: the last line, the boot. */
void output_flush(struct dress_output *output);

#endif
