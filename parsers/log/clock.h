/*
 * Wall clocks as logs print them: ISO 8601, RFC 3339 and journalctl's "2026-11-23 01:02:03 UTC".
 *
 * Only what the text says counts: a date without a zone makes no point in time, and names of zones
 * other than UTC and GMT are ambiguous (CST is three of them), so they are left alone.
 */
#ifndef WHYOOM_PARSERS_LOG_CLOCK_H
#define WHYOOM_PARSERS_LOG_CLOCK_H

#include "analyzer/base/slice.h"

struct clock_reading {
    int64_t us;    /* since the epoch; UTC when has_zone, else in the unknown local zone */
    bool has_zone; /* "Z", an offset, "UTC" or "GMT" follows the time */
};

/**
 * Read "2026-11-23T01:02:03.456789+00:00": 'T' or a blank between date and time, '.' or ',' before
 * the fraction (of any length), zone with or without colon or a blank before it.
 * @return false, with @p ret untouched, when it is no date or a field is out of its range.
 */
bool clock_read(struct slice text, struct clock_reading *ret);

/** Read "12345.678901", seconds and exactly six digits, as microseconds. */
bool clock_read_uptime(struct slice text, int64_t *ret);

#endif
