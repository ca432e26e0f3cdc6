/* Writes the tables of record_fields.h and lists of figures; for render_json*.c. */
#ifndef WHYOOM_RENDER_JSON_FIELDS_H
#define WHYOOM_RENDER_JSON_FIELDS_H

#include "analyzer/record_fields.h"
#include "analyzer/render_json_writer.h"

/** Write the fields of @p record, the struct that @p fields belongs to, into the open object. */
void json_put_fields(struct json_writer *writer, const void *record,
                     const struct record_fields *fields);

/** The same as an object of its own; nothing when no field is known. */
void json_put_object(struct json_writer *writer, const char *key, const void *record,
                     const struct record_fields *fields);

/** Write the known ones of @p count figures under their keys. */
void json_put_figures(struct json_writer *writer, const struct figure *figures,
                      const struct amount *amounts, int count);

#endif
