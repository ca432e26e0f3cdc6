/* The record: keys and their order are those of docs/incident.schema.json. */
#define _GNU_SOURCE /* gmtime_r */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/render.h"
#include "analyzer/render_json_dump.h"
#include "analyzer/render_json_fields.h"
#include "analyzer/render_json_memory.h"
#include "analyzer/render_json_tasks.h"
#include "analyzer/render_story.h"

static void write_texts(struct json_writer *writer, const char *key, const struct slice *texts,
                        size_t count)
{
    json_open_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_put_text(writer, NULL, texts[i]);
    json_close(writer);
}

/* ---- verdict */

static void write_term(struct json_writer *writer, const char *key, enum vocabulary_id id,
                       int value)
{
    json_put_word(writer, key, term_name(id, value));
}

static void write_also(struct json_writer *writer, const struct incident *incident)
{
    json_open_array(writer, "also");
    for (int class = 0; class < CLASS_COUNT; class ++)
        if (incident->also[class])
            write_term(writer, NULL, VOCABULARY_CLASS, class);
    json_close(writer);
}

static void write_dominant(struct json_writer *writer, const struct incident *incident)
{
    if (incident->dominant.part == PART_UNKNOWN)
        return;
    json_open_object(writer, "dominant");
    write_term(writer, "part", VOCABULARY_PART, (int)incident->dominant.part);
    json_put_natural(writer, "bytes", incident->dominant.bytes);
    if (incident->dominant.permille >= 0)
        json_put_decimal(writer, "share", incident->dominant.permille, 3);
    json_close(writer);
}

static void write_verdict(struct json_writer *writer, const struct incident *incident)
{
    write_term(writer, "kind", VOCABULARY_KIND, (int)incident->kind);
    write_term(writer, "class", VOCABULARY_CLASS, (int)incident->class_);
    write_also(writer, incident);
    write_term(writer, "scope", VOCABULARY_SCOPE, (int)incident->scope);
    write_term(writer, "limit", VOCABULARY_LIMIT, (int)incident->limit);
    write_term(writer, "charge_path", VOCABULARY_CHARGE_PATH, (int)incident->charge_path);
    if (incident->is_panic)
        json_put_flag(writer, "panic", true);
    if (incident->is_deadlocked)
        json_put_flag(writer, "deadlocked", true);
    write_dominant(writer, incident);
    if (incident->confidence != CONFIDENCE_UNKNOWN)
        write_term(writer, "confidence", VOCABULARY_CONFIDENCE, (int)incident->confidence);
    json_put_flag(writer, "complete", incident->is_complete);
    write_texts(writer, "missing", incident->missing, incident->missing_count);
    json_put_natural(writer, "suppressed", incident->suppressed);
    json_put_natural(writer, "dropped", incident->dropped);
}

static void write_report(struct json_writer *writer, const struct incident *incident)
{
    json_open_object(writer, "report");
    json_open_array(writer, "lines");
    for (size_t i = 0; i < record_line_words_count; i++)
        if (*(const bool *)((const char *)incident + record_line_words[i].offset))
            json_put_word(writer, NULL, record_line_words[i].word);
    json_close(writer);
    json_put_fields(writer, incident, &report_fields);
    json_close(writer);
}

/* ---- when and where */

/* RFC 3339 in UTC, with a fraction only where there is one. */
static void write_wall(struct json_writer *writer, int64_t wall_us)
{
    int64_t micros = ((wall_us % 1000000) + 1000000) % 1000000;
    time_t seconds = (time_t)((wall_us - micros) / 1000000);
    struct tm parts;
    char text[64];
    if (!gmtime_r(&seconds, &parts) || parts.tm_year + 1900 > 9999 || parts.tm_year + 1900 < 0)
        return;
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    if (micros)
        length += (size_t)snprintf(text + length, sizeof text - length, ".%06" PRId64, micros);
    snprintf(text + length, sizeof text - length, "Z");
    json_put_word(writer, "wall", text);
}

