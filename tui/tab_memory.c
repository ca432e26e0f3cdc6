/*
 * Where the memory was: a stacked bar of the pool that ran out, its parts, swap, and each zone with
 * its watermarks.
 */
#include "analyzer/base/units.h"
#include "analyzer/render_story.h"
#include "tui/tab.h"

enum { LABEL = 16, FIGURE = 11, BAR_LEAST = 20, BAR_MOST = 72 };

static int bar_width(const struct document *document)
{
    int width = document->width - 4;
    return width < BAR_LEAST ? BAR_LEAST : width > BAR_MOST ? BAR_MOST : width;
}

static struct slice bytes_or_dash(struct document *document, struct amount amount)
{
    return amount.known ? bytes_print(document->arena, amount.value) : SLICE("unknown");
}

/* ---- the pool */

/* Columns of each part so that all together are no more than the bar. */
static int columns_of(struct amount part, struct amount size, int width)
{
    if (!part.known || !size.known || size.value <= 0 || part.value <= 0)
        return 0;
    double share = (double)part.value / (double)size.value;
    return (int)(share * width + 0.5);
}

static void write_stack(const struct incident *incident, struct document *document)
{
    const struct pool *pool = &incident->pool;
    int width = bar_width(document), left = width;
    document_begin(document, 0);
    document_add(document, STYLE_PLAIN, SLICE("  "));
    for (int part = 1; part < PART_COUNT && left > 0; part++) {
        int columns = columns_of(pool->part[part], pool->size, width);
        char letter[2] = {part_letter((enum part)part), '\0'};
        columns = columns > left ? left : columns;
        document_repeat(document, (enum style)(STYLE_PART + part), letter, columns);
        left -= columns;
    }
    document_repeat(document, STYLE_DIM, "░", left);
}

static void write_part(const struct incident *incident, struct document *document, enum part part)
{
    struct amount bytes = incident->pool.part[part];
    if (!bytes.known || bytes.value == 0)
        return;
    struct amount share = amount_permille(bytes, incident->pool.size);
    document_begin(document, bytes.line);
    document_format(document, (enum style)(STYLE_PART + part), " %c ", part_letter(part));
    document_add(document, STYLE_PLAIN, SLICE(" "));
    document_left(document, incident->dominant.part == part ? STYLE_ALERT : STYLE_PLAIN,
                  slice_from_string(term_name(VOCABULARY_PART, (int)part)), LABEL);
    document_right(document, STYLE_PLAIN, bytes_or_dash(document, bytes), FIGURE);
    if (share.known)
        document_right(document, STYLE_PLAIN, permille_print(document->arena, share.value), 8);
}

static void write_pool(const struct incident *incident, struct document *document)
{
    const struct pool *pool = &incident->pool;
    document_heading(document, incident->scope == SCOPE_MEMCG ? "The cgroup's memory"
                                                              : "The memory that could serve");
    document_begin(document, pool->size.line);
    if (!pool->size.known) {
        document_add(document, STYLE_DIM,
                     SLICE("  How much it was does not stand in what was read."));
        return;
    }
    document_format(document, STYLE_PLAIN, "  %.*s in all",
                    SLICE_ARG(bytes_print(document->arena, pool->size.value)));
    if (pool->free.known)
        document_format(document, STYLE_PLAIN, ", %.*s of it free",
                        SLICE_ARG(bytes_print(document->arena, pool->free.value)));
    write_stack(incident, document);
    for (int part = 1; part < PART_COUNT; part++)
        write_part(incident, document, (enum part)part);
}

/* ---- counters and swap */

struct meter {
    const char *name;
    struct amount used, whole;
    uint32_t line;
};

static void write_meter(struct document *document, const struct meter *meter)
{
    int width = bar_width(document) / 2;
    int full = columns_of(meter->used, meter->whole, width);
    document_begin(document, meter->line);
    document_add(document, STYLE_PLAIN, SLICE("  "));
    document_left(document, STYLE_PLAIN, slice_from_string(meter->name), LABEL);
    if (meter->whole.value == 0) {
        document_add(document, STYLE_DIM, SLICE("none"));
        return;
    }
    full = full > width ? width : full;
    document_repeat(document, STYLE_PLAIN, "█", full);
    document_repeat(document, STYLE_DIM, "░", width - full);
    document_format(document, STYLE_PLAIN, " %.*s of %.*s",
                    SLICE_ARG(bytes_print(document->arena, meter->used.value)),
                    SLICE_ARG(bytes_print(document->arena, meter->whole.value)));
}

