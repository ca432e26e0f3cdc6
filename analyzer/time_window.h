/*
 * --since and --until: which incidents by their wall clock.
 *
 * Times are microseconds since the epoch. A time without a zone is one of the process's own zone
 * (TZ, --tz, --utc); a date alone is its first moment.
 */
#ifndef WHYOOM_TIME_WINDOW_H
#define WHYOOM_TIME_WINDOW_H

#include "analyzer/base/error.h"
#include "analyzer/incident.h"

struct time_window {
    bool has_since, has_until;
    int64_t since_us, until_us; /* from, and up to but without */
};

enum window_side { WINDOW_INSIDE, WINDOW_OUTSIDE, WINDOW_UNKNOWN };

/**
 * Read "2026-03-28T22:14:31Z", "2026-03-28 22:14", "2026-03-28", "22:14", "@1774736071", "now",
 * "today", "yesterday", "2h ago", "1 day 2 h ago", "-30min".
 * @return ERROR_USAGE naming what is understood
 */
struct error *time_point_parse(struct slice text, int64_t now_us, int64_t *ret)
    __attribute__((warn_unused_result));

/** The window between two such texts; NULL: open on that side. ERROR_USAGE when it is empty. */
struct error *time_window_parse(const char *since, const char *until, int64_t now_us,
                                struct time_window *ret) __attribute__((warn_unused_result));

/** Where @p time lies; unknown when there is a window and no wall clock. */
enum window_side time_window_side(const struct time_window *window, const struct event_time *time);

#endif
