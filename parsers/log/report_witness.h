/*
 * What others tell of the kernel's kills: nothing new where the kernel's own report is at hand.
 *
 * systemd's PID 1 says of a unit that the kernel killed in it, without the process; its lines are
 * of another stream than the kernel's. Here it is heard of where no more than the kernel's last
 * kill has to be known; of older ones, and over files, analyzer/duplicates.h knows by unit and
 * minute. Private to the reader of reports.
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_WITNESS_H
#define WHYOOM_PARSERS_LOG_REPORT_WITNESS_H

#include "parsers/log/line_format.h"

/** The kernel's last kill of all hosts. */
struct last_kill {
    bool is_there;
    struct event_time time;                 /* its text stands in `printed` */
    uint64_t message;                       /* running number */
    bool has_path;                          /* the victim's cgroup is known */
    char host[256], printed[64], unit[256]; /* that cgroup's unit; empty: it is in none */
};

/** @p done has told of its decision: of a witness and the kernel's report of one kill, from
 * @p first on, the report stays. @p message counts messages. */
void report_hear_witness(struct last_kill *last, struct report *first, struct report *done,
                         uint64_t message);

#endif
