/*
 * Where the incidents of a scan are kept beside or instead of standard output: the database of
 * --db, or a temporary store when only --prom or --html need one.
 */
#ifndef WHYOOM_COLLECTOR_H
#define WHYOOM_COLLECTOR_H

#include "analyzer/options.h"
#include "analyzer/pipeline.h"
#include "analyzer/store.h"

struct collector;

/** Does the command line ask for one? */
bool collector_is_wanted(const struct options *options);

struct error *collector_create(const struct options *options, struct collector **ret)
    __attribute__((warn_unused_result));

/** Keep a judged incident. */
struct error *collector_add(struct collector *collector, const struct incident *incident,
                            struct slice record) __attribute__((warn_unused_result));

/** The incident @p id is part of another from now on. */
struct error *collector_remove(struct collector *collector, const char *id)
    __attribute__((warn_unused_result));

/** Note an input that could not be read. */
struct error *collector_add_failure(struct collector *collector, const char *path, const char *what)
    __attribute__((warn_unused_result));

/** The run is over: make it durable, and write the files that are made of it. */
struct error *collector_finish(struct collector *collector, const struct pipeline_totals *totals)
    __attribute__((warn_unused_result));

/** Does the database hold the incidents of the runs that @p state knows? It does when it holds the
 * last of them. */
struct error *collector_knows(const struct collector *collector, const struct state *state,
                              bool *ret) __attribute__((warn_unused_result));

/** The run, after collector_finish(); zeros when nothing of it stays. */
struct state_run collector_run(const struct collector *collector);

/** What was kept, to be asked after collector_finish(); the collector's. */
struct store *collector_store(struct collector *collector);

/** Close; NULL is fine. */
void collector_destroy(struct collector *collector);

#endif
