/*
 * A store's counts as a text file for Prometheus (node_exporter's textfile collector).
 *
 * Labels are bounded, whatever the logs say: terms of closed vocabularies, and the PROM_HOSTS_MAX
 * hosts with most incidents; the others are host="other".
 */
#ifndef WHYOOM_RENDER_PROM_H
#define WHYOOM_RENDER_PROM_H

#include <stdio.h>

#include "analyzer/store.h"

enum { PROM_HOSTS_MAX = 50, PROM_LABEL_MAX = 128 };

/** Write the counts of what @p query selects. @p now_us stands in the file as its own time. */
struct error *render_prom(FILE *out, struct store *store, const struct store_query *query,
                          int64_t now_us) __attribute__((warn_unused_result));

#endif
