#include "parsers/log/dress.h"

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/log/dress_fold.h"
#include "parsers/log/dress_json.h"
#include "parsers/log/dress_margin.h"
#include "parsers/log/dress_object.h"
#include "parsers/log/dress_output.h"
#include "parsers/log/dress_row.h"
#include "parsers/log/dress_wrapper.h"

#include <stdlib.h>

enum {
    LAYERS_MAX = 12, /* no line wears more */
    JSON_LEVELS_MAX = 8,
    FOLDED_LEAST = 256, /* a line made of several is longer than nearly any other */
};

struct dress {
    struct dress_output output;
    struct dress_matcher *matcher;
    struct record record;
    struct sample sample;
    struct margin margin;
    struct object object;
    struct buffer cleaned; /* the line at hand, without terminal escapes */
    struct buffer coded;   /* quoted-printable: a line with a soft break */
    struct place coded_place;
    struct pieces partial; /* a container's line */
    bool has_hard_blanks;  /* the stream was a web page */
    bool has_known_front;  /* a line began with a prefix that is known */
};

struct dress *dress_create(message_sink *sink, void *context)
{
    struct dress *dress = must_allocate(sizeof *dress);
    dress->output.sink = sink;
    dress->output.context = context;
    dress->matcher = dress_matcher_create();
    return dress;
}

void dress_destroy(struct dress *dress)
{
    if (!dress)
        return;
    output_deinit(&dress->output);
    dress_matcher_destroy(dress->matcher);
    buffer_free(&dress->record.message);
    buffer_free(&dress->sample.text);
    buffer_free(&dress->object.lines.text);
    buffer_free(&dress->cleaned);
    buffer_free(&dress->coded);
    buffer_free(&dress->partial.text);
    free(dress);
}

/* ---- layers */

/** @param is_whole  @p line is one of the stream, with nothing taken off it yet */
static void undress(struct dress *dress, struct prefix *prefix, struct slice line, bool is_whole)
{
    for (int layers = 0; layers < LAYERS_MAX; layers++) {
        if (layers > 0 && prefix_is_kernel_text(prefix->message.text))
            return;
        unsigned layer = prefix_take_common(prefix);
        const struct dress_row *row = layer ? NULL : dress_matcher_take(dress->matcher, prefix);
        dress->has_known_front |= is_whole && layers == 0 && (layer || row);
        bool is_known = layer || row;
        if (!is_known && (layers > 0 || dress->has_known_front || !wrapper_take(prefix)))
            return;
        if (!is_known)
            continue;
        if (is_whole && (row ? row->recurs : layer == LAYER_SYSLOG))
            output_remember(&dress->output, prefix, line);
        if (prefix->is_dropped || prefix->channel.length)
            return;
    }
}

static bool has_prefix(struct dress *dress, struct slice line)
{
    struct prefix prefix = prefix_of(line);
    undress(dress, &prefix, line, false);
    return prefix.is_dressed;
}

static void take_text(struct dress *dress, struct prefix *prefix, struct slice line,
                      const struct place *place, int depth);

/** The text of a container's line is a line of its own, or several: those behind the first that
 * have no prefix belong to it. */
