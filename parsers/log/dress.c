#include "parsers/log/dress.h"

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/log/dress_join.h"
#include "parsers/log/dress_json.h"
#include "parsers/log/dress_mail.h"
#include "parsers/log/dress_row.h"

#include <stdlib.h>

enum {
    LAYERS_MAX = 12, /* no line wears more */
    /* Bare lines behind one with a prefix that belong to it: memory.stat has some sixty. */
    BARE_RUN_MAX = 100,
};

struct dress {
    message_sink *sink;
    void *context;
    struct dress_matcher *matcher;
    struct prefix_memory memory;
    struct record record;
    struct mail mail;
    struct buffer cleaned, undone; /* room for the line at hand */
    struct buffer coded;           /* quoted-printable: a line with a soft break */
    struct place coded_place;
    struct pieces held; /* a line that may go on, as long as the stream may be wrapped */
    struct buffer held_line;
    struct pieces partial;     /* a container's line */
    struct pieces fragment;    /* netconsole's record */
    struct pinned_prefix last; /* prefix of the last line that had one, for bare lines behind it */
    bool has_last, last_is_memory; /* it is in the memory, but for its time */
    struct event_time last_time;
    bool awaits_text; /* it had a prefix and nothing else */
    unsigned bare_run;
    struct field_text boot, base; /* "-- Boot .. --"; minute of dmesg -H */
    bool is_pstore;
};

struct dress *dress_create(message_sink *sink, void *context)
{
    struct dress *dress = must_allocate(sizeof *dress);
    dress->sink = sink;
    dress->context = context;
    dress->matcher = dress_matcher_create();
    return dress;
}

void dress_destroy(struct dress *dress)
{
    if (!dress)
        return;
    dress_matcher_destroy(dress->matcher);
    buffer_free(&dress->record.message);
    buffer_free(&dress->cleaned);
    buffer_free(&dress->undone);
    buffer_free(&dress->coded);
    buffer_free(&dress->held.text);
    buffer_free(&dress->held_line);
    buffer_free(&dress->partial.text);
    buffer_free(&dress->fragment.text);
    free(dress);
}

/* ---- out: one message, or several when a record holds newlines ---- */

static void hand_over_lines(struct dress *dress, struct message *message, struct slice text)
{
    while (text.length) {
        message->text = text_trim_end(slice_cut(&text, '\n'));
        if (message->text.length == 0)
            continue;
        dress->sink(dress->context, message);
        message->is_continuation = true;
    }
}

/** @param traits  of the text, see text_scan() */
static void hand_over(struct dress *dress, struct prefix *prefix, const struct place *place,
                      unsigned traits)
{
    struct message *message = &prefix->message;
    message->number = place->number;
    message->offset = place->offset;
    message->end = place->end;
    message->provenance = prefix_provenance(prefix);
    if (traits == 0) {
        if (message->text.length)
            dress->sink(dress->context, message);
        return;
    }
    dress->undone.length = 0;
    text_undo_escapes(message->text, prefix->is_kmsg, &dress->undone);
    text_clean(&dress->undone);
    hand_over_lines(dress, message, buffer_text(&dress->undone));
}

static void hand_over_scanned(struct dress *dress, struct prefix *prefix, const struct place *place)
{
    prefix->message.text = text_trim_end(prefix->message.text);
    hand_over(dress, prefix, place, text_scan(prefix->message.text));
}

/* ---- lines that may be wrapped are held until the next one shows ---- */

static void release_held(struct dress *dress)
{
    if (!dress->held.is_open)
        return;
    dress->held.is_open = false;
    struct prefix prefix = dress->held.first.prefix;
    prefix.message.text = buffer_text(&dress->held.text);
    hand_over_scanned(dress, &prefix, &dress->held.place);
}

static void hold_line(struct dress *dress, struct slice line)
{
    dress->held_line.length = 0;
    buffer_append(&dress->held_line, line);
}

