/*
 * What is made of a store beside the answer on standard output: files, one row of a table each
 * (--prom FILE, --html FILE).
 */
#ifndef WHYOOM_OUTPUTS_H
#define WHYOOM_OUTPUTS_H

#include "analyzer/options.h"
#include "analyzer/store.h"

/** Does the command line ask for any? */
bool outputs_are_wanted(const struct options *options);

/** ERROR_USAGE when a file that would be written is one that is read. */
struct error *outputs_check(const struct options *options) __attribute__((warn_unused_result));

/** Write those that are asked for, of what @p query selects. One that fails leaves its old file. */
struct error *outputs_write(const struct options *options, struct store *store,
                            const struct store_query *query) __attribute__((warn_unused_result));

/** "kern.log", "this machine": what the user named, escaped, for titles. */
struct slice outputs_title(struct arena *arena, const struct options *options);

#endif
