/*
 * How a fact is read: one reader per shape of row in fact_*.def. For fact.c alone.
 */
#ifndef WHYOOM_FACT_READER_H
#define WHYOOM_FACT_READER_H

#include "analyzer/fact.h"

typedef struct fact fact_reader(const struct incident *incident,
                                const struct fact_definition *definition);

fact_reader fact_read_amount;  /* a struct amount at `offset` */
fact_reader fact_read_slice;   /* a struct slice at `offset`; empty is unknown */
fact_reader fact_read_bool;    /* a bool at `offset` */
fact_reader fact_read_enum;    /* an enum at `offset`; 0 is unknown */
fact_reader fact_read_compute; /* what `compute` gives */
fact_reader fact_read_compose; /* what `compose` gives; empty is unknown */
fact_reader fact_read_gfp;     /* the flag whose enum gfp_flag is `offset` */

/* A struct page_counter at `offset`. */
fact_reader fact_read_counter_room, fact_read_counter_share, fact_read_counter_reached,
    fact_read_counter_unlimited;

/* A struct amount at `offset` of struct victim, zone_check or zone. */
fact_reader fact_read_victim, fact_read_worst_check, fact_read_worst_zone;

/* Texts that come from one line: of the header, of a kill line, of the largest task's row. */
fact_reader fact_read_trigger_text, fact_read_victim_text, fact_read_largest_comm;

/* Texts and figures of the chosen victim and the largest task. */
struct slice victim_cgroup(const struct incident *incident);
struct slice killer_cause(const struct incident *incident);
struct amount victim_rss(const struct incident *incident);
struct amount tasks_count(const struct incident *incident);
struct amount largest_task_pid(const struct incident *incident);
struct amount largest_task_rss(const struct incident *incident);
struct amount largest_task_swap(const struct incident *incident);
struct amount largest_task_pgtables(const struct incident *incident);
struct amount largest_task_oom_score_adj(const struct incident *incident);
struct amount largest_task_is_exempt(const struct incident *incident);

#endif
