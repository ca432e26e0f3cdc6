/* The answer for a terminal: a page that is read from the top and may be left at any line. */
#define _GNU_SOURCE /* open_memstream */
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/render.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum {
    BAR_COLUMNS = 20,
    ROOMY = 66,      /* columns from which on there is room for bars and side remarks */
    PAGE_LINES = 30, /* what a screen shows without scrolling */
    PART_PERMILLE_LEAST = 30,
};

/* How much of the lists is shown, heaviest first. */
struct shares {
    size_t reasons, advice, quotes;
};

/* The first with which a page has PAGE_LINES, or the last; --why shows all. */
static const struct shares shares[] = {{3, 3, 5}, {3, 3, 4}, {3, 2, 4}, {2, 2, 4}},
                           everything = {SIZE_MAX, SIZE_MAX, 20};

static void write_heading(const struct page *page, const char *text)
{
    fputc('\n', page->out);
    page_paragraph(page, ROLE_HEADING, "", slice_from_string(text));
}

/* "What is behind it (3 of 8, all with --why)" */
static void write_heading_of(const struct page *page, const char *text, size_t shown, size_t count)
{
    struct slice heading = slice_from_string(text);
    if (shown < count)
        heading = arena_format(page->arena, "%s (%zu of %zu, all with --why)", text, shown, count);
    fputc('\n', page->out);
    page_paragraph(page, ROLE_HEADING, "", heading);
}

static void write_head(const struct page *page, const struct incident *incident,
                       const struct render_options *options)
{
    struct arena *arena = page->arena;
    page_paragraph(page, ROLE_VERDICT, "", story_summary(arena, incident));
    struct slice number = {0};
    if (options->number > 0 && options->total > 1)
        number = arena_format(arena, "incident %d of %d", options->number, options->total);
    struct slice lines = story_join(arena, number, " · ", story_verdict(arena, incident));
    lines = story_join(arena, lines, " · ", story_when(arena, incident, options->is_utc));
    page_paragraph(page, ROLE_DIM, "", lines);
    if (story_provenance(incident).length)
        page_paragraph(page, ROLE_DIM, "", story_provenance(incident));
}

/* ---- figures */

/* All of it is text of our own, so that printf's widths are columns. */
static struct slice counter_text(const struct page *page, const struct story_counter *counter)
{
    struct arena *arena = page->arena;
    struct slice limit = {0}, text;
    if (counter->is_unlimited)
        limit = SLICE(", no limit");
    else if (counter->limit.length)
        limit = arena_format(arena, " of %.*s", SLICE_ARG(counter->limit));
    text = arena_format(arena, "%-12s%10.*s%-14.*s", counter->name, SLICE_ARG(counter->usage),
                        SLICE_ARG(limit));
    if (page->width < ROOMY)
        return text;
    text = arena_format(arena, "%.*s%8.*s", SLICE_ARG(text), SLICE_ARG(counter->share));
    if (counter->failcnt.length)
        text =
            arena_format(arena, "%.*s  failcnt %.*s", SLICE_ARG(text), SLICE_ARG(counter->failcnt));
    return counter->is_refused ? story_join(arena, text, "", SLICE("  <- refused")) : text;
}

static void write_counter(const struct page *page, const struct story_counter *counter)
{
    enum role role = counter->is_refused ? ROLE_HEADING : ROLE_PLAIN;
    struct slice text = counter_text(page, counter);
    while (text.length && text.data[text.length - 1] == ' ')
        text.length--;
    page_write(page, role, counter->is_refused ? SLICE("> ") : SLICE("  "));
    page_write(page, role, text);
    fputc('\n', page->out);
}

static void write_limits(const struct page *page, const struct incident *incident)
{
    struct story_counter counters[STORY_COUNTERS_MAX];
    size_t count = story_counters(page->arena, incident, counters);
    if (!count)
        return;
    struct slice owner = story_owner(page->arena, incident);
    fputc('\n', page->out);
    page_paragraph(page, ROLE_HEADING, "",
                   story_join(page->arena, SLICE("Limit and usage"), ": ", owner));
    for (size_t i = 0; i < count; i++)
        write_counter(page, &counters[i]);
}

