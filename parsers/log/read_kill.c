/*
 * The decision: summary, choice, kill lines, group, reaper, and the ways in which nobody dies;
 * section 1.9 to 1.11. Kernel: mm/oom_kill.c __oom_kill_process(), oom_kill_process(),
 * out_of_memory(), oom_reap_task().
 */
#include "analyzer/limits.h"
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

struct victim *report_find_victim(const struct report *report, int64_t pid)
{
    const struct incident *incident = report->incident;
    if (incident->victims_count && amount_or(incident->victims[0].pid, -1) == pid)
        return &incident->victims[0]; /* most reports have no other */
    size_t place = pid_index_find(&report->victims, pid);
    return place > 0 && place < incident->victims_count ? &incident->victims[place] : NULL;
}

static struct victim *add_victim(struct report *report, int64_t pid, uint32_t line)
{
    struct incident *incident = report->incident;
    struct victim *victim =
        report_find_victim(report, pid); /* a group kill names its first victim twice */
    report->is_strong = true;
    if (victim || incident->victims_count >= LIMIT_VICTIMS)
        return victim;
    if (incident->victims_count)
        pid_index_add(incident->arena, &report->victims, pid, incident->victims_count);
    victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){.pid = amount_of(pid, line), .line = line};
    victim->is_chosen = incident->victims_count == 1;
    victim->is_group_kill = !victim->is_chosen && report->is_group;
    victim->cgroup = victim->is_group_kill ? incident->group_path : incident->memcg.victim_path;
    return victim;
}

/* Words that precede a decision, and what they say; the last fits kernels whose kill line is bare.
 */
static void read_message(struct report *report, struct slice text, struct slice *ret)
{
    struct slice message = slice_take(text, slice_find(text, SLICE(": Kill")));
    if (message.length == text.length)
        message = slice_take(text, slice_find(text, SLICE(": kill")));
    if (message.length == text.length)
        return;
    *ret = decision_words(message);
    if (slice_contains(message, SLICE("oom_kill_allocating_task")))
        report->incident->is_oom_kill_allocating_task = true;
}

/* The pid and the name behind "Killed process " or "Kill process "; the name ends at the last
 * parenthesis before @p rest. */
static bool read_process(struct slice text, int64_t *pid, struct slice *comm, struct slice *rest)
{
    size_t kill = slice_find(text, SLICE("ill process "));
    size_t killed = slice_find(text, SLICE("illed process "));
    size_t at = kill < killed ? kill + sizeof "ill process " - 1 /* the name may hold the other */
                              : killed + sizeof "illed process " - 1;
    struct slice tail = slice_skip(text, kill == killed ? text.length : at); /* both: not found */
    if (!slice_take_number(&tail, pid))
        return false;
    static const struct slice ends[] = {SLICE_INIT(") total-vm:"), SLICE_INIT("), UID "),
                                        SLICE_INIT(") score "), SLICE_INIT(") vsz:"),
                                        SLICE_INIT(")")};
    size_t open = slice_find_byte(tail, '(');
    struct slice name = slice_skip(tail, open == SLICE_NOT_FOUND ? tail.length : open + 1);
    size_t end = SLICE_NOT_FOUND;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && end == SLICE_NOT_FOUND; i++)
        end = slice_find_last(name, ends[i]);
    *comm = slice_take(name, end);
    *rest = slice_skip(name, end == SLICE_NOT_FOUND ? 0 : end + 1);
    if (open == SLICE_NOT_FOUND) /* retold without a name: "process 1044797 total-vm:944314492kB" */
        *rest = tail;
    if (end == SLICE_NOT_FOUND)
        *comm = slice_take(*comm, 15); /* a newline in the name or a cut line: the kernel's limit */
    else if (slice_starts(
                 tail,
                 SLICE(", UID "))) /* RHEL 6: "Killed process 40738, UID 27, (mysqld) total-vm" */
        *rest = tail;
    return true;
}

/* "Out of memory: Kill process 1046 (apache2) sc": the rest of the words is cut off. */
static bool is_choice_cut(struct slice text)
{
    struct slice end = SLICE(") score ");
    size_t close = slice_find_last(text, SLICE(")"));
    struct slice tail = slice_skip(text, close == SLICE_NOT_FOUND ? text.length : close);
    return tail.length > 1 && slice_starts(end, tail) &&
           (slice_contains(text, SLICE("emory: Kill process ")) ||
            slice_contains(text, SLICE("emory: kill process ")));
}

bool is_choice_line(struct slice text)
{
    return (slice_contains(text, SLICE(") score ")) || is_choice_cut(text)) &&
           (slice_contains(text, SLICE("Kill process ")) ||
            slice_contains(text, SLICE("kill process ")));
}

