#include "parsers/log/dress_output.h"

/* Bare lines behind one with a prefix that belong to it: memory.stat has some sixty. */
enum { BARE_RUN_MAX = 100 };

/* ---- out: one message, or several when a record holds newlines */

static void hand_over_lines(struct dress_output *output, struct message *message, struct slice text)
{
    while (text.length) {
        message->text = text_trim_end(slice_cut(&text, '\n'));
        if (message->text.length == 0)
            continue;
        output->sink(output->context, message);
        message->is_continuation = true;
    }
}

/** @param traits  of the text, see text_scan() */
static void hand_over(struct dress_output *output, struct prefix *prefix, const struct place *place,
                      unsigned traits)
{
    struct message *message = &prefix->message;
    message->number = place->number;
    message->offset = place->offset;
    message->end = place->end;
    message->provenance = prefix_provenance(prefix);
    if (traits == 0) {
        if (message->text.length)
            output->sink(output->context, message);
        return;
    }
    output->undone.length = 0;
    text_undo_escapes(message->text, prefix->is_kmsg, &output->undone);
    text_clean(&output->undone);
    hand_over_lines(output, message, buffer_text(&output->undone));
}

static void hand_over_scanned(struct dress_output *output, struct prefix *prefix,
                              const struct place *place)
{
    prefix->message.text = text_trim_end(prefix->message.text);
    hand_over(output, prefix, place, text_scan(prefix->message.text));
}

/* ---- lines that may be wrapped are held until the next one shows */

void output_release(struct dress_output *output)
{
    if (!output->held.is_open)
        return;
    output->held.is_open = false;
    struct prefix prefix = output->held.first.prefix;
    prefix.message.text = buffer_text(&output->held.text);
    hand_over_scanned(output, &prefix, &output->held.place);
}

static void hold_line(struct dress_output *output, struct slice line)
{
    output->held_line.length = 0;
    buffer_append(&output->held_line, line);
}

static bool join_held(struct dress_output *output, struct slice line, const struct place *place)
{
    enum mail_wrap wrap = output->held.is_open
                              ? mail_wrap_of(&output->mail, buffer_text(&output->held_line), line)
                              : WRAP_NONE;
    if (wrap == WRAP_NONE)
        return false;
    if (wrap == WRAP_AT_BLANK)
        pieces_add(&output->held, SLICE(" "), place);
    pieces_add(&output->held, line, place);
    hold_line(output, line);
    return true;
}

/* ---- a line whose prefixes are off */

/** What earlier lines said about this one. */
static void add_stream(const struct dress_output *output, struct prefix *prefix)
{
    struct message *message = &prefix->message;
    if (output->is_pstore && message->host.length == 0)
        prefix->evidence |= EVIDENCE_KERNEL;
    if (message->boot.length == 0)
        message->boot = slice_of(output->boot.data, output->boot.length);
    if (prefix->is_delta && output->base.length) {
        message->time.printed = slice_of(output->base.data, output->base.length);
        message->time.wall_source = WALL_DMESG_T;
    }
}

static void note_last(struct dress_output *output, const struct prefix *prefix)
{
    output->has_last = true;
    output->bare_run = 0;
    output->last_is_memory = false;
    prefix_pin(&output->last, prefix);
}

/** What prefix_pin() would copy is in the memory already. */
static void note_recalled(struct dress_output *output, const struct prefix *prefix)
{
    const struct message *kept = &output->memory.prefix.message;
    struct prefix *last = &output->last.prefix;
    *last = *prefix;
    last->message.time.printed = kept->time.printed;
    last->message.host = kept->host;
    last->message.tag = kept->tag;
    last->message.caller = last->message.boot = last->channel = (struct slice){0};
    output->has_last = output->last_is_memory = true;
    output->bare_run = 0;
}

void output_remember(struct dress_output *output, const struct prefix *prefix, struct slice line)
{
    output->has_last = output->has_last && !output->last_is_memory;
    prefix_remember(&output->memory, prefix, line);
}

bool output_learn(struct dress_output *output, struct slice line, struct prefix *ret)
{
    *ret = prefix_of(line);
    if (prefix_take_common(ret) != LAYER_SYSLOG)
        return false;
    output_remember(output, ret, line);
    return output->memory.length > 0;
}

void output_common(struct dress_output *output, struct prefix *prefix, const struct place *place,
                   bool is_recalled, unsigned traits)
{
    output_release(output);
    add_stream(output, prefix);
    output->awaits_text = false;
    hand_over(output, prefix, place, traits);
    if (is_recalled) { /* only now: to copy what was just written waits for it */
        note_recalled(output, prefix);
        output->is_pstore = output->is_pstore && prefix->message.host.length == 0;
    } else {
        note_last(output, prefix);
    }
}

