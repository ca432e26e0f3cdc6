#include "parsers/log/dress_record.h"

#include "analyzer/limits.h"
#include "parsers/log/clock.h"

enum {
    LENGTH_BYTES = 8,
    /* A binary field that claims more is damage: better to go on with the next line. */
    BINARY_MAX = 16 * 1024 * 1024,
    VERBOSE_INDENT = 4,
};

enum field_kind {
    FIELD_OF_TEXT,
    FIELD_OF_NUMBER,
    FIELD_OF_UPTIME,
    FIELD_OF_MESSAGE,
    FIELD_OF_LINES,
    FIELD_OF_CURSOR
};

/* systemd.journal-fields(7) */
static const struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
} fields[] = {
    {"MESSAGE", FIELD_OF_MESSAGE, 0},
    {"__CURSOR", FIELD_OF_CURSOR, 0},
    {"_HOSTNAME", FIELD_OF_TEXT, offsetof(struct record, host)},
    {"_BOOT_ID", FIELD_OF_TEXT, offsetof(struct record, boot)},
    {"_TRANSPORT", FIELD_OF_TEXT, offsetof(struct record, transport)},
    {"SYSLOG_IDENTIFIER", FIELD_OF_TEXT, offsetof(struct record, identifier)},
    {"_COMM", FIELD_OF_TEXT, offsetof(struct record, command)},
    {"SYSLOG_FACILITY", FIELD_OF_NUMBER, offsetof(struct record, facility)},
    {"PRIORITY", FIELD_OF_NUMBER, offsetof(struct record, priority)},
    {"__REALTIME_TIMESTAMP", FIELD_OF_NUMBER, offsetof(struct record, realtime)},
    {"__MONOTONIC_TIMESTAMP", FIELD_OF_NUMBER, offsetof(struct record, monotonic)},
    {"_SOURCE_MONOTONIC_TIMESTAMP", FIELD_OF_NUMBER, offsetof(struct record, source_monotonic)},
    /* dmesg --json */
    {"msg", FIELD_OF_MESSAGE, 0},
    {"fac", FIELD_OF_NUMBER, offsetof(struct record, facility)},
    {"caller", FIELD_OF_TEXT, offsetof(struct record, caller)},
    {"pri", FIELD_OF_NUMBER, offsetof(struct record, priority)},
    {"time", FIELD_OF_UPTIME, offsetof(struct record, monotonic)},
    /* a whole log: aws ec2 get-console-output, gcloud compute get-serial-port-output, ansible */
    {"Output", FIELD_OF_LINES, 0},
    {"contents", FIELD_OF_LINES, 0},
    {"stdout", FIELD_OF_LINES, 0},
};

static const struct field *field_find(struct slice name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (slice_equal(slice_from_string(fields[i].name), name))
            return &fields[i];
    return NULL;
}

/** Values that are too long to be what they claim are left out. */
static void text_set(struct field_text *text, struct slice value)
{
    text->length = value.length <= FIELD_TEXT_MAX ? value.length : 0;
    if (text->length)
        memcpy(text->data, value.data, text->length);
}

static struct slice text_get(const struct field_text *text)
{
    return slice_of(text->data, text->length);
}

void record_set(struct record *record, struct slice name, struct slice value)
{
    const struct field *field = field_find(name);
    if (!field)
        return;
    void *member = (char *)record + field->offset;
    struct field_number *number = member;
    switch (field->kind) {
    case FIELD_OF_TEXT:
        text_set(member, value);
        break;
    case FIELD_OF_NUMBER:
        number->is_known = slice_to_number(value, &number->value);
        break;
    case FIELD_OF_UPTIME:
        number->is_known = clock_read_uptime(value, &number->value);
        break;
    case FIELD_OF_LINES:
    case FIELD_OF_MESSAGE:
        record->has_lines = field->kind == FIELD_OF_LINES;
        record->has_message = true;
        record->message.length = 0;
        if (record->has_lines && text_is_base64(value, BASE64_LEAST))
            text_decode_base64(value, &record->message);
        else
            buffer_append(&record->message, value);
        break;
    case FIELD_OF_CURSOR:
        record->has_cursor = true;
        break;
    }
}

