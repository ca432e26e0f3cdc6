/* The words of the text report, each with the line it rests on. */
#include "analyzer/render_story.h"
#include "tui/tab.h"

enum { BAR_COLUMNS = 20, ROOMY = 66, PARTS_SURE = 2, LIMIT_COLUMNS = 14, SHARE_COLUMNS = 6 };

static void write_head(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    struct arena *arena = document->arena;
    document_paragraph(document, STYLE_ALERT, "", story_summary(arena, incident), 0);
    struct slice lines[] = {story_verdict(arena, incident),
                            story_when(arena, incident, context->is_utc),
                            story_provenance(incident)};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i].length)
            document_paragraph(document, STYLE_DIM, "", lines[i], 0);
}

/* ---- figures */

static uint32_t counter_line(const struct incident *incident, const char *name)
{
    const struct memcg *memcg = &incident->memcg;
    const struct {
        const char *name;
        uint32_t line;
    } counters[] = {
        {"memory", memcg->memory.line},
        {"memory+swap", memcg->memsw.line},
        {"swap", memcg->swap.line ? memcg->swap.line : memcg->stat[STAT_SWAP].line},
        {"kmem", memcg->kmem.line},
        {"tcp buffers", memcg->tcp.line},
    };
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        if (memcg->is_present && strcmp(counters[i].name, name) == 0)
            return counters[i].line;
    return 0;
}

static void write_counter(const struct incident *incident, struct document *document,
                          const struct story_counter *counter)
{
    enum style style = counter->is_refused ? STYLE_ALERT : STYLE_PLAIN;
    document_begin(document, counter_line(incident, counter->name));
    document_add(document, style, counter->is_refused ? SLICE("> ") : SLICE("  "));
    document_left(document, style, slice_from_string(counter->name), 12);
    document_right(document, style, counter->usage, 10);
    struct slice limit = arena_format(document->arena, " of %.*s", SLICE_ARG(counter->limit));
    document_left(document, style,
                  counter->is_unlimited   ? SLICE(", no limit")
                  : counter->limit.length ? limit
                                          : SLICE(""),
                  LIMIT_COLUMNS);
    document_right(document, style, counter->share, SHARE_COLUMNS);
    if (counter->failcnt.length && document->width >= ROOMY)
        document_format(document, STYLE_DIM, "  failcnt %.*s", SLICE_ARG(counter->failcnt));
    if (counter->is_refused)
        document_add(document, style, SLICE("  refused"));
}

static void write_limits(const struct incident *incident, struct document *document)
{
    struct story_counter counters[STORY_COUNTERS_MAX];
    size_t count = story_counters(document->arena, incident, counters);
    if (!count)
        return;
    document_heading(document, "Limit and usage");
    document_paragraph(document, STYLE_PLAIN, "  ", story_owner(document->arena, incident), 0);
    for (size_t i = 0; i < count; i++)
        write_counter(incident, document, &counters[i]);
}

static void write_parts(const struct incident *incident, struct document *document)
{
    struct story_part parts[PART_COUNT];
    size_t count = story_parts(document->arena, incident, parts);
    if (!count)
        return;
    document_heading(document, "What filled it");
    for (size_t i = 0; i < count; i++) {
        if (i >= PARTS_SURE && parts[i].permille >= 0 && parts[i].permille < 10)
            break;
        document_begin(document, parts[i].line);
        document_add(document, STYLE_PLAIN, SLICE("  "));
        document_left(document, STYLE_PLAIN, slice_from_string(parts[i].name), 15);
        document_right(document, STYLE_PLAIN, parts[i].bytes, 10);
        document_right(document, STYLE_PLAIN, parts[i].share, 9);
        if (parts[i].permille < 0 || parts[i].permille > 1000 || document->width < ROOMY)
            continue;
        int full = (parts[i].permille * BAR_COLUMNS + 500) / 1000;
        document_add(document, STYLE_PLAIN, SLICE("  "));
        document_repeat(document, STYLE_PLAIN, "█", full);
        document_repeat(document, STYLE_DIM, "░", BAR_COLUMNS - full);
    }
}

/* ---- sentences */

static void write_list(struct document *document, const char *heading, const char *lead,
                       struct story_list list)
{
    if (list.count)
        document_heading(document, heading);
    for (size_t i = 0; i < list.count; i++)
        document_paragraph(document, STYLE_PLAIN, lead, list.items[i], list.lines[i]);
}

static uint32_t first_line(const struct finding *finding)
{
    for (size_t i = 0; i < finding->evidence_count; i++)
        if (finding->evidence[i].line)
            return finding->evidence[i].line;
    return 0;
}

/* The figures of a finding that stand in other lines than its first. */
static void write_further_evidence(struct document *document, const struct finding *finding)
{
    uint32_t before = first_line(finding);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        if (!evidence->line || evidence->line == before)
            continue;
        before = evidence->line;
        document_begin(document, evidence->line);
        document_format(document, STYLE_DIM, "      %.*s ", SLICE_ARG(evidence->fact));
        document_add(document, STYLE_DIM, evidence->value);
    }
}

static bool is_said_before(const struct incident *incident, size_t index)
{
    struct slice text = incident->findings[index].text;
    if (slice_equal(text, incident->summary))
        return true;
    for (size_t i = 0; i < index; i++)
        if (slice_equal(incident->findings[i].text, text))
            return true;
    return false;
}

static void write_findings(const struct incident *incident, struct document *document)
{
    bool has_heading = false;
    for (size_t i = 0; i < incident->findings_count; i++) {
        const struct finding *finding = &incident->findings[i];
        if (is_said_before(incident, i))
            continue;
        if (!has_heading)
            document_heading(document, "What is behind it");
        has_heading = true;
        document_paragraph(document, STYLE_PLAIN, "  - ", finding->text, first_line(finding));
        write_further_evidence(document, finding);
    }
}

static void write_advice(const struct incident *incident, struct document *document)
{
    struct story_list advice = story_advice(document->arena, incident);
    if (advice.count)
        document_heading(document, "What to do next");
    for (size_t i = 0; i < advice.count; i++)
        document_paragraph(document, STYLE_PLAIN,
                           arena_format(document->arena, "  %zu. ", i + 1).data, advice.items[i],
                           0);
}

void tab_verdict(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    struct arena *arena = document->arena;
    write_head(context, document);
    write_limits(incident, document);
    write_parts(incident, document);
    write_list(document, "Zones that refused", "  ", story_zones(arena, incident));
    write_list(document, "Who was killed and why", "  ", story_victims(arena, incident));
    write_findings(incident, document);
    write_advice(incident, document);
    write_list(document, "What this report does not show", "  - ", story_gaps(arena, incident));
}