static void write_counters(const struct incident *incident, struct document *document)
{
    const struct memcg *memcg = &incident->memcg;
    const struct host_memory *host = &incident->host_memory;
    const struct meter meters[] = {
        {"memory", memcg->memory.usage, memcg->memory.limit, memcg->memory.line},
        {"memory+swap", memcg->memsw.usage, memcg->memsw.limit, memcg->memsw.line},
        {"swap", memcg->swap.usage, memcg->swap.limit, memcg->swap.line},
        {"kmem", memcg->kmem.usage, memcg->kmem.limit, memcg->kmem.line},
        {"swap of host", amount_subtract(host->swap_total, host->swap_free), host->swap_total,
         host->swap_free.line}};
    bool has_heading = false;
    for (size_t i = 0; i < sizeof meters / sizeof *meters; i++) {
        if (!meters[i].used.known || !meters[i].whole.known)
            continue;
        if (!has_heading)
            document_heading(document, "Limits and swap");
        has_heading = true;
        write_meter(document, &meters[i]);
    }
}

/* ---- zones */

/* Free memory as a bar up to twice the high mark; the marks stand on it. */
static void write_zone_bar(struct document *document, const struct zone *zone)
{
    int width = bar_width(document);
    struct amount high = zone->figure[ZONE_HIGH];
    struct amount scale = amount_scale(high, 2);
    const struct {
        enum zone_figure figure;
        const char *letter;
    } marks[] = {{ZONE_MIN, "m"}, {ZONE_LOW, "l"}, {ZONE_HIGH, "h"}};
    int full = columns_of(zone->figure[ZONE_FREE], scale, width);
    if (!scale.known || scale.value <= 0)
        return;
    full = full > width ? width : full;
    document_begin(document, zone->line);
    document->lines[document->count - 1].is_continued = true;
    document_add(document, STYLE_PLAIN, SLICE("  "));
    int at = 0;
    for (size_t i = 0; i <= sizeof marks / sizeof *marks; i++) {
        bool is_mark = i < sizeof marks / sizeof *marks;
        int next = is_mark ? columns_of(zone->figure[marks[i].figure], scale, width) : width;
        next = next > width ? width : next < at ? at : next;
        int filled = full > next ? next : full > at ? full : at;
        document_repeat(document, STYLE_PLAIN, "█", filled - at);
        document_repeat(document, STYLE_DIM, "░", next - filled);
        if (is_mark && next < width)
            document_add(document, STYLE_ALERT, slice_from_string(marks[i].letter));
        at = next + (is_mark && next < width);
    }
}

static void write_zone(const struct incident *incident, const struct zone_check *check,
                       struct document *document)
{
    static const enum zone_figure figures[] = {ZONE_FREE, ZONE_MIN, ZONE_LOW, ZONE_HIGH};
    const struct zone *zone = check->zone;
    bool is_judged = check->is_eligible && check->margin.known;
    enum style style = is_judged && !check->passes ? STYLE_ALERT : STYLE_PLAIN;
    document_begin(document, zone->line);
    document_format(document, style, "  node %d ", zone->node);
    document_left(document, style, zone->name, 7);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        document_right(document, style, bytes_or_dash(document, zone->figure[figures[i]]), FIGURE);
    if (!check->is_eligible)
        document_add(document, STYLE_DIM, SLICE("  not for this"));
    else if (is_judged && check->passes && incident->limit == LIMIT_ORDER)
        document_add(document, STYLE_ALERT, SLICE("  no block"));
    else if (is_judged)
        document_add(document, check->passes ? STYLE_GOOD : STYLE_ALERT,
                     check->passes ? SLICE("  passes") : SLICE("  refuses"));
    write_zone_bar(document, zone);
}

static void write_zones(const struct incident *incident, struct document *document)
{
    if (!incident->zone_checks_count)
        return;
    document_heading(document, "Zones: free memory as a bar, with its marks min, low, high");
    document_begin(document, 0);
    document_add(
        document, STYLE_DIM,
        SLICE("                        free        min        low       high  the request"));
    for (size_t i = 0; i < incident->zone_checks_count; i++)
        write_zone(incident, &incident->zone_checks[i], document);
}

void tab_memory(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    write_pool(incident, document);
    write_counters(incident, document);
    write_zones(incident, document);
}
