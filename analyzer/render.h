/*
 * Renderers: one judged incident in, text out. One file per format; none of them computes or
 * decides anything.
 *
 * Everything that came from a log is escaped here (escape.h): control characters and invalid UTF-8
 * never reach the terminal, a JSON string or a page.
 */
#ifndef WHYOOM_RENDER_H
#define WHYOOM_RENDER_H

#include <stdio.h>

#include "analyzer/incident.h"

struct render_options {
    int width; /* columns of the terminal; 80 unless known */
    bool has_colour;
    bool has_trace; /* --why */
    bool is_utc;    /* --utc: wall times in UTC instead of the log's own */
    int number;     /* of this incident in the input, from 1; 0: there is only one */
    int total;
};

/** The answer in words: verdict first, then limit, fill, victim, advice, evidence, what is missing.
 */
void render_text(FILE *out, const struct incident *incident, const struct render_options *options);

/** The record of docs/incident.schema.json, one line. */
void render_json(FILE *out, const struct incident *incident);

/** The same story as render_text() as Markdown for a ticket. */
void render_markdown(FILE *out, const struct incident *incident,
                     const struct render_options *options);

#endif
