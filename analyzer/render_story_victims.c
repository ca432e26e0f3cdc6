/* Who asked for memory, who was killed for it, and why he was chosen. */
#include <inttypes.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/evidence.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum { NAMED_AT_MOST = 3 };

/* "java (pid 7093)"; what is not known is left out. */
static struct slice who(struct arena *arena, struct slice comm, struct amount pid)
{
    struct slice name = escape_text(arena, comm);
    if (!pid.known)
        return name;
    if (!name.length)
        return arena_format(arena, "pid %" PRId64, pid.value);
    return arena_format(arena, "%.*s (pid %" PRId64 ")", SLICE_ARG(name), pid.value);
}

/* ---- who asked */

static const char *const charge_words[CHARGE_PATH_COUNT] = {
    [CHARGE_UNKNOWN] = "",
    [CHARGE_ANON_FAULT] = "touching anonymous memory",
    [CHARGE_SWAP_IN] = "reading a page back from swap",
    [CHARGE_FILE_READ] = "reading a file",
    [CHARGE_FILE_FAULT] = "reading a mapped file",
    [CHARGE_FILE_WRITE] = "writing a file",
    [CHARGE_SHMEM_WRITE] = "writing to tmpfs",
    [CHARGE_SHMEM_FAULT] = "touching shared memory",
    [CHARGE_SLAB] = "a kernel object (slab)",
    [CHARGE_PAGE_TABLE] = "a page table",
    [CHARGE_KERNEL_STACK] = "a kernel stack (a new thread)",
    [CHARGE_SOCKET] = "socket buffers",
    [CHARGE_PIPE] = "a pipe's buffer",
    [CHARGE_PERCPU] = "per-cpu memory",
    [CHARGE_VMALLOC] = "vmalloc memory",
    [CHARGE_HUGETLB] = "a huge page",
    [CHARGE_EXEC] = "the arguments of a new program",
    [CHARGE_DRIVER] = "a driver's memory",
    [CHARGE_NONE] = "nothing was being allocated",
};

/* What becomes of the page, not where it may come from: the line quoted below has it. */
static bool is_of_the_page(struct slice flag)
{
    return slice_equal(flag, SLICE("__GFP_COMP")) || slice_equal(flag, SLICE("__GFP_ZERO"));
}

static struct slice gfp_words(struct arena *arena, const struct trigger *trigger)
{
    struct slice text = {0};
    for (size_t i = 0; i < trigger->gfp_count; i++)
        if (i == 0 || !is_of_the_page(trigger->gfp[i]))
            text = story_join(arena, text, "|", escape_text(arena, trigger->gfp[i]));
    if (text.length && trigger->gfp_is_decoded && trigger->gfp_mask.known)
        return arena_format(arena, "%.*s (printed as 0x%" PRIx64 ")", SLICE_ARG(text),
                            (uint64_t)trigger->gfp_mask.value);
    return text;
}

static struct slice asked_sentence(struct arena *arena, const struct incident *incident)
{
    const struct trigger *trigger = &incident->trigger;
    struct slice name = who(arena, trigger->comm, trigger->pid);
    if (!name.length)
        return name;
    const char *verb = incident->is_lockup ? "On that CPU:" : "Asked by";
    struct slice text = arena_format(arena, "%s %.*s", verb, SLICE_ARG(name));
    const char *path = charge_words[incident->charge_path];
    text = story_join(arena, text, ": ", slice_from_string(path));
    if (trigger->order.known && trigger->order.value > 0)
        text = story_join(arena, text, ", ",
                          arena_format(arena, "order %" PRId64, trigger->order.value));
    text = story_join(arena, text, ", ", gfp_words(arena, trigger));
    return arena_format(arena, "%.*s.", SLICE_ARG(text));
}

/* ---- who was killed */

/* "1.9 GiB anonymous, 16.0 MiB shared, 160.0 MiB file"; left out is what is known to be nothing,
 * and a share of the file pages and page tables that any process has. */
