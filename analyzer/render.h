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

/** The same without the line's end. To be freed. */
char *render_json_record(const struct incident *incident, size_t *length);

/** The same story as render_text() as Markdown for a ticket. */
void render_markdown(FILE *out, const struct incident *incident,
                     const struct render_options *options);

/** The same story as an article of a page (html.h writes what stands around it). */
void render_html(FILE *out, const struct incident *incident, const struct render_options *options);

/** The article without its heading, for pages whose lists show the sentence already. */
void render_html_story(FILE *out, const struct incident *incident,
                       const struct render_options *options);

/* ---- many incidents */

/** What a table of many incidents needs of one; a copy of its own, so that the incident may go. */
struct incident_row {
    int number; /* in the input, from 1; set by the caller, 0: its place in the list */
    struct event_time time;
    enum kind kind;
    enum class_term class_;
    enum confidence confidence;
    int grade; /* how much of the report was there, incident_grade() */
    bool is_panic, is_deadlocked;
    bool is_host_wide; /* the killer ran for the whole machine */
    size_t victims_count;
    struct amount size; /* what the victims held, bytes */
    struct slice host, owner, victim;
    struct slice fold; /* rows with equal folds are repeats of one another */
    char text[];       /* what the slices point into */
};

/** The row of a judged incident; free() it. */
struct incident_row *incident_row_create(const struct incident *incident);

/** A copy of @p values with their texts; free() it. */
struct incident_row *incident_row_pack(const struct incident_row *values);

/** For a row without victims: "nobody", or "unknown" where the report breaks off before its kill.
 */
struct slice incident_row_nobody(const struct incident_row *row);

/** Index of the worst row, which deserves the explanation: panic, then host-wide, kernel deadlock,
 * most victims, most of the report there, highest confidence, largest; of equals the first. @p
 * count must not be 0. */
size_t incident_rows_worst(struct incident_row *const *rows, size_t count);

/** A table of the rows, repeats folded into their first ("×20, last 34"), the worst marked. */
void render_list(FILE *out, struct incident_row *const *rows, size_t count,
                 const struct render_options *options);

#endif
