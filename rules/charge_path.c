#include "rules/charge_path.h"

#include <stdlib.h>

struct frame_entry {
    struct set_word word;
    size_t place; /* of its rule */
};

static int compare_entries(const void *first, const void *second)
{
    const struct frame_entry *a = first, *b = second;
    int order = slice_compare(a->word.text, b->word.text);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

struct frame_index frame_index_create(struct arena *arena, struct rule *const *rules, size_t count)
{
    struct frame_index index = {0};
    for (size_t place = 0; place < count; place++)
        for (size_t i = 0; i < rules[place]->frames.count; i++) {
            struct frame_entry entry = {rules[place]->frames.items[i], place};
            if (entry.word.has_star_before || entry.word.has_star_after)
                *ARENA_PUSH(arena, index.starred, index.starred_count) = entry;
            else
                *ARENA_PUSH(arena, index.exact, index.exact_count) = entry;
        }
    if (index.exact_count)
        qsort(index.exact, index.exact_count, sizeof *index.exact, compare_entries);
    return index;
}

/* The first entry whose name is not before @p symbol. */
static size_t lower_bound(const struct frame_index *index, struct slice symbol)
{
    size_t low = 0, high = index->exact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(index->exact[middle].word.text, symbol) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct contest {
    const struct frame_index *index;
    struct rule *const *rules;
    size_t from, to, best;
    struct evaluation *evaluation;
};

static void consider(struct contest *contest, size_t place)
{
    if (place < contest->from || place >= contest->best)
        return;
    const struct expression *when = contest->rules[place]->when;
    contest->evaluation->rule = contest->rules[place]->name;
    if (!when || condition_outcome(contest->evaluation, when) == OUTCOME_YES)
        contest->best = place;
}

static void ask_frame(struct contest *contest, struct slice symbol)
{
    const struct frame_index *index = contest->index;
    for (size_t i = lower_bound(index, symbol); i < index->exact_count; i++) {
        if (!slice_equal(index->exact[i].word.text, symbol))
            break;
        consider(contest, index->exact[i].place);
    }
    for (size_t i = 0; i < index->starred_count; i++)
        if (set_word_fits(&index->starred[i].word, symbol))
            consider(contest, index->starred[i].place);
}

static void record(struct contest *contest, const struct stack_frame *frame)
{
    bool is_found = contest->best < contest->to;
    const struct rule *rule = contest->rules[is_found ? contest->best : contest->from];
    contest->evaluation->rule = rule->name;
    evaluation_record(contest->evaluation,
                      (struct trace_step){.predicate = SLICE("innermost frame that tells"),
                                          .values = is_found ? frame->symbol : SLICE("none"),
                                          .outcome = is_found ? OUTCOME_YES : OUTCOME_UNKNOWN,
                                          .rule_line = rule->line,
                                          .line = is_found ? frame->line : 0});
}

size_t frame_index_decide(const struct frame_index *index, struct rule *const *rules, size_t from,
                          size_t to, struct evaluation *evaluation, uint32_t *ret_line)
{
    const struct trigger *trigger = &evaluation->incident->trigger;
    struct contest contest = {index, rules, from, to, to, evaluation};
    const struct stack_frame *frame = NULL;
    for (size_t i = 0; i < trigger->stack_count && contest.best == to; i++) {
        frame = &trigger->stack[i];
        if (frame->is_reliable)
            ask_frame(&contest, frame->symbol);
    }
    record(&contest, frame);
    if (contest.best < to)
        *ret_line = frame->line;
    return contest.best;
}
