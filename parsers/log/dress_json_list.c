#include "parsers/log/dress_json_list.h"

#include "parsers/log/dress_json.h"

enum { LEVELS_MAX = 8 };

/* ---- records that have their names elsewhere */

/** CloudWatch Insights: [{"field": "@message", "value": "text"}, ..]. NULL: it is none. */
static json_t *record_of_fields(const json_t *list)
{
    json_t *record = json_object(), *pair;
    size_t i;
    bool is_record = json_array_size(list) > 0;
    json_array_foreach(list, i, pair)
    {
        const char *name = json_string_value(json_object_get(pair, "field"));
        json_t *value = json_object_get(pair, "value");
        is_record = is_record && name && json_is_string(value);
        if (is_record)
            json_object_set(record, name, value);
    }
    if (is_record)
        return record;
    json_decref(record);
    return NULL;
}

/** Azure's Log Analytics: the columns' names stand before the rows. NULL: it is none. */
static json_t *record_of_row(const json_t *row, const json_t *columns)
{
    json_t *record = json_object(), *column;
    size_t i;
    json_array_foreach(columns, i, column)
    {
        const char *name = json_string_value(json_object_get(column, "name"));
        json_t *value = json_array_get(row, i);
        if (name && value)
            json_object_set(record, name, value);
    }
    if (json_object_size(record))
        return record;
    json_decref(record);
    return NULL;
}

static void name_values(json_t *list, const json_t *columns)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *element = json_array_get(list, i);
        json_t *record = NULL;
        if (json_is_array(element))
            record = columns ? record_of_row(element, columns) : record_of_fields(element);
        if (record)
            json_array_set_new(list, i, record);
    }
}

/* ---- their order */

/** Signs of later - earlier between neighbours, counted. */
struct steps {
    size_t on, back;
};

static void step(struct steps *steps, int64_t before, int64_t now)
{
    steps->on += now > before;
    steps->back += now < before;
}

static bool is_newest_first(const json_t *list)
{
    struct steps wall = {0}, boot = {0};
    struct json_moment before = {0}, now;
    for (size_t i = 0; i < json_array_size(list); i++, before = now) {
        now = json_moment_of(json_array_get(list, i));
        if (now.has_wall && before.has_wall)
            step(&wall, before.wall_us, now.wall_us);
        if (now.has_boot && before.has_boot)
            step(&boot, before.boot_us, now.boot_us);
    }
    const struct steps *sure = wall.on + wall.back ? &wall : &boot;
    return sure->back > 0 && sure->on == 0;
}

static void turn(json_t *list)
{
    for (size_t low = 0, high = json_array_size(list); low + 1 < high; low++) {
        json_t *first = json_incref(json_array_get(list, low));
        json_array_set(list, low, json_array_get(list, --high));
        json_array_set_new(list, high, first);
    }
}

static void read_list(json_t *list, const json_t *columns)
{
    name_values(list, columns);
    if (is_newest_first(list))
        turn(list);
}

static void read_value(json_t *value, const json_t *columns, int level)
{
    const char *name;
    json_t *member;
    size_t i;
    if (level > LEVELS_MAX)
        return;
    if (json_is_array(value))
        read_list(value, columns);
    json_array_foreach(value, i, member) read_value(member, NULL, level + 1);
    const json_t *own = json_object_get(value, "columns");
    json_object_foreach(value, name, member)
        read_value(member, strcmp(name, "rows") == 0 ? own : NULL, level + 1);
}

void json_list_read(json_t *value)
{
    read_value(value, NULL, 0);
}
