/*
 * The parts of a page, from top to bottom, one file each: page_head.c, page_chart.c, page_tables.c,
 * page_repeats.c, page_incidents.c. They print the fleet and compute nothing but lengths.
 */
#ifndef WHYOOM_PAGE_RENDER_H
#define WHYOOM_PAGE_RENDER_H

#include "analyzer/page.h"
#include "analyzer/page_fleet.h"

/** Where a page is written to. */
struct page_context {
    FILE *out;
    struct arena *arena; /* for what is formatted on the way */
    const struct fleet *fleet;
    struct store *store;
    const struct page_options *options;
};

/** What happened, in words, and what it was read from. */
void page_head(const struct page_context *page);

/** What it was read from. */
void page_coverage(const struct page_context *page);

/** Incidents over time, stacked by class, and the classes' legend. */
void page_chart(const struct page_context *page);

/** Who and where: the most frequent names. */
void page_tables(const struct page_context *page);

/** What happened again and again: how often, how fast, growing or not. */
void page_repeats(const struct page_context *page);

/** Every group folded to a line, with its story. */
struct error *page_incidents(const struct page_context *page) __attribute__((warn_unused_result));

/** The one incident that there is. */
struct error *page_single(const struct page_context *page) __attribute__((warn_unused_result));

/* For several of them: */

/** "1 host", "31 hosts". */
struct slice page_count(struct arena *arena, uint64_t count, const char *one, const char *many);

/** A workload as people call it: pods and containers by the first characters of their ids. */
struct slice page_workload(struct arena *arena, struct slice name);

/** A time of the fleet's clock to the minute, "2026-03-28 22:14". */
struct slice page_time(const struct page_context *page, int64_t us);

/** The same of an end of @p group, by that group's clock. */
struct slice page_end_time(const struct page_context *page, const struct fleet_group *group,
                           const struct fleet_end *end);

/** "on web-7", or the file where the logs name no host, in some columns; may be empty. */
struct slice page_place(struct arena *arena, const struct fleet_group *group);

/** @p name as the script compares it: a forged one that is endless only by its ends. */
struct slice page_name(struct arena *arena, struct slice name);

/** ` href="#key=value"`: what the script filters by; @p value is a page_name(). */
void page_filter(FILE *out, const char *key, struct slice value);

/** A bar of @p total, of @p most at its longest, with a piece for each class. */
void page_class_bar(FILE *out, const uint64_t by_class[CLASS_COUNT], uint64_t most);

/** The axis of the chart: bars are a multiple of four, so that its quarters begin with a bar. */
size_t page_axis_bars(const struct timeline_chart *chart);

#endif
