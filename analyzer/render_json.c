/* The record: keys and their order are those of docs/incident.schema.json. */
#define _GNU_SOURCE /* gmtime_r */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/render.h"
#include "analyzer/render_json_memory.h"

enum { TASKS_MAX = 20 };

/* A key and where its size stands in the struct that is written. */
struct size_key {
    const char *key;
    size_t offset;
};

static void write_sizes(struct json_writer *writer, const void *record, const struct size_key *keys,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_put_natural(writer, keys[i].key,
                         *(const struct amount *)((const char *)record + keys[i].offset));
}

#define WRITE_SIZES(writer, record, keys) \
    write_sizes(writer, record, keys, sizeof(keys) / sizeof *(keys))

static void write_texts(struct json_writer *writer, const char *key, const struct slice *texts,
                        size_t count)
{
    json_open_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_put_text(writer, NULL, texts[i]);
    json_close(writer);
}

/* ---- verdict
 * ------------------------------------------------------------------------------------ */

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

/* ---- when and where
 * ----------------------------------------------------------------------------- */

static const char *const wall_sources[] = {
    [WALL_UNKNOWN] = NULL,      [WALL_SYSLOG] = "syslog",       [WALL_JOURNAL] = "journal",
    [WALL_DMESG_T] = "dmesg-T", [WALL_CRASHTIME] = "crashtime",
};
static const char *const source_kinds[] = {
    [SOURCE_LOG] = "log", [SOURCE_JOURNAL] = "journal", [SOURCE_VMCORE] = "vmcore"};
static const char *const provenances[] = {
    [PROVENANCE_FILE] = "file",
    [PROVENANCE_KERNEL] = "kernel",
    [PROVENANCE_CONTAINER] = "container",
    [PROVENANCE_USER] = "user",
};

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

static void write_time(struct json_writer *writer, const struct event_time *time)
{
    json_open_object(writer, "time");
    if (time->has_monotonic)
        json_put_decimal(writer, "monotonic_s", time->monotonic_us, 6);
    if (time->has_wall)
        write_wall(writer, time->wall_us);
    if (time->wall_source != WALL_UNKNOWN)
        json_put_word(writer, "wall_source", wall_sources[time->wall_source]);
    json_put_text(writer, "printed", time->printed);
    json_close_unless_empty(writer);
}

static void write_source(struct json_writer *writer, const struct incident *incident)
{
    json_open_object(writer, "source");
    json_put_text(writer, "path", incident->source.path);
    json_put_word(writer, "kind", source_kinds[incident->source.kind]);
    json_put_word(writer, "provenance", provenances[incident->source.provenance]);
    if (incident->source.first_line) {
        json_put_integer(writer, "first_line", (int64_t)incident->source.first_line);
        json_put_integer(writer, "last_line", (int64_t)incident->source.last_line);
    }
    if (incident->source.end_byte) {
        json_put_integer(writer, "first_byte", (int64_t)incident->source.first_byte);
        json_put_integer(writer, "end_byte", (int64_t)incident->source.end_byte);
    }
    json_close(writer);
}

static void write_machine(struct json_writer *writer, const struct incident *incident)
{
    json_put_text(writer, "host", incident->host);
    json_put_text(writer, "boot", incident->boot);
    json_put_text(writer, "kernel", incident->kernel);
    json_put_text(writer, "arch", incident->arch);
    json_put_natural(writer, "page_size", incident->page_size);
    json_put_text(writer, "hardware", incident->hardware);
    write_time(writer, &incident->time);
    write_source(writer, incident);
}

/* ---- who
 * ---------------------------------------------------------------------------------------- */

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
    json_put_text(writer, "comm", trigger->comm);
    json_put_natural(writer, "pid", trigger->pid);
    json_put_natural(writer, "uid", trigger->uid);
    json_put_natural(writer, "cpu", trigger->cpu);
    write_gfp(writer, trigger);
    json_put_amount(writer, "order", trigger->order);
    json_put_amount(writer, "oom_score_adj", trigger->oom_score_adj);
    json_put_amount(writer, "oom_adj", trigger->oom_adj);
    json_put_text(writer, "cgroup", trigger->cgroup);
    json_put_text(writer, "cpuset", trigger->cpuset);
    json_put_text(writer, "mems_allowed", trigger->mems_allowed);
    json_put_text(writer, "nodemask", trigger->nodemask);
    json_put_text(writer, "workqueue", trigger->workqueue);
    json_put_text(writer, "syscall", trigger->syscall);
    write_stack(writer, trigger);
    json_close_unless_empty(writer);
}

