/* The first lines of a page: what happened, in words, and what it was read from. */
#define _GNU_SOURCE /* open_memstream */
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/page_render.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum { NAME_COLUMNS = 40 };

static const struct {
    const char *one, *many;
} kind_words[KIND_COUNT] = {
    [KIND_UNKNOWN] = {"piece of a report", "pieces of reports"},
    [KIND_OOM_KILL] = {"OOM kill", "OOM kills"},
    [KIND_OOM_NO_KILL] = {"OOM that killed nobody", "OOMs that killed nobody"},
    [KIND_ALLOC_FAILURE] = {"failed allocation", "failed allocations"},
    [KIND_USERSPACE_KILL] = {"kill by a user-space killer", "kills by user-space killers"},
    [KIND_CHARGE_STALL] = {"stall at a limit", "stalls at a limit"},
};

/* ---- the headline */

/* "212 OOM kills", or "230 memory incidents" when they are of several kinds. */
static struct slice what_words(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (fleet->by_kind[kind] == fleet->total)
            return page_count(page->arena, fleet->total, kind_words[kind].one,
                              kind_words[kind].many);
    return page_count(page->arena, fleet->total, "memory incident", "memory incidents");
}

/* What is known of few says nothing about all. */
static bool is_most(const struct fleet *fleet, uint64_t known)
{
    return known * 2 > fleet->total;
}

static struct slice where_words(const struct page_context *page)
{
    const struct fleet_table *hosts = &page->fleet->tables[FLEET_HOSTS];
    if (!is_most(page->fleet, hosts->named))
        return (struct slice){0};
    if (hosts->distinct == 1)
        return arena_format(
            page->arena, " on %.*s",
            SLICE_ARG(text_cut_middle(page->arena, hosts->names[0].value, NAME_COLUMNS)));
    return arena_format(page->arena, " on %.*s",
                        SLICE_ARG(page_count(page->arena, hosts->distinct, "host", "hosts")));
}

static struct slice span_words(const struct page_context *page)
{
    const int64_t hour_us = INT64_C(3600000000), day_us = 24 * hour_us;
    const struct timeline_chart *chart = &page->fleet->chart;
    int64_t span_us = page->fleet->last_us - page->fleet->first_us;
    struct slice text;
    if (chart->earlier + chart->later) /* the chart is without those that are years away */
        span_us = chart->end_us - chart->bars[0].start_us;
    if (!is_most(page->fleet, page->fleet->dated) || span_us < 1000000)
        return (struct slice){0};
    if (page->fleet->clock.kind == PAGE_CLOCK_YEARLESS) /* they may be years apart */
        return arena_format(page->arena, " from %.*s to %.*s",
                            SLICE_ARG(page_time(page, page->fleet->first_us)),
                            SLICE_ARG(page_time(page, page->fleet->last_us)));
    if (span_us < 2 * hour_us)
        text = duration_print(page->arena, span_us);
    else if (span_us < 2 * day_us)
        text =
            page_count(page->arena, (uint64_t)((span_us + hour_us - 1) / hour_us), "hour", "hours");
    else
        text = page_count(page->arena, (uint64_t)((span_us + day_us - 1) / day_us), "day", "days");
    return arena_format(page->arena, " in %.*s", SLICE_ARG(text));
}

/* "; 140 of them in one pod": whoever has a quarter of it is worth a word. */
static struct slice main_words(const struct page_context *page)
{
    static const struct {
        enum fleet_table_id table;
        const char *word;
    } tables[] = {{FLEET_WORKLOADS, "in"}, {FLEET_HOSTS, "on"}};
    const struct fleet *fleet = page->fleet;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct fleet_table *table = &fleet->tables[tables[i].table];
        bool is_main = table->distinct > 1 && table->names[0].count * 4 >= fleet->total;
        if (is_main && table->names[0].count > 1)
            return arena_format(
                page->arena, "; %.*s of them %s %.*s",
                SLICE_ARG(count_print(page->arena, (int64_t)table->names[0].count)), tables[i].word,
                SLICE_ARG(text_cut_middle(
                    page->arena, page_workload(page->arena, table->names[0].value), NAME_COLUMNS)));
    }
    return (struct slice){0};
}

