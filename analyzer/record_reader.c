#include "analyzer/record_reader.h"

void record_complain(struct record_reader *reader, const char *where, const char *key,
                     const char *should_be)
{
    if (!reader->error)
        reader->error = error_create(ERROR_INPUT, "%s%s\"%s\" should be %s", where,
                                     *where ? ": " : "", key, should_be);
}

/* ---- members by type */

json_t *record_object(struct record_reader *reader, json_t *object, const char *where,
                      const char *key)
{
    json_t *value = json_object_get(object, key);
    if (value && !json_is_object(value))
        record_complain(reader, where, key, "an object");
    return json_is_object(value) ? value : NULL;
}

json_t *record_array(struct record_reader *reader, json_t *object, const char *where,
                     const char *key)
{
    json_t *value = json_object_get(object, key);
    if (value && !json_is_array(value))
        record_complain(reader, where, key, "an array");
    return json_is_array(value) ? value : NULL;
}

static struct slice copy_text(struct record_reader *reader, const json_t *value)
{
    return arena_copy(reader->incident->arena,
                      slice_of(json_string_value(value), json_string_length(value)));
}

struct slice record_text(struct record_reader *reader, json_t *object, const char *where,
                         const char *key)
{
    json_t *value = json_object_get(object, key);
    if (json_is_string(value))
        return copy_text(reader, value);
    if (value)
        record_complain(reader, where, key, "a text");
    return (struct slice){0};
}

struct amount record_integer(struct record_reader *reader, json_t *object, const char *where,
                             const char *key)
{
    json_t *value = json_object_get(object, key);
    if (json_is_integer(value))
        return amount_of(json_integer_value(value), 0);
    if (value)
        record_complain(reader, where, key, "a whole number");
    return UNKNOWN;
}

bool record_truth(struct record_reader *reader, json_t *object, const char *where, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (value && !json_is_boolean(value))
        record_complain(reader, where, key, "true or false");
    return json_is_true(value);
}

/* A double holds microseconds exactly for 285 years of uptime. */
struct amount record_decimal(struct record_reader *reader, json_t *object, const char *where,
                             const char *key, int digits)
{
    json_t *value = json_object_get(object, key);
    double scaled = json_number_value(value);
    for (int i = 0; i < digits; i++)
        scaled *= 10;
    bool fits = json_is_number(value) && scaled > -9e18 && scaled < 9e18;
    if (value && !fits)
        record_complain(reader, where, key, "a number");
    return fits ? amount_of((int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5)), 0) : UNKNOWN;
}

unsigned record_term(struct record_reader *reader, json_t *object, const char *key,
                     enum vocabulary_id id)
{
    struct slice word = record_text(reader, object, "", key);
    int value = word.length ? term_find(id, word) : 0;
    if (value < 0)
        record_complain(reader, "", key, "a term that this version knows");
    return value < 0 ? 0 : (unsigned)value;
}

unsigned record_word(struct record_reader *reader, json_t *object, const char *where,
                     const char *key, const char *const *words, size_t count)
{
    struct slice word = record_text(reader, object, where, key);
    for (size_t i = 0; word.length && i < count; i++)
        if (words[i] && slice_equal(word, slice_from_string(words[i])))
            return (unsigned)i;
    if (word.length)
        record_complain(reader, where, key, "a term that this version knows");
    return 0;
}

void record_texts(struct record_reader *reader, json_t *object, const char *where, const char *key,
                  struct slice **ret, size_t *ret_count)
{
    json_t *array = record_array(reader, object, where, key);
    size_t count = json_array_size(array);
    *ret_count = 0;
    if (!count)
        return;
    *ret = arena_allocate(reader->incident->arena, count * sizeof **ret);
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_array_get(array, i);
        if (json_is_string(value))
            (*ret)[(*ret_count)++] = copy_text(reader, value);
        else
            record_complain(reader, where, key, "an array of texts");
    }
}

/* ---- tables */

static struct amount natural(struct record_reader *reader, json_t *object, const char *where,
                             const char *key)
{
    struct amount amount = record_integer(reader, object, where, key);
    if (amount.known && amount.value < 0) {
        record_complain(reader, where, key, "no negative number");
        return UNKNOWN;
    }
    return amount;
}

static void read_field(struct record_reader *reader, json_t *object, const char *where,
                       const struct record_field *field, void *member)
{
    switch (field->kind) {
    case FIELD_NATURAL:
        *(struct amount *)member = natural(reader, object, where, field->key);
        break;
    case FIELD_AMOUNT:
        *(struct amount *)member = record_integer(reader, object, where, field->key);
        break;
    case FIELD_SECONDS:
        *(struct amount *)member = record_decimal(reader, object, where, field->key, 6);
        break;
    case FIELD_NUMBER:
        *(int64_t *)member = amount_or(natural(reader, object, where, field->key), -1);
        break;
    case FIELD_TEXT:
        *(struct slice *)member = record_text(reader, object, where, field->key);
        break;
    case FIELD_FLAG:
    case FIELD_TRUTH:
        *(bool *)member = record_truth(reader, object, where, field->key);
        break;
    }
}

void record_fields_read(struct record_reader *reader, json_t *object, const char *where,
                        void *record, const struct record_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        read_field(reader, object, where, &fields->rows[i],
                   (char *)record + fields->rows[i].offset);
}

void record_figures(struct record_reader *reader, json_t *object, const char *where,
                    const struct figure *figures, struct amount *amounts, int count)
{
    for (int i = 0; object && i < count; i++)
        amounts[i] = natural(reader, object, where, figures[i].key);
}

/* ---- lines */

void record_line(struct record_reader *reader, json_t *object, const char *where, uint32_t *target)
{
    struct amount number = natural(reader, object, where, "line");
    if (!number.known)
        return;
    struct line_reference *reference =
        ARENA_PUSH(reader->incident->arena, reader->references, reader->references_count);
    *reference = (struct line_reference){
        .target = target,
        .line = {.text = record_text(reader, object, where, "text"),
                 .number = (uint64_t)number.value},
        .place = reader->references_count,
    };
}
