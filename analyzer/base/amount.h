/*
 * A number from the evidence: its value, whether it is known at all, and the line it came from.
 *
 * Reports are torn and dumps are filtered, so unknown is not zero: arithmetic with an unknown is
 * unknown, as with SQL's NULL. Inside the program sizes are bytes; parsers convert kB, KB and pages
 * at their edge. The origin is an index into incident.lines, counted from 1; 0 stands for a figure
 * computed from others.
 */
#ifndef WHYOOM_BASE_AMOUNT_H
#define WHYOOM_BASE_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

struct amount {
    int64_t value;
    uint32_t line;
    bool known;
};

#define UNKNOWN ((struct amount){0})

static inline struct amount amount_of(int64_t value, uint32_t line)
{
    return (struct amount){.value = value, .line = line, .known = true};
}

/** The sum, with the line of its larger part; unknown when a part is unknown or the sum does not
 * fit. */
static inline struct amount amount_add(struct amount a, struct amount b)
{
    bool is_from_b = !a.line || (b.line && b.value > a.value);
    int64_t sum;
    if (!a.known || !b.known || __builtin_add_overflow(a.value, b.value, &sum))
        return UNKNOWN;
    return amount_of(sum, is_from_b ? b.line : a.line);
}

/** The difference, which may be negative; unknown when a part is unknown or it does not fit. */
static inline struct amount amount_subtract(struct amount a, struct amount b)
{
    struct amount rest = {.line = a.line ? a.line : b.line, .known = a.known && b.known};
    if (!rest.known || __builtin_sub_overflow(a.value, b.value, &rest.value))
        return UNKNOWN;
    return rest;
}

/** @p a times @p factor (pages to bytes, kB to bytes); unknown when it does not fit. */
static inline struct amount amount_scale(struct amount a, int64_t factor)
{
    if (!a.known || __builtin_mul_overflow(a.value, factor, &a.value))
        return UNKNOWN;
    return a;
}

/** The value, or @p otherwise when it is unknown. For sums where "at least" is meant, and says so.
 */
static inline int64_t amount_or(struct amount a, int64_t otherwise)
{
    return a.known ? a.value : otherwise;
}

/** The first that is known. */
static inline struct amount amount_either(struct amount a, struct amount b)
{
    return a.known ? a : b;
}

/** The larger of @p a and @p least: for differences of counters that drift past each other. */
static inline struct amount amount_at_least(struct amount a, int64_t least)
{
    if (a.known && a.value < least)
        a.value = least;
    return a;
}

/** @p part of @p whole in permille; unknown when either is, or when there is no whole. */
static inline struct amount amount_permille(struct amount part, struct amount whole)
{
    struct amount share = amount_scale(part, 1000);
    if (!share.known || !whole.known || whole.value <= 0)
        return UNKNOWN;
    share.value /= whole.value;
    return share;
}

#endif
