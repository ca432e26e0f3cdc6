/*
 * The story as a piece of a page: one article an incident, its parts in the order of the text.
 *
 * Text comes from the story, where escape_text() has been over it; html.h does the rest.
 */
#include <inttypes.h>

#include "analyzer/base/escape.h"
#include "analyzer/html.h"
#include "analyzer/render.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum {
    QUOTES_MAX = 16,
    QUOTE_COLUMNS = 400, /* a printk record holds 1 KiB; a forged line may hold 256 */
    TEXT_COLUMNS = 1000, /* of a sentence or a name, likewise */
    LIST_MAX = 40,       /* zones of a large machine, findings of a rule set gone wild */
};

static struct slice fit(struct arena *arena, struct slice text)
{
    return text_cut_middle(arena, text, TEXT_COLUMNS);
}

static void write_cell(FILE *out, const char *class, struct slice text)
{
    fprintf(out, "<td class=\"%s\">", class);
    html_text(out, text);
    fputs("</td>", out);
}

/* ---- the head */

static void write_head(FILE *out, struct arena *arena, const struct incident *incident,
                       const struct render_options *options)
{
    if (options->number > 0 && options->total > 1)
        fprintf(out, "<p class=\"dim\">Incident %d of %d</p>\n", options->number, options->total);
    html_element(out, "h2", NULL, fit(arena, story_summary(arena, incident)));
    fputc('\n', out);
}

static void write_facts(FILE *out, struct arena *arena, const struct incident *incident,
                        const struct render_options *options)
{
    fputs("<p class=\"facts\">", out);
    html_text(out, story_verdict(arena, incident));
    fputs("<br>", out);
    html_text(out, fit(arena, story_when(arena, incident, options->is_utc)));
    fputs("</p>\n", out);
    html_element(out, "p", "warning", story_provenance(incident));
}

/* ---- figures */

static void write_counter(FILE *out, const struct story_counter *row, bool has_failcnt)
{
    fprintf(out, "<tr%s><th scope=\"row\">%s%s</th>", row->is_refused ? " class=\"refused\"" : "",
            row->name, row->is_refused ? " <em>refused</em>" : "");
    write_cell(out, "n", row->usage);
    write_cell(out, "n", row->is_unlimited ? SLICE("none") : row->limit);
    write_cell(out, "n", row->share);
    fputs("<td class=\"track\">", out);
    html_bar(out, row->permille);
    fputs("</td>", out);
    if (has_failcnt)
        write_cell(out, "n", row->failcnt);
    fputs("</tr>\n", out);
}

static void write_limits(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_counter counters[STORY_COUNTERS_MAX];
    size_t count = story_counters(arena, incident, counters);
    if (!count)
        return;
    fputs("<section><h3>Limit and usage</h3>", out);
    html_element(out, "p", "dim", fit(arena, story_owner(arena, incident)));
    bool has_failcnt = false; /* the machine's memory has none */
    for (size_t i = 0; i < count; i++)
        has_failcnt |= counters[i].failcnt.length > 0;
    fprintf(out,
            "<div class=\"scroll\"><table class=\"figures\"><thead><tr><th></th><th>usage</th>"
            "<th>limit</th><th>share</th><th></th>%s</tr></thead><tbody>\n",
            has_failcnt ? "<th>failcnt</th>" : "");
    for (size_t i = 0; i < count; i++)
        write_counter(out, &counters[i], has_failcnt);
    fputs("</tbody></table></div></section>\n", out);
}

static void write_parts(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_part parts[PART_COUNT];
    size_t count = story_parts(arena, incident, parts);
    if (!count)
        return;
    fputs("<section><h3>What filled it</h3><table class=\"figures\"><tbody>\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<tr><th scope=\"row\">%s</th>", parts[i].name);
        write_cell(out, "n", parts[i].bytes);
        write_cell(out, "n", parts[i].share);
        fputs("<td class=\"track\">", out);
        html_bar(out, parts[i].permille);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></section>\n", out);
}

/* ---- sentences */

static void write_list(FILE *out, struct arena *arena, const char *heading, const char *tag,
                       struct story_list list)
{
    if (!list.count)
        return;
    fprintf(out, "<section><h3>%s</h3><%s>\n", heading, tag);
    for (size_t i = 0; i < list.count && i < LIST_MAX; i++) {
        html_element(out, "li", NULL, fit(arena, list.items[i]));
        fputc('\n', out);
    }
    if (list.count > LIST_MAX)
        fprintf(out, "<li class=\"dim\">and %zu more</li>\n", list.count - LIST_MAX);
    fprintf(out, "</%s></section>\n", tag);
}