void output_dressed(struct dress_output *output, struct prefix *prefix, struct slice line,
                    const struct place *place)
{
    output_release(output);
    add_stream(output, prefix);
    note_last(output, prefix);
    mail_note_prefixed(&output->mail, line, (size_t)(line.length - prefix->message.text.length));
    output->awaits_text = text_trim_end(prefix->message.text).length == 0;
    if (output->mail.is_unwrapped || output->awaits_text) {
        hand_over_scanned(output, prefix, place);
        return;
    }
    pieces_open(&output->held, prefix, place);
    pieces_add(&output->held, prefix->message.text, place);
    hold_line(output, line);
}

/** Whether a bare line belongs to the one before it that had a prefix. */
static bool continues_last(struct dress_output *output, struct slice line)
{
    bool is_indented = line.data[0] == ' ' || line.data[0] == '\t';
    return output->has_last && (is_indented || output->bare_run++ < BARE_RUN_MAX);
}

void output_bare(struct dress_output *output, struct slice line, const struct place *place)
{
    struct prefix prefix = prefix_of(line);
    bool is_metadata = output->has_last && output->last.prefix.is_kmsg && line.length &&
                       line.data[0] == ' '; /* " SUBSYSTEM=pci" */
    if (text_trim_end(line).length == 0 || is_metadata || join_held(output, line, place))
        return;
    output_release(output);
    if (!continues_last(output, line)) {
        add_stream(output, &prefix);
        hand_over_scanned(output, &prefix, place);
        return;
    }
    prefix = output->last.prefix;
    add_stream(output, &prefix);
    prefix.message.is_continuation = !output->awaits_text;
    prefix.message.text = slice_trim(line);
    if (output->awaits_text)
        output_dressed(output, &prefix, line, place);
    else
        hand_over_scanned(output, &prefix, place);
}

/* ---- lines that belong together */

void output_release_fragment(struct dress_output *output)
{
    struct pieces *fragment = &output->fragment;
    if (!fragment->is_open)
        return;
    fragment->is_open = false;
    struct prefix prefix = fragment->first.prefix;
    prefix.message.text = buffer_text(&fragment->text);
    output_dressed(output, &prefix, prefix.message.text, &fragment->place);
}

void output_fragment(struct dress_output *output, struct prefix *prefix, const struct place *place)
{
    struct pieces *fragment = &output->fragment;
    bool goes_on = fragment->is_open && fragment->first.prefix.sequence == prefix->sequence &&
                   (uint64_t)prefix->fragment_start == fragment->text.length;
    if (!goes_on)
        output_release_fragment(output);
    if (!goes_on && prefix->fragment_start != 0) {
        prefix->message.is_continuation = true;
        output_dressed(output, prefix, prefix->message.text, place);
        return;
    }
    if (!goes_on)
        pieces_open(fragment, prefix, place);
    pieces_add(fragment, prefix->message.text, place);
    if (fragment->text.length >= (uint64_t)prefix->fragment_total)
        output_release_fragment(output);
}

bool output_goes_on(const struct dress_output *output, const struct prefix *prefix)
{
    const struct event_time *time = &prefix->message.time;
    bool is_sure = time->has_monotonic || time->has_wall || time->printed.length ||
                   prefix->message.host.length || prefix->is_kmsg;
    return output->mail.column && output->held.is_open && !is_sure &&
           output->held_line.length == output->mail.column;
}

static void note_text(struct field_text *text, struct slice value)
{
    text->length = value.length <= FIELD_TEXT_MAX ? value.length : 0;
    if (text->length)
        memcpy(text->data, value.data, text->length);
}

void output_note_stream(struct dress_output *output, const struct prefix *prefix)
{
    const struct message *message = &prefix->message;
    if (prefix->is_boot) {
        note_text(&output->boot, message->boot);
        output->has_last = false;
    }
    if (prefix->is_base)
        note_text(&output->base, message->time.printed);
    if (prefix->is_pstore)
        output->is_pstore = true;
    else if (message->host.length)
        output->is_pstore = false;
}

bool output_is_idle(const struct dress_output *output)
{
    return !output->held.is_open && !output->fragment.is_open && output->boot.length == 0 &&
           output->base.length == 0;
}

void output_flush(struct dress_output *output)
{
    output_release(output);
    output->has_last = output->awaits_text = output->is_pstore = false;
    output->boot.length = output->base.length = 0;
    output->mail = (struct mail){.column = output->mail.column};
}

void output_deinit(struct dress_output *output)
{
    buffer_free(&output->undone);
    buffer_free(&output->held.text);
    buffer_free(&output->held_line);
    buffer_free(&output->fragment.text);
}