static struct slice holdings(struct arena *arena, const struct victim *victim)
{
    enum { FEW = 33 }; /* less than one in so many: 3 % */
    const struct {
        const char *name;
        struct amount bytes;
        bool has_any_process;
    } parts[] = {
        {"anonymous", victim->anon_rss, false},
        {"shared", victim->shmem_rss, false},
        {"file", victim->file_rss, true},
        {"of page tables", victim->pgtables, true},
        {"of memory", victim->anon_rss.known ? UNKNOWN : victim->rss, false},
    };
    struct slice text = {0};
    int64_t rss = amount_or(victim->rss, amount_or(victim->anon_rss, 0));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (amount_or(parts[i].bytes, 0) > (parts[i].has_any_process ? rss / FEW : 0))
            text = story_join(arena, text, ", ",
                              arena_format(arena, "%.*s %s",
                                           SLICE_ARG(bytes_print(arena, parts[i].bytes.value)),
                                           parts[i].name));
    return text;
}

static struct slice reaper_words(struct arena *arena, const struct victim *victim)
{
    /* the first reapers printed no shmem-rss */
    struct amount shared = amount_either(victim->reaped_shmem_rss, amount_of(0, 0));
    struct amount left =
        amount_add(amount_add(victim->reaped_anon_rss, victim->reaped_file_rss), shared);
    if (!left.known)
        return (struct slice){0};
    if (left.value == 0)
        return SLICE(" The reaper left nothing of it mapped.");
    return arena_format(arena, " The reaper left %.*s mapped.",
                        SLICE_ARG(bytes_print(arena, left.value)));
}

static struct slice killed_sentence(struct arena *arena, const struct incident *incident,
                                    const struct victim *victim)
{
    struct slice name = who(arena, victim->comm, victim->pid);
    if (!name.length && victim->unit.length && !incident->killer.length)
        return arena_format(arena, "A process of %.*s was killed by the kernel, as systemd says.",
                            SLICE_ARG(escape_text(arena, victim->unit)));
    if (!name.length)
        name = escape_text(arena, victim->unit.length ? victim->unit : victim->cgroup);
    if (!name.length)
        return name;
    if (victim->is_chosen && amount_or(evidence_is_only_chosen(incident), false))
        return arena_format(arena, "%.*s was to be killed, or a child of it in its stead.",
                            SLICE_ARG(name));
    struct slice failure = escape_text(arena, incident->killer_failure);
    struct slice text = arena_format(arena, "%.*s was %s", SLICE_ARG(name),
                                     failure.length ? "to be killed" : "killed");
    if (incident->killer.length)
        text = story_join(arena, text, " by ", escape_text(arena, incident->killer));
    text = story_join(arena, text, " with ", escape_text(arena, victim->signal));
    text = story_join(arena, text, ", in vain: ", failure);
    text = story_join(arena, text, "; it held ", holdings(arena, victim));
    return arena_format(arena, "%.*s.%.*s", SLICE_ARG(text),
                        SLICE_ARG(reaper_words(arena, victim)));
}

static struct slice group_sentence(struct arena *arena, const struct incident *incident)
{
    const struct totals *totals = &incident->totals;
    size_t killed = totals->victims.known ? (size_t)totals->victims.value : incident->victims_count;
    if (killed < 2)
        return (struct slice){0};
    struct slice text = arena_format(arena, "%zu processes were killed in all", killed);
    text = story_join(arena, text, ", the whole group ", escape_text(arena, incident->group_path));
    if (totals->victims_rss.known)
        text = arena_format(arena, "%.*s; together they held %.*s", SLICE_ARG(text),
                            SLICE_ARG(bytes_print(arena, totals->victims_rss.value)));
    return arena_format(arena, "%.*s.", SLICE_ARG(text));
}

static const char *const nobody_words[KIND_COUNT] = {
    [KIND_UNKNOWN] = "",
    [KIND_OOM_KILL] = "",
    [KIND_OOM_NO_KILL] = "Nobody was killed.",
    [KIND_ALLOC_FAILURE] = "Nobody was killed: the allocation failed and its caller was told.",
    [KIND_USERSPACE_KILL] = "",
    [KIND_CHARGE_STALL] = "Nobody was killed: the task waits or tries again.",
};

/* The summary names him, the line of his kill is lost. */
static bool is_chosen_alone(const struct incident *incident)
{
    return incident->kind == KIND_OOM_KILL && !incident->victims_count &&
           incident->chosen_pid.known;
}