void read_choice(struct report *report, struct slice text, uint32_t line)
{
    int64_t pid;
    struct slice comm, rest;
    if (!read_process(text, &pid, &comm, &rest))
        return;
    struct victim *victim = add_victim(report, pid, line);
    if (!victim)
        return;
    victim->comm = comm_of(comm);
    victim->score = keyvalue_find(rest, SLICE("score "), 1, line);
    read_message(report, text, &victim->message);
    report->expects_kill = true;
}

bool is_kill_line(struct slice text)
{
    size_t at = slice_find(text, SLICE("Killed process "));
    struct slice rest =
        slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + sizeof "Killed process " - 1);
    int64_t pid;
    return slice_take_number(&rest, &pid) && rest.length &&
           (rest.data[0] == ' ' || rest.data[0] == ',');
}

int64_t kill_line_pid(struct slice text)
{
    int64_t pid;
    struct slice comm, rest;
    return read_process(text, &pid, &comm, &rest) ? pid : -1;
}

/* Up to 5.0 the parent is chosen and a child may die in its place: then the choice is no victim,
 * but the words before it ("Memory cgroup out of memory") hold. */
static void replace_spared_choice(struct report *report, int64_t pid, uint32_t line)
{
    struct incident *incident = report->incident;
    struct victim *choice = incident->victims;
    if (!report->expects_kill || incident->has_kill_line || incident->victims_count != 1 ||
        choice->pid.value == pid)
        return;
    *choice = (struct victim){.pid = amount_of(pid, line),
                              .message = choice->message,
                              .cgroup = choice->cgroup,
                              .is_chosen = true};
}

static void read_sizes(struct victim *victim, struct slice rest, uint32_t line)
{
    victim->total_vm = amount_either(keyvalue_kib(rest, SLICE("total-vm:"), line),
                                     keyvalue_kib(rest, SLICE("vsz:"), line));
    victim->anon_rss = keyvalue_kib(rest, SLICE("anon-rss:"), line);
    victim->file_rss = keyvalue_kib(rest, SLICE("file-rss:"), line);
    victim->shmem_rss = keyvalue_kib(rest, SLICE("shmem-rss:"), line);
    victim->pgtables = keyvalue_kib(rest, SLICE("pgtables:"), line);
    victim->oom_score_adj = keyvalue_find(rest, SLICE("oom_score_adj:"), 1, line);
    victim->uid = amount_either(keyvalue_find(rest, SLICE("UID:"), 1, line),
                                keyvalue_find(rest, SLICE("UID "), 1, line));
}

void read_kill(struct report *report, struct slice text, uint32_t line)
{
    int64_t pid;
    struct slice comm, rest;
    if (!read_process(text, &pid, &comm, &rest))
        return;
    replace_spared_choice(report, pid, line);
    report->incident->has_kill_line = true;
    report->is_done = true;
    if (report->incident->group_path.length == 0)
        report->expects_kill = false;
    struct victim *victim = add_victim(report, pid, line);
    if (!victim || victim->total_vm.known)
        return;
    victim->line = line;
    victim->comm = comm_of(comm);
    read_message(report, text, &victim->message);
    read_sizes(victim, rest, line);
}

/* What a wrapped kill line goes on with. */
void read_kill_sizes(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    struct victim *victim =
        incident->victims_count ? &incident->victims[incident->victims_count - 1] : NULL;
    if (!victim || !incident->has_kill_line)
        return;
    if (slice_starts(text, SLICE("total-vm:")) && !victim->total_vm.known)
        read_sizes(victim, text, line);
    else if (!victim->oom_score_adj.known)
        victim->oom_score_adj = keyvalue_find(text, SLICE("oom_score_adj:"), 1, line);
}

/* "Out of memory in UB 1234: OOM killed process 7 (a) score 0 vm:9kB, rss:8kB, swap:0kB": a user
 * beancounter is a container's account. */
void read_beancounter_kill(struct report *report, struct slice text, uint32_t line)
{
    int64_t pid;
    struct slice comm, rest;
    if (!read_process(text, &pid, &comm, &rest))
        return;
    report->incident->has_kill_line = report->is_done = true;
    struct victim *victim = add_victim(report, pid, line);
    if (!victim)
        return;
    victim->line = line;
    victim->comm = comm_of(comm);
    victim->message = slice_take(text, slice_find(text, SLICE(": OOM killed process ")));
    victim->score = keyvalue_find(rest, SLICE("score "), 1, line);
    victim->total_vm = keyvalue_kib(rest, SLICE(" vm:"), line);
    victim->rss = keyvalue_kib(rest, SLICE(" rss:"), line);
}

