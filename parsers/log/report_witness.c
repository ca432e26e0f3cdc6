#include "parsers/log/report_witness.h"

#include "analyzer/workload.h"
#include "parsers/log/report_choice.h"
#include "parsers/log/report_stream.h"

enum {
    NEAR_S = 60,    /* PID 1 may be starved of memory, too */
    NEAR_LINES = 64 /* where no clock tells */
};

static bool is_witness(const struct report *report)
{
    const struct victim *victim = incident_chosen(report->incident);
    return victim && slice_equal(victim->message, SLICE(UNIT_OOM_WORDS));
}

static bool is_kernels(const struct report *report)
{
    const struct incident *incident = report->incident;
    return incident->victims_count && incident->killer.length == 0 && !is_witness(report);
}

static void remember(struct last_kill *last, const struct report *report, uint64_t message)
{
    const struct incident *incident = report->incident;
    last->is_there = true;
    last->message = message;
    last->time = incident->time;
    stream_keep_text(last->host, sizeof last->host, incident->host);
    stream_keep_text(last->printed, sizeof last->printed, incident->time.printed);
    last->has_path = incident->memcg.victim_path.length;
    stream_keep_text(last->unit, sizeof last->unit, unit_of_path(incident->memcg.victim_path));
    last->time.printed = slice_from_string(last->printed);
}

static bool tells_of(const struct report *witness, const struct last_kill *last)
{
    const struct incident *incident = witness->incident;
    struct slice host = slice_from_string(last->host);
    if (!last->is_there ||
        (host.length && incident->host.length && !slice_equal(host, incident->host)))
        return false;
    struct slice unit = incident->victims[0].unit;
    if (last->has_path && !slice_equal(slice_from_string(last->unit), unit))
        return false;
    int64_t us;
    if (report_measure_between(&incident->time, &last->time, &us))
        return us <= NEAR_S * INT64_C(1000000);
    uint64_t began = witness->first_message;
    return (began > last->message ? began - last->message : last->message - began) <= NEAR_LINES;
}

void report_hear_witness(struct last_kill *last, struct report *first, struct report *done,
                         uint64_t message)
{
    if (is_witness(done))
        done->is_strong = !tells_of(done, last);
    if (!is_kernels(done))
        return;
    remember(last, done, message);
    for (struct report *report = first; report; report = report->next)
        if (is_witness(report) && tells_of(report, last))
            report->is_strong = false;
}
