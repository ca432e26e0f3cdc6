#include "rules/literal.h"

enum { PERMILLE_OF_PERCENT = 10, FRACTION_DIGITS = 6 };

static const struct unit {
    const char *name;
    enum value_type type;
    int64_t size;
    const char *complaint;
} units[] = {
    {"%", TYPE_SHARE, PERMILLE_OF_PERCENT, NULL},
    {"B", TYPE_BYTES, 1, NULL},
    {"KiB", TYPE_BYTES, INT64_C(1) << 10, NULL},
    {"MiB", TYPE_BYTES, INT64_C(1) << 20, NULL},
    {"GiB", TYPE_BYTES, INT64_C(1) << 30, NULL},
    {"TiB", TYPE_BYTES, INT64_C(1) << 40, NULL},
    {"MB", TYPE_BYTES, INT64_C(1000000), NULL},
    {"GB", TYPE_BYTES, INT64_C(1000000000), NULL},
    {"TB", TYPE_BYTES, INT64_C(1000000000000), NULL},
    {"pages", TYPE_BYTES, 1, NULL},
    {"page", TYPE_BYTES, 1, NULL},
    {"kB", TYPE_BYTES, 1, "the kernel's kB is 1024 bytes: write KiB"},
    {"KB", TYPE_BYTES, 1, "the kernel's KB is 1024 bytes: write KiB"},
};

static const struct unit *unit_find(struct slice name)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (slice_equal(slice_from_string(units[i].name), name))
            return &units[i];
    return NULL;
}

bool literal_is_unit(struct slice word)
{
    return unit_find(word) != NULL;
}

/* whole.fraction times size; false when it does not fit. What is finer than a byte is dropped, what
 * is finer than a permille is refused. */
static bool scale_decimal(struct slice number, int64_t size, int64_t *ret)
{
    int64_t whole, fraction = 0, divisor = 1, rest;
    if (!slice_take_number(&number, &whole) || __builtin_mul_overflow(whole, size, &whole))
        return false;
    for (size_t i = 1; i < number.length; i++, divisor *= 10) {
        if (i > FRACTION_DIGITS)
            return false;
        fraction = fraction * 10 + number.data[i] - '0';
    }
    rest = size * fraction;
    if (size == PERMILLE_OF_PERCENT && rest % divisor)
        return false;
    return !__builtin_add_overflow(whole, rest / divisor, ret);
}

const char *literal_set(struct expression *node, struct slice number, struct slice unit,
                        bool is_negative)
{
    static const struct unit plain = {"", TYPE_COUNT, 1, NULL};
    const struct unit *found = unit.length ? unit_find(unit) : &plain;
    int64_t value;
    if (found->complaint)
        return found->complaint;
    if (found->size == 1 && slice_contains(number, SLICE(".")))
        return "a fraction needs a unit that can be divided (1.5 GiB, 0.5%)";
    if (!scale_decimal(number, found->size, &value))
        return "this number is too large or too fine";
    bool is_pages = slice_starts(unit, SLICE("page"));
    node->kind = is_pages ? NODE_PAGES : NODE_LITERAL;
    node->type = !unit.length && value == 0 ? TYPE_ZERO : found->type;
    node->literal = (struct fact){
        .type = (enum fact_type)found->type, .known = true, .number = is_negative ? -value : value};
    return NULL;
}
