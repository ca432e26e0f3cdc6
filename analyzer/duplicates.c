#include "analyzer/duplicates.h"

#include <stdlib.h>

#include "analyzer/duplicates_private.h"

struct duplicates *duplicates_create(void)
{
    struct duplicates *duplicates = must_allocate(sizeof *duplicates);
    duplicates->end = &duplicates->oldest;
    return duplicates;
}
static void unset_clues(struct duplicates *duplicates, struct decision *decision)
{
    for (int i = 0; i < WITNESS_COUNT; i++)
        if (decision->clues[i].is_set)
            HASH_DEL(duplicates->table, &decision->clues[i]);
}

static void forget_oldest(struct duplicates *duplicates)
{
    struct decision *decision = duplicates->oldest;
    unset_clues(duplicates, decision);
    duplicates->oldest = decision->next;
    if (!decision->next)
        duplicates->end = &duplicates->oldest;
    duplicates->count--;
    free(decision);
}

void duplicates_destroy(struct duplicates *duplicates)
{
    if (!duplicates)
        return;
    while (duplicates->oldest)
        forget_oldest(duplicates);
    free(duplicates);
}
static bool is_other_machine(uint64_t a, uint64_t b)
{
    uint32_t domain_a = (uint32_t)a, domain_b = (uint32_t)b;
    return a && b && (a >> 32 != b >> 32 || (domain_a && domain_b && domain_a != domain_b));
}

/* The best clock that both carry decides: the wall clocks of two collectors may differ by a second
 * where the kernel's own stamp is the same. */
static bool is_same_moment(const struct decision *a, const struct decision *b)
{
    for (enum witness clock = 0; clock < CLOCKS; clock++)
        if (a->has_stamp[clock] && b->has_stamp[clock])
            return a->stamp[clock] == b->stamp[clock];
    return true;
}

static bool is_near(const struct decision *a, const struct decision *b)
{
    static const int64_t unit[] = {[WITNESS_KERNEL] = 1000000, [WITNESS_WALL] = 1};
    for (enum witness clock = 0; clock < WITNESS_PRINTED; clock++)
        if (a->has_stamp[clock] && b->has_stamp[clock]) {
            int64_t apart = (int64_t)(a->stamp[clock] - b->stamp[clock]) / unit[clock];
            return apart >= -DUPLICATES_NEAR_S && apart <= DUPLICATES_NEAR_S;
        }
    return is_same_moment(a, b);
}

/* What was heard of it comes a moment later, and kubectl tells no time of day. */
static bool is_heard_of(const struct decision *a, const struct decision *b)
{
    bool has_clock = (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL]) ||
                     (a->has_stamp[WITNESS_WALL] && b->has_stamp[WITNESS_WALL]);
    if (!a->is_hearsay && !b->is_hearsay)
        return false;
    if (has_clock)
        return is_near(a, b);
    int apart = abs(a->second - b->second);
    return a->second < 0 || b->second < 0 || apart <= DUPLICATES_NEAR_S ||
           apart >= QUARTER_S - DUPLICATES_NEAR_S;
}

static bool differ(struct amount a, struct amount b)
{
    return a.known && b.known && a.value != b.value;
}

/* One decision in two dresses, of which one does not have the kernel's clock: the wall clocks as
 * far as they can be compared. */
static bool is_other_dress(const struct decision *a, const struct decision *b)
{
    if (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL])
        return false;
    if (a->trigger != b->trigger || a->victims != b->victims)
        return false;
    if (differ(a->pid, b->pid))
        return false;
    if (a->second < 0 || b->second < 0)
        return true;
    if (a->has_stamp[WITNESS_WALL] && b->has_stamp[WITNESS_WALL])
        return a->stamp[WITNESS_WALL] == b->stamp[WITNESS_WALL];
    return a->second == b->second;
}

