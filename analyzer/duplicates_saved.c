#include <stdlib.h>

#include "analyzer/duplicates_private.h"
#include "analyzer/json_line.h"

/* ---- fields: one table for both directions; each is an element of an array, in this order, and
 * new ones come last: what an older state lacks is unknown */

enum field_kind { FIELD_INT, FIELD_FLAG, FIELD_NUMBER, FIELD_AMOUNT, FIELD_STAMP, FIELD_CLUE };

#define FIELD(kind, member)                                \
    {                                                      \
        FIELD_##kind, offsetof(struct decision, member), 0 \
    }
#define STAMP(which)                    \
    {                                   \
        FIELD_STAMP, 0, WITNESS_##which \
    }
#define CLUE(which)                    \
    {                                  \
        FIELD_CLUE, 0, WITNESS_##which \
    }
static const struct field {
    enum field_kind kind;
    size_t offset;
    enum witness witness;
} fields[] = {
    FIELD(INT, seen.grade),
    FIELD(NUMBER, machine),
    FIELD(NUMBER, victims),
    FIELD(NUMBER, trigger),
    FIELD(FLAG, has_header),
    FIELD(INT, second),
    FIELD(FLAG, seen.is_unasked),
    FIELD(AMOUNT, pid),
    STAMP(KERNEL),
    STAMP(WALL),
    STAMP(PRINTED),
    CLUE(KERNEL),
    CLUE(WALL),
    CLUE(PRINTED),
    CLUE(KILL_LINE),
    CLUE(ID),
    FIELD(INT, seen.names),
    CLUE(VICTIM),
    FIELD(FLAG, is_hearsay),
    CLUE(TEXT),
    CLUE(FIGURES),
    CLUE(UNIT),
    CLUE(UNIT_BETWEEN),
    CLUE(TRIGGER),
    FIELD(NUMBER, victim_bits),
    FIELD(NUMBER, seen.victims),
    FIELD(NUMBER, of_year),
    FIELD(AMOUNT, failcnt),
    FIELD(AMOUNT, free),
};
#undef CLUE
#undef STAMP
#undef FIELD
enum { FIELDS = sizeof fields / sizeof *fields, REQUIRED = 7 };

static json_t *number_or_null(bool is_known, uint64_t number)
{
    return is_known ? json_integer((json_int_t)number) : json_null();
}

static json_t *save_field(const struct decision *decision, const struct field *field)
{
    const void *member = (const char *)decision + field->offset;
    const struct amount *amount = member;
    const struct clue *clue = &decision->clues[field->witness];
    uint64_t number;
    switch (field->kind) {
    case FIELD_INT:
        return json_integer(*(const int *)member);
    case FIELD_FLAG:
        return json_integer(*(const bool *)member);
    case FIELD_NUMBER:
        memcpy(&number, member, sizeof number);
        return json_integer((json_int_t)number);
    case FIELD_AMOUNT:
        return number_or_null(amount->known, (uint64_t)amount->value);
    case FIELD_STAMP:
        return number_or_null(decision->has_stamp[field->witness], decision->stamp[field->witness]);
    case FIELD_CLUE:
        return number_or_null(clue->is_there, clue->key);
    }
    return NULL;
}

static void load_field(struct decision *decision, const struct field *field, const json_t *value)
{
    void *member = (char *)decision + field->offset;
    struct clue *clue = &decision->clues[field->witness];
    int64_t number = json_integer_value(value);
    if (!json_is_integer(value))
        return;
    switch (field->kind) {
    case FIELD_INT:
        *(int *)member = (int)number;
        break;
    case FIELD_FLAG:
        *(bool *)member = number != 0;
        break;
    case FIELD_NUMBER:
        memcpy(member, &number, sizeof number);
        break;
    case FIELD_AMOUNT:
        *(struct amount *)member = amount_of(number, 0);
        break;
    case FIELD_STAMP:
        decision->has_stamp[field->witness] = true;
        decision->stamp[field->witness] = (uint64_t)number;
        break;
    case FIELD_CLUE:
        clue->is_there = true;
        clue->key = (uint64_t)number;
        break;
    }
}

/* ---- decisions */

json_t *duplicates_saved(const struct seen *seen)
{
    const struct decision *decision = (const struct decision *)seen; /* its first member */
    json_t *array = json_pack("[s]", decision->seen.id);
    for (size_t i = 0; i < FIELDS; i++)
        json_array_append_new(array, save_field(decision, &fields[i]));
    return array;
}

static void write_decision(const struct decision *decision, FILE *out)
{
    json_write_line(out, json_pack("{so}", "seen", duplicates_saved(&decision->seen)));
}

void duplicates_save(const struct duplicates *duplicates, FILE *out)
{
    for (const struct decision *decision = duplicates->oldest; decision; decision = decision->next)
        write_decision(decision, out);
}

void duplicates_announce(const struct incident *incident, FILE *out)
{
    struct decision *decision = decision_create(incident);
    memcpy(decision->seen.id, incident->id, sizeof decision->seen.id);
    decision->seen.grade = 0;
    decision->victims = decision->victim_bits = 0; /* there may be more of them */
    write_decision(decision, out);
    free(decision);
}

static bool is_decision(const json_t *seen)
{
    const char *id = json_string_value(json_array_get(seen, 0));
    bool ret = id && strlen(id) < sizeof((struct seen *)0)->id;
    for (size_t i = 0; i < REQUIRED; i++)
        ret = ret && json_is_integer(json_array_get(seen, 1 + i));
    return ret;
}

struct seen *duplicates_load(struct duplicates *duplicates, const json_t *seen)
{
    if (!is_decision(seen))
        return NULL;
    struct decision *decision = must_allocate(sizeof *decision);
    strcpy(decision->seen.id, json_string_value(json_array_get(seen, 0)));
    decision->seen.is_earlier = true;
    decision->of_year = -1;
    for (size_t i = 0; i < FIELDS; i++)
        load_field(decision, &fields[i], json_array_get(seen, 1 + i));
    for (size_t i = 0; i < WITNESS_COUNT; i++)
        decision->clues[i].decision = decision;
    duplicates_keep(duplicates, decision);
    return &decision->seen;
}
