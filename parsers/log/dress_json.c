#include "parsers/log/dress_json.h"

#include "parsers/log/clock.h"

/* Collectors that put a line into an object, by the key of the line. */
static const struct json_shape {
    const char *text, *time;
    unsigned evidence;
    bool is_split; /* long lines come in pieces, all but the last without a newline */
} shapes[] = {
    {"log", "time", EVIDENCE_CONTAINER, true}, /* docker's json-file driver */
    {"log", "@timestamp", EVIDENCE_CONTAINER, false},
    {"message", "@timestamp", 0, false}, /* logstash, beats */
    {"message", "timestamp", 0, false},
    {"message", "time", 0, false},
    {"msg", "time", 0, false},
};

static struct slice text_of(const json_t *value)
{
    return json_is_string(value) ? slice_of(json_string_value(value), json_string_length(value))
                                 : (struct slice){0};
}

static const struct json_shape *shape_of(const json_t *object)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (json_is_string(json_object_get(object, shapes[i].text)) &&
            json_is_string(json_object_get(object, shapes[i].time)))
            return &shapes[i];
    return NULL;
}

static void fill_prefix(const json_t *object, const struct json_shape *shape, struct prefix *prefix)
{
    struct slice text = text_of(json_object_get(object, shape->text));
    struct slice time = text_of(json_object_get(object, shape->time));
    struct clock_reading reading;
    if (clock_read(time, &reading) && reading.has_zone) {
        prefix->message.time.has_wall = true;
        prefix->message.time.wall_us = reading.us;
    }
    prefix->evidence |= shape->evidence;
    prefix->channel = text_of(json_object_get(object, "stream"));
    prefix->is_partial =
        shape->is_split && prefix->channel.length && !slice_ends(text, SLICE("\n"));
    prefix_follow(prefix, LAYER_COLLECTOR, text);
}

static bool may_hold_message(struct slice line)
{
    return slice_contains(line, SLICE("\"MESSAGE\"")) || slice_contains(line, SLICE("\"log\"")) ||
           slice_contains(line, SLICE("\"message\"")) || slice_contains(line, SLICE("\"msg\""));
}

static void fill_record(json_t *object, struct record *record)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) record_set_json(record, name, value);
}

enum json_kind json_line_read(struct slice line, struct record *record, struct prefix *prefix,
                              json_t **ret)
{
    *ret = NULL;
    if (slice_starts(line, SLICE("data: ")) || slice_starts(line, SLICE("\x1e")))
        line = slice_skip(line, line.data[0] == 'd' ? 6 : 1); /* -o json-sse, json-seq */
    if (line.length == 0 || line.data[0] != '{' || !may_hold_message(line))
        return JSON_IS_NO_LOG;
    json_t *object = json_loadb(line.data, line.length, JSON_ALLOW_NUL, NULL);
    const struct json_shape *shape = object ? shape_of(object) : NULL;
    if (object && json_object_get(object, "MESSAGE")) {
        record_reset(record);
        fill_record(object, record);
        json_decref(object);
        return JSON_IS_JOURNAL;
    }
    if (!shape) {
        json_decref(object);
        return JSON_IS_NO_LOG;
    }
    fill_prefix(object, shape, prefix);
    *ret = object;
    return JSON_IS_LINE;
}
