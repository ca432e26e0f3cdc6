#include "parsers/log/dress_json.h"

#include "parsers/log/clock.h"
#include "parsers/log/dress_json_list.h"

enum { NESTED_MAX = 3 }; /* {"_source": {"message": ..}} and the like */

/* Where collectors put the line that they read. */
static const struct text_key {
    const char *name;
    bool is_containers; /* where "stream" says so: long lines come in pieces, all but the last
                           without a newline */
} text_keys[] = {
    {"log", true},      /* docker's json-file driver; fluent-bit of any log */
    {"message", false}, /* logstash, beats, vector, CloudWatch, Datadog */
    {"msg", false},
    {"textPayload", false},   /* Google Cloud */
    {"line", false},          /* Loki */
    {"short_message", false}, /* GELF */
    {"stringValue", false},   /* OpenTelemetry */
    {"_raw", false},          /* Splunk */
    {"@message", false},      /* CloudWatch Insights */
    {"SyslogMessage", false}, /* Azure's Log Analytics */
    {"LogMessage", false},    /* the same, of containers */
};

enum { TEXT_KEYS = sizeof text_keys / sizeof *text_keys };

/* An object without any of these is some program's own, not a collector's. */
static const char *const time_keys[] = {
    "time",          "@timestamp", "timestamp",     "date", "ts",
    "timeUnixNano",  "_time",      "lastTimestamp", /* of a Kubernetes event */
    "TimeGenerated",
};

static const char *const host_keys[] = {"host", "hostname", "_HOSTNAME", "Computer"};

struct slice json_text(const json_t *value)
{
    return json_is_string(value) ? slice_of(json_string_value(value), json_string_length(value))
                                 : (struct slice){0};
}

bool json_may_hold_lines(const json_t *value)
{
    return json_is_array(value) || json_is_object(value) ||
           slice_contains(json_text(value), SLICE("\n")) ||
           text_is_base64(json_text(value), BASE64_LEAST);
}

/* The object, or the one in it, that has a text under a name of the table; NULL. */
static const json_t *find_holder(const json_t *object, int depth, const struct text_key **ret)
{
    const json_t *found = NULL;
    for (*ret = text_keys; *ret < text_keys + TEXT_KEYS; ++*ret)
        if (json_is_string(json_object_get(object, (*ret)->name)))
            return object;
    void *at = depth < NESTED_MAX ? json_object_iter((json_t *)object) : NULL;
    for (; at && !found; at = json_object_iter_next((json_t *)object, at))
        if (json_is_object(json_object_iter_value(at)))
            found = find_holder(json_object_iter_value(at), depth + 1, ret);
    return found;
}

/* Beside the text, or beside what holds it. */
static const json_t *find_first(const json_t *holder, const json_t *object,
                                const char *const *names, size_t count)
{
    const json_t *found = NULL;
    for (size_t i = 0; i < count && !found; i++) {
        const json_t *near = json_object_get(holder, names[i]);
        found = near ? near : json_object_get(object, names[i]);
    }
    return found;
}

/* Since 1970, in seconds or a thousandth, a millionth, a milliardth of them: by its size, as no
 * log is from before 2001. */
static bool read_epoch(int64_t value, int64_t *ret_us)
{
    const int64_t first = 1000000000;
    for (int64_t unit = 1; unit <= 1000000; unit *= 1000)
        if (value / unit >= first && value / unit / 1000 < first) {
            *ret_us = value * (1000000 / unit);
            return true;
        }
    *ret_us = value / 1000;
    return value / first >= first;
}

static bool read_time(const json_t *value, int64_t *ret_us)
{
    struct clock_reading reading;
    int64_t number;
    if (json_is_real(value)) /* of seconds */
        return read_epoch((int64_t)(json_real_value(value) * 1e6 + 0.5), ret_us);
    if (json_is_integer(value))
        return read_epoch(json_integer_value(value), ret_us);
    if (slice_to_number(json_text(value), &number))
        return read_epoch(number, ret_us);
    if (!clock_read(json_text(value), &reading) || !reading.has_zone)
        return false;
    *ret_us = reading.us;
    return true;
}

/* "host": "db1", or "host": {"name": "db1"}. */
static struct slice host_of(const json_t *holder, const json_t *object)
{
    const json_t *host =
        find_first(holder, object, host_keys, sizeof host_keys / sizeof *host_keys);
    return json_text(json_is_object(host) ? json_object_get(host, "name") : host);
}

/* CloudWatch Insights, written over several lines: {"field": "@message", "value": "text"}. */
static bool fill_field(const json_t *object, struct prefix *prefix)
{
    const json_t *text = json_object_get(object, "value");
    bool is = json_is_string(text) &&
              slice_equal(json_text(json_object_get(object, "field")), SLICE("@message"));
    if (is)
        prefix_follow(prefix, LAYER_COLLECTOR, json_text(text));
    return is;
}

