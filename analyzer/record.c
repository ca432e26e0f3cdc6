#define _GNU_SOURCE /* timegm */
#include "analyzer/record.h"

#include <stdlib.h>
#include <time.h>

#include "analyzer/fact.h"
#include "analyzer/record_reader.h"
#include "analyzer/totals.h"

/* ---- the verdict */

static void read_also(struct record_reader *reader, json_t *root)
{
    json_t *also = record_array(reader, root, "", "also");
    for (size_t i = 0; i < json_array_size(also); i++) {
        const char *word = json_string_value(json_array_get(also, i));
        int class_ = word ? term_find(VOCABULARY_CLASS, slice_from_string(word)) : -1;
        if (class_ > 0)
            reader->incident->also[class_] = true;
        else
            record_complain(reader, "", "also", "an array of classes that this version knows");
    }
}

static void read_dominant(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *dominant = record_object(reader, root, "", "dominant");
    incident->dominant.part = record_term(reader, dominant, "part", VOCABULARY_PART);
    incident->dominant.bytes = record_integer(reader, dominant, "dominant", "bytes");
    struct amount share = record_decimal(reader, dominant, "dominant", "share", 3);
    bool is_possible = share.known && share.value >= 0 && share.value <= INT32_MAX;
    incident->dominant.permille = is_possible ? (int)share.value : -1;
}

static void read_verdict(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    incident->kind = record_term(reader, root, "kind", VOCABULARY_KIND);
    incident->class_ = record_term(reader, root, "class", VOCABULARY_CLASS);
    incident->scope = record_term(reader, root, "scope", VOCABULARY_SCOPE);
    incident->limit = record_term(reader, root, "limit", VOCABULARY_LIMIT);
    incident->charge_path = record_term(reader, root, "charge_path", VOCABULARY_CHARGE_PATH);
    incident->confidence = record_term(reader, root, "confidence", VOCABULARY_CONFIDENCE);
    incident->is_panic = record_truth(reader, root, "", "panic");
    incident->is_deadlocked = record_truth(reader, root, "", "deadlocked");
    incident->is_complete = record_truth(reader, root, "", "complete");
    incident->suppressed = record_integer(reader, root, "", "suppressed");
    incident->dropped = record_integer(reader, root, "", "dropped");
    read_also(reader, root);
    read_dominant(reader, root);
    record_texts(reader, root, "", "missing", &incident->missing, &incident->missing_count);
}

static void read_report(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *report = record_object(reader, root, "", "report");
    json_t *lines = record_array(reader, report, "report", "lines");
    record_fields_read(reader, report, "report", incident, &report_fields);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *word = json_string_value(json_array_get(lines, i));
        for (size_t w = 0; word && w < record_line_words_count; w++)
            if (strcmp(word, record_line_words[w].word) == 0)
                *(bool *)((char *)incident + record_line_words[w].offset) = true;
    }
}

/* ---- when and where */

/* "2026-03-28T22:14:31.250000Z", as render_json.c writes it. */
static bool read_wall(struct slice text, int64_t *wall_us)
{
    struct tm parts = {0};
    char copy[40] = "";
    int64_t micros = 0;
    memcpy(copy, text.data, text.length < sizeof copy ? text.length : 0);
    char *rest = strptime(copy, "%Y-%m-%dT%H:%M:%S", &parts);
    if (!rest)
        return false;
    struct slice fraction = slice_from_string(rest);
    if (slice_starts(fraction, SLICE("."))) {
        fraction = slice_skip(fraction, 1);
        if (fraction.length != 7 || !slice_take_number(&fraction, &micros) || micros < 0)
            return false;
    }
    *wall_us = (int64_t)timegm(&parts) * 1000000 + micros;
    return slice_equal(fraction, SLICE("Z"));
}

static struct event_time read_time(struct record_reader *reader, json_t *object, const char *where)
{
    struct amount monotonic = record_decimal(reader, object, where, "monotonic_s", 6);
    struct slice wall = record_text(reader, object, where, "wall");
    struct event_time time = {
        .has_monotonic = monotonic.known,
        .monotonic_us = monotonic.value,
        .printed = record_text(reader, object, where, "printed"),
        .wall_source = record_word(reader, object, where, "wall_source", record_wall_sources,
                                   WALL_CRASHTIME + 1),
    };
    if (monotonic.known && monotonic.value < 0)
        record_complain(reader, where, "monotonic_s", "seconds since the boot, from 0 on");
    time.has_wall = wall.length && read_wall(wall, &time.wall_us);
    if (wall.length && !time.has_wall)
        record_complain(reader, where, "wall", "a time as 2026-03-28T22:14:31Z");
    return time;
}

