/*
 * Reports said line by line, for the tests of the parser core: single lines to one open report, or
 * "[   12.345678][ T12] text" lines through the assembler. The dress of logs is tested elsewhere.
 */
#ifndef WHYOOM_TESTS_REPORT_FIXTURE_H
#define WHYOOM_TESTS_REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/log/line_format.h"
#include "parsers/log/report.h"

#define assert_text(actual, literal) assert_true(slice_equal((actual), SLICE(literal)))
#define assert_amount(actual, number)                       \
    do {                                                    \
        struct amount checked = (actual);                   \
        assert_true(checked.known);                         \
        assert_int_equal(checked.value, (int64_t)(number)); \
    } while (0)
#define assert_unknown(actual) assert_false((actual).known)
#define KIB(n) (INT64_C(1024) * (n))

/* ---- one report, line by line */

static inline struct report *report_begin(void)
{
    struct report *report = calloc(1, sizeof *report);
    report->incident = incident_create();
    report->node = -1;
    report->last_us = -1;
    return report;
}

static inline void report_end(struct report *report)
{
    incident_destroy(report->incident);
    free(report);
}

/** Read one line as the assembler would; gives the row that read it, or NULL. */
static inline const struct line_format *report_say(struct report *report, const char *line)
{
    struct slice text = slice_trim(slice_from_string(line));
    const struct line_format *format = line_format_find(text, report->block);
    if (!format)
        return NULL;
    uint32_t number = incident_add_line(report->incident, text, 1, 0);
    if (format->group != GROUP_TASKS && format->block == BLOCK_NONE)
        report->block = BLOCK_NONE;
    if (format->read)
        format->read(report, report->incident->lines[number - 1].text, number);
    return format;
}

/* ---- a stream of messages */

enum { INCIDENTS_MAX = 4 * 1024 };

struct session {
    struct report_reader *reader;
    struct incident *incidents[INCIDENTS_MAX];
    size_t count;
    uint64_t number, offset;
    const char *host;    /* of the next lines */
    const char *printed; /* and their date, when they have no stamp */
    enum provenance provenance;
};

static inline void session_keep(void *context, struct incident *incident)
{
    struct session *session = context;
    if (session->count == INCIDENTS_MAX)
        abort();
    session->incidents[session->count++] = incident;
}

static inline struct session *session_begin(void)
{
    struct session *session = calloc(1, sizeof *session);
    session->reader = report_reader_create("test.log", SOURCE_LOG, session_keep, session);
    session->host = session->printed = "";
    return session;
}

static inline void session_end(struct session *session)
{
    report_reader_destroy(session->reader);
    for (size_t i = 0; i < session->count; i++)
        incident_destroy(session->incidents[i]);
    free(session);
}

/* "[   12.345678]" off the front. */
static inline void take_stamp(struct slice *text, struct event_time *time)
{
    struct slice rest = slice_skip_blanks(slice_skip(*text, 1));
    int64_t s, us;
    if (!slice_starts(*text, SLICE("[")) || !slice_take_number(&rest, &s) ||
        !slice_starts(rest, SLICE(".")))
        return;
    rest = slice_skip(rest, 1);
    if (!slice_take_number(&rest, &us) || !slice_starts(rest, SLICE("]")))
        return;
    *time = (struct event_time){.has_monotonic = true, .monotonic_us = s * 1000000 + us};
    *text = slice_skip(rest, 1);
}

/* "[ T12]" off the front. */
static inline struct slice take_caller(struct slice *text)
{
    size_t end = slice_find_byte(slice_take(*text, 12), ']');
    if (!slice_starts(*text, SLICE("[ ")) || end == SLICE_NOT_FOUND)
        return SLICE("");
    struct slice caller = slice_trim(slice_skip(slice_take(*text, end), 1));
    bool is_caller = caller.length > 1 && (caller.data[0] == 'T' || caller.data[0] == 'C');
    if (is_caller)
        *text = slice_skip(*text, end + 1);
    return is_caller ? caller : SLICE("");
}

static inline void session_say_line(struct session *session, struct slice line)
{
    struct message message = {.number = ++session->number,
                              .offset = session->offset,
                              .end = session->offset + line.length + 1,
                              .host = slice_from_string(session->host),
                              .priority = -1,
                              .provenance = session->provenance};
    session->offset = message.end;
    message.time.printed = slice_from_string(session->printed);
    take_stamp(&line, &message.time);
    message.caller = take_caller(&line);
    message.text = line;
    report_reader_take(session->reader, &message);
}

/** Say all lines of @p lines. */
static inline void session_say(struct session *session, const char *lines)
{
    struct slice rest = slice_from_string(lines);
    while (rest.length)
        session_say_line(session, slice_cut(&rest, '\n'));
}

/** The stream ends; all incidents are there. */
static inline size_t session_finish(struct session *session)
{
    report_reader_finish(session->reader);
    return session->count;
}

/* ---- a test of a session */

static inline int setup(void **state)
{
    *state = session_begin();
    return 0;
}

static inline int teardown(void **state)
{
    session_end(*state);
    return 0;
}

/* Say everything, and give the only incident. */
static inline struct incident *only(void **state, const char *lines)
{
    struct session *session = *state;
    session_say(session, lines);
    assert_int_equal(session_finish(session), 1);
    return session->incidents[0];
}

static inline size_t count(void **state, const char *lines)
{
    session_say(*state, lines);
    return session_finish(*state);
}

static inline bool is_missing(const struct incident *incident, const char *what)
{
    for (size_t i = 0; i < incident->missing_count; i++)
        if (slice_equal(incident->missing[i], slice_from_string(what)))
            return true;
    return false;
}

#endif