/* False: no collector's. */
static bool fill_prefix(const json_t *object, struct prefix *prefix)
{
    const struct text_key *key;
    const json_t *holder = find_holder(object, 0, &key);
    const json_t *time =
        find_first(holder, object, time_keys, sizeof time_keys / sizeof *time_keys);
    if (!holder || !time)
        return false;
    struct slice text = json_text(json_object_get(holder, key->name));
    struct event_time *when = &prefix->message.time;
    when->has_wall = read_time(time, &when->wall_us);
    prefix->message.host = host_of(holder, object);
    prefix->channel = json_text(json_object_get(object, "stream"));
    if (key->is_containers && prefix->channel.length) {
        prefix->evidence |= EVIDENCE_CONTAINER;
        prefix->is_partial = !slice_ends(text, SLICE("\n"));
    }
    prefix_follow(prefix, LAYER_COLLECTOR, text);
    return true;
}

static bool may_hold_message(struct slice line)
{
    bool may = slice_contains(line, SLICE("\"MESSAGE\""));
    for (size_t i = 0; i < TEXT_KEYS && !may; i++)
        may = slice_contains(line, slice_from_string(text_keys[i].name));
    return may;
}

/** Google's agent keeps a record of the journal whole, in an object that has the time. */
static json_t *journal_of(json_t *object)
{
    json_t *payload = json_object_get(object, "jsonPayload");
    return json_object_get(payload, "MESSAGE") ? payload : object;
}

static void fill_record(json_t *object, struct record *record)
{
    const char *name;
    json_t *value;
    json_object_foreach(journal_of(object), name, value) record_set_json(record, name, value);
    int64_t us;
    if (!record->realtime.is_known && read_time(json_object_get(object, "timestamp"), &us))
        record->realtime = (struct field_number){us, true};
}

/* An array may be written an element a line. */
static struct slice element_of(struct slice line)
{
    while (line.length && (line.data[0] == '[' || line.data[0] == ',' || line.data[0] == ' '))
        line = slice_skip(line, 1);
    return line;
}

bool json_is_dmesg(const json_t *object)
{
    return json_object_get(object, "pri") || json_object_get(object, "fac");
}

/* Loki's: ["1795395723000000000", "text"]. */
static bool fill_pair(const json_t *pair, struct prefix *prefix)
{
    const json_t *time = json_array_get(pair, 0), *text = json_array_get(pair, 1);
    struct event_time *when = &prefix->message.time;
    if (!json_is_string(text) || !json_is_string(time) || !read_time(time, &when->wall_us))
        return false;
    when->has_wall = true;
    prefix_follow(prefix, LAYER_COLLECTOR, json_text(text));
    return true;
}

enum json_kind json_object_read(json_t *object, struct record *record, struct prefix *prefix)
{
    if (json_object_get(journal_of(object), "MESSAGE")) {
        record_reset(record);
        fill_record(object, record);
        return JSON_IS_JOURNAL;
    }
    bool is_line =
        fill_pair(object, prefix) || fill_field(object, prefix) || fill_prefix(object, prefix);
    return is_line ? JSON_IS_LINE : JSON_IS_NO_LOG;
}

struct json_moment json_moment_of(const json_t *value)
{
    struct prefix prefix = {0};
    struct json_moment moment = {0};
    if (fill_pair(value, &prefix) || fill_prefix(value, &prefix)) {
        moment.has_wall = prefix.message.time.has_wall;
        moment.wall_us = prefix.message.time.wall_us;
    } else {
        prefix.message.text = json_text(json_object_get(journal_of((json_t *)value), "MESSAGE"));
        moment.has_wall = read_time(json_object_get(value, "timestamp"), &moment.wall_us);
    }
    moment.has_boot = slice_starts(prefix.message.text, SLICE("[")) &&
                      prefix_read_stamp(prefix.message.text, &moment.boot_us);
    return moment;
}

/* A string of lines, an array of records: what programs print that care for no reader. */
static bool may_be_log(struct slice line)
{
    line = slice_trim(line);
    if (line.length < 2 || !strchr("\"[{", line.data[0]) ||
        !strchr("\"]}", line.data[line.length - 1]))
        return false;
    struct slice inside = slice_trim(slice_skip(line, line.data[0] == '['));
    bool is_open = line.data[0] != '[' || strchr("\"[{", inside.data[0]);
    return is_open && (line.data[0] == '[' || slice_contains(line, SLICE("\\n")) ||
                       slice_contains(line, SLICE("[\"")) || slice_contains(line, SLICE("[{")) ||
                       slice_contains(line, SLICE("\"Output\"")));
}

static json_t *value_of(struct slice line)
{
    struct slice element = element_of(line);
    json_t *value = may_be_log(line)
                        ? json_loadb(line.data, line.length, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL)
                        : NULL;
    if (value || element.length == 0 || element.data[0] != '{' || !may_hold_message(element))
        return value;
    return json_loadb(element.data, element.length, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
}

enum json_kind json_line_read(struct slice line, struct record *record, struct prefix *prefix,
                              json_t **ret)
{
    if (slice_starts(line, SLICE("data: ")) || slice_starts(line, SLICE("\x1e")))
        line = slice_skip(line, line.data[0] == 'd' ? 6 : 1); /* -o json-sse, json-seq */
    *ret = value_of(line);
    if (!*ret)
        return JSON_IS_NO_LOG;
    enum json_kind kind = json_object_read(*ret, record, prefix);
    if (kind != JSON_IS_NO_LOG || !may_be_log(line))
        return kind;
    json_list_read(*ret);
    return JSON_IS_LOG;
}