void record_reset(struct record *record)
{
    struct buffer message = record->message;
    message.length = 0;
    *record = (struct record){.message = message};
}

/* ---- export format: systemd.io/JOURNAL_EXPORT_FORMATS */

/** Length of a field's name at the front of @p line, 0 when there is none. */
static size_t name_length(struct slice line)
{
    size_t at = 0;
    while (at < line.length &&
           (line.data[at] == '_' || (line.data[at] >= 'A' && line.data[at] <= 'Z') ||
            (at && line.data[at] >= '0' && line.data[at] <= '9')))
        at++;
    return at;
}

/** A byte of a binary field's length, little-endian. */
static void take_length_byte(struct record *record, unsigned char byte)
{
    record->left |= (uint64_t)byte << (8 * record->length_have++);
    if (record->length_have < LENGTH_BYTES)
        return;
    if (record->left > BINARY_MAX)
        record->is_binary = false;
    else
        record->left++; /* the newline behind the data */
}

/** Collect data bytes of a MESSAGE, the last of which is not data but the newline. */
static void take_data(struct record *record, struct slice data)
{
    data = slice_take(data, record->left);
    record->left -= data.length;
    if (record->left == 0 && data.length)
        data.length--;
    if (slice_equal(text_get(&record->name), SLICE("MESSAGE")))
        buffer_append(&record->message, data);
    record->is_binary = record->left > 0;
}

/** Lines are cut at newlines, which a binary field may hold: put them back. */
static enum record_answer take_binary_line(struct record *record, struct slice line,
                                           const struct place *place)
{
    uint64_t whole = place->end - place->offset; /* the newline, and what was cut, included */
    for (size_t at = 0; record->is_binary && at < whole;) {
        struct slice rest = at < line.length ? slice_skip(line, at) : SLICE("\n");
        if (record->length_have < LENGTH_BYTES) {
            take_length_byte(record, (unsigned char)rest.data[0]);
            at++;
            continue;
        }
        at += rest.length < record->left ? rest.length : record->left;
        take_data(record, rest);
    }
    return RECORD_TAKEN;
}

static void open_binary(struct record *record, struct slice name)
{
    text_set(&record->name, name);
    record->is_binary = true;
    record->length_have = 0;
    record->left = 0;
    if (slice_equal(name, SLICE("MESSAGE")))
        record_set(record, name, (struct slice){0});
}

static enum record_answer take_export_line(struct record *record, struct slice line,
                                           const struct place *place)
{
    if (record->is_binary)
        return take_binary_line(record, line, place);
    if (line.length == 0)
        return RECORD_DONE;
    size_t length = name_length(line);
    struct slice name = slice_take(line, length);
    if (length == 0 || (record->has_cursor && slice_equal(name, SLICE("__CURSOR"))))
        return RECORD_DONE_NOT_MINE;
    if (length == line.length)
        open_binary(record, name);
    else if (line.data[length] == '=')
        record_set(record, name, slice_skip(line, length + 1));
    else
        return RECORD_DONE_NOT_MINE;
    return RECORD_TAKEN;
}

static bool opens_export(struct slice line)
{
    size_t length = name_length(line);
    return length && length < line.length && line.data[length] == '=' &&
           field_find(slice_take(line, length));
}

/* ---- verbose: a head line, then "    FIELD=value" */

static bool opens_verbose(struct slice line)
{
    return line.length && line.data[line.length - 1] == ']' &&
           slice_contains(line, SLICE(" [s=")) && slice_contains(line, SLICE(";b=")) &&
           prefix_has_clock(line);
}

/** Head line: "... [s=..;i=..;b=<boot>;m=<monotonic>;t=<realtime>;x=..]", times in hex
 * microseconds. */