static bool join_held(struct dress *dress, struct slice line, const struct place *place)
{
    enum mail_wrap wrap = dress->held.is_open
                              ? mail_wrap_of(&dress->mail, buffer_text(&dress->held_line), line)
                              : WRAP_NONE;
    if (wrap == WRAP_NONE)
        return false;
    if (wrap == WRAP_AT_BLANK)
        pieces_add(&dress->held, SLICE(" "), place);
    pieces_add(&dress->held, line, place);
    hold_line(dress, line);
    return true;
}

/* ---- a line whose prefixes are off ---- */

/** What earlier lines said about this one. */
static void add_stream(const struct dress *dress, struct prefix *prefix)
{
    struct message *message = &prefix->message;
    if (dress->is_pstore && message->host.length == 0)
        prefix->evidence |= EVIDENCE_KERNEL;
    if (message->boot.length == 0)
        message->boot = slice_of(dress->boot.data, dress->boot.length);
    if (prefix->is_delta && dress->base.length) {
        message->time.printed = slice_of(dress->base.data, dress->base.length);
        message->time.wall_source = WALL_DMESG_T;
    }
}

static void note_last(struct dress *dress, const struct prefix *prefix)
{
    dress->has_last = true;
    dress->bare_run = 0;
    dress->last_is_memory = false;
    prefix_pin(&dress->last, prefix);
}

static void note_recalled(struct dress *dress, const struct prefix *prefix)
{
    dress->has_last = dress->last_is_memory = true;
    dress->bare_run = 0;
    dress->last_time = prefix->message.time;
}

static void deliver_dressed(struct dress *dress, struct prefix *prefix, struct slice line,
                            const struct place *place)
{
    release_held(dress);
    add_stream(dress, prefix);
    note_last(dress, prefix);
    mail_note_prefixed(&dress->mail, line, (size_t)(line.length - prefix->message.text.length));
    dress->awaits_text = text_trim_end(prefix->message.text).length == 0;
    if (dress->mail.is_unwrapped || dress->awaits_text) {
        hand_over_scanned(dress, prefix, place);
        return;
    }
    pieces_open(&dress->held, prefix, place);
    pieces_add(&dress->held, prefix->message.text, place);
    hold_line(dress, line);
}

/** Whether a bare line belongs to the one before it that had a prefix. */
static bool continues_last(struct dress *dress, struct slice line)
{
    bool is_indented = line.data[0] == ' ' || line.data[0] == '\t';
    return dress->has_last && (is_indented || dress->bare_run++ < BARE_RUN_MAX);
}

static struct prefix last_prefix(const struct dress *dress)
{
    struct prefix prefix = dress->last_is_memory ? dress->memory.prefix : dress->last.prefix;
    if (dress->last_is_memory)
        prefix.message.time = dress->last_time;
    return prefix;
}

static void deliver_bare(struct dress *dress, struct slice line, const struct place *place)
{
    struct prefix prefix = prefix_of(line);
    bool is_metadata = dress->has_last && last_prefix(dress).is_kmsg && line.length &&
                       line.data[0] == ' '; /* " SUBSYSTEM=pci" */
    if (text_trim_end(line).length == 0 || is_metadata || join_held(dress, line, place))
        return;
    release_held(dress);
    if (!continues_last(dress, line)) {
        add_stream(dress, &prefix);
        hand_over_scanned(dress, &prefix, place);
        return;
    }
    prefix = last_prefix(dress);
    add_stream(dress, &prefix);
    prefix.message.is_continuation = !dress->awaits_text;
    prefix.message.text = slice_trim(line);
    if (dress->awaits_text)
        deliver_dressed(dress, &prefix, line, place);
    else
        hand_over_scanned(dress, &prefix, place);
}

/* ---- layers ---- */