static uint64_t read_position(struct record_reader *reader, json_t *object, const char *key)
{
    struct amount position = record_integer(reader, object, "source", key);
    if (position.known && position.value < 0)
        record_complain(reader, "source", key, "no negative number");
    return position.value > 0 ? (uint64_t)position.value : 0;
}

static void read_source_parts(struct record_reader *reader, json_t *source)
{
    struct incident *incident = reader->incident;
    json_t *parts = record_array(reader, source, "source", "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        json_t *object = json_array_get(parts, i);
        if (!json_is_object(object))
            record_complain(reader, "source", "parts", "an array of objects");
        *ARENA_PUSH(incident->arena, incident->source.parts, incident->source.parts_count) =
            (struct source_part){.path = record_text(reader, object, "source", "path"),
                                 .first_line = read_position(reader, object, "first_line"),
                                 .first_byte = read_position(reader, object, "first_byte")};
    }
}

static void read_source(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *source = record_object(reader, root, "", "source");
    incident->source.path = record_text(reader, source, "source", "path");
    incident->source.kind =
        record_word(reader, source, "source", "kind", record_source_kinds, SOURCE_VMCORE + 1);
    incident->source.provenance = record_word(reader, source, "source", "provenance",
                                              record_provenances, PROVENANCE_USER + 1);
    incident->source.first_line = read_position(reader, source, "first_line");
    incident->source.last_line = read_position(reader, source, "last_line");
    incident->source.first_byte = read_position(reader, source, "first_byte");
    incident->source.end_byte = read_position(reader, source, "end_byte");
    read_source_parts(reader, source);
}

static void read_repeat(struct record_reader *reader, json_t *root)
{
    struct repeat *repeat = &reader->incident->repeat;
    json_t *object = record_object(reader, root, "", "repeat");
    record_fields_read(reader, object, "repeat", repeat, &repeat_fields);
    repeat->first =
        read_time(reader, record_object(reader, object, "repeat", "first"), "repeat.first");
}

/* ---- who */

static void read_gfp(struct record_reader *reader, json_t *object, struct trigger *trigger)
{
    struct slice mask = record_text(reader, object, "trigger", "gfp_mask");
    uint64_t value;
    if (mask.length && slice_take_hex(&mask, &value) && !mask.length)
        trigger->gfp_mask = amount_of((int64_t)value, 0);
    else if (mask.length)
        record_complain(reader, "trigger", "gfp_mask", "a hexadecimal number");
    record_texts(reader, object, "trigger", "gfp", &trigger->gfp, &trigger->gfp_count);
    trigger->gfp_is_decoded = record_truth(reader, object, "trigger", "gfp_decoded");
}

static void read_trigger(struct record_reader *reader, json_t *root)
{
    struct trigger *trigger = &reader->incident->trigger;
    json_t *object = record_object(reader, root, "", "trigger");
    struct slice *symbols;
    size_t count;
    record_fields_read(reader, object, "trigger", trigger, &trigger_who_fields);
    read_gfp(reader, object, trigger);
    record_fields_read(reader, object, "trigger", trigger, &trigger_what_fields);
    record_texts(reader, object, "trigger", "stack", &symbols, &count);
    for (size_t i = 0; i < count; i++)
        *ARENA_PUSH(reader->incident->arena, trigger->stack, trigger->stack_count) =
            (struct stack_frame){.symbol = symbols[i], .is_reliable = true};
}

static void read_killed(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *victims = record_array(reader, root, "", "victims");
    for (size_t i = 0; i < json_array_size(victims); i++) {
        json_t *object = json_array_get(victims, i);
        if (!json_is_object(object))
            record_complain(reader, "", "victims", "an array of objects");
        struct victim *victim =
            ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
        record_fields_read(reader, object, "victims", victim, &victim_fields);
        victim->is_chosen = i == 0;
    }
    record_fields_read(reader, root, "", incident, &killer_fields);
    totals_add_up_victims(incident);
}

static int compare_rows(const void *left, const void *right)
{
    const struct task *a = left, *b = right;
    return (a->row > b->row) - (a->row < b->row);
}

