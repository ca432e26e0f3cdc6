/* The part of the record that is about memory; for render_json.c. */
#ifndef WHYOOM_RENDER_JSON_MEMORY_H
#define WHYOOM_RENDER_JSON_MEMORY_H

#include "analyzer/incident.h"
#include "analyzer/render_json_writer.h"

/** Write the keys "memcg", "host_memory" and "pool", each only when something of it is known. */
void json_put_memory(struct json_writer *writer, const struct incident *incident);

#endif
