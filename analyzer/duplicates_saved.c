#include <stdlib.h>

#include "analyzer/duplicates_private.h"
#include "analyzer/json_line.h"

static json_t *number_or_null(bool is_known, uint64_t number)
{
    return is_known ? json_integer((json_int_t)number) : json_null();
}

static json_t *clue_or_null(const struct clue *clue)
{
    return number_or_null(clue->is_there, clue->key);
}

static bool take_number(const json_t *value, uint64_t *ret)
{
    *ret = (uint64_t)json_integer_value(value);
    return json_is_integer(value);
}

static json_t *decision_save(const struct decision *decision)
{
    json_t *array = json_pack("[siIIIiii]", decision->seen.id, decision->seen.grade,
                              (json_int_t)decision->machine, (json_int_t)decision->victims,
                              (json_int_t)decision->trigger, decision->has_header, decision->second,
                              decision->seen.is_unasked);
    json_array_append_new(array,
                          number_or_null(decision->pid.known, (uint64_t)decision->pid.value));
    for (int i = 0; i < CLOCKS; i++)
        json_array_append_new(array, number_or_null(decision->has_stamp[i], decision->stamp[i]));
    for (int i = 0; i < WITNESS_VICTIM; i++)
        json_array_append_new(array, clue_or_null(&decision->clues[i]));
    json_array_append_new(array, json_integer(decision->seen.names));
    json_array_append_new(array, clue_or_null(&decision->clues[WITNESS_VICTIM]));
    json_array_append_new(array, json_integer(decision->is_hearsay));
    for (int i = WITNESS_TEXT; i < WITNESS_COUNT; i++)
        json_array_append_new(array, clue_or_null(&decision->clues[i]));
    json_array_append_new(array, json_integer((json_int_t)decision->victim_bits));
    json_array_append_new(array, json_integer((json_int_t)decision->seen.victims));
    json_array_append_new(array, json_integer(decision->of_year));
    return array;
}

static void write_decision(const struct decision *decision, FILE *out)
{
    json_write_line(out, json_pack("{so}", "seen", decision_save(decision)));
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

bool duplicates_load(struct duplicates *duplicates, const json_t *seen)
{
    enum {
        PID = 8,
        STAMPS,
        CLUES = STAMPS + CLOCKS,
        NAMES = CLUES + WITNESS_VICTIM,
        VICTIM,
        HEARSAY,
        VICTIM_BITS = HEARSAY + 1 + WITNESS_COUNT - WITNESS_TEXT,
        VICTIMS,
        OF_YEAR,
    };
    struct decision *decision = must_allocate(sizeof *decision);
    const char *id;
    json_int_t machine, victims, trigger;
    int has_header, is_unasked;
    uint64_t number;
    if (json_unpack((json_t *)(uintptr_t)seen, "[siIIIiii]", &id, &decision->seen.grade, &machine,
                    &victims, &trigger, &has_header, &decision->second, &is_unasked) != 0 ||
        strlen(id) >= sizeof decision->seen.id) {
        free(decision);
        return false;
    }
    memcpy(decision->seen.id, id, strlen(id) + 1);
    decision->seen.is_unasked = is_unasked;
    decision->seen.names = (int)json_integer_value(json_array_get(seen, NAMES));
    decision->seen.is_earlier = true;
    decision->machine = (uint64_t)machine;
    decision->victims = (uint64_t)victims;
    decision->trigger = (uint64_t)trigger;
    decision->has_header = has_header;
    if (take_number(json_array_get(seen, PID), &number))
        decision->pid = amount_of((int64_t)number, 0);
    for (size_t i = 0; i < CLOCKS; i++)
        decision->has_stamp[i] = take_number(json_array_get(seen, STAMPS + i), &decision->stamp[i]);
    decision->victim_bits = (uint64_t)json_integer_value(json_array_get(seen, VICTIM_BITS));
    decision->seen.victims = (size_t)json_integer_value(json_array_get(seen, VICTIMS));
    decision->of_year = take_number(json_array_get(seen, OF_YEAR), &number) ? (int64_t)number : -1;
    decision->is_hearsay = json_integer_value(json_array_get(seen, HEARSAY));
    for (size_t i = 0; i < WITNESS_COUNT; i++) {
        size_t place = CLUES + i + (i >= WITNESS_VICTIM) + (i >= WITNESS_TEXT); /* see above */
        decision->clues[i].decision = decision;
        decision->clues[i].is_there = take_number(json_array_get(seen, place), &number);
        decision->clues[i].key = number;
    }
    duplicates_keep(duplicates, decision);
    return true;
}
