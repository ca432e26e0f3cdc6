/*
 * Rows of a store as CSV (RFC 4180), for spreadsheets and other databases: a line of names, then an
 * incident a line, lines ended by CR LF. Times are RFC 3339 in UTC; what is not known is empty.
 *
 * Log text is hostile here too: a text that a spreadsheet would take for a formula (it begins with
 * = + - @) has an apostrophe before it.
 */
#ifndef WHYOOM_RENDER_CSV_H
#define WHYOOM_RENDER_CSV_H

#include <stdio.h>

#include "analyzer/store.h"

/** Write what @p query selects. An error is the store's; the stream's are the caller's to see. */
struct error *render_csv(FILE *out, struct store *store, const struct store_query *query)
    __attribute__((warn_unused_result));

#endif
