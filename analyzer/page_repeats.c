/* What happened again and again: how often, how fast, growing or not. */
#include <inttypes.h>

#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/page_render.h"
#include "analyzer/render_layout.h"

#define SECOND_US INT64_C(1000000)

enum { NAME_COLUMNS = 40, SPARK_WIDTH = 120, SPARK_HEIGHT = 20 };

static void write_cut(const struct page_context *page, struct slice text)
{
    html_text(page->out, text_cut_middle(page->arena, text, NAME_COLUMNS));
}

static const char *const nobody_words[KIND_COUNT] = {
    [KIND_UNKNOWN] = "no victim named",        [KIND_OOM_KILL] = "no victim named",
    [KIND_OOM_NO_KILL] = "killed nobody",      [KIND_ALLOC_FAILURE] = "an allocation failed",
    [KIND_USERSPACE_KILL] = "no victim named", [KIND_CHARGE_STALL] = "stalled",
};

static void write_where(const struct page_context *page, const struct fleet_group *group)
{
    fprintf(page->out, "<th scope=\"row\"><a href=\"#g%" PRId64 "\">", group->rowid);
    write_cut(page, group->owner.length ? group->owner : SLICE("unknown"));
    fputs("</a>", page->out);
    fputc(' ', page->out);
    html_text(page->out, page_place(page->arena, group));
    fputs("<br><span class=\"dim\">", page->out);
    fputs(group->victim.length ? "killed " : nobody_words[group->kind], page->out);
    write_cut(page, group->victim);
    fputs("</span></th>", page->out);
}

/* Times of the group on the chart's axis. */
static void draw_spark(const struct page_context *page, const struct fleet_group *group)
{
    const double least_width = 1.5;
    const struct timeline_chart *chart = &page->fleet->chart;
    const struct spark *spark = &group->spark;
    uint32_t most = 1;
    double span = (double)page_axis_bars(chart) * (double)chart->width_us;
    for (int i = 0; i < SPARK_BINS; i++)
        most = spark->bins[i] > most ? spark->bins[i] : most;
    fprintf(page->out,
            "<svg class=\"spark c-%s\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\"><path d=\"",
            term_name(VOCABULARY_CLASS, (int)group->class_), SPARK_WIDTH, SPARK_HEIGHT);
    for (int i = 0; i < SPARK_BINS; i++) {
        int64_t start_us = (spark->base + i) * spark->width_us;
        double x = (double)(start_us - chart->bars[0].start_us) / span * SPARK_WIDTH;
        double width = (double)spark->width_us / span * SPARK_WIDTH;
        double height = (double)spark->bins[i] / most * SPARK_HEIGHT;
        if (spark->bins[i] && x > -1 && x < SPARK_WIDTH)
            fprintf(page->out, "M%.1f %dv-%.1fh%.1fv%.1fz", x, SPARK_HEIGHT, height,
                    width < least_width ? least_width : width, height);
    }
    fputs("\"/></svg>", page->out);
}

static struct slice change_words(struct arena *arena, const char *what, struct amount first,
                                 struct amount last)
{
    if (!first.known || !last.known)
        return (struct slice){0};
    struct slice from = bytes_print(arena, first.value), to = bytes_print(arena, last.value);
    if (slice_equal(from, to))
        return arena_format(arena, "%s %.*s, unchanged", what, SLICE_ARG(from));
    return arena_format(arena, "%s %.*s → %.*s", what, SLICE_ARG(from), SLICE_ARG(to));
}

static void write_change(const struct page_context *page, const struct fleet_group *group)
{
    fputs("<td class=\"lines\">", page->out);
    if (group->dated > 1) {
        html_element(page->out, "span", NULL,
                     change_words(page->arena, "held", group->first.size, group->last.size));
        fputs(" ", page->out);
        html_element(page->out, "span", "dim",
                     change_words(page->arena, "limit", group->first.limit, group->last.limit));
    }
    fputs("</td>", page->out);
}

static void write_times(const struct page_context *page, const struct fleet_group *group)
{
    struct amount interval = fleet_group_interval(group);
    fputs("<td class=\"n\" data-label=\"every\">", page->out);
    if (interval.known) /* stamps without a fraction are a second apart at best */
        html_text(page->out, interval.value < SECOND_US
                                 ? SLICE("< 1 s")
                                 : duration_print(page->arena, interval.value));
    fputs("</td><td class=\"lines\">", page->out);
    if (group->dated) {
        html_element(page->out, "span", NULL, page_end_time(page, group, &group->first));
        fputs(" <span>to ", page->out);
        html_text(page->out, page_end_time(page, group, &group->last));
        fputs("</span>", page->out);
    }
    fputs("</td><td>", page->out);
    if (group->is_on_axis && page->fleet->chart.bars_count > 1)
        draw_spark(page, group);
    fputs("</td>", page->out);
}

static void write_row(const struct page_context *page, const struct fleet_group *group)
{
    const char *class = term_name(VOCABULARY_CLASS, (int)group->class_);
    fprintf(page->out, "<tr><td class=\"n times\">%.*s</td>",
            SLICE_ARG(count_print(page->arena, (int64_t)group->count)));
    write_where(page, group);
    fprintf(page->out, "<td><span class=\"chip c-%s\">%s</span></td>", class, class);
    if (page->fleet->dated) {
        write_times(page, group);
        write_change(page, group);
    }
    fputs("</tr>\n", page->out);
}

void page_repeats(const struct page_context *page)
{
    const struct fleet *fleet = page->fleet;
    if (!fleet->repeats_count)
        return;
    fputs("<section class=\"card\"><h2>What repeats</h2><div class=\"scroll\">"
          "<table class=\"repeats\"><thead><tr><th class=\"n\">times</th><th>where</th>"
          "<th>class</th>",
          page->out);
    if (fleet->dated)
        fputs("<th class=\"n\">every</th><th>first to last</th><th>when</th><th>growth</th>",
              page->out);
    fputs("</tr></thead><tbody>\n", page->out);
    for (size_t i = 0; i < fleet->repeats_count; i++)
        write_row(page, fleet->repeats[i]);
    fputs("</tbody></table></div></section>\n", page->out);
}
