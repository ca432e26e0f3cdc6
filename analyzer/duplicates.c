#include "analyzer/duplicates.h"

#include <stdlib.h>

#include "analyzer/duplicates_private.h"

struct duplicates *duplicates_create(void)
{
    struct duplicates *duplicates = must_allocate(sizeof *duplicates);
    duplicates->end = &duplicates->oldest;
    return duplicates;
}

bool seen_says_less(const struct seen *seen, const struct incident *incident, bool do_names_count)
{
    int grade = incident_grade(incident);
    bool has_grown = incident->replaces[0] && /* by a victim, or half a line */
                     strcmp(incident->replaces, seen->id) == 0;
    if (grade != seen->grade)
        return grade > seen->grade;
    if (has_grown || incident->victims_count != seen->victims)
        return has_grown || incident->victims_count > seen->victims;
    return do_names_count && incident_names(incident) > seen->names;
}

void seen_note(struct seen *seen, const struct incident *incident)
{
    seen->grade = incident_grade(incident);
    seen->names = incident_names(incident);
    seen->victims = incident->victims_count;
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
    duplicates->forgotten++;
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

/* Without a zone wall clocks may be half a day and more apart, by whole quarters of an hour. */
static bool is_other_day(const struct decision *a, const struct decision *b)
{
    enum { ZONES_S = 14 * 3600, YEAR_S = 366 * 24 * 3600 };
    int64_t apart = llabs(a->of_year - b->of_year);
    return a->of_year >= 0 && b->of_year >= 0 && apart > ZONES_S && apart < YEAR_S - ZONES_S;
}

/* As far as such clocks tell. */
static bool may_be_near(const struct decision *a, const struct decision *b)
{
    int apart = abs(a->second - b->second);
    if (a->second < 0 || b->second < 0)
        return true;
    return !is_other_day(a, b) &&
           (apart <= DUPLICATES_NEAR_S || apart >= QUARTER_S - DUPLICATES_NEAR_S);
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
    return may_be_near(a, b);
}

/* What was heard of it comes a moment later, and kubectl tells no time of day. */
static bool is_heard_of(const struct decision *a, const struct decision *b)
{
    return (a->is_hearsay || b->is_hearsay) && is_near(a, b);
}

/* Of an earlier run, in a fleet's database, pid and name alone are too little: kubectl tells
 * neither a host nor a time. */
static bool is_known_enough(const struct decision *earlier, const struct decision *decision)
{
    bool have_clock = earlier->second >= 0 && decision->second >= 0;
    for (enum witness clock = 0; clock < CLOCKS; clock++)
        have_clock |= earlier->has_stamp[clock] && decision->has_stamp[clock];
    return !earlier->seen.is_earlier || have_clock || (earlier->machine && decision->machine);
}

/* Spans of minutes are of any year. */
static bool is_one_year(const struct decision *a, const struct decision *b)
{
    return !a->has_stamp[WITNESS_WALL] || !b->has_stamp[WITNESS_WALL] || is_near(a, b);
}

static bool differ(struct amount a, struct amount b)
{
    return a.known && b.known && a.value != b.value;
}

/* By what the wall clocks say, as far as they can be compared. */
static bool is_same_second(const struct decision *a, const struct decision *b)
{
    if (a->has_stamp[WITNESS_WALL] && b->has_stamp[WITNESS_WALL])
        return a->stamp[WITNESS_WALL] == b->stamp[WITNESS_WALL];
    if (a->second < 0 || b->second < 0)
        return true;
    return a->second == b->second && !is_other_day(a, b);
}

/* One decision in two dresses, of which one does not have the kernel's clock. */
static bool is_other_dress(const struct decision *a, const struct decision *b)
{
    if (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL])
        return false;
    return a->trigger == b->trigger && a->victims == b->victims && !differ(a->pid, b->pid) &&
           is_same_second(a, b);
}

/* A copy that lost lines has fewer victims, never others. */
static bool are_other_victims(const struct decision *a, const struct decision *b)
{
    uint64_t both = a->victim_bits & b->victim_bits;
    return both != a->victim_bits && both != b->victim_bits;
}

/* A report that lost its kill line, or more, and a copy that has it. */
static bool is_cut_copy(const struct decision *a, const struct decision *b)
{
    if (a->victims && b->victims && a->victims != b->victims)
        return false;
    if (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL])
        return a->stamp[WITNESS_KERNEL] == b->stamp[WITNESS_KERNEL];
    return is_same_second(a, b);
}

static bool is_same(enum witness witness, const struct decision *a, const struct decision *b)
{
    if (is_other_machine(a->machine, b->machine))
        return false;
    if (witness == WITNESS_VICTIM)
        return is_heard_of(a, b) && is_known_enough(a, b);
    if (witness == WITNESS_UNIT || witness == WITNESS_UNIT_BETWEEN)
        return a->is_hearsay != b->is_hearsay && is_one_year(a, b);
    if (witness == WITNESS_TRIGGER)
        return is_cut_copy(a, b);
    if (witness == WITNESS_TEXT || witness == WITNESS_FIGURES)
        return is_other_dress(a, b) && (witness == WITNESS_FIGURES || is_same_moment(a, b));
    if (witness == WITNESS_KILL_LINE)
        return a->has_header == b->has_header ? is_other_dress(a, b) : is_near(a, b);
    if (are_other_victims(a, b))
        return false;
    bool go_on = differ(a->failcnt, b->failcnt) || differ(a->free, b->free);
    if (differ(a->pid, b->pid) || (go_on && !a->victims && !b->victims))
        return false;
    return is_same_moment(a, b);
}

/* By the first witness from @p from on that tells; it becomes the next. */
static struct decision *find(const struct duplicates *duplicates, const struct decision *decision,
                             enum witness *from)
{
    while (*from < WITNESS_COUNT) {
        enum witness i = (*from)++;
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
    if (copy->victim_bits & ~decision->victim_bits)
        decision->victims = copy->victims;
    decision->victim_bits |= copy->victim_bits;
    decision->second = decision->second < 0 ? copy->second : decision->second;
    decision->of_year = decision->of_year < 0 ? copy->of_year : decision->of_year;
    decision->failcnt = amount_either(decision->failcnt, copy->failcnt);
    decision->free = amount_either(decision->free, copy->free);
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

/* Two that could not be known for one, and a copy that holds them together: what was torn is part
 * of what says more of it. */
static struct decision *unite(struct duplicates *duplicates, struct decision *torn,
                              struct decision *whole)
{
    unset_clues(duplicates, torn);
    for (int i = 0; i < WITNESS_COUNT; i++)
        torn->clues[i].is_set = false;
    learn(duplicates, whole, torn);
    for (int i = 0; i < WITNESS_COUNT; i++)
        torn->clues[i].is_there = false;
    return whole;
}

static struct decision *find_best(struct duplicates *duplicates, const struct decision *decision)
{
    enum witness witness = 0;
    struct decision *best = find(duplicates, decision, &witness), *other = best;
    while (other && (other = find(duplicates, decision, &witness)))
        if (other != best && other->seen.grade > best->seen.grade &&
            !is_other_machine(other->machine, best->machine))
            best = unite(duplicates, best, other);
    return best;
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
    struct decision *decision = decision_create(incident),
                    *earlier = find_best(duplicates, decision);
    *is_new = !earlier;
    if (earlier) {
        learn(duplicates, earlier, decision);
        free(decision);
        return &earlier->seen;
    }
    duplicates_keep(duplicates, decision);
    return &decision->seen;
}

uint64_t duplicates_forgotten(const struct duplicates *duplicates)
{
    return duplicates->forgotten;
}
