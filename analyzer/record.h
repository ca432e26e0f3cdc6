/*
 * A stored record (docs/incident.schema.json) back as an incident, for everything that works on
 * judged incidents: renderers, tables, the browser, --where.
 *
 * The law: render_json() of what record_read() gives is byte for byte the record that was read, as
 * long as this version wrote it, and text and Markdown are those of the fresh incident. A record
 * says less than the log: a fact that it does not hold is unknown, never another value. What is
 * gone: the report's lines but those that findings quote, the tasks but the largest (`tasks_total`
 * counts them), the rules' trace. Keys that this version does not know are passed over.
 *
 * Units: bytes, as in the record. Ownership: the incident owns its arena, nothing points into the
 * text. Errors: ERROR_INPUT, one line that says where in the text and at which key; records come
 * from files that anybody may have written, so every value is checked for its type and range.
 */
#ifndef WHYOOM_RECORD_H
#define WHYOOM_RECORD_H

#include "analyzer/base/error.h"
#include "analyzer/incident.h"

/**
 * Read one record: a JSON object, with or without a line end.
 * @param[out] ret  the incident; incident_destroy() it
 * @return NULL, or what is wrong; the caller adds the file and line
 */
struct error *record_read(struct slice text, struct incident **ret)
    __attribute__((warn_unused_result));

#endif
