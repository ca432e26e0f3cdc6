/* Incidents over time: bars of the classes, drawn as inline SVG, with the same figures as text. */
#include <inttypes.h>
#include <time.h>

#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/page_render.h"
#include "analyzer/render_story.h"

/* In units of the drawing, which is stretched to the page. */
enum { BAR_STEP = 100, BAR_WIDTH = 86, HEIGHT = 1000, LEAST_HEIGHT = 6, QUARTERS = 4 };

#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

size_t page_axis_bars(const struct timeline_chart *chart)
{
    return (chart->bars_count + QUARTERS - 1) / QUARTERS * QUARTERS;
}

enum precision {
    TO_MINUTE,
    TO_CLOCK,
    TO_DAY,
    TO_SHORT_MINUTE,
    TO_SHORT_DAY,
    TO_SHORT_MONTH,
    TO_MONTH,
    TO_YEAR,
    PRECISIONS
};

/* The same without the year that most syslog files do not say. */
static const enum precision yearless[PRECISIONS] = {
    [TO_MINUTE] = TO_SHORT_MINUTE, [TO_CLOCK] = TO_CLOCK,
    [TO_DAY] = TO_SHORT_DAY,       [TO_SHORT_MINUTE] = TO_SHORT_MINUTE,
    [TO_SHORT_DAY] = TO_SHORT_DAY, [TO_SHORT_MONTH] = TO_SHORT_MONTH,
    [TO_MONTH] = TO_SHORT_MONTH,   [TO_YEAR] = TO_SHORT_MONTH,
};

static size_t print_time(char *text, size_t size, enum precision precision, const struct tm *parts)
{
    switch (precision) {
    case TO_MINUTE:
        return strftime(text, size, "%Y-%m-%d %H:%M", parts);
    case TO_CLOCK:
        return strftime(text, size, "%H:%M", parts);
    case TO_DAY:
        return strftime(text, size, "%Y-%m-%d", parts);
    case TO_SHORT_MINUTE:
        return strftime(text, size, "%b %e %H:%M", parts);
    case TO_SHORT_DAY:
        return strftime(text, size, "%b %e", parts);
    case TO_SHORT_MONTH:
        return strftime(text, size, "%b", parts);
    case TO_MONTH:
        return strftime(text, size, "%b %Y", parts);
    case TO_YEAR:
    case PRECISIONS:
        break;
    }
    return strftime(text, size, "%Y", parts);
}

static struct slice format_time(const struct page_context *page, enum precision precision,
                                int64_t us)
{
    const struct page_clock *clock = &page->fleet->clock;
    struct tm parts;
    char text[64];
    if (!page_clock_parts(clock, us, &parts))
        return (struct slice){0};
    if (clock->kind == PAGE_CLOCK_YEARLESS)
        precision = yearless[precision];
    size_t length = print_time(text, sizeof text, precision, &parts);
    return arena_copy(page->arena, slice_of(text, length));
}

/* "2026-03-28 12:00 to 15:00", "2026-03-28", "from 2026-03-23, 7 days". */
static struct slice bar_time(const struct page_context *page, const struct timeline_bar *bar)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    struct arena *arena = page->arena;
    if (chart->width_us == DAY_US)
        return format_time(page, TO_DAY, bar->start_us);
    if (chart->width_us > DAY_US)
        return arena_format(arena, "from %.*s, %" PRId64 " days",
                            SLICE_ARG(format_time(page, TO_DAY, bar->start_us)),
                            chart->width_us / DAY_US);
    return arena_format(arena, "%.*s to %.*s",
                        SLICE_ARG(format_time(page, TO_MINUTE, bar->start_us)),
                        SLICE_ARG(format_time(page, TO_CLOCK, bar->start_us + chart->width_us)));
}

/* The end of the scale: a round number. */
static uint64_t scale_of(uint64_t most)
{
    static const uint64_t steps[] = {10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100};
    if (most <= 10)
        return most;
    for (uint64_t power = 1;; power *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * power >= most || power >= UINT64_MAX / 1000)
                return steps[i] * power;
}