static void write_bar(const struct page *page, int permille)
{
    int full = (permille * BAR_COLUMNS + 500) / 1000;
    fputs("  ", page->out);
    for (int i = 0; i < BAR_COLUMNS; i++)
        fputc(i < full ? '#' : '.', page->out);
}

static void write_parts(const struct page *page, const struct incident *incident)
{
    struct story_part parts[PART_COUNT];
    size_t count = story_parts(page->arena, incident, parts);
    if (!count)
        return;
    page_paragraph(page, ROLE_HEADING, "", SLICE("What filled it"));
    for (size_t i = 0; i < count; i++) {
        if (i && parts[i].permille >= 0 && parts[i].permille < PART_PERMILLE_LEAST)
            break;
        fputs("  ", page->out);
        page_left(page, ROLE_PLAIN, slice_from_string(parts[i].name), 15);
        page_right(page, ROLE_PLAIN, parts[i].bytes, 10);
        page_right(page, ROLE_PLAIN, parts[i].share, parts[i].share.length ? 9 : 0);
        if (parts[i].permille >= 0 && parts[i].permille <= 1000 && page->width >= ROOMY)
            write_bar(page, parts[i].permille);
        fputc('\n', page->out);
    }
}

static void write_zones(const struct page *page, const struct incident *incident)
{
    struct story_list zones = story_zones(page->arena, incident);
    if (zones.count)
        page_paragraph(page, ROLE_HEADING, "", SLICE("Zones that refused"));
    for (size_t i = 0; i < zones.count; i++)
        page_paragraph(page, ROLE_PLAIN, "  ", zones.items[i]);
}

/* ---- sentences */

static void write_list(const struct page *page, const char *heading, const char *lead,
                       struct story_list list, size_t most)
{
    if (!list.count)
        return;
    write_heading_of(page, heading, most, list.count);
    for (size_t i = 0; i < list.count && i < most; i++)
        page_paragraph(page, ROLE_PLAIN, lead, list.items[i]);
}

static void write_advice(const struct page *page, const struct incident *incident, size_t most)
{
    struct story_list advice = story_advice(page->arena, incident);
    if (!advice.count)
        return;
    write_heading_of(page, "What to do next", most, advice.count);
    for (size_t i = 0; i < advice.count && i < most; i++)
        page_paragraph(page, ROLE_PLAIN, arena_format(page->arena, "  %zu. ", i + 1).data,
                       advice.items[i]);
}

/* "seed.log:31"; the name of one input only where it leaves room for the line itself. */
static struct slice quote_place(const struct page *page, const struct incident *incident,
                                struct slice line)
{
    struct slice name = story_source(page->arena, incident);
    bool has_room = text_columns(name) <= page->width / 5;
    if (incident->source.parts_count)
        return line;
    return arena_format(page->arena, "%.*s:%.*s", has_room ? (int)name.length : 0, name.data,
                        SLICE_ARG(line));
}

static void write_quotes(const struct page *page, const struct incident *incident, size_t most)
{
    struct story_quote *quotes = arena_allocate(page->arena, most * sizeof *quotes);
    size_t count = story_quotes(page->arena, incident, most, quotes);
    if (!count)
        return;
    write_heading(page, "Evidence");
    for (size_t i = 0; i < count; i++) {
        struct slice place = quote_place(page, incident, quotes[i].line);
        int left = page->width - 4 - text_columns(place);
        fputs("  ", page->out);
        page_write(page, ROLE_DIM, place);
        fputs("  ", page->out);
        page_write(page, ROLE_PLAIN,
                   text_cut_around(page->arena, quotes[i].text, quotes[i].focus, left));
        fputc('\n', page->out);
    }
}