void read_shared_mm(struct report *report, struct slice text, uint32_t line)
{
    int64_t pid;
    struct slice comm, rest;
    if (!read_process(text, &pid, &comm, &rest))
        return;
    struct victim *victim = add_victim(report, pid, line);
    if (victim)
        victim->comm = comm_of(comm);
}

void read_group_kill(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    struct slice path = slice_skip(text, sizeof "Tasks in" - 1);
    report->incident->group_path =
        slice_trim(slice_take(path, slice_find(path, SLICE(" are going to be killed"))));
    report->expects_kill = report->is_group = true;
}

/* ",task=java,pid=7134,uid=1000": nothing where the line breaks off before its end. */
static void read_chosen(struct incident *incident, struct slice tail, uint32_t line)
{
    size_t pid = slice_find_last(tail, SLICE(",pid="));
    if (pid == SLICE_NOT_FOUND)
        return;
    incident->chosen_comm = comm_of(slice_skip(slice_take(tail, pid), sizeof ",task=" - 1));
    incident->chosen_pid = keyvalue_find(slice_skip(tail, pid), SLICE(",pid="), 1, line);
}

/* Parsed from the right, because cgroup paths may hold anything but a newline; section 10, 8. */
void read_summary(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    struct memcg *memcg = &incident->memcg;
    size_t task_memcg = slice_find_last(text, SLICE(",task_memcg="));
    struct slice head = slice_take(text, task_memcg);
    report->is_strong = incident->has_summary = true;
    incident->constraint = keyvalue_text(head, SLICE("constraint="), ',');
    incident->says_global_oom = slice_contains(head, SLICE(",global_oom"));
    read_nodemask(report, head);
    read_cpuset(report, head, line);
    size_t oom_memcg = slice_find(head, SLICE(",oom_memcg="));
    if (oom_memcg != SLICE_NOT_FOUND) {
        memcg->is_present = true;
        memcg->path = slice_skip(head, oom_memcg + sizeof ",oom_memcg=" - 1);
    }
    size_t task =
        slice_find_last(slice_take(text, slice_find_last(text, SLICE(",pid="))), SLICE(",task="));
    if (task_memcg != SLICE_NOT_FOUND)
        memcg->victim_path =
            slice_skip(slice_take(text, task), task_memcg + sizeof ",task_memcg=" - 1);
    read_chosen(incident, slice_skip(text, task), line);
}

void read_reaper(struct report *report, struct slice text, uint32_t line)
{
    int64_t pid;
    size_t at = slice_find(text, SLICE("reaped process "));
    struct slice tail =
        slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + sizeof "reaped process " - 1);
    if (!slice_take_number(&tail, &pid))
        return;
    struct victim *victim = report_find_victim(report, pid);
    if (!victim)
        return;
    victim->reaped_anon_rss = keyvalue_kib(tail, SLICE("anon-rss:"), line);
    victim->reaped_file_rss = keyvalue_kib(tail, SLICE("file-rss:"), line);
    victim->reaped_shmem_rss = keyvalue_kib(tail, SLICE("shmem-rss:"), line);
}

void read_no_killable(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->is_strong = report->is_done = true;
    report->incident->is_no_killable = true;
    if (slice_contains(text, SLICE("Kernel panic")))
        report->incident->is_panic = true;
}

void read_deadlocked(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->is_strong = report->is_done = true;
    report->incident->is_deadlocked = true;
    if (slice_contains(text, SLICE("Kernel panic")))
        report->incident->is_panic = true;
}

void read_panic(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    report->is_strong = report->is_done = true;
    report->incident->is_panic = true;
}

void read_ignored_request(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    report->is_strong = report->is_done = true;
    report->incident->is_no_killable = true;
}

/* "Would have killed process 1240 (java). But continuing instead.": who was chosen is no victim. */
void read_spared_victim(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    int64_t pid;
    struct slice comm, rest;
    if (!read_process(text, &pid, &comm, &rest))
        return;
    report->is_strong = report->is_done = incident->is_victim_spared = true;
    report->expects_kill = false;
    incident->chosen_comm = comm_of(comm);
    incident->chosen_pid = amount_of(pid, line);
    if (incident->victims_count)
        incident->spared_message = incident->victims[0].message;
    incident->victims_count = 0;
}

/* "OOM victim %d (%s) is already exiting. Skip killing the task": the decision was made, no kill
 * line follows. */
void read_exiting_victim(struct report *report, struct slice text, uint32_t line)
{
    size_t at = slice_find(text, SLICE("OOM victim "));
    struct slice tail =
        slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + sizeof "OOM victim " - 1);
    int64_t pid;
    (void)line;
    report->is_strong = report->is_done = true;
    report->incident->is_victim_exiting = slice_take_number(&tail, &pid);
}
