/* What the verdict rests on, what follows from it, and what the report does not show. */
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/pool.h"
#include "analyzer/render_story.h"

/* ---- findings */

/* Rule sets hold some dozens of rules, so looking through what is there already is enough. */
static void add_once(struct arena *arena, struct story_list *list, struct slice text)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->items[i], text))
            return;
    story_add(arena, list, text);
}

struct story_list story_reasons(struct arena *arena, const struct incident *incident)
{
    struct story_list list = {0};
    for (size_t i = 0; i < incident->findings_count; i++)
        if (!slice_equal(incident->findings[i].text, incident->summary))
            add_once(arena, &list, escape_text(arena, incident->findings[i].text));
    return list;
}

struct story_list story_advice(struct arena *arena, const struct incident *incident)
{
    struct story_list list = {0};
    for (size_t i = 0; i < incident->findings_count; i++)
        add_once(arena, &list, escape_text(arena, incident->findings[i].advice));
    return list;
}

/* ---- quoted lines */

struct choice {
    uint32_t line;
    struct slice word; /* the figure that the line is quoted for, "shmem"; empty: its beginning */
};

static void choose(struct choice *choices, size_t *count, size_t most, uint32_t line,
                   struct slice word)
{
    if (line == 0 || *count == most)
        return;
    for (size_t i = 0; i < *count; i++)
        if (choices[i].line == line) {
            if (!choices[i].word.length)
                choices[i].word = word;
            return;
        }
    choices[(*count)++] = (struct choice){line, word};
}

const struct page_counter *story_refusing_counter(const struct incident *incident)
{
    const struct memcg *memcg = &incident->memcg;
    switch (incident->limit) {
    case LIMIT_MEMORY:
        return &memcg->memory;
    case LIMIT_MEMSW:
        return &memcg->memsw;
    case LIMIT_SWAP:
        return &memcg->swap;
    case LIMIT_KMEM:
        return &memcg->kmem;
    default:
        return NULL;
    }
}

enum { ZONES_QUOTED = 2 };

static void add_anchor(struct story_anchor *anchors, size_t *count, struct story_anchor anchor)
{
    if (anchor.line)
        anchors[(*count)++] = anchor;
}

/* The zones that refused, and their free blocks when it was a block that was missing. */
static void add_zones(const struct incident *incident, struct story_anchor *anchors, size_t *count)
{
    bool is_order = incident->limit == LIMIT_ORDER;
    size_t quoted = 0;
    for (size_t i = 0; i < incident->zone_checks_count && quoted < ZONES_QUOTED; i++) {
        const struct zone_check *check = &incident->zone_checks[i];
        if (!check->zone || !check->is_eligible || (is_order ? check->has_block : check->passes))
            continue;
        size_t zone = (size_t)(check->zone - incident->host_memory.zones);
        add_anchor(anchors, count, (struct story_anchor){QUOTE_ZONE, check->zone->line, zone});
        if (is_order)
            add_anchor(anchors, count,
                       (struct story_anchor){QUOTE_BLOCKS, check->zone->buddy.line, zone});
        quoted++;
    }
}

size_t story_anchors(const struct incident *incident,
                     struct story_anchor anchors[STORY_ANCHORS_MAX])
{
    size_t count = 0;
    const struct victim *victim = incident_chosen(incident);
    const struct page_counter *counter = story_refusing_counter(incident);
    const struct story_anchor always[] = {
        {QUOTE_TRIGGER, incident->trigger.line, 0},
        {QUOTE_LIMIT, counter ? counter->line : 0, 0},
        {QUOTE_VICTIM, victim ? victim->line : incident->chosen_pid.line, 0},
        {QUOTE_CHARGE_PATH, incident->charge_line, 0},
    };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_anchor(anchors, &count, always[i]);
    add_zones(incident, anchors, &count);
    return count;
}