static struct slice nobody_sentence(struct arena *arena, const struct incident *incident)
{
    if (incident->is_victim_spared)
        return arena_format(arena,
                            "Nobody was killed: %.*s goes on, for vm.would_have_oomkilled is set.",
                            SLICE_ARG(who(arena, incident->chosen_comm, incident->chosen_pid)));
    if (incident->is_panic && incident->is_no_killable)
        return SLICE("The machine panicked: there was no process that it may kill.");
    if (incident->is_panic)
        return SLICE("The machine panicked; nobody was killed.");
    if (incident->is_no_killable)
        return SLICE("Nobody was killed: there was no killable process.");
    if (incident->is_victim_exiting)
        return SLICE("Nobody was killed: the victim was already exiting.");
    if (is_chosen_alone(incident))
        return arena_format(arena, "%.*s was chosen; the line of its kill is not there.",
                            SLICE_ARG(who(arena, incident->chosen_comm, incident->chosen_pid)));
    if (incident->is_lockup)
        return SLICE("Nobody was killed: a CPU spins for a lock.");
    if (incident->killer_failure.length)
        return arena_format(arena, "Nobody is known to be dead: %.*s failed to kill.",
                            SLICE_ARG(escape_text(arena, incident->killer)));
    if (incident->trigger.stall_ms.known)
        return SLICE("Nobody was killed: the allocation is tried on.");
    return slice_from_string(nobody_words[incident->kind]);
}

/* ---- why he */

static struct slice adjustment_words(struct arena *arena, const struct victim *victim)
{
    if (!victim->oom_score_adj.known)
        return (struct slice){0};
    return arena_format(arena, "oom_score_adj %" PRId64, victim->oom_score_adj.value);
}

/* Why badness did not decide, where the report tells. */
static const char *choice_words(const struct incident *incident, const struct victim *victim)
{
    if (incident->is_oom_kill_allocating_task)
        return ", which did not count: vm.oom_kill_allocating_task takes who asks";
    if (slice_equal(victim->comm, SLICE("swapoff")))
        return ", which did not count: swapoff offers itself to be killed first";
    return "";
}

static struct slice rank_sentence(struct arena *arena, const struct incident *incident,
                                  const struct victim *victim)
{
    const struct ranking *ranking = &incident->ranking;
    struct slice adjustment = adjustment_words(arena, victim);
    bool is_plain = amount_or(ranking->position, 0) == 1 && amount_or(ranking->exempt, 0) == 0 &&
                    amount_or(victim->oom_score_adj, 0) == 0 && !choice_words(incident, victim)[0];
    if (!ranking->position.known || amount_or(ranking->candidates, 0) < 2 || is_plain)
        return adjustment.length && victim->oom_score_adj.value != 0
                   ? arena_format(arena, "Its oom_score_adj was %" PRId64 ".",
                                  victim->oom_score_adj.value)
                   : (struct slice){0};
    struct slice text = arena_format(arena, "By badness it ranked %" PRId64 " of %" PRId64,
                                     ranking->position.value, ranking->candidates.value);
    text = story_join(arena, text, " (", adjustment);
    text = arena_format(arena, "%.*s%s", SLICE_ARG(text), adjustment.length ? ")" : "");
    if (amount_or(ranking->exempt, 0) > 0)
        text = arena_format(arena, "%.*s; %" PRId64 " exempt from the kill", SLICE_ARG(text),
                            ranking->exempt.value);
    return arena_format(arena, "%.*s%s.", SLICE_ARG(text), choice_words(incident, victim));
}

/* Container ids have 64 digits; the first and last of them tell enough in a sentence. */
static struct slice component_name(struct arena *arena, struct slice path)
{
    return text_cut_middle(arena, escape_text(arena, slice_last_component(path)), 32);
}

/* incident->workload tells of the victim's cgroup. */
static struct slice place_name(struct arena *arena, const struct incident *incident,
                               struct slice path)
{
    enum { SHORT_ID = 12 };
    struct slice id = slice_take(incident->workload.container_id, SHORT_ID);
    if (!id.length)
        return component_name(arena, path);
    return arena_format(arena, "container %.*s", SLICE_ARG(escape_text(arena, id)));
}