static void take_inner(struct dress *dress, struct prefix *prefix, struct slice text,
                       const struct place *place, int depth)
{
    prefix->channel = (struct slice){0};
    prefix->is_partial = false;
    bool is_first = true;
    do {
        struct slice line = slice_cut(&text, '\n');
        struct prefix inner = *prefix;
        inner.message.text = line;
        inner.message.is_continuation = !is_first && !has_prefix(dress, line);
        take_text(dress, &inner, line, place, depth + 1);
        is_first = false;
    } while (text.length);
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

static void finish_line(struct dress *dress, struct prefix *prefix, struct slice line,
                        const struct place *place, int depth)
{
    output_note_stream(&dress->output, prefix);
    if (prefix->is_dropped)
        return;
    if (prefix->channel.length)
        take_chunk(dress, prefix, place, depth);
    else if (prefix->is_fragment)
        output_fragment(&dress->output, prefix, place);
    else if (prefix->is_dressed && !output_goes_on(&dress->output, prefix))
        output_dressed(&dress->output, prefix, line, place);
    else
        output_bare(&dress->output, line, place);
}

static void finish_text(struct dress *dress, struct prefix prefix, struct slice text,
                        const struct place *place)
{
    prefix.message.text = text;
    undress(dress, &prefix, text, false);
    if (!prefix.is_dropped)
        output_dressed(&dress->output, &prefix, prefix.message.text, place);
}

/** @param evidence  of what the record came in */
static void finish_record(struct dress *dress, unsigned evidence, const struct place *place)
{
    if (!dress->record.has_message)
        return;
    struct prefix prefix = record_prefix(&dress->record);
    prefix.evidence |= evidence;
    struct slice rest = prefix.message.text;
    while (dress->record.has_lines && rest.length)
        finish_text(dress, prefix, slice_cut(&rest, '\n'), place);
    if (!dress->record.has_lines)
        finish_text(dress, prefix, rest, place);
}

/** @param kind  what json_line_read() made of @p line */
static void take_read(struct dress *dress, enum json_kind kind, struct prefix *prefix,
                      struct slice line, const struct place *place, int depth)
{
    if (kind == JSON_IS_JOURNAL)
        finish_record(dress, prefix->evidence, place);
    else if (kind == JSON_IS_LINE && prefix->channel.length == 0)
        take_inner(dress, prefix, prefix->message.text, place, depth);
    else
        finish_line(dress, prefix, line, place, depth);
}

static void take_string(struct dress *dress, struct prefix *prefix, struct slice text,
                        const struct place *place, int depth)
{
    struct buffer decoded = {0};
    if (text_is_base64(text, BASE64_LEAST)) { /* what EC2 says of a console */
        text_decode_base64(text, &decoded);
        text = buffer_text(&decoded);
    }
    take_inner(dress, prefix, text, place, depth);
    buffer_free(&decoded);
}

static void take_members(struct dress *dress, const struct prefix *outer, json_t *value,
                         const struct place *place, int depth, int level);

/** A log, or what holds one: every element, and every text that has lines, is read like a line.
 * @param level  of the value in its line */
static void take_json(struct dress *dress, const struct prefix *outer, json_t *value,
                      const struct place *place, int depth, int level)
{
    struct prefix prefix = *outer;
    enum json_kind kind = JSON_IS_NO_LOG;
    if (json_is_string(value))
        take_string(dress, &prefix, json_text(value), place, depth);
    else
        kind = json_object_read(value, &dress->record, &prefix);
    if (kind != JSON_IS_NO_LOG)
        take_read(dress, kind, &prefix, prefix.message.text, place, depth);
    else if (level < JSON_LEVELS_MAX)
        take_members(dress, outer, value, place, depth, level + 1);
}

static void take_members(struct dress *dress, const struct prefix *outer, json_t *value,
                         const struct place *place, int depth, int level)
{
    const char *name;
    json_t *member;
    size_t i;
    json_array_foreach(value, i, member) take_json(dress, outer, member, place, depth, level);
    json_object_foreach(value, name, member) if (json_may_hold_lines(member))
        take_json(dress, outer, member, place, depth, level);
}

static void take_text(struct dress *dress, struct prefix *prefix, struct slice line,
                      const struct place *place, int depth)
{
    json_t *value = NULL;
    enum json_kind kind = depth < LIMIT_NESTING
                              ? json_line_read(line, &dress->record, prefix, &value)
                              : JSON_IS_NO_LOG;
    if (kind == JSON_IS_LOG) {
        take_json(dress, prefix, value, place, depth, 0);
    } else {
        if (kind == JSON_IS_NO_LOG && depth <= LIMIT_NESTING)
            undress(dress, prefix, line, depth == 0);
        take_read(dress, kind, prefix, line, place, depth);
    }
    json_decref(value);
}

/* ---- in */

static void release_record(struct dress *dress)
{
    struct record *record = &dress->record;
    if (record->form == RECORD_CLOSED)
        return;
    record->form = RECORD_CLOSED;
    struct place place = record->place;
    finish_record(dress, 0, &place);
}

/** @return the line, or what stands behind the first of two, which is handed over */
static struct slice take_loss(struct dress *dress, struct slice line, const struct place *place)
{
    size_t length = fold_loss_length(line);
    struct prefix prefix = prefix_of(slice_take(line, length));
    if (length)
        take_text(dress, &prefix, prefix.message.text, place, 0);
    return slice_skip(line, length);
}

/** A line of the stream. A whole log may be indented, as in a code block; its lines have prefixes,
 * which those that are indented under another have not. */
static void take_unfolded(struct dress *dress, struct slice line, const struct place *place)
{
    line = take_loss(dress, line, place);
    bool is_indented = line.length && (line.data[0] == ' ' || line.data[0] == '\t');
    if (is_indented && has_prefix(dress, slice_trim(line)))
        line = slice_trim(line);
    struct prefix prefix = prefix_of(line);
    take_text(dress, &prefix, line, place, 0);
}

static void take_plain(struct dress *dress, struct slice line, const struct place *place)
{
    bool is_folded = fold_is(line);
    while (is_folded && line.length)
        take_unfolded(dress, fold_cut(&line), place);
    if (!is_folded)
        take_unfolded(dress, fold_trim_end(line), place);
}

static void release_coded(struct dress *dress)
{
    dress->output.mail.is_joined = dress->coded.length > 0;
    if (dress->output.mail.is_joined)
        take_plain(dress, buffer_text(&dress->coded), &dress->coded_place);
    dress->output.mail.is_joined = false;
    dress->coded.length = 0;
}

static void take_base64(struct dress *dress, struct slice line, const struct place *place)
{
    size_t known = dress->coded.length; /* in which there is no newline */
    text_decode_base64(line, &dress->coded);
    struct slice rest = buffer_text(&dress->coded);
    bool has_lines = slice_contains(slice_skip(rest, known), SLICE("\n"));
    dress->coded_place = *place;
    while (has_lines && slice_contains(rest, SLICE("\n")))
        take_plain(dress, slice_cut(&rest, '\n'), place);
    memmove(dress->coded.data, rest.data, rest.length);
    dress->coded.length = rest.length;
}

static void take_coded(struct dress *dress, struct slice line, const struct place *place)
{
    struct mail *mail = &dress->output.mail;
    enum mail_coding coding = mail_coding_of(mail, line);
    if (coding == MAIL_BASE64) {
        take_base64(dress, line, place);
        return;
    }
    if (dress->coded.length && (slice_starts(line, SLICE("--")) || has_prefix(dress, line)))
        release_coded(dress); /* the '=' was no soft break, or the part is over */
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

/** A line that may stand in a record of lines. */
static void take_recorded(struct dress *dress, struct slice line, const struct place *place)
{
    enum record_answer answer = record_take(&dress->record, line, place);
    if (answer == RECORD_DONE || answer == RECORD_DONE_NOT_MINE)
        release_record(dress);
    if (answer == RECORD_DONE_NOT_MINE)
        answer = record_take(&dress->record, line, place);
    if (answer == RECORD_NOT_MINE)
        take_coded(dress, mail_unquote(&dress->output.mail, line), place);
}

/** Whether the object that was held is a line of a log; dmesg's own is a record of lines. */
static bool read_object(struct dress *dress, const struct sample *lines)
{
    struct slice text = buffer_text(&lines->text);
    struct place place = lines->places[0];
    struct prefix prefix = prefix_of(text);
    json_t *value = NULL;
    text.length -= slice_ends(text, SLICE(","));
    enum json_kind kind = json_line_read(text, &dress->record, &prefix, &value);
    bool is_line = kind == JSON_IS_JOURNAL || (kind == JSON_IS_LINE && !json_is_dmesg(value));
    place.end = lines->places[lines->count - 1].end;
    if (is_line)
        take_read(dress, kind, &prefix, text, &place, 0);
    json_decref(value);
    return is_line;
}

static void release_object(struct dress *dress)
{
    struct sample *lines = &dress->object.lines;
    bool is_line = lines->count > 1 && read_object(dress, lines);
    for (size_t i = 0; i < lines->count && !is_line; i++)
        take_recorded(dress, sample_line(lines, i), &lines->places[i]);
    lines->count = lines->text.length = dress->object.depth = 0;
}

static bool take_object(struct dress *dress, struct slice line, const struct place *place)
{
    struct object *object = &dress->object;
    bool opens = dress->record.form == RECORD_CLOSED && object_opens(line);
    if (object->lines.count && !object_may_hold(line))
        release_object(dress);
    bool is_held = opens || object->lines.count;
    if (is_held && object_add(object, line, place))
        release_object(dress);
    return is_held;
}

static void take_line(struct dress *dress, struct slice line, const struct place *place)
{
    bool is_unclean = text_scan(line) & TEXT_HAS_CONTROLS || dress->has_hard_blanks;
    if (is_unclean && !dress->record.is_binary) {
        dress->cleaned.length = 0;
        buffer_append(&dress->cleaned, line);
        text_clean(&dress->cleaned);
        if (dress->has_hard_blanks)
            text_soften_blanks(&dress->cleaned);
        line = buffer_text(&dress->cleaned);
    }
    if (slice_starts(line, SLICE("\xef\xbb\xbf"))) /* byte order mark of an editor */
        line = slice_skip(line, 3);
    if (!take_object(dress, line, place))
        take_recorded(dress, line, place);
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
    dress->has_known_front = true;
    output_common(&dress->output, prefix, place, is_recalled, traits);
    return true;
}

/** Lines like the one before, in a stream without peculiarities: nearly all of a long log. */
static bool take_common_line(struct dress *dress, struct slice line, const struct place *place)
{
    struct prefix prefix;
    if (dress->record.form != RECORD_CLOSED || !dress->output.mail.is_unwrapped ||
        dress->coded.length || dress->object.lines.count || dress->has_hard_blanks)
        return false;
    line = fold_trim_end(text_trim_end(line));
    if (line.length >= FOLDED_LEAST && fold_is(line))
        return false;
    bool is_recalled = prefix_recall(&dress->output.memory, line, &prefix);
    bool has_level = line.length && (line.data[0] == '[' || line.data[0] == '<');
    if (!is_recalled && has_level)
        prefix = prefix_of(line);
    else if (!is_recalled && !(is_recalled = output_learn(&dress->output, line, &prefix)))
        return false;
    return take_common_text(dress, &prefix, line, place, is_recalled);
}

static void release_sample(struct dress *dress)
{
    struct sample *sample = &dress->sample;
    bool has_prefixes[SAMPLE_LINES];
    if (sample->is_over)
        return;
    sample->is_over = true;
    for (size_t i = 0; i < sample->count; i++)
        has_prefixes[i] = has_prefix(dress, slice_trim(sample_line(sample, i)));
    dress->has_hard_blanks = text_has_hard_blanks(buffer_text(&sample->text));
    dress->margin = margin_of(sample);
    dress->output.mail.column = dress->margin.is_there ? 0 : sample_column(sample, has_prefixes);
    for (size_t i = 0; i < sample->count; i++)
        take_line(dress, margin_take(&dress->margin, sample_line(sample, i)), &sample->places[i]);
    buffer_free(&sample->text);
}

void dress_line(struct dress *dress, struct slice line, uint64_t number, uint64_t offset,
                uint64_t end)
{
    struct place place = {number, offset, end};
    line = slice_take(line, LIMIT_LINE);
    if (line.length > SAMPLE_LONGEST) /* by far longer than what is cut */
        release_sample(dress);
    line = margin_take(&dress->margin, line);
    if (!dress->sample.is_over) {
        if (sample_add(&dress->sample, line, &place))
            release_sample(dress);
    } else if (!take_common_line(dress, line, &place)) {
        take_line(dress, line, &place);
    }
}

void dress_flush(struct dress *dress)
{
    release_sample(dress);
    release_object(dress);
    release_record(dress);
    release_coded(dress);
    for (int depth = 0; dress->partial.is_open && depth < LIMIT_NESTING; depth++)
        release_partial(dress, depth);
    output_release_fragment(&dress->output);
    output_flush(&dress->output);
}

bool dress_is_idle(const struct dress *dress)
{
    return (dress->sample.is_over || dress->sample.count == 0) && dress->object.lines.count == 0 &&
           dress->record.form == RECORD_CLOSED && dress->coded.length == 0 &&
           !dress->partial.is_open && output_is_idle(&dress->output);
}
