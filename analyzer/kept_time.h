/*
 * A time that outlives the line it was read from: for what is remembered between incidents.
 */
#ifndef WHYOOM_KEPT_TIME_H
#define WHYOOM_KEPT_TIME_H

#include "analyzer/incident.h"

enum { KEPT_TIME_PRINTED_MAX = 64 };

struct kept_time {
    struct event_time time; /* its `printed` is empty, and stands here: */
    char printed[KEPT_TIME_PRINTED_MAX];
};

/** Keep a copy of @p time; a stamp longer than any log has is cut. */
static inline void keep_time(struct kept_time *kept, const struct event_time *time)
{
    struct slice printed = slice_take(time->printed, KEPT_TIME_PRINTED_MAX - 1);
    if (printed.length)
        memcpy(kept->printed, printed.data, printed.length);
    kept->printed[printed.length] = '\0';
    kept->time = *time;
    kept->time.printed = SLICE("");
}

static inline struct kept_time kept_time_of(const struct event_time *time)
{
    struct kept_time kept = {0};
    keep_time(&kept, time);
    return kept;
}

#endif