static void write_gaps(const struct page *page, const struct incident *incident)
{
    struct story_list gaps = story_gaps(page->arena, incident);
    struct slice text = {0};
    for (size_t i = 0; i < gaps.count; i++)
        text = story_join(page->arena, text, "; ", gaps.items[i]);
    if (!text.length)
        return;
    fputc('\n', page->out);
    page_paragraph(page, ROLE_PLAIN, "",
                   arena_format(page->arena, "Not shown: %.*s.", SLICE_ARG(text)));
}

/* ---- the rules' trace */

static const char *const outcome_words[] = {
    [OUTCOME_NO] = "no", [OUTCOME_YES] = "yes", [OUTCOME_UNKNOWN] = "unknown"};

static struct slice step_text(const struct page *page, const struct incident *incident,
                              const struct trace_step *step)
{
    struct arena *arena = page->arena;
    struct slice text = escape_text(arena, step->predicate);
    if (step->values.length)
        text = story_join(arena, text, "   [", escape_text(arena, step->values));
    const struct report_line *line = incident_line(incident, step->line);
    const char *close = step->values.length ? "]" : "";
    if (!line)
        return arena_format(arena, "%.*s%s", SLICE_ARG(text), close);
    return arena_format(arena, "%.*s%s line %.*s", SLICE_ARG(text), close,
                        SLICE_ARG(story_line(arena, incident, line->number)));
}

static void write_trace(const struct page *page, const struct incident *incident)
{
    struct slice rule = {0};
    if (incident->trace_count)
        write_heading(page, "Rules: every predicate, what it found, and where");
    for (size_t i = 0; i < incident->trace_count; i++) {
        const struct trace_step *step = &incident->trace[i];
        if (i == 0 || !slice_equal(rule, step->rule))
            page_paragraph(page, ROLE_HEADING, "  ", escape_text(page->arena, step->rule));
        rule = step->rule;
        struct slice lead = arena_format(page->arena, "    %-7s  ", outcome_words[step->outcome]);
        page_paragraph(page, ROLE_PLAIN, lead.data, step_text(page, incident, step));
    }
}

/* ---- the page */

static void write_page(const struct page *page, const struct incident *incident,
                       const struct render_options *options, const struct shares *share)
{
    struct arena *arena = page->arena;
    write_head(page, incident, options);
    write_limits(page, incident);
    write_parts(page, incident);
    write_zones(page, incident);
    write_list(page, "Who was killed and why", "  ", story_victims(arena, incident), SIZE_MAX);
    write_list(page, "What is behind it", "  - ", story_reasons(arena, incident), share->reasons);
    write_advice(page, incident, share->advice);
    write_quotes(page, incident, share->quotes);
    write_gaps(page, incident);
    if (options->has_trace)
        write_trace(page, incident);
}

/* Into memory, which the caller frees. */
static struct slice lay_out(struct page *page, const struct incident *incident,
                            const struct render_options *options, const struct shares *share)
{
    char *text = NULL;
    size_t length = 0;
    page->out = open_memstream(&text, &length);
    if (!page->out)
        die_out_of_memory();
    write_page(page, incident, options, share);
    if (fclose(page->out) != 0)
        die_out_of_memory();
    return slice_of(text, length);
}

void render_text(FILE *out, const struct incident *incident, const struct render_options *options)
{
    struct page page = {
        .width = options->width < PAGE_WIDTH_LEAST ? PAGE_WIDTH_LEAST : options->width,
        .has_colour = options->has_colour,
        .arena = arena_create(),
    };
    struct slice text = {0};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        free((char *)(uintptr_t)text.data);
        text = lay_out(&page, incident, options, options->has_trace ? &everything : &shares[i]);
        if (options->has_trace || slice_count_byte(text, '\n') <= PAGE_LINES)
            break;
    }
    fwrite(text.data, 1, text.length, out);
    free((char *)(uintptr_t)text.data);
    arena_destroy(page.arena);
}