/* ---- the drawing */

static struct slice bar_title(const struct page_context *page, const struct timeline_bar *bar)
{
    struct arena *arena = page->arena;
    struct slice classes = {0};
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        if (bar->by_class[class_])
            classes = story_join(
                arena, classes, ", ",
                arena_format(arena, "%s %.*s", term_name(VOCABULARY_CLASS, class_),
                             SLICE_ARG(count_print(arena, (int64_t)bar->by_class[class_]))));
    return arena_format(arena, "%.*s: %.*s (%.*s)", SLICE_ARG(bar_time(page, bar)),
                        SLICE_ARG(page_count(arena, bar->total, "incident", "incidents")),
                        SLICE_ARG(classes));
}

static void draw_bar(const struct page_context *page, size_t index, uint64_t scale)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    const struct timeline_bar *bar = &chart->bars[index];
    uint64_t below = 0;
    if (!bar->total)
        return;
    fputs("<g>", page->out);
    html_element(page->out, "title", NULL, bar_title(page, bar));
    fprintf(page->out, "<rect class=\"hit\" x=\"%zu\" width=\"%d\" height=\"%d\"/>",
            index * BAR_STEP, BAR_STEP, HEIGHT);
    for (int class_ = CLASS_COUNT - 1; class_ >= 0; class_--) {
        if (!bar->by_class[class_])
            continue;
        double height = (double)HEIGHT * (double)bar->by_class[class_] / (double)scale;
        double foot = (double)HEIGHT * (double)below / (double)scale;
        height = height < LEAST_HEIGHT ? LEAST_HEIGHT : height;
        fprintf(page->out,
                "<rect class=\"c-%s\" x=\"%zu\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
                term_name(VOCABULARY_CLASS, class_), index * BAR_STEP + (BAR_STEP - BAR_WIDTH) / 2,
                HEIGHT - foot - height, BAR_WIDTH, height);
        below += bar->by_class[class_];
    }
    fputs("</g>\n", page->out);
}

static void draw_bars(const struct page_context *page, uint64_t scale)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    size_t width = page_axis_bars(chart) * BAR_STEP;
    fprintf(page->out,
            "<svg class=\"chart\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" role=\"img\" "
            "aria-labelledby=\"chart-title\">\n",
            width, HEIGHT);
    for (int i = 0; i < 2; i++)
        fprintf(page->out, "<line x1=\"0\" x2=\"%zu\" y1=\"%d\" y2=\"%d\"/>\n", width,
                i * HEIGHT / 2, i * HEIGHT / 2);
    for (size_t i = 0; i < chart->bars_count; i++)
        draw_bar(page, i, scale);
    fputs("</svg>\n", page->out);
}

static void write_axes(const struct page_context *page, uint64_t scale)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    int64_t span_us = (int64_t)page_axis_bars(chart) * chart->width_us;
    enum precision precision = span_us < 3 * DAY_US      ? TO_SHORT_MINUTE
                               : span_us < 300 * DAY_US  ? TO_SHORT_DAY
                               : span_us < 3000 * DAY_US ? TO_MONTH
                                                         : TO_YEAR;
    fputs("<div class=\"scale\" aria-hidden=\"true\"><span>", page->out);
    html_text(page->out, count_print(page->arena, (int64_t)scale));
    fputs("</span><span>", page->out);
    if (scale % 2 == 0)
        html_text(page->out, count_print(page->arena, (int64_t)scale / 2));
    fputs("</span><span>0</span></div>\n", page->out);
    fputs("<div class=\"axis\" aria-hidden=\"true\">", page->out);
    for (int i = 0; i < QUARTERS; i++)
        html_element(
            page->out, "span", NULL,
            format_time(page, precision, chart->bars[0].start_us + i * (span_us / QUARTERS)));
    fputs("</div>\n", page->out);
}

