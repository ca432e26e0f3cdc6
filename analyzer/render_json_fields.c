#include "analyzer/render_json_fields.h"

static void put_field(struct json_writer *writer, const void *member,
                      const struct record_field *field)
{
    const struct amount *amount = member;
    switch (field->kind) {
    case FIELD_NATURAL:
        json_put_natural(writer, field->key, *amount);
        break;
    case FIELD_AMOUNT:
        json_put_amount(writer, field->key, *amount);
        break;
    case FIELD_SECONDS:
        if (amount->known)
            json_put_decimal(writer, field->key, amount->value, 6);
        break;
    case FIELD_NUMBER:
        json_put_natural(writer, field->key, amount_of(*(const int64_t *)member, 0));
        break;
    case FIELD_TEXT:
        json_put_text(writer, field->key, *(const struct slice *)member);
        break;
    case FIELD_FLAG:
        if (*(const bool *)member)
            json_put_flag(writer, field->key, true);
        break;
    case FIELD_TRUTH:
        json_put_flag(writer, field->key, *(const bool *)member);
        break;
    }
}

void json_put_fields(struct json_writer *writer, const void *record,
                     const struct record_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        put_field(writer, (const char *)record + fields->rows[i].offset, &fields->rows[i]);
}

void json_put_object(struct json_writer *writer, const char *key, const void *record,
                     const struct record_fields *fields)
{
    json_open_object(writer, key);
    json_put_fields(writer, record, fields);
    json_close_unless_empty(writer);
}

void json_put_figures(struct json_writer *writer, const struct figure *figures,
                      const struct amount *amounts, int count)
{
    for (int i = 0; i < count; i++)
        json_put_natural(writer, figures[i].key, amounts[i]);
}