static void write_victim(struct json_writer *writer, const struct victim *victim)
{
    static const struct size_key keys[] = {
        {"total_vm_bytes", offsetof(struct victim, total_vm)},
        {"rss_bytes", offsetof(struct victim, rss)},
        {"anon_rss_bytes", offsetof(struct victim, anon_rss)},
        {"file_rss_bytes", offsetof(struct victim, file_rss)},
        {"shmem_rss_bytes", offsetof(struct victim, shmem_rss)},
        {"pgtables_bytes", offsetof(struct victim, pgtables)},
        {"reaped_anon_rss_bytes", offsetof(struct victim, reaped_anon_rss)},
        {"reaped_file_rss_bytes", offsetof(struct victim, reaped_file_rss)},
        {"reaped_shmem_rss_bytes", offsetof(struct victim, reaped_shmem_rss)},
    };
    json_open_object(writer, NULL);
    json_put_natural(writer, "pid", victim->pid);
    json_put_text(writer, "comm", victim->comm);
    json_put_natural(writer, "uid", victim->uid);
    json_put_text(writer, "cgroup", victim->cgroup);
    json_put_text(writer, "unit", victim->unit);
    json_put_text(writer, "signal", victim->signal);
    WRITE_SIZES(writer, victim, keys);
    json_put_amount(writer, "oom_score_adj", victim->oom_score_adj);
    json_put_amount(writer, "score", victim->score);
    json_put_flag(writer, "group_kill", victim->is_group_kill);
    json_close(writer);
}

static void write_killed(struct json_writer *writer, const struct incident *incident)
{
    json_open_array(writer, "victims");
    for (size_t i = 0; i < incident->victims_count; i++)
        write_victim(writer, &incident->victims[i]);
    json_close(writer);
    json_put_text(writer, "group", incident->group_path);
    json_put_text(writer, "killer", incident->killer);
    json_put_text(writer, "killer_reason", incident->killer_reason);
}

static int64_t task_size(const struct task *task)
{
    return amount_or(amount_add(task->rss, amount_either(task->swap, amount_of(0, 0))), 0);
}

struct ranked_task {
    int64_t size;
    const struct task *task;
};

/* The largest by rss + swap; one pass, so that thirty thousand tasks cost no sort. */
static size_t largest_tasks(const struct incident *incident, struct ranked_task top[TASKS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        int64_t size = task_size(&incident->tasks[i]);
        if (count == TASKS_MAX && size <= top[TASKS_MAX - 1].size)
            continue;
        size_t at = count < TASKS_MAX ? count++ : TASKS_MAX - 1;
        for (; at > 0 && top[at - 1].size < size; at--)
            top[at] = top[at - 1];
        top[at] = (struct ranked_task){size, &incident->tasks[i]};
    }
    return count;
}

static void write_task(struct json_writer *writer, const struct task *task)
{
    static const struct size_key keys[] = {
        {"total_vm_bytes", offsetof(struct task, total_vm)},
        {"rss_bytes", offsetof(struct task, rss)},
        {"anon_rss_bytes", offsetof(struct task, rss_anon)},
        {"file_rss_bytes", offsetof(struct task, rss_file)},
        {"shmem_rss_bytes", offsetof(struct task, rss_shmem)},
        {"swap_bytes", offsetof(struct task, swap)},
        {"pgtables_bytes", offsetof(struct task, pgtables)},
    };
    json_open_object(writer, NULL);
    json_put_natural(writer, "pid", amount_of(task->pid, 0));
    json_put_text(writer, "comm", task->comm);
    json_put_natural(writer, "uid", amount_of(task->uid, 0));
    json_put_amount(writer, "oom_score_adj", task->oom_score_adj);
    json_put_amount(writer, "oom_adj", task->oom_adj);
    WRITE_SIZES(writer, task, keys);
    json_close(writer);
}

static void write_tasks(struct json_writer *writer, const struct incident *incident)
{
    struct ranked_task top[TASKS_MAX];
    if (!incident->tasks_count)
        return;
    size_t count = largest_tasks(incident, top);
    json_put_integer(writer, "tasks_total", (int64_t)incident->tasks_count);
    json_open_array(writer, "tasks");
    for (size_t i = 0; i < count; i++)
        write_task(writer, top[i].task);
    json_close(writer);
}

static void write_workload(struct json_writer *writer, const struct workload *workload)
{
    json_open_object(writer, "workload");
    json_put_text(writer, "manager", workload->manager);
    json_put_text(writer, "pod_uid", workload->pod_uid);
    json_put_text(writer, "container_id", workload->container_id);
    json_put_text(writer, "qos", workload->qos);
    json_put_text(writer, "unit", workload->unit);
    json_put_text(writer, "runtime", workload->runtime);
    json_put_text(writer, "job", workload->job);
    json_put_text(writer, "name", workload->name);
    json_close_unless_empty(writer);
}

/* ---- findings
 * ----------------------------------------------------------------------------------- */

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
    if (line) {
        json_put_integer(writer, "line", (int64_t)line->number);
        json_put_text(writer, "text", line->text);
    }
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

void render_json(FILE *out, const struct incident *incident)
{
    struct json_writer writer = {.arena = arena_create()};
    json_open_object(&writer, NULL);
    json_put_word(&writer, "schema", "whyoom.incident/1");
    json_put_word(&writer, "id", incident->id);
    write_verdict(&writer, incident);
    write_machine(&writer, incident);
    write_trigger(&writer, &incident->trigger);
    write_killed(&writer, incident);
    json_put_memory(&writer, incident);
    write_tasks(&writer, incident);
    write_workload(&writer, &incident->workload);
    json_put_text(&writer, "summary", incident->summary);
    write_findings(&writer, incident);
    json_close(&writer);
    fwrite(writer.data, 1, writer.length, out);
    fputc('\n', out);
    free(writer.data);
    arena_destroy(writer.arena);
}