/* In the order of the report again, on which equals depend. */
static void read_tasks(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *tasks = record_array(reader, root, "", "tasks");
    struct amount total = record_integer(reader, root, "", "tasks_total");
    for (size_t i = 0; i < json_array_size(tasks); i++) {
        json_t *object = json_array_get(tasks, i);
        struct task *task = ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count);
        struct amount row = record_integer(reader, object, "tasks", "row");
        if (!json_is_object(object))
            record_complain(reader, "", "tasks", "an array of objects");
        record_fields_read(reader, object, "tasks", task, &task_fields);
        task->row = row.value > 0 && row.value <= UINT32_MAX ? (uint32_t)row.value : 0;
    }
    if (incident->tasks_count)
        qsort(incident->tasks, incident->tasks_count, sizeof *incident->tasks, compare_rows);
    if (total.known && total.value > (int64_t)incident->tasks_count)
        incident->tasks_unlisted = (uint64_t)total.value - incident->tasks_count;
    record_fields_read(reader, record_object(reader, root, "", "tasks_sum"), "tasks_sum",
                       &incident->totals, &tasks_sum_fields);
    record_fields_read(reader, record_object(reader, root, "", "same_comm"), "same_comm",
                       &incident->totals, &same_comm_fields);
    record_fields_read(reader, record_object(reader, root, "", "ranking"), "ranking",
                       &incident->ranking, &ranking_fields);
}

/* ---- findings */

/* A value that is a number was printed by its fact. */
static void read_value(struct record_reader *reader, json_t *object, struct evidence *evidence)
{
    json_t *value = json_object_get(object, "value");
    const struct fact_definition *definition = fact_find(evidence->fact);
    if (!json_is_integer(value)) {
        evidence->value = record_text(reader, object, "evidence", "value");
        return;
    }
    evidence->amount = amount_of(json_integer_value(value), 0);
    if (!definition || definition->type == FACT_TEXT || definition->type == FACT_TERM)
        return;
    const struct fact fact = {
        .type = definition->type, .known = true, .number = evidence->amount.value};
    evidence->value = fact_print(reader->incident->arena, &fact);
}

static void read_evidence(struct record_reader *reader, json_t *array, struct finding *finding)
{
    size_t count = json_array_size(array);
    if (!count)
        return;
    finding->evidence = arena_allocate(reader->incident->arena, count * sizeof *finding->evidence);
    finding->evidence_count = count;
    for (size_t i = 0; i < count; i++) {
        json_t *object = json_array_get(array, i);
        if (!json_is_object(object))
            record_complain(reader, "findings", "evidence", "an array of objects");
        finding->evidence[i].fact = record_text(reader, object, "evidence", "fact");
        read_value(reader, object, &finding->evidence[i]);
        record_line(reader, object, "evidence", &finding->evidence[i].line);
    }
}

static void read_findings(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    json_t *findings = record_array(reader, root, "", "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        json_t *object = json_array_get(findings, i);
        if (!json_is_object(object))
            record_complain(reader, "", "findings", "an array of objects");
        struct amount weight = record_integer(reader, object, "findings", "weight");
        if (weight.value < INT32_MIN || weight.value > INT32_MAX)
            record_complain(reader, "findings", "weight", "a small number");
        struct finding *finding =
            ARENA_PUSH(incident->arena, incident->findings, incident->findings_count);
        finding->rule = record_text(reader, object, "findings", "rule");
        finding->title = record_text(reader, object, "findings", "title");
        finding->text = record_text(reader, object, "findings", "text");
        finding->advice = record_text(reader, object, "findings", "advice");
        finding->weight = (int)weight.value;
        read_evidence(reader, record_array(reader, object, "findings", "evidence"), finding);
    }
}

static struct zone *quoted_zone(struct record_reader *reader, json_t *quote)
{
    struct host_memory *host = &reader->incident->host_memory;
    struct amount zone = record_integer(reader, quote, "quotes", "zone");
    bool is_there = zone.known && zone.value >= 0 && (uint64_t)zone.value < host->zones_count;
    return is_there ? &host->zones[zone.value] : NULL;
}

static struct page_counter *refusing_counter(struct incident *incident)
{
    const struct page_counter *counter = story_refusing_counter(incident);
    return counter ? (struct page_counter *)((char *)incident +
                                             ((const char *)counter - (const char *)incident))
                   : NULL;
}

/* What the line of a quote is remembered by; NULL when the record has nothing of that sort. */
static uint32_t *quote_target(struct record_reader *reader, json_t *quote, enum quote_role role)
{
    struct incident *incident = reader->incident;
    struct page_counter *counter = NULL;
    struct zone *zone = NULL;
    switch (role) {
    case QUOTE_TRIGGER:
        return &incident->trigger.line;
    case QUOTE_LIMIT:
        counter = refusing_counter(incident);
        return counter ? &counter->line : NULL;
    case QUOTE_VICTIM:
        return incident->victims_count ? &incident->victims[0].line : NULL;
    case QUOTE_CHARGE_PATH:
        return &incident->charge_line;
    case QUOTE_ZONE:
        zone = quoted_zone(reader, quote);
        return zone ? &zone->line : NULL;
    case QUOTE_BLOCKS:
        zone = quoted_zone(reader, quote);
        return zone ? &zone->buddy.line : NULL;
    case QUOTE_ROLES:
        break;
    }
    return NULL;
}

