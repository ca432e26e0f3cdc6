/*
 * "vmcore" of a record: what only the structures of a dump can know.
 */
#ifndef WHYOOM_RENDER_JSON_DUMP_H
#define WHYOOM_RENDER_JSON_DUMP_H

#include "analyzer/incident.h"
#include "analyzer/render_json_writer.h"

/** Write it; nothing where no structures were read. */
void json_put_dump(struct json_writer *writer, const struct dump *dump);

#endif