static void take_verbose_head(struct record *record, struct slice line)
{
    struct slice ids = slice_skip(line, slice_find_last(line, SLICE("[s=")) + 1);
    ids.length--;
    while (ids.length) {
        struct slice value = slice_cut(&ids, ';'), key = slice_cut(&value, '=');
        struct field_number *number = slice_equal(key, SLICE("m"))   ? &record->monotonic
                                      : slice_equal(key, SLICE("t")) ? &record->realtime
                                                                     : NULL;
        uint64_t us;
        if (slice_equal(key, SLICE("b")))
            text_set(&record->boot, value);
        if (number && slice_take_hex(&value, &us) && us <= INT64_MAX)
            *number = (struct field_number){(int64_t)us, true};
    }
}

static bool is_verbose_field(struct slice line)
{
    struct slice rest = slice_skip(line, VERBOSE_INDENT);
    size_t length = name_length(rest);
    return slice_starts(line, SLICE("    ")) && length && length < rest.length &&
           rest.data[length] == '=';
}

static enum record_answer take_verbose_line(struct record *record, struct slice line)
{
    if (!slice_starts(line, SLICE("    ")))
        return RECORD_DONE_NOT_MINE;
    if (is_verbose_field(line)) {
        struct slice value = slice_skip(line, VERBOSE_INDENT), name = slice_cut(&value, '=');
        record->is_in_message = slice_equal(name, SLICE("MESSAGE"));
        record_set(record, name, value);
    } else if (record->is_in_message) {
        buffer_append(&record->message, SLICE("\n"));
        buffer_append(&record->message, slice_skip(line, VERBOSE_INDENT + sizeof "MESSAGE"));
    }
    return RECORD_TAKEN;
}

/* ---- json-pretty: "{", then "\t\"FIELD\" : value,", then "}"; dmesg --json: likewise, in an
 * array "dmesg", with "},{" between its elements ---- */

void record_set_json(struct record *record, const char *name, const json_t *value)
{
    if (json_is_string(value)) {
        record_set(record, slice_from_string(name),
                   slice_of(json_string_value(value), json_string_length(value)));
        return;
    }
    if (!json_is_array(value) || strcmp(name, "MESSAGE") != 0)
        return;
    record_set(record, SLICE("MESSAGE"), (struct slice){0});
    for (size_t i = 0; i < json_array_size(value); i++) {
        char byte = (char)json_integer_value(json_array_get(value, i));
        buffer_append(&record->message, slice_of(&byte, 1));
    }
}

static enum record_answer take_pretty_line(struct record *record, struct slice line)
{
    struct slice rest = slice_trim(line), name;
    if (slice_equal(rest, SLICE("}")) || slice_equal(rest, SLICE("},")) ||
        slice_equal(rest, SLICE("},{")) || slice_equal(rest, SLICE("\"dmesg\": [")))
        return RECORD_DONE;
    if (rest.length == 0 || rest.data[0] != '"')
        return RECORD_DONE_NOT_MINE;
    rest = slice_skip(rest, 1);
    name = slice_cut(&rest, '"');
    const struct field *field = field_find(name);
    if (!slice_starts(rest, SLICE(" : ")) && !(field && slice_starts(rest, SLICE(": "))))
        return RECORD_DONE_NOT_MINE;
    slice_cut(&rest, ':');
    rest = slice_trim(rest);
    if (slice_ends(rest, SLICE(",")))
        rest.length--;
    json_t *value = field ? json_loadb(rest.data, rest.length, JSON_DECODE_ANY, NULL) : NULL;
    if (json_is_number(value)) /* as it is printed */
        record_set(record, name, rest);
    else if (value)
        record_set_json(record, field->name, value);
    json_decref(value);
    return RECORD_TAKEN;
}

/* ---- all of them */