static void remember(struct dress *dress, const struct prefix *prefix, struct slice line)
{
    dress->has_last = dress->has_last && !dress->last_is_memory;
    prefix_remember(&dress->memory, prefix, line);
}

/** @param is_whole  @p line is one of the stream, with nothing taken off it yet */
static void undress(struct dress *dress, struct prefix *prefix, struct slice line, bool is_whole)
{
    for (int layers = 0; layers < LAYERS_MAX; layers++) {
        unsigned layer = prefix_take_common(prefix);
        const struct dress_row *row = layer ? NULL : dress_matcher_take(dress->matcher, prefix);
        if (!layer && !row)
            return;
        if ((layer ? layer : row->layer) == LAYER_SYSLOG && is_whole)
            remember(dress, prefix, line);
        if (prefix->is_dropped || prefix->channel.length)
            return;
    }
}

static void note_text(struct field_text *text, struct slice value)
{
    text->length = value.length <= FIELD_TEXT_MAX ? value.length : 0;
    if (text->length)
        memcpy(text->data, value.data, text->length);
}

/** Take what a prefix says about the stream rather than the line. */
static void note_stream(struct dress *dress, struct prefix *prefix)
{
    struct message *message = &prefix->message;
    if (prefix->is_boot)
        note_text(&dress->boot, message->boot);
    if (prefix->is_base)
        note_text(&dress->base, message->time.printed);
    if (prefix->is_pstore)
        dress->is_pstore = true;
    else if (message->host.length)
        dress->is_pstore = false;
}

static void take_text(struct dress *dress, struct prefix *prefix, struct slice line,
                      const struct place *place, int depth);

/** The text of a container's line is a line of its own. */
static void take_inner(struct dress *dress, struct prefix *prefix, struct slice text,
                       const struct place *place, int depth)
{
    prefix->channel = (struct slice){0};
    prefix->is_partial = false;
    prefix->message.text = text;
    take_text(dress, prefix, text, place, depth + 1);
}

static void release_partial(struct dress *dress, int depth)
{
    struct pieces *partial = &dress->partial;
    struct buffer text = partial->text; /* the inner line may be partial, too */
    struct pinned_prefix first = partial->first;
    struct place place = partial->place;
    if (!partial->is_open)
        return;
    partial->text = (struct buffer){0};
    partial->is_open = false;
    prefix_pin(&first, &partial->first.prefix);
    take_inner(dress, &first.prefix, buffer_text(&text), &place, depth);
    buffer_free(&text);
}

/** Join the pieces of a container's long line. */
static void take_chunk(struct dress *dress, struct prefix *prefix, const struct place *place,
                       int depth)
{
    struct pieces *partial = &dress->partial;
    bool is_same = partial->is_open && slice_equal(partial->first.prefix.channel, prefix->channel);
    if (!prefix->is_partial && !is_same) {
        take_inner(dress, prefix, prefix->message.text, place, depth);
        return;
    }
    if (!is_same) {
        release_partial(dress, depth);
        pieces_open(partial, prefix, place);
    }
    pieces_add(partial, prefix->message.text, place);
    if (!prefix->is_partial)
        release_partial(dress, depth);
}

static void release_fragment(struct dress *dress)
{
    struct pieces *fragment = &dress->fragment;
    if (!fragment->is_open)
        return;
    fragment->is_open = false;
    struct prefix prefix = fragment->first.prefix;
    prefix.message.text = buffer_text(&fragment->text);
    deliver_dressed(dress, &prefix, prefix.message.text, &fragment->place);
}

/** Join netconsole's packets; behind a lost one a record ends. */
static void take_fragment(struct dress *dress, struct prefix *prefix, const struct place *place)
{
    struct pieces *fragment = &dress->fragment;
    bool goes_on = fragment->is_open && fragment->first.prefix.sequence == prefix->sequence &&
                   (uint64_t)prefix->fragment_start == fragment->text.length;
    if (!goes_on)
        release_fragment(dress);
    if (!goes_on && prefix->fragment_start != 0) {
        prefix->message.is_continuation = true;
        deliver_dressed(dress, prefix, prefix->message.text, place);
        return;
    }
    if (!goes_on)
        pieces_open(fragment, prefix, place);
    pieces_add(fragment, prefix->message.text, place);
    if (fragment->text.length >= (uint64_t)prefix->fragment_total)
        release_fragment(dress);
}