static void read_quotes(struct record_reader *reader, json_t *root)
{
    json_t *quotes = record_array(reader, root, "", "quotes");
    for (size_t i = 0; i < json_array_size(quotes); i++) {
        json_t *quote = json_array_get(quotes, i);
        enum quote_role role =
            record_word(reader, quote, "quotes", "of", record_quote_roles, QUOTE_ROLES);
        uint32_t *target = quote_target(reader, quote, role);
        if (target)
            record_line(reader, quote, "quotes", target);
    }
}

/* ---- lines */

static int compare_places(const struct line_reference *a, const struct line_reference *b)
{
    return (a->place > b->place) - (a->place < b->place);
}

static int compare_numbers(const struct line_reference *a, const struct line_reference *b)
{
    return (a->line.number > b->line.number) - (a->line.number < b->line.number);
}

static int compare_texts(const void *left, const void *right)
{
    const struct line_reference *a = left, *b = right;
    int number = compare_numbers(a, b), text = slice_compare(a->line.text, b->line.text);
    return number ? number : text ? text : compare_places(a, b);
}

static int compare_order(const void *left, const void *right)
{
    const struct line_reference *a = left, *b = right;
    int number = compare_numbers(a, b);
    return number ? number : compare_places(a, b);
}

static bool is_same_line(const struct line_reference *a, const struct line_reference *b)
{
    return a->line.number == b->line.number && slice_equal(a->line.text, b->line.text);
}

/* Each line once, in the order of the report; one line of a log may hold several of a report, which
 * stand as they were first referred to. */
static void keep_lines(struct record_reader *reader)
{
    struct incident *incident = reader->incident;
    struct line_reference *references = reader->references;
    size_t count = reader->references_count;
    if (!count)
        return;
    qsort(references, count, sizeof *references, compare_texts);
    for (size_t i = 1; i < count; i++)
        if (is_same_line(&references[i], &references[i - 1]))
            references[i].place = references[i - 1].place;
    qsort(references, count, sizeof *references, compare_order);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || references[i].place != references[i - 1].place)
            *ARENA_PUSH(incident->arena, incident->lines, incident->lines_count) =
                references[i].line;
        *references[i].target = (uint32_t)incident->lines_count;
    }
}

/* ---- the record */

static bool copy_id(char target[static 17], struct slice id)
{
    struct slice rest = id;
    uint64_t number;
    bool is_id = id.length == 16 && slice_take_hex(&rest, &number) && !rest.length;
    if (is_id)
        memcpy(target, id.data, id.length);
    return is_id;
}

static void read_id(struct record_reader *reader, json_t *root)
{
    struct slice schema = record_text(reader, root, "", "schema");
    struct slice replaces = record_text(reader, root, "", "replaces");
    if (!slice_equal(schema, SLICE("whyoom.incident/1")))
        record_complain(reader, "", "schema", "whyoom.incident/1");
    if (!copy_id(reader->incident->id, record_text(reader, root, "", "id")))
        record_complain(reader, "", "id", "16 hexadecimal digits");
    if (replaces.length && !copy_id(reader->incident->replaces, replaces))
        record_complain(reader, "", "replaces", "16 hexadecimal digits");
}

static void read_root(struct record_reader *reader, json_t *root)
{
    struct incident *incident = reader->incident;
    read_id(reader, root);
    read_verdict(reader, root);
    read_report(reader, root);
    record_fields_read(reader, root, "", incident, &machine_fields);
    incident->time = read_time(reader, record_object(reader, root, "", "time"), "time");
    read_source(reader, root);
    read_trigger(reader, root);
    read_killed(reader, root);
    record_read_memory(reader, root);
    read_tasks(reader, root);
    record_read_dump(reader, root);
    record_fields_read(reader, record_object(reader, root, "", "workload"), "workload",
                       &incident->workload, &workload_fields);
    read_repeat(reader, root);
    incident->summary = record_text(reader, root, "", "summary");
    read_findings(reader, root);
    read_quotes(reader, root);
    keep_lines(reader);
}

struct error *record_read(struct slice text, struct incident **ret)
{
    json_error_t mistake;
    json_t *root = json_loadb(text.data, text.length, 0, &mistake);
    if (!root)
        return error_create(ERROR_INPUT, "no JSON at byte %d: %s", mistake.position, mistake.text);
    struct record_reader reader = {.incident = incident_create()};
    if (json_is_object(root))
        read_root(&reader, root);
    else
        reader.error = error_create(ERROR_INPUT, "a record is a JSON object");
    json_decref(root);
    if (reader.error)
        incident_destroy(reader.incident);
    else
        *ret = reader.incident;
    return reader.error;
}