/* Where the figure at @p focus ends: "shmem:28013264KB", or "anon 4096" of v2's statistics. */
static size_t figure_end(struct slice text, size_t focus)
{
    struct slice rest = slice_skip(text, focus);
    struct slice name = slice_word(&rest);
    if (slice_find_byte(name, ':') == SLICE_NOT_FOUND)
        slice_word(&rest);
    return text.length - rest.length;
}

static void write_marked(FILE *out, struct slice text, size_t focus)
{
    size_t start = focus < text.length ? focus : text.length, end = figure_end(text, start);
    html_text(out, slice_take(text, start));
    html_element(out, "mark", NULL, slice_of(text.data + start, end - start));
    html_text(out, slice_skip(text, end));
}

static void write_quotes(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_quote quotes[QUOTES_MAX];
    size_t count = story_quotes(arena, incident, QUOTES_MAX, quotes);
    if (!count)
        return;
    fputs("<section><h3>Evidence</h3>", out);
    html_element(out, "p", "dim", fit(arena, story_source(arena, incident)));
    fputs("<table class=\"evidence\"><tbody>\n", out);
    for (size_t i = 0; i < count; i++) {
        fputs("<tr>", out);
        write_cell(out, "n", quotes[i].line);
        fputs("<td><code>", out);
        struct slice text = quotes[i].text;
        bool is_long = text_columns(text) > QUOTE_COLUMNS;
        if (is_long)
            html_text(out, text_cut_around(arena, text, quotes[i].focus, QUOTE_COLUMNS));
        else
            write_marked(out, text, quotes[i].focus);
        fputs("</code></td></tr>\n", out);
    }
    fputs("</tbody></table></section>\n", out);
}

/* ---- the rules' trace */

/* The rule stands before the first of its conditions. */
static void write_step(FILE *out, struct arena *arena, const struct incident *incident,
                       const struct trace_step *step, bool is_first)
{
    static const char *const outcome_words[] = {
        [OUTCOME_NO] = "no", [OUTCOME_YES] = "yes", [OUTCOME_UNKNOWN] = "unknown"};
    const struct report_line *line = incident_line(incident, step->line);
    fputs(is_first ? "<tr class=\"rule\">" : "<tr>", out);
    write_cell(out, "", is_first ? escape_text(arena, step->rule) : SLICE(""));
    write_cell(out, "", fit(arena, escape_text(arena, step->predicate)));
    write_cell(out, "", fit(arena, escape_text(arena, step->values)));
    write_cell(out, "", slice_from_string(outcome_words[step->outcome]));
    write_cell(out, "n", line ? story_line(arena, incident, line->number) : SLICE(""));
    fputs("</tr>\n", out);
}

static void write_trace(FILE *out, struct arena *arena, const struct incident *incident)
{
    if (!incident->trace_count)
        return;
    fputs("<section><h3>Rules: every condition, what it found, and where</h3>"
          "<div class=\"scroll\"><table class=\"figures trace\"><thead><tr><th>rule</th>"
          "<th>condition</th><th>found</th><th>holds</th><th>line</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < incident->trace_count; i++) {
        const struct trace_step *step = &incident->trace[i];
        write_step(out, arena, incident, step, i == 0 || !slice_equal(step->rule, step[-1].rule));
    }
    fputs("</tbody></table></div></section>\n", out);
}

void render_html_story(FILE *out, const struct incident *incident,
                       const struct render_options *options)
{
    struct arena *arena = arena_create();
    write_facts(out, arena, incident, options);
    fputs("<div class=\"columns\"><div>\n", out);
    write_list(out, arena, "What is behind it", "ul", story_reasons(arena, incident));
    write_list(out, arena, "What to do next", "ol", story_advice(arena, incident));
    write_list(out, arena, "Zones that refused", "ul", story_zones(arena, incident));
    fputs("</div><div>\n", out);
    write_limits(out, arena, incident);
    write_parts(out, arena, incident);
    write_list(out, arena, "Who was killed and why", "ul", story_victims(arena, incident));
    write_list(out, arena, "What this report does not show", "ul", story_gaps(arena, incident));
    fputs("</div></div>\n", out);
    write_quotes(out, arena, incident);
    if (options->has_trace)
        write_trace(out, arena, incident);
    arena_destroy(arena);
}

void render_html(FILE *out, const struct incident *incident, const struct render_options *options)
{
    struct arena *arena = arena_create();
    const char *class = term_name(VOCABULARY_CLASS, (int)incident->class_);
    fprintf(out, "<article class=\"story c-%s\">\n", class);
    write_head(out, arena, incident, options);
    render_html_story(out, incident, options);
    fputs("</article>\n", out);
    arena_destroy(arena);
}