static void finish_line(struct dress *dress, struct prefix *prefix, struct slice line,
                        const struct place *place, int depth)
{
    note_stream(dress, prefix);
    if (prefix->is_dropped)
        return;
    if (prefix->channel.length)
        take_chunk(dress, prefix, place, depth);
    else if (prefix->is_fragment)
        take_fragment(dress, prefix, place);
    else if (prefix->is_dressed)
        deliver_dressed(dress, prefix, line, place);
    else
        deliver_bare(dress, line, place);
}

/** @param evidence  of what the record came in */
static void finish_record(struct dress *dress, unsigned evidence, const struct place *place)
{
    if (!dress->record.has_message)
        return;
    struct prefix prefix = record_prefix(&dress->record);
    prefix.evidence |= evidence;
    undress(dress, &prefix, prefix.message.text, false);
    if (!prefix.is_dropped)
        deliver_dressed(dress, &prefix, prefix.message.text, place);
}

static void take_text(struct dress *dress, struct prefix *prefix, struct slice line,
                      const struct place *place, int depth)
{
    json_t *object = NULL;
    enum json_kind kind = depth < LIMIT_NESTING
                              ? json_line_read(line, &dress->record, prefix, &object)
                              : JSON_IS_NO_LOG;
    if (kind == JSON_IS_JOURNAL) {
        finish_record(dress, prefix->evidence, place);
        return;
    }
    if (kind == JSON_IS_LINE && prefix->channel.length == 0) {
        take_inner(dress, prefix, prefix->message.text, place, depth);
    } else {
        if (kind == JSON_IS_NO_LOG && depth <= LIMIT_NESTING)
            undress(dress, prefix, line, depth == 0);
        finish_line(dress, prefix, line, place, depth);
    }
    json_decref(object);
}

/* ---- in ---- */

static void release_record(struct dress *dress)
{
    struct record *record = &dress->record;
    if (record->form == RECORD_CLOSED)
        return;
    record->form = RECORD_CLOSED;
    struct place place = record->place;
    finish_record(dress, 0, &place);
}

static bool has_prefix(struct dress *dress, struct slice line)
{
    struct prefix prefix = prefix_of(line);
    undress(dress, &prefix, line, false);
    return prefix.is_dressed;
}

/** A line of the stream. A whole log may be indented, as in a code block; its lines have prefixes,
 * which those that are indented under another have not. */
static void take_plain(struct dress *dress, struct slice line, const struct place *place)
{
    bool is_indented = line.length && (line.data[0] == ' ' || line.data[0] == '\t');
    if (is_indented && has_prefix(dress, slice_trim(line)))
        line = slice_trim(line);
    struct prefix prefix = prefix_of(line);
    take_text(dress, &prefix, line, place, 0);
}

static void release_coded(struct dress *dress)
{
    dress->mail.is_joined = dress->coded.length > 0;
    if (dress->mail.is_joined)
        take_plain(dress, buffer_text(&dress->coded), &dress->coded_place);
    dress->mail.is_joined = false;
    dress->coded.length = 0;
}