static void write_time(struct json_writer *writer, const char *key, const struct event_time *time)
{
    json_open_object(writer, key);
    if (time->has_monotonic)
        json_put_decimal(writer, "monotonic_s", time->monotonic_us, 6);
    if (time->has_wall)
        write_wall(writer, time->wall_us);
    if (time->wall_source != WALL_UNKNOWN)
        json_put_word(writer, "wall_source", record_wall_sources[time->wall_source]);
    json_put_text(writer, "printed", time->printed);
    json_close_unless_empty(writer);
}

static void write_source_parts(struct json_writer *writer, const struct incident *incident)
{
    json_open_array(writer, "parts");
    for (size_t i = 0; i < incident->source.parts_count; i++) {
        const struct source_part *part = &incident->source.parts[i];
        json_open_object(writer, NULL);
        json_put_text(writer, "path", part->path);
        json_put_integer(writer, "first_line", (int64_t)part->first_line);
        json_put_integer(writer, "first_byte", (int64_t)part->first_byte);
        json_close(writer);
    }
    json_close_unless_empty(writer);
}

static void write_source(struct json_writer *writer, const struct incident *incident)
{
    json_open_object(writer, "source");
    json_put_text(writer, "path", incident->source.path);
    json_put_word(writer, "kind", record_source_kinds[incident->source.kind]);
    json_put_word(writer, "provenance", record_provenances[incident->source.provenance]);
    if (incident->source.first_line) {
        json_put_integer(writer, "first_line", (int64_t)incident->source.first_line);
        json_put_integer(writer, "last_line", (int64_t)incident->source.last_line);
    }
    if (incident->source.end_byte) {
        json_put_integer(writer, "first_byte", (int64_t)incident->source.first_byte);
        json_put_integer(writer, "end_byte", (int64_t)incident->source.end_byte);
    }
    write_source_parts(writer, incident);
    json_close(writer);
}

static void write_machine(struct json_writer *writer, const struct incident *incident)
{
    json_put_fields(writer, incident, &machine_fields);
    write_time(writer, "time", &incident->time);
    write_source(writer, incident);
}

/* ---- who */

static void write_gfp(struct json_writer *writer, const struct trigger *trigger)
{
    char mask[24];
    snprintf(mask, sizeof mask, "0x%" PRIx64, (uint64_t)trigger->gfp_mask.value);
    if (trigger->gfp_mask.known)
        json_put_word(writer, "gfp_mask", mask);
    if (trigger->gfp_count)
        write_texts(writer, "gfp", trigger->gfp, trigger->gfp_count);
    if (trigger->gfp_count && trigger->gfp_is_decoded)
        json_put_flag(writer, "gfp_decoded", true);
}

/* Frames marked with '?' are stale words on the stack: no evidence. */
static void write_stack(struct json_writer *writer, const struct trigger *trigger)
{
    json_open_array(writer, "stack");
    for (size_t i = 0; i < trigger->stack_count; i++)
        if (trigger->stack[i].is_reliable)
            json_put_text(writer, NULL, trigger->stack[i].symbol);
    json_close_unless_empty(writer);
}

static void write_trigger(struct json_writer *writer, const struct trigger *trigger)
{
    json_open_object(writer, "trigger");
    json_put_fields(writer, trigger, &trigger_who_fields);
    write_gfp(writer, trigger);
    json_put_fields(writer, trigger, &trigger_what_fields);
    write_stack(writer, trigger);
    json_close_unless_empty(writer);
}

static void write_killed(struct json_writer *writer, const struct incident *incident)
{
    json_open_array(writer, "victims");
    for (size_t i = 0; i < incident->victims_count; i++) {
        json_open_object(writer, NULL);
        json_put_fields(writer, &incident->victims[i], &victim_fields);
        json_close(writer);
    }
    json_close(writer);
    json_put_fields(writer, incident, &killer_fields);
}