static bool is_same(enum witness witness, const struct decision *a, const struct decision *b)
{
    if (is_other_machine(a->machine, b->machine))
        return false;
    if (witness == WITNESS_VICTIM)
        return is_heard_of(a, b);
    if (witness == WITNESS_UNIT || witness == WITNESS_UNIT_BETWEEN)
        return a->is_hearsay != b->is_hearsay;
    if (witness == WITNESS_TEXT || witness == WITNESS_FIGURES)
        return is_other_dress(a, b) && (witness == WITNESS_FIGURES || is_same_moment(a, b));
    if (witness == WITNESS_KILL_LINE)
        return a->has_header == b->has_header ? is_other_dress(a, b) : is_near(a, b);
    if (a->victims && b->victims && a->victims != b->victims)
        return false;
    if (differ(a->pid, b->pid) || differ(a->failcnt, b->failcnt) || differ(a->free, b->free))
        return false;
    return is_same_moment(a, b);
}

static struct decision *find(struct duplicates *duplicates, const struct decision *decision)
{
    for (enum witness i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = NULL;
        if (decision->clues[i].is_there)
            HASH_FIND(hh, duplicates->table, &decision->clues[i].key, sizeof clue->key, clue);
        if (clue && is_same(i, clue->decision, decision))
            return clue->decision;
    }
    return NULL;
}

/* A clue that another decision holds already stays his: it could not tell the two apart. */
static void set_clues(struct duplicates *duplicates, struct decision *decision)
{
    for (int i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = &decision->clues[i], *other;
        if (!clue->is_there || clue->is_set)
            continue;
        HASH_FIND(hh, duplicates->table, &clue->key, sizeof clue->key, other);
        if (other)
            continue;
        HASH_ADD(hh, duplicates->table, key, sizeof clue->key, clue);
        clue->is_set = true;
    }
}

/* The report takes the place of what was heard of it. */
static void replace_hearsay(struct duplicates *duplicates, struct decision *heard,
                            const struct decision *report)
{
    struct decision *next = heard->next;
    struct seen seen = heard->seen;
    unset_clues(duplicates, heard);
    *heard = *report;
    heard->next = next;
    heard->seen = seen;
    for (int i = 0; i < WITNESS_COUNT; i++)
        heard->clues[i].decision = heard;
}

/* What the copy names and @p decision did not: a third is known by it, or told apart. */
static void learn(struct duplicates *duplicates, struct decision *decision,
                  const struct decision *copy)
{
    const struct decision heard = *decision;
    if (decision->is_hearsay && !copy->is_hearsay) {
        replace_hearsay(duplicates, decision, copy);
        copy = &heard;
    }
    decision->machine |= copy->machine; /* of the same name: its domain */
    decision->second = decision->second < 0 ? copy->second : decision->second;
    decision->pid = amount_either(decision->pid, copy->pid);
    for (enum witness clock = 0; clock < CLOCKS; clock++)
        if (!decision->has_stamp[clock] && copy->has_stamp[clock]) {
            decision->has_stamp[clock] = true;
            decision->stamp[clock] = copy->stamp[clock];
        }
    for (int i = 0; i < WITNESS_COUNT; i++)
        if (!decision->clues[i].is_there && copy->clues[i].is_there)
            decision->clues[i] =
                (struct clue){.key = copy->clues[i].key, .decision = decision, .is_there = true};
    set_clues(duplicates, decision);
}

void duplicates_keep(struct duplicates *duplicates, struct decision *decision)
{
    set_clues(duplicates, decision);
    *duplicates->end = decision;
    duplicates->end = &decision->next;
    if (++duplicates->count > DUPLICATES_MAX)
        forget_oldest(duplicates);
}

struct seen *duplicates_add(struct duplicates *duplicates, const struct incident *incident,
                            bool *is_new)
{
    struct decision *decision = decision_create(incident), *earlier = find(duplicates, decision);
    *is_new = !earlier;
    if (earlier) {
        learn(duplicates, earlier, decision);
        free(decision);
        return &earlier->seen;
    }
    duplicates_keep(duplicates, decision);
    return &decision->seen;
}