/* The lines of the findings, heaviest first. */
static void choose_evidence(const struct incident *incident, size_t most, struct choice *choices,
                            size_t *count)
{
    for (size_t i = 0; i < incident->findings_count; i++)
        for (size_t j = 0; j < incident->findings[i].evidence_count; j++) {
            const struct evidence *evidence = &incident->findings[i].evidence[j];
            size_t dot = slice_find_last(evidence->fact, SLICE("."));
            choose(choices, count, most, evidence->line,
                   slice_skip(evidence->fact, dot == SLICE_NOT_FOUND ? 0 : dot + 1));
        }
}

/* The figure that the verdict rests on most, the lines that every reader looks for, and what else
 * the findings rest on. */
static size_t choose_lines(const struct incident *incident, size_t most, struct choice *choices)
{
    size_t count = 0;
    struct story_anchor anchors[STORY_ANCHORS_MAX];
    size_t anchors_count = story_anchors(incident, anchors);
    choose_evidence(incident, most ? 1 : 0, choices, &count);
    for (size_t i = 0; i < anchors_count; i++)
        choose(choices, &count, most, anchors[i].line,
               anchors[i].role == QUOTE_ZONE ? SLICE("free") : (struct slice){0});
    choose_evidence(incident, most, choices, &count);
    return count;
}

static bool is_figure_start(struct slice text, size_t at, struct slice word)
{
    bool starts = at == 0 || text.data[at - 1] == ' ' || text.data[at - 1] == ':';
    size_t end = at + word.length;
    return starts && end < text.length && (text.data[end] == ':' || text.data[end] == ' ');
}

static size_t find_figure(struct slice text, struct slice word)
{
    for (size_t from = 0;;) {
        size_t at = slice_find(slice_skip(text, from), word);
        if (at == SLICE_NOT_FOUND)
            return at;
        if (is_figure_start(text, from + at, word))
            return from + at;
        from += at + word.length;
    }
}

/* A statistic may stand in the line under v1's name: "rss" for anon. */
static size_t find_focus(struct slice text, struct slice word)
{
    if (!word.length)
        return SLICE_NOT_FOUND;
    size_t at = find_figure(text, word);
    int stat = figure_find(memcg_stats, STAT_COUNT, word, 0);
    if (at != SLICE_NOT_FOUND || stat < 0 || !memcg_stats[stat].other_spelling)
        return at;
    return find_figure(text, slice_from_string(memcg_stats[stat].other_spelling));
}

static int compare_choices(const void *left, const void *right)
{
    const struct choice *a = left, *b = right;
    return (a->line > b->line) - (a->line < b->line);
}

size_t story_quotes(struct arena *arena, const struct incident *incident, size_t most,
                    struct story_quote *quotes)
{
    struct choice *choices = arena_allocate(arena, (most ? most : 1) * sizeof *choices);
    size_t chosen = choose_lines(incident, most, choices), count = 0;
    qsort(choices, chosen, sizeof *choices, compare_choices);
    for (size_t i = 0; i < chosen; i++) {
        const struct report_line *line = incident_line(incident, choices[i].line);
        if (!line)
            continue;
        struct story_quote *quote = &quotes[count++];
        quote->line = story_line(arena, incident, line->number);
        quote->text = slice_trim(escape_text(arena, line->text));
        quote->focus = find_focus(quote->text, choices[i].word);
    }
    return count;
}

/* ---- what is not there */

static bool shows_limits(const struct incident *incident)
{
    return incident->memcg.memory.usage.known;
}

static bool shows_zones(const struct incident *incident)
{
    return incident->host_memory.zones_count > 0;
}

/* A panic's trace tells of the same task. */
static bool shows_asker(const struct incident *incident)
{
    return incident->trigger.comm.length > 0 || incident->trigger.pid.known;
}

static bool shows_parts(const struct incident *incident)
{
    return amount_or(pool_known_parts(&incident->pool), 0) > 0;
}

