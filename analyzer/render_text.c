/* The answer for a terminal: a page that is read from the top and may be left at any line. */
#include <inttypes.h>

#include "analyzer/base/escape.h"
#include "analyzer/render.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum {
    BAR_COLUMNS = 20,
    ROOMY = 66,      /* columns from which on there is room for bars and side remarks */
    REASONS_MAX = 3, /* the page should fit a screen; --why shows the rest */
    ADVICE_MAX = 3,
    QUOTES_MAX = 5,
    PART_PERMILLE_LEAST = 30,
    PARTS_SURE = 2, /* parts shown however small they are; the others from 3 % of the pool on */
};

static void write_heading(const struct page *page, const char *text)
{
    fputc('\n', page->out);
    page_paragraph(page, ROLE_HEADING, "", slice_from_string(text));
}

static void write_head(const struct page *page, const struct incident *incident,
                       const struct render_options *options)
{
    struct arena *arena = page->arena;
    page_paragraph(page, ROLE_VERDICT, "", story_summary(arena, incident));
    struct slice number = {0};
    if (options->number > 0 && options->total > 1)
        number = arena_format(arena, "incident %d of %d", options->number, options->total);
    struct slice verdict = story_join(arena, number, " · ", story_verdict(arena, incident));
    struct slice lines[] = {verdict, story_when(arena, incident, options->is_utc),
                            story_provenance(incident)};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i].length)
            page_paragraph(page, ROLE_DIM, "", lines[i]);
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
    write_heading(page, "What filled it");
    for (size_t i = 0; i < count; i++) {
        if (i >= PARTS_SURE && parts[i].permille >= 0 && parts[i].permille < PART_PERMILLE_LEAST)
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

/* ---- sentences */

static void write_list(const struct page *page, const char *heading, const char *lead,
                       struct story_list list, size_t most)
{
    if (!list.count)
        return;
    write_heading(page, heading);
    for (size_t i = 0; i < list.count && i < most; i++)
        page_paragraph(page, ROLE_PLAIN, lead, list.items[i]);
    if (list.count > most)
        page_paragraph(page, ROLE_DIM, lead,
                       arena_format(page->arena, "and %zu more, see --why", list.count - most));
}

static void write_advice(const struct page *page, const struct incident *incident)
{
    struct story_list advice = story_advice(page->arena, incident);
    if (!advice.count)
        return;
    write_heading(page, "What to do next");
    for (size_t i = 0; i < advice.count && i < ADVICE_MAX; i++)
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

void render_text(FILE *out, const struct incident *incident, const struct render_options *options)
{
    struct page page = {
        .out = out,
        .width = options->width < PAGE_WIDTH_LEAST ? PAGE_WIDTH_LEAST : options->width,
        .has_colour = options->has_colour,
        .arena = arena_create(),
    };
    size_t reasons = options->has_trace ? SIZE_MAX : REASONS_MAX;
    write_head(&page, incident, options);
    write_limits(&page, incident);
    write_parts(&page, incident);
    write_list(&page, "Zones that refused", "  ", story_zones(page.arena, incident), SIZE_MAX);
    write_list(&page, "Who was killed and why", "  ", story_victims(page.arena, incident),
               SIZE_MAX);
    write_list(&page, "What is behind it", "  - ", story_reasons(page.arena, incident), reasons);
    write_advice(&page, incident);
    write_quotes(&page, incident, options->has_trace ? 4 * QUOTES_MAX : QUOTES_MAX);
    write_gaps(&page, incident);
    if (options->has_trace)
        write_trace(&page, incident);
    arena_destroy(page.arena);
}