/** Quoted-printable and its soft breaks. */
static void take_coded(struct dress *dress, struct slice line, const struct place *place)
{
    enum mail_coding coding =
        dress->mail.is_unwrapped ? MAIL_PLAIN : mail_coding_of(&dress->mail, line);
    if (dress->coded.length && has_prefix(dress, line))
        release_coded(dress); /* the '=' was no soft break */
    if (coding == MAIL_PLAIN && dress->coded.length == 0) {
        take_plain(dress, line, place);
        return;
    }
    if (dress->coded.length == 0)
        dress->coded_place = *place;
    dress->coded_place.end = place->end;
    if (coding == MAIL_PLAIN)
        buffer_append(&dress->coded, line);
    else
        text_decode_quoted_printable(line, &dress->coded);
    if (coding != MAIL_SOFT_BREAK)
        release_coded(dress);
}

static void take_line(struct dress *dress, struct slice line, const struct place *place)
{
    if (text_scan(line) & TEXT_HAS_CONTROLS && !dress->record.is_binary) {
        dress->cleaned.length = 0;
        buffer_append(&dress->cleaned, line);
        text_clean(&dress->cleaned);
        line = buffer_text(&dress->cleaned);
    }
    enum record_answer answer = record_take(&dress->record, line, place);
    if (answer == RECORD_DONE || answer == RECORD_DONE_NOT_MINE)
        release_record(dress);
    if (answer == RECORD_DONE_NOT_MINE)
        answer = record_take(&dress->record, line, place);
    if (answer == RECORD_NOT_MINE)
        take_coded(dress, mail_unquote(&dress->mail, line), place);
}

/** A new prefix for the memory, when @p line begins with one of the commonest form. */
static bool learn_prefix(struct dress *dress, struct slice line, struct prefix *prefix)
{
    *prefix = prefix_of(line);
    if (line.length == 0 || line.data[0] == '[' || line.data[0] == '<' ||
        !prefix_take_common(prefix))
        return false;
    remember(dress, prefix, line);
    return prefix_recall(&dress->memory, line, prefix);
}

/** The rest behind a remembered prefix, or a line with the kernel's stamp alone. */
static bool take_common_text(struct dress *dress, struct prefix *prefix, struct slice line,
                             const struct place *place, bool is_recalled)
{
    unsigned traits = text_scan(prefix->message.text);
    if (traits & TEXT_HAS_CONTROLS)
        return false;
    undress(dress, prefix, line, false);
    bool is_plain = prefix->is_dressed && !prefix->is_dropped && !prefix->is_kmsg &&
                    !prefix->is_base && !prefix->channel.length;
    if (!is_plain || prefix->message.text.length == 0)
        return false;
    release_held(dress);
    add_stream(dress, prefix);
    dress->awaits_text = false;
    if (is_recalled)
        note_recalled(dress, prefix);
    else
        note_last(dress, prefix);
    hand_over(dress, prefix, place, traits);
    return true;
}

/** Lines like the one before, in a stream without peculiarities: nearly all of a long log. */
static bool take_common_line(struct dress *dress, struct slice line, const struct place *place)
{
    struct prefix prefix;
    if (dress->record.form != RECORD_CLOSED || !dress->mail.is_unwrapped || dress->coded.length)
        return false;
    line = text_trim_end(line);
    bool is_recalled =
        prefix_recall(&dress->memory, line, &prefix) || learn_prefix(dress, line, &prefix);
    if (!is_recalled && (line.length == 0 || line.data[0] != '['))
        return false;
    return take_common_text(dress, &prefix, line, place, is_recalled);
}

void dress_line(struct dress *dress, struct slice line, uint64_t number, uint64_t offset,
                uint64_t end)
{
    struct place place = {number, offset, end};
    line = slice_take(line, LIMIT_LINE);
    if (!take_common_line(dress, line, &place))
        take_line(dress, line, &place);
}

void dress_flush(struct dress *dress)
{
    release_record(dress);
    release_coded(dress);
    for (int depth = 0; dress->partial.is_open && depth < LIMIT_NESTING; depth++)
        release_partial(dress, depth);
    release_fragment(dress);
    release_held(dress);
    dress->has_last = dress->awaits_text = dress->is_pstore = false;
    dress->boot.length = dress->base.length = 0;
}