static const struct {
    const char *word, *meaning;
} missing_words[] = {
    {"header", "who asked for memory"},
    {"trace", "the call trace (what the memory was for)"},
    {"tasks", "the task table (memory of the other processes)"},
    {"tasks-start", "the beginning of the task table"},
    {"tasks-end", "the rest of the task table, which is too long"},
    {"interleaved", "which lines are its own: another report was printed at the same time"},
    {"kill-line", "who was killed"},
    {"victim", "who was killed"},
    {"memcg-limits", "the limits of the memory cgroup and their usage"},
    {"memcg-stats", "what filled the memory cgroup"},
    {"memcg-stats-end", "the end of what filled the memory cgroup"},
    {"mem-info-end", "the end of the machine's memory (Mem-Info)"},
    {"mem-info", "the memory of the machine (Mem-Info)"},
    {"zones", "the zones and their watermarks"},
};

/* Where the page shows some of it, only the rest is missing. */
static const struct {
    const char *word, *rest;
    bool (*is_shown)(const struct incident *incident);
} missing_rests[] = {
    {"header", "the request itself (gfp_mask, order)", shows_asker},
    {"memcg-limits", "other limits of the memory cgroup (memory+swap, kmem)", shows_limits},
    {"zones", "some of the zones, or figures of them", shows_zones},
};

static struct slice missing_meaning(struct arena *arena, const struct incident *incident,
                                    struct slice word)
{
    for (size_t i = 0; i < sizeof missing_rests / sizeof *missing_rests; i++)
        if (slice_equal(word, slice_from_string(missing_rests[i].word)) &&
            missing_rests[i].is_shown(incident))
            return slice_from_string(missing_rests[i].rest);
    for (size_t i = 0; i < sizeof missing_words / sizeof *missing_words; i++)
        if (slice_equal(word, slice_from_string(missing_words[i].word)))
            return slice_from_string(missing_words[i].meaning);
    return escape_text(arena, word);
}

/* Questions that stayed open; said once here instead of "unknown" all over the page, and not at all
 * where the missing lines say it already. */
static void add_open_questions(struct arena *arena, struct story_list *list,
                               const struct incident *incident)
{
    const struct event_time *time = &incident->time;
    const struct {
        bool is_open;
        const char *missing;
        struct slice question;
    } questions[] = {
        {incident->scope == SCOPE_UNKNOWN, "",
         SLICE("whether a cgroup or the whole machine was short")},
        {incident->limit == LIMIT_UNKNOWN, "memcg-limits", SLICE("which limit refused")},
        {incident->charge_path == CHARGE_UNKNOWN, "trace", SLICE("what the memory was for")},
        {incident->dominant.part == PART_UNKNOWN, "memcg-stats",
         shows_parts(incident) ? SLICE("whether another part of the memory was larger")
                               : SLICE("what filled the memory")},
        {!time->has_monotonic && !time->has_wall && !time->printed.length, "",
         SLICE("when it happened")},
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (questions[i].is_open && !incident_is_missing(incident, questions[i].missing))
            add_once(arena, list, questions[i].question);
}

static void add_losses(struct arena *arena, struct story_list *list,
                       const struct incident *incident)
{
    if (incident->suppressed.known && incident->suppressed.value > 0)
        story_add(arena, list,
                  arena_format(arena, "%.*s earlier reports that the kernel's rate limit swallowed",
                               SLICE_ARG(count_print(arena, incident->suppressed.value))));
    if (incident->dropped.known && incident->dropped.value > 0)
        story_add(arena, list,
                  arena_format(arena, "%.*s messages that printk dropped",
                               SLICE_ARG(count_print(arena, incident->dropped.value))));
    if (incident->memcg.is_stat_cut)
        story_add(arena, list,
                  SLICE("the end of the cgroup statistics, which did not fit the kernel's record"));
}

struct story_list story_gaps(struct arena *arena, const struct incident *incident)
{
    struct story_list list = {0};
    for (size_t i = 0; i < incident->missing_count; i++)
        add_once(arena, &list, missing_meaning(arena, incident, incident->missing[i]));
    add_open_questions(arena, &list, incident);
    add_losses(arena, &list, incident);
    return list;
}
