#include "parsers/log/report_patience.h"

#include "parsers/log/report.h"

enum {
    FOREIGN_AFTER_DONE = 64,   /* the reaper and a group's further kills come within a few lines */
    FOREIGN_IN_TENTATIVE = 32, /* a trace that does not turn out to be about memory */
    MESSAGES_AFTER_DONE = 2 * FOREIGN_AFTER_DONE,
    TURN = 128, /* lines at a stretch: a memory cgroup's statistics, some 70, are one message */
};

bool report_is_expired(const struct report *report)
{
    unsigned most = report->is_done     ? FOREIGN_AFTER_DONE
                    : report->is_strong ? LIMIT_FOREIGN_LINES
                                        : FOREIGN_IN_TENTATIVE;
    return report->foreign > most;
}

/* Where many take turns, that of each comes late. */
uint64_t report_longest_silence(const struct report *report, uint64_t open_count)
{
    uint64_t least = report->is_done ? MESSAGES_AFTER_DONE : REPORT_MESSAGES_MAX;
    uint64_t round = open_count * (report->is_done ? 1 : TURN);
    return round > least ? round : least;
}
