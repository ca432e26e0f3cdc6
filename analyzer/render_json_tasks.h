/* The part of the record that is about the task table; for render_json.c. */
#ifndef WHYOOM_RENDER_JSON_TASKS_H
#define WHYOOM_RENDER_JSON_TASKS_H

#include "analyzer/incident.h"
#include "analyzer/render_json_writer.h"

/** Write the largest tasks, sums over all of them, and where the victim stood. */
void json_put_tasks(struct json_writer *writer, const struct incident *incident);

#endif
