#include "rules/set.h"

struct set_word set_word_of(struct slice text)
{
    struct set_word word = {.text = text};
    if (slice_starts(word.text, SLICE("*"))) {
        word.has_star_before = true;
        word.text = slice_skip(word.text, 1);
    }
    if (slice_ends(word.text, SLICE("*"))) {
        word.has_star_after = true;
        word.text.length--;
    }
    return word;
}

bool set_word_fits(const struct set_word *word, struct slice name)
{
    if (word->has_star_before && word->has_star_after)
        return slice_contains(name, word->text);
    if (word->has_star_before)
        return slice_ends(name, word->text);
    if (word->has_star_after)
        return slice_starts(name, word->text);
    return slice_equal(name, word->text);
}

static bool any_fits(const struct set_words *words, struct slice name)
{
    for (size_t i = 0; i < words->count; i++)
        if (set_word_fits(&words->items[i], name))
            return true;
    return false;
}

static const struct set_hit nothing = {OUTCOME_UNKNOWN, {"", 0}, 0};

static struct set_hit stack_has(const struct incident *incident, const struct set_words *words)
{
    struct set_hit hit = nothing;
    for (size_t i = 0; i < incident->trigger.stack_count; i++) {
        const struct stack_frame *frame = &incident->trigger.stack[i];
        if (!frame->is_reliable)
            continue;
        hit.outcome = OUTCOME_NO;
        if (any_fits(words, frame->symbol))
            return (struct set_hit){OUTCOME_YES, frame->symbol, frame->line};
    }
    return hit;
}

static struct set_hit gfp_has(const struct incident *incident, const struct set_words *words)
{
    const struct trigger *trigger = &incident->trigger;
    for (size_t i = 0; i < trigger->gfp_count; i++)
        if (any_fits(words, trigger->gfp[i]))
            return (struct set_hit){OUTCOME_YES, trigger->gfp[i], trigger->gfp_mask.line};
    if (trigger->gfp_count || trigger->gfp_mask.known)
        return (struct set_hit){OUTCOME_NO, {"", 0}, trigger->gfp_mask.line};
    return nothing;
}

static struct set_hit also_has(const struct incident *incident, const struct set_words *words)
{
    for (int i = 1; i < CLASS_COUNT; i++) {
        struct slice name = slice_from_string(term_name(VOCABULARY_CLASS, i));
        if (incident->also[i] && any_fits(words, name))
            return (struct set_hit){OUTCOME_YES, name, 0};
    }
    return (struct set_hit){OUTCOME_NO, {"", 0}, 0};
}

static struct set_hit missing_has(const struct incident *incident, const struct set_words *words)
{
    for (size_t i = 0; i < incident->missing_count; i++)
        if (any_fits(words, incident->missing[i]))
            return (struct set_hit){OUTCOME_YES, incident->missing[i], 0};
    return (struct set_hit){OUTCOME_NO, {"", 0}, 0};
}

static struct set_hit slabs_have(const struct incident *incident, const struct set_words *words)
{
    for (size_t i = 0; i < incident->slab_caches_count; i++) {
        const struct slab_cache *cache = &incident->slab_caches[i];
        if (any_fits(words, cache->name))
            return (struct set_hit){OUTCOME_YES, cache->name, cache->line};
    }
    struct set_hit hit = nothing;
    if (incident->slab_caches_count)
        hit.outcome = OUTCOME_NO;
    return hit;
}

static struct set_hit tasks_have(const struct incident *incident, const struct set_words *words)
{
    for (size_t i = 0; i < incident->tasks_count; i++)
        if (any_fits(words, incident->tasks[i].comm))
            return (struct set_hit){OUTCOME_YES, incident->tasks[i].comm, incident->tasks[i].line};
    struct set_hit hit = nothing;
    if (incident->tasks_count && !incident->tasks_unlisted)
        hit.outcome = OUTCOME_NO;
    return hit;
}

static const char *complain_gfp(struct slice word)
{
    bool is_flag = slice_starts(word, SLICE("GFP_")) || slice_starts(word, SLICE("__GFP_"));
    return is_flag ? NULL : "gfp flags start with GFP_ or __GFP_";
}

static const char *complain_class(struct slice word)
{
    return term_find(VOCABULARY_CLASS, word) > 0 ? NULL : "no such class";
}

static const struct set_definition sets[] = {
    {"also", "the other classes that hold too", also_has, complain_class},
    {"gfp", "flags of the allocation, decoded (GFP_KERNEL, __GFP_ACCOUNT)", gfp_has, complain_gfp},
    {"missing", "what the report does not show (header, tasks, victim)", missing_has, NULL},
    {"slabs", "caches of the table Unreclaimable slab info", slabs_have, NULL},
    {"stack", "functions of the call trace that are certain (no '?' before them)", stack_has, NULL},
    {"tasks", "names in the task table", tasks_have, NULL},
};

const struct set_definition *set_all(size_t *count)
{
    *count = sizeof sets / sizeof *sets;
    return sets;
}

const struct set_definition *set_find(struct slice name)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (slice_equal(slice_from_string(sets[i].name), name))
            return &sets[i];
    return NULL;
}