static void write_repeat(struct json_writer *writer, const struct repeat *repeat)
{
    if (!repeat->count.known)
        return;
    json_open_object(writer, "repeat");
    json_put_fields(writer, repeat, &repeat_fields);
    write_time(writer, "first", &repeat->first);
    json_close(writer);
}

/* ---- findings */

static void write_line(struct json_writer *writer, const struct incident *incident,
                       const struct report_line *line)
{
    struct line_place place = incident_place(incident, line->number);
    json_put_integer(writer, "line", (int64_t)line->number);
    if (incident->source.parts_count) {
        json_put_text(writer, "file", place.path);
        json_put_integer(writer, "file_line", (int64_t)place.number);
    }
    json_put_text(writer, "text", line->text);
}

static void write_quotes(struct json_writer *writer, const struct incident *incident)
{
    struct story_anchor anchors[STORY_ANCHORS_MAX];
    size_t count = story_anchors(incident, anchors);
    json_open_array(writer, "quotes");
    for (size_t i = 0; i < count; i++) {
        const struct report_line *line = incident_line(incident, anchors[i].line);
        if (!line)
            continue;
        json_open_object(writer, NULL);
        json_put_word(writer, "of", record_quote_roles[anchors[i].role]);
        if (anchors[i].role == QUOTE_ZONE || anchors[i].role == QUOTE_BLOCKS)
            json_put_integer(writer, "zone", (int64_t)anchors[i].zone);
        write_line(writer, incident, line);
        json_close(writer);
    }
    json_close_unless_empty(writer);
}

static void write_evidence(struct json_writer *writer, const struct incident *incident,
                           const struct evidence *evidence)
{
    const struct report_line *line = incident_line(incident, evidence->line);
    json_open_object(writer, NULL);
    json_put_text(writer, "fact", evidence->fact);
    if (evidence->amount.known)
        json_put_integer(writer, "value", evidence->amount.value);
    else
        json_put_text(writer, "value", evidence->value);
    if (line)
        write_line(writer, incident, line);
    json_close(writer);
}

static void write_findings(struct json_writer *writer, const struct incident *incident)
{
    json_open_array(writer, "findings");
    for (size_t i = 0; i < incident->findings_count; i++) {
        const struct finding *finding = &incident->findings[i];
        json_open_object(writer, NULL);
        json_put_text(writer, "rule", finding->rule);
        json_put_text(writer, "title", finding->title);
        json_put_text(writer, "text", finding->text);
        json_put_text(writer, "advice", finding->advice);
        json_put_integer(writer, "weight", finding->weight);
        json_open_array(writer, "evidence");
        for (size_t j = 0; j < finding->evidence_count; j++)
            write_evidence(writer, incident, &finding->evidence[j]);
        json_close(writer);
        json_close(writer);
    }
    json_close(writer);
}

char *render_json_record(const struct incident *incident, size_t *length)
{
    struct json_writer writer = {.arena = arena_create()};
    json_open_object(&writer, NULL);
    json_put_word(&writer, "schema", "whyoom.incident/1");
    json_put_word(&writer, "id", incident->id);
    if (incident->replaces[0])
        json_put_word(&writer, "replaces", incident->replaces);
    write_verdict(&writer, incident);
    write_report(&writer, incident);
    write_machine(&writer, incident);
    write_trigger(&writer, &incident->trigger);
    write_killed(&writer, incident);
    json_put_memory(&writer, incident);
    json_put_tasks(&writer, incident);
    json_put_dump(&writer, &incident->dump);
    json_put_object(&writer, "workload", &incident->workload, &workload_fields);
    write_repeat(&writer, &incident->repeat);
    json_put_text(&writer, "summary", incident->summary);
    write_findings(&writer, incident);
    write_quotes(&writer, incident);
    json_close(&writer);
    arena_destroy(writer.arena);
    *length = writer.length;
    return writer.data;
}

void render_json(FILE *out, const struct incident *incident)
{
    size_t length;
    char *record = render_json_record(incident, &length);
    fwrite(record, 1, length, out);
    fputc('\n', out);
    free(record);
}