/* ---- the same as text */

static void write_figures(const struct page_context *page)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    fputs("<details class=\"plain\"><summary>The chart's figures</summary><div class=\"scroll\">"
          "<table class=\"figures\"><thead><tr><th>time</th><th>incidents</th>",
          page->out);
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        if (page->fleet->by_class[class_])
            fprintf(page->out, "<th>%s</th>", term_name(VOCABULARY_CLASS, class_));
    fputs("</tr></thead><tbody>\n", page->out);
    for (size_t i = 0; i < chart->bars_count; i++) {
        const struct timeline_bar *bar = &chart->bars[i];
        if (!bar->total)
            continue;
        fputs("<tr>", page->out);
        html_element(page->out, "th", NULL, bar_time(page, bar));
        fprintf(page->out, "<td class=\"n\">%" PRIu64 "</td>", bar->total);
        for (int class_ = 0; class_ < CLASS_COUNT; class_++)
            if (page->fleet->by_class[class_])
                fprintf(page->out, "<td class=\"n\">%" PRIu64 "</td>", bar->by_class[class_]);
        fputs("</tr>\n", page->out);
    }
    fputs("</tbody></table></div></details>\n", page->out);
}

static const char *const undated_words[] = {
    [PAGE_CLOCK_WALL] = "logs with uptime alone, without year or zone, or of a clock never set",
    [PAGE_CLOCK_PRINTED] = "logs with uptime alone, without a year, or of a clock never set",
    [PAGE_CLOCK_YEARLESS] = "logs with uptime alone",
};

/* What is not in the drawing. */
static void write_remarks(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    const struct timeline_chart *chart = &fleet->chart;
    struct slice text = {0};
    uint64_t undated = fleet->total - fleet->dated;
    if (undated == fleet->total)
        text = SLICE("The date of none is known: these logs show uptime alone. Journal files and "
                     "journalctl -o short-iso have it.");
    else if (undated)
        text = arena_format(page->arena, "Not drawn: %.*s without a date (%s).",
                            SLICE_ARG(page_count(page->arena, undated, "incident", "incidents")),
                            undated_words[fleet->clock.kind]);
    if (chart->earlier + chart->later)
        text =
            story_join(page->arena, text, " ",
                       arena_format(page->arena, "Not drawn: %.*s years away from all others.",
                                    SLICE_ARG(page_count(page->arena, chart->earlier + chart->later,
                                                         "incident", "incidents"))));
    html_element(page->out, "p", "dim remark", text);
}

static void write_legend(const struct page_context *page)
{
    fputs("<ul class=\"legend\">", page->out);
    for (int class_ = CLASS_COUNT - 1; class_ >= 0; class_--) {
        const char *name = term_name(VOCABULARY_CLASS, class_);
        if (!page->fleet->by_class[class_])
            continue;
        fprintf(page->out, "<li><a class=\"chip c-%s\"", name);
        page_filter(page->out, "class", slice_from_string(name));
        fprintf(page->out, ">%s <b>%.*s</b></a></li>", name,
                SLICE_ARG(count_print(page->arena, (int64_t)page->fleet->by_class[class_])));
    }
    fputs("</ul>\n", page->out);
}

void page_chart(const struct page_context *page)
{
    const struct timeline_chart *chart = &page->fleet->chart;
    fputs("<section class=\"card\"><div class=\"heading\"><h2 id=\"chart-title\">", page->out);
    fputs(chart->bars_count > 1 ? "Incidents over time, by class" : "Incidents by class",
          page->out);
    fputs("</h2>", page->out);
    write_legend(page);
    fputs("</div>\n", page->out);
    if (chart->bars_count > 1) {
        uint64_t scale = scale_of(chart->most);
        fputs("<div class=\"plot\">", page->out);
        draw_bars(page, scale);
        write_axes(page, scale);
        fputs("</div>\n", page->out);
        write_figures(page);
    }
    write_remarks(page);
    fputs("</section>\n", page->out);
}
