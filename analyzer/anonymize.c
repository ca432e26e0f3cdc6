#include "analyzer/anonymize.h"

#include "analyzer/anonymize_line.h"
#include "analyzer/incident_identity.h"

struct anonymizer {
    struct pseudonyms names;
    struct secrets *secrets; /* what was replaced in the facts, to find it in the lines */
};

typedef struct slice pseudonym_maker(const struct pseudonyms *names, struct slice text);

static struct slice make_host(const struct pseudonyms *names, struct slice text)
{
    return incident_is_host_name(text) ? pseudonym_of(names, "host", text) : text;
}

static struct slice make_boot(const struct pseudonyms *names, struct slice text)
{
    return pseudonym_of(names, "boot", text);
}

static struct slice make_input(const struct pseudonyms *names, struct slice text)
{
    return slice_equal(text, SLICE("-")) ? text : pseudonym_of(names, "input", text);
}

static void replace(struct anonymizer *anonymizer, struct slice *text, pseudonym_maker *make)
{
    struct slice pseudonym = make(&anonymizer->names, *text);
    secrets_add(anonymizer->secrets, *text, pseudonym);
    *text = pseudonym;
}

static void replace_number(const struct anonymizer *anonymizer, struct amount *number)
{
    if (number->known)
        number->value = pseudonym_number(&anonymizer->names, number->value);
}

/* What a dump's structures show beside the report. */
static void replace_dump(struct anonymizer *anonymizer, struct dump *dump)
{
    struct slice *const paths[] = {&dump->owner.path,          &dump->cgroups.largest,
                                   &dump->dying.largest,       &dump->protected_.largest,
                                   &dump->swapped.largest,     &dump->shmem.largest,
                                   &dump->slab_owners.largest, &dump->huge.largest,
                                   &dump->shmem_memcg,         &dump->charge_memcg};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        replace(anonymizer, paths[i], pseudonym_path);
}

/* Its own words hold names of any kind, as a line does. */
static void scrub(const struct anonymizer *anonymizer, struct slice *text)
{
    if (text->length)
        *text = secrets_remove(anonymizer->secrets, *text);
}

/* "web1" is as telling as "web1.example.org". */
static void replace_host(struct anonymizer *anonymizer, struct incident *incident)
{
    struct slice full = incident->host;
    replace(anonymizer, &incident->host, make_host);
    if (incident_is_host_name(full))
        secrets_add(anonymizer->secrets, slice_take(full, slice_find_byte(full, '.')),
                    incident->host);
    replace(anonymizer, &incident->boot, make_boot);
    replace(anonymizer, &incident->source.path, make_input);
    for (size_t i = 0; i < incident->source.parts_count; i++)
        replace(anonymizer, &incident->source.parts[i].path, make_input);
    secrets_add(anonymizer->secrets, incident->hardware, SLICE("[removed]"));
    incident->hardware = (struct slice){0};
}

static void replace_trigger(struct anonymizer *anonymizer, struct trigger *trigger)
{
    replace(anonymizer, &trigger->comm, pseudonym_comm);
    replace(anonymizer, &trigger->cpuset, pseudonym_path);
    replace(anonymizer, &trigger->cgroup, pseudonym_path);
    replace_number(anonymizer, &trigger->pid);
    replace_number(anonymizer, &trigger->uid);
}

static void replace_victims(struct anonymizer *anonymizer, struct incident *incident)
{
    for (size_t i = 0; i < incident->victims_count; i++) {
        struct victim *victim = &incident->victims[i];
        replace(anonymizer, &victim->comm, pseudonym_comm);
        replace(anonymizer, &victim->cgroup, pseudonym_path);
        replace(anonymizer, &victim->unit, pseudonym_path);
        replace_number(anonymizer, &victim->pid);
        replace_number(anonymizer, &victim->uid);
    }
}

static void replace_tasks(struct anonymizer *anonymizer, struct incident *incident)
{
    const struct pseudonyms *names = &anonymizer->names;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        struct task *task = &incident->tasks[i];
        replace(anonymizer, &task->comm, pseudonym_comm);
        task->pid = pseudonym_number(names, task->pid);
        task->tgid = pseudonym_number(names, task->tgid);
        task->uid = pseudonym_number(names, task->uid);
    }
    incident->totals.same_comm = pseudonym_comm(names, incident->totals.same_comm);
}

static void replace_cgroups(struct anonymizer *anonymizer, struct incident *incident)
{
    struct memcg *memcg = &incident->memcg;
    replace(anonymizer, &memcg->path, pseudonym_path);
    replace(anonymizer, &memcg->victim_path, pseudonym_path);
    replace(anonymizer, &incident->group_path, pseudonym_path);
    replace(anonymizer, &incident->chosen_comm, pseudonym_comm);
    replace_number(anonymizer, &incident->chosen_pid);
    for (size_t i = 0; i < memcg->children_count; i++)
        replace(anonymizer, &memcg->children[i].path, pseudonym_path);
}

static void replace_workload(struct anonymizer *anonymizer, struct workload *workload)
{
    replace(anonymizer, &workload->pod_uid, pseudonym_id);
    replace(anonymizer, &workload->container_id, pseudonym_id);
    replace(anonymizer, &workload->unit, pseudonym_component);
    replace(anonymizer, &workload->job, pseudonym_component);
    replace(anonymizer, &workload->name, pseudonym_component);
}

static void scrub_texts(struct anonymizer *anonymizer, struct incident *incident)
{
    scrub(anonymizer, &incident->killer_reason);
    scrub(anonymizer, &incident->killer_failure);
    scrub(anonymizer, &incident->failure_cache);
    scrub(anonymizer, &incident->trigger.workqueue);
    scrub(anonymizer, &incident->dump.slabs.largest);
    for (size_t i = 0; i < incident->victims_count; i++)
        scrub(anonymizer, &incident->victims[i].message);
    for (size_t i = 0; i < incident->slab_caches_count; i++)
        scrub(anonymizer, &incident->slab_caches[i].name);
    for (size_t i = 0; i < incident->lines_count; i++)
        scrub(anonymizer, &incident->lines[i].text);
}

void incident_anonymize(struct incident *incident, const char *salt)
{
    struct anonymizer anonymizer = {.names = pseudonyms_of(incident->arena, salt)};
    anonymizer.secrets = secrets_create(&anonymizer.names);
    replace_host(&anonymizer, incident);
    replace_trigger(&anonymizer, &incident->trigger);
    replace_victims(&anonymizer, incident);
    replace_tasks(&anonymizer, incident);
    replace_cgroups(&anonymizer, incident);
    replace_workload(&anonymizer, &incident->workload);
    replace_dump(&anonymizer, &incident->dump);
    scrub_texts(&anonymizer, incident);
    secrets_destroy(anonymizer.secrets);
    incident_identify(incident);
}
