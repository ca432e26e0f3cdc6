/*
 * The story for a ticket: headings, tables, fenced quotes.
 *
 * Log text inside Markdown is hostile twice: it may hold Markdown and HTML, and names that a ticket
 * system would turn into mentions and links. Outside of fences every active character is escaped;
 * inside, a line can do no harm because it starts with its number and never holds a line break.
 */
#include <inttypes.h>

#include "analyzer/base/escape.h"
#include "analyzer/render.h"
#include "analyzer/render_story.h"

enum { QUOTES_MAX = 16 };

/* What a character becomes outside of fences; the others stay. */
static const char *const replacements[128] = {
    ['\\'] = "\\\\", ['`'] = "\\`",  ['*'] = "\\*",   ['_'] = "\\_",   ['['] = "\\[",
    [']'] = "\\]",   ['#'] = "\\#",  ['|'] = "\\|",   ['~'] = "\\~",   ['!'] = "\\!",
    ['<'] = "&lt;",  ['>'] = "&gt;", ['&'] = "&amp;", ['@'] = "&#64;",
};

/* What makes a link of its own accord: a scheme, "www."; a colon between blanks does not. */
static const char *break_link(struct slice text, size_t at)
{
    if (slice_starts(slice_skip(text, at), SLICE("://")))
        return "&#58;";
    return text.data[at] == '.' && slice_ends(slice_take(text, at), SLICE("www")) ? "&#46;" : NULL;
}

static void write_text(FILE *out, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        const char *broken = break_link(text, i);
        if (broken)
            fputs(broken, out);
        else if (c < sizeof replacements / sizeof *replacements && replacements[c])
            fputs(replacements[c], out);
        else
            fputc(c, out);
    }
}

static void write_line(FILE *out, const char *before, struct slice text, const char *after)
{
    if (!text.length)
        return;
    fputs(before, out);
    write_text(out, text);
    fputs(after, out);
}

static void write_cell(FILE *out, struct slice text)
{
    fputs(" | ", out);
    write_text(out, text);
}

static void write_limits(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_counter counters[STORY_COUNTERS_MAX];
    size_t count = story_counters(arena, incident, counters);
    if (!count)
        return;
    write_line(out, "### Limit and usage: ", story_owner(arena, incident), "\n\n");
    fputs("| | usage | limit | share | failcnt |\n|---|--:|--:|--:|--:|\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct story_counter *row = &counters[i];
        fprintf(out, "| %s%s", row->name, row->is_refused ? " (refused)" : "");
        write_cell(out, row->usage);
        write_cell(out, row->is_unlimited ? SLICE("none") : row->limit);
        write_cell(out, row->share);
        write_cell(out, row->failcnt);
        fputs(" |\n", out);
    }
    fputc('\n', out);
}

static void write_parts(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_part parts[PART_COUNT];
    size_t count = story_parts(arena, incident, parts);
    if (!count)
        return;
    fputs("### What filled it\n\n| part | size | share |\n|---|--:|--:|\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "| %s", parts[i].name);
        write_cell(out, parts[i].bytes);
        write_cell(out, parts[i].share);
        fputs(" |\n", out);
    }
    fputc('\n', out);
}

static void write_list(FILE *out, const char *heading, const char *lead, struct story_list list)
{
    if (!list.count)
        return;
    fprintf(out, "### %s\n\n", heading);
    for (size_t i = 0; i < list.count; i++)
        write_line(out, lead, list.items[i], "\n");
    fputc('\n', out);
}

static void write_quotes(FILE *out, struct arena *arena, const struct incident *incident)
{
    struct story_quote quotes[QUOTES_MAX];
    size_t count = story_quotes(arena, incident, QUOTES_MAX, quotes);
    if (!count)
        return;
    fputs("### Evidence", out);
    write_line(out, " in ", story_source(arena, incident), "");
    fputs("\n\n```\n", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%.*s: %.*s\n", SLICE_ARG(quotes[i].line), SLICE_ARG(quotes[i].text));
    fputs("```\n\n", out);
}

static const char *const outcome_words[] = {
    [OUTCOME_NO] = "no", [OUTCOME_YES] = "yes", [OUTCOME_UNKNOWN] = "unknown"};

static void write_trace(FILE *out, struct arena *arena, const struct incident *incident)
{
    if (!incident->trace_count)
        return;
    fputs("### Rules\n\n| rule | predicate | found | outcome | line |\n|---|---|---|---|--:|\n",
          out);
    for (size_t i = 0; i < incident->trace_count; i++) {
        const struct trace_step *step = &incident->trace[i];
        const struct report_line *line = incident_line(incident, step->line);
        fputs("| ", out);
        write_text(out, escape_text(arena, step->rule));
        write_cell(out, escape_text(arena, step->predicate));
        write_cell(out, escape_text(arena, step->values));
        fprintf(out, " | %s | ", outcome_words[step->outcome]);
        if (line)
            write_text(out, story_line(arena, incident, line->number));
        fputs(" |\n", out);
    }
    fputc('\n', out);
}

void render_markdown(FILE *out, const struct incident *incident,
                     const struct render_options *options)
{
    struct arena *arena = arena_create();
    write_line(out, "## ", story_summary(arena, incident), "\n\n");
    if (options->number > 0 && options->total > 1)
        fprintf(out, "Incident %d of %d.\n", options->number, options->total);
    write_line(out, "", story_verdict(arena, incident), "  \n");
    write_line(out, "", story_when(arena, incident, options->is_utc), "\n");
    write_line(out, "\n**", story_provenance(incident), "**\n");
    fputc('\n', out);
    write_limits(out, arena, incident);
    write_parts(out, arena, incident);
    write_list(out, "Zones that refused", "- ", story_zones(arena, incident));
    write_list(out, "Who was killed and why", "- ", story_victims(arena, incident));
    write_list(out, "What is behind it", "- ", story_reasons(arena, incident));
    write_list(out, "What to do next", "1. ", story_advice(arena, incident));
    write_quotes(out, arena, incident);
    write_list(out, "What this report does not show", "- ", story_gaps(arena, incident));
    if (options->has_trace)
        write_trace(out, arena, incident);
    arena_destroy(arena);
}