/* The heading above the figures names whose limit it was; where there are none, this does. */
static struct slice owner_sentence(struct arena *arena, const struct incident *incident)
{
    struct story_counter counters[STORY_COUNTERS_MAX];
    struct slice owner = story_owner(arena, incident);
    if (!incident->memcg.path.length || !owner.length || story_counters(arena, incident, counters))
        return (struct slice){0};
    return arena_format(arena, "The limit is of %.*s.", SLICE_ARG(owner));
}

static struct slice place_sentence(struct arena *arena, const struct incident *incident,
                                   struct slice place)
{
    struct slice owner = incident->memcg.path;
    if (!place.length)
        place = incident->memcg.victim_path;
    if (owner.length && (!place.length || slice_equal(place, owner)))
        return owner_sentence(arena, incident);
    if (owner.length)
        return arena_format(arena, "It ran in %.*s; the limit is of %.*s.",
                            SLICE_ARG(component_name(arena, place)),
                            SLICE_ARG(component_name(arena, owner)));
    struct slice name = place_name(arena, incident, place);
    bool is_root = place.length < 2;
    if (incident->kind != KIND_OOM_KILL || is_root || !name.length)
        return (struct slice){0};
    return arena_format(arena, "It ran in %.*s.", SLICE_ARG(name));
}

/* ---- who else */

static bool is_larger(const struct task *a, const struct task *b)
{
    return a->rss.known && (!b || a->rss.value > b->rss.value);
}

/* The largest tasks by rss: one pass, the few found kept in order. */
static size_t largest_tasks(const struct incident *incident, const struct task *top[NAMED_AT_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *task = &incident->tasks[i];
        if (!is_larger(task, count == NAMED_AT_MOST ? top[NAMED_AT_MOST - 1] : NULL))
            continue;
        size_t at = count < NAMED_AT_MOST ? count++ : NAMED_AT_MOST - 1;
        for (; at > 0 && is_larger(task, top[at - 1]); at--)
            top[at] = top[at - 1];
        top[at] = task;
    }
    return count;
}

static struct slice largest_sentence(struct arena *arena, const struct incident *incident)
{
    const struct task *top[NAMED_AT_MOST];
    size_t count = largest_tasks(incident, top);
    struct slice text = {0};
    for (size_t i = 0; i < count; i++)
        text =
            story_join(arena, text, ", ",
                       arena_format(arena, "%.*s %.*s",
                                    SLICE_ARG(who(arena, top[i]->comm, amount_of(top[i]->pid, 0))),
                                    SLICE_ARG(bytes_print(arena, top[i]->rss.value))));
    uint64_t rows = incident->tasks_count + incident->tasks_unlisted;
    if (!text.length || rows < 2)
        return (struct slice){0};
    return arena_format(arena, "Largest of %" PRIu64 " tasks by rss: %.*s.", rows, SLICE_ARG(text));
}

struct story_list story_victims(struct arena *arena, const struct incident *incident)
{
    struct story_list list = {0};
    const struct victim *victim = incident_chosen(incident);
    if (victim) {
        struct slice text = killed_sentence(arena, incident, victim);
        text = story_join(arena, text, " ", rank_sentence(arena, incident, victim));
        text = story_join(arena, text, " ", place_sentence(arena, incident, victim->cgroup));
        story_add_at(arena, &list, text, victim->line);
        story_add(arena, &list, group_sentence(arena, incident));
    } else {
        bool is_chosen = incident->is_victim_spared || is_chosen_alone(incident);
        struct slice text = nobody_sentence(arena, incident);
        struct slice place = is_chosen_alone(incident)
                                 ? place_sentence(arena, incident, incident->memcg.victim_path)
                                 : owner_sentence(arena, incident);
        text = story_join(arena, text, " ", place);
        story_add_at(arena, &list, text, is_chosen ? incident->chosen_pid.line : 0);
    }
    story_add_at(arena, &list, asked_sentence(arena, incident), incident->trigger.line);
    story_add(arena, &list, largest_sentence(arena, incident));
    return list;
}