/** "Output": "...", which stands anywhere in its object. */
static bool opens_lines(struct slice line)
{
    struct slice name = slice_skip(line, 1), rest = name;
    if (!slice_starts(line, SLICE("\"")) || !slice_contains(name, SLICE("\": \"")))
        return false;
    const struct field *field = field_find(slice_cut(&rest, '"'));
    return field && field->kind == FIELD_OF_LINES;
}

static enum record_form form_of(struct slice line)
{
    if (opens_export(line))
        return RECORD_EXPORT;
    if (opens_verbose(line) ||
        (is_verbose_field(line) && opens_export(slice_skip(line, VERBOSE_INDENT))))
        return RECORD_VERBOSE;
    line = slice_trim(line);
    bool is_pretty = slice_equal(line, SLICE("{")) || slice_starts(line, SLICE("\"pri\":")) ||
                     slice_starts(line, SLICE("\"fac\":")) || opens_lines(line);
    return is_pretty ? RECORD_PRETTY : RECORD_CLOSED;
}

static enum record_answer take_line(struct record *record, struct slice line,
                                    const struct place *place)
{
    if (record->form == RECORD_EXPORT)
        return take_export_line(record, line, place);
    if (record->form == RECORD_VERBOSE)
        return take_verbose_line(record, line);
    return take_pretty_line(record, line);
}

enum record_answer record_take(struct record *record, struct slice line, const struct place *place)
{
    enum record_answer answer = RECORD_TAKEN;
    if (record->form == RECORD_CLOSED) {
        enum record_form form = form_of(line);
        if (form == RECORD_CLOSED)
            return RECORD_NOT_MINE;
        record_reset(record);
        record->form = form;
        record->place = *place;
        if (form == RECORD_VERBOSE && opens_verbose(line))
            take_verbose_head(record, line);
        else if (form != RECORD_PRETTY || !slice_equal(slice_trim(line), SLICE("{")))
            answer = take_line(record, line, place);
    } else {
        answer = take_line(record, line, place);
    }
    if (answer != RECORD_DONE_NOT_MINE)
        record->place.end = place->end;
    return answer;
}

static struct slice record_tag(const struct record *record)
{
    return record->identifier.length ? text_get(&record->identifier) : text_get(&record->command);
}

static void set_channel(const struct record *record, struct prefix *prefix)
{
    bool is_kernel = slice_equal(text_get(&record->transport), SLICE("kernel"));
    struct slice tag = record_tag(record);
    int64_t facility = record->facility.is_known ? record->facility.value : 0;
    if (record->priority.is_known && record->facility.is_known)
        prefix_set_priority(prefix, facility * 8 + record->priority.value);
    else if (record->priority.is_known && is_kernel)
        prefix->message.priority = (int)record->priority.value;
    prefix_set_tag(prefix, is_kernel && tag.length == 0 ? SLICE("kernel") : tag);
    if (is_kernel && facility == 0)
        prefix->evidence |= EVIDENCE_KERNEL;
    else if (record->transport.length)
        prefix->evidence |= EVIDENCE_USER;
}

struct prefix record_prefix(const struct record *record)
{
    struct prefix prefix = prefix_of(buffer_text(&record->message));
    struct event_time *time = &prefix.message.time;
    bool is_kernel = slice_equal(text_get(&record->transport), SLICE("kernel"));
    const struct field_number *monotonic = is_kernel && record->source_monotonic.is_known
                                               ? &record->source_monotonic
                                               : &record->monotonic;
    time->has_monotonic = monotonic->is_known;
    time->monotonic_us = monotonic->value;
    time->has_wall = record->realtime.is_known;
    time->wall_us = record->realtime.value;
    time->wall_source = time->has_wall ? WALL_JOURNAL : WALL_UNKNOWN;
    prefix.message.host = text_get(&record->host);
    prefix.message.boot = text_get(&record->boot);
    prefix.message.caller = text_get(&record->caller);
    set_channel(record, &prefix);
    prefix_follow(&prefix, LAYER_SYSLOG, prefix.message.text);
    return prefix;
}