static struct slice headline(const struct page_context *page)
{
    const struct slice parts[] = {what_words(page), where_words(page), span_words(page),
                                  main_words(page)};
    struct slice text = {0};
    if (page->fleet->total == 0)
        return SLICE("No memory incident in what was asked for");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        text = story_join(page->arena, text, "", parts[i]);
    return text;
}

/* ---- what follows */

/* Unless the headline said it: there is only one kind. */
static void write_kinds(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    struct slice text = {0};
    uint64_t least = UINT64_MAX, told = 0;
    while (told < fleet->total) { /* the most frequent first */
        uint64_t most = 0;
        for (int kind = 0; kind < KIND_COUNT; kind++)
            if (fleet->by_kind[kind] < least && fleet->by_kind[kind] > most)
                most = fleet->by_kind[kind];
        for (int kind = 0; kind < KIND_COUNT; kind++)
            if (fleet->by_kind[kind] == most)
                text = story_join(
                    page->arena, text, ", ",
                    page_count(page->arena, most, kind_words[kind].one, kind_words[kind].many));
        for (int kind = 0; kind < KIND_COUNT; kind++)
            told += fleet->by_kind[kind] == most ? most : 0;
        least = most;
    }
    if (fleet->total > least)
        html_element(page->out, "li", NULL, text);
}

static void write_sentence(const struct page_context *page, uint64_t count, const char *one,
                           const char *many)
{
    if (count)
        html_element(page->out, "li", NULL, page_count(page->arena, count, one, many));
}

static void write_sentences(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    fputs("<ul class=\"lede\">", page->out);
    write_kinds(page);
    write_sentence(page, fleet->panics, "ended in a panic", "ended in a panic");
    write_sentence(page, fleet->host_wide,
                   "was short of a whole machine's memory, not of a cgroup's",
                   "were short of a whole machine's memory, not of a cgroup's");
    if (fleet->victims.known && fleet->victims.value > 0)
        write_sentence(page, (uint64_t)fleet->victims.value, "process was killed",
                       "processes were killed");
    if (fleet->groups_distinct < fleet->total)
        write_sentence(page, fleet->groups_distinct,
                       "case in all: same host, cgroup, class and victim",
                       "different cases: what repeats on one host, in one cgroup, with one victim "
                       "counts as one");
    fputs("</ul>\n", page->out);
}

/* ---- what it was read from */

/* Times in it may be the log's own words. */
static struct slice coverage_words(const struct page_context *page)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        die_out_of_memory();
    coverage_print(stream, &page->fleet->coverage);
    fclose(stream);
    struct slice copy = arena_copy(page->arena, slice_of(text, length));
    free(text);
    return escape_text(page->arena, copy);
}

static struct slice zone_words(const struct page_context *page)
{
    const struct page_clock *clock = &page->fleet->clock;
    struct tm parts;
    char zone[32] = "";
    if (clock->kind == PAGE_CLOCK_YEARLESS)
        return SLICE("Times are those that the logs print, which tell neither year nor zone.");
    if (clock->kind == PAGE_CLOCK_PRINTED)
        return SLICE("Times are those that the logs print, which do not tell their zone.");
    if (!page_clock_parts(clock, page->fleet->last_us, &parts) ||
        !strftime(zone, sizeof zone, "%Z", &parts))
        return (struct slice){0};
    return arena_format(page->arena, "Times are %s.", zone);
}

void page_coverage(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    fputs("<p class=\"dim\">", page->out);
    if (fleet->coverage.streams) {
        fputs("Read: ", page->out);
        html_text(page->out, coverage_words(page));
        fputs(". ", page->out);
    } else {
        fputs("Which logs were read for this, the input does not tell. ", page->out);
    }
    if (fleet->failures)
        html_element(page->out, "strong", "warning",
                     arena_format(page->arena, "%.*s not be read. ",
                                  SLICE_ARG(page_count(page->arena, fleet->failures, "input could",
                                                       "inputs could"))));
    if (fleet->dated)
        html_text(page->out, zone_words(page));
    fputs("</p>\n", page->out);
}

void page_head(const struct page_context *page)
{
    fputs("<div class=\"head\">", page->out);
    html_element(page->out, "h1", NULL, headline(page));
    write_sentences(page);
    page_coverage(page);
    fputs("</div>\n", page->out);
}
