/*
 * Killers outside the kernel's OOM code: systemd-oomd, earlyoom, Meta's oomd, Talos, Android's lmkd
 * and lowmemorykiller; and who tells of the kernel's kills: kubelet and systemd's PID 1;
 * section 4.3 of the formats. One line is one decision; earlyoom says in further ones what became
 * of it.
 */
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

static struct victim *begin(struct report *report, struct slice killer, struct slice reason,
                            uint32_t line)
{
    struct incident *incident = report->incident;
    report->is_strong = report->is_done = true;
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = killer;
    incident->killer_reason = reason;
    incident->has_kill_line = true;
    if (incident->victims_count) /* SIGKILL after SIGTERM: the same decision, harder */
        return &incident->victims[0];
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){.line = line, .is_chosen = true};
    return victim;
}

static const struct slice due_to_memory = SLICE_INIT(" due to memory ");

/* The pager of journalctl cuts long lines, and puts '>' for the rest. */
static bool is_cut_by_pager(struct slice text)
{
    return slice_ends(text, SLICE(">"));
}

/* "Killed /user.slice/... due to memory pressure for /user.slice being 61.44% > 50.00% for > 20s
 * with reclaim activity" */
bool is_oomd_kill(struct slice text)
{
    size_t at = slice_find(text, due_to_memory);
    struct slice cause = slice_skip(text, at + due_to_memory.length);
    return slice_starts(cause, SLICE("pressure for ")) || slice_starts(cause, SLICE("used (")) ||
           (is_cut_by_pager(text) && cause.length &&
            (cause.data[0] == 'p' || cause.data[0] == 'u'));
}

/* Of a line that the pager cut, what is whole: "due to memory pressure for /user.slice". */
static struct slice oomd_reason(struct slice text)
{
    static const struct slice pressure = SLICE_INIT("due to memory pressure"),
                              of = SLICE_INIT(" for "), used = SLICE_INIT("due to memory used");
    struct slice reason = slice_skip(text, slice_find(text, due_to_memory) + 1);
    if (!is_cut_by_pager(text))
        return reason;
    if (!slice_starts(reason, slice_take(pressure, sizeof "due to memory p" - 1)))
        return used;
    struct slice path = slice_skip(reason, pressure.length + of.length);
    size_t end = slice_find_byte(path, ' ');
    return end == SLICE_NOT_FOUND ? pressure
                                  : slice_take(reason, pressure.length + of.length + end);
}

/* "memory used (15900) / total (16600) and swap used (7800) / total (8500)": bytes; memory used is
 * what is not available. */
static void read_oomd_figures(struct incident *incident, struct slice reason, uint32_t line)
{
    static const struct slice of = SLICE_INIT("/ total (");
    size_t swap = slice_find(reason, SLICE(" and swap used ("));
    struct slice memory = slice_take(reason, swap), rest = slice_skip(reason, swap);
    struct amount memory_used = keyvalue_find(memory, SLICE("memory used ("), 1, line);
    struct amount swap_used = keyvalue_find(rest, SLICE("swap used ("), 1, line);
    incident->killer_total = keyvalue_find(memory, of, 1, line);
    incident->killer_available =
        amount_at_least(amount_subtract(incident->killer_total, memory_used), 0);
    incident->host_memory.swap_total = keyvalue_find(rest, of, 1, line);
    incident->host_memory.swap_free =
        amount_at_least(amount_subtract(incident->host_memory.swap_total, swap_used), 0);
}

void read_oomd_kill(struct report *report, struct slice text, uint32_t line)
{
    size_t at = slice_find(text, due_to_memory);
    struct slice unit = slice_skip(slice_take(text, at), sizeof "Killed " - 1); /* or "Marked " */
    struct slice reason = oomd_reason(text);
    unit = slice_take(unit, slice_find(unit, SLICE(" for killing")));
    struct victim *victim = begin(report, SLICE("systemd-oomd"), reason, line);
    victim->unit = victim->cgroup = unit;
    read_oomd_figures(report->incident, reason, line);
}

/* "app.service: systemd-oomd killed 3 process(es) in this unit.": PID 1 saw it. */
bool is_oomd_note(struct slice text)
{
    struct slice unit = slice_word(&text);
    return slice_ends(unit, SLICE(":")) && slice_ends(text, SLICE(" process(es) in this unit."));
}

void read_oomd_note(struct report *report, struct slice text, uint32_t line)
{
    const struct incident *incident = report->incident;
    struct slice reason = incident->killer_reason;
    bool is_told = incident->victims_count;
    struct victim *victim = begin(report, SLICE("systemd-oomd"), reason, line);
    if (!is_told)
        victim->unit = slice_cut(&text, ':');
}

/* "Failed to kill any cgroups based on swap: Invalid argument" */
void read_oomd_failure(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    size_t error = slice_find_last(text, SLICE(": "));
    (void)line;
    report->is_strong = report->is_done = true;
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = SLICE("systemd-oomd");
    incident->killer_failure = error == SLICE_NOT_FOUND ? text : slice_skip(text, error + 2);
}

/* "postgresql.service: A process of this unit has been killed by the OOM killer.": the kernel's;
 * PID 1 read of it in memory.events. Of a slice and a user's manager it says so besides of the unit
 * in them. */
bool is_unit_oom(struct slice text)
{
    struct slice unit = slice_cut(&text, ':'), words = SLICE(" " UNIT_OOM_WORDS ".");
    bool holds_units = slice_ends(unit, SLICE(".slice")) || slice_starts(unit, SLICE("user@"));
    return slice_find_byte(unit, '.') != SLICE_NOT_FOUND && !slice_contains(unit, SLICE(" ")) &&
           slice_equal(text, words) && !holds_units;
}

void read_unit_oom(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){.line = line, .is_chosen = true};
    victim->unit = slice_cut(&text, ':');
    victim->message = SLICE(UNIT_OOM_WORDS);
    report->is_strong = report->is_done = true;
}

/* The padded number of MiB behind @p key. */
static struct amount find_mib(struct slice text, struct slice key, uint32_t line)
{
    size_t at = slice_find(text, key);
    struct slice rest =
        slice_skip_blanks(slice_skip(text, at == SLICE_NOT_FOUND ? 0 : at + key.length));
    int64_t mib;
    bool is_there = at != SLICE_NOT_FOUND && slice_take_number(&rest, &mib) && mib >= 0;
    return is_there ? amount_scale(amount_of(mib, line), 1024 * 1024) : UNKNOWN;
}

/* "mem avail:  1234 of 15800 MiB ( 7.81%), swap free:  100 of 4095 MiB ( 2.44%)": now and then, and
 * before it acts. */
void read_earlyoom_memory(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    size_t swap = slice_find(text, SLICE("swap free:"));
    struct slice memory = slice_take(text, swap), rest = slice_skip(text, swap);
    incident->killer = SLICE("earlyoom");
    incident->killer_available = find_mib(memory, SLICE("mem avail:"), line);
    incident->killer_total = find_mib(memory, SLICE(" of "), line);
    incident->host_memory.swap_free = find_mib(rest, SLICE("swap free:"), line);
    incident->host_memory.swap_total = find_mib(rest, SLICE(" of "), line);
}

/* "low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%" */
void read_earlyoom_thresholds(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->incident->killer = SLICE("earlyoom");
    report->incident->killer_reason = text;
}

/* "sending SIGTERM to process 1234 uid 1000 "chrome": oom_score 1200, VmRSS 800 MiB, cmdline "...""
 */
void read_earlyoom_kill(struct report *report, struct slice text, uint32_t line)
{
    struct slice rest = slice_skip(text, sizeof "sending " - 1);
    struct slice signal = slice_word(&rest);
    size_t open = slice_find_byte(text, '"'), close = slice_find_last(text, SLICE("\": "));
    struct slice reason = close == SLICE_NOT_FOUND ? text : slice_skip(text, close + 3);
    struct slice thresholds = report->incident->killer_reason;
    struct victim *victim =
        begin(report, SLICE("earlyoom"), thresholds.length ? thresholds : reason, line);
    victim->signal = signal;
    victim->pid = keyvalue_find(text, SLICE("to process "), 1, line);
    victim->uid = keyvalue_find(text, SLICE(" uid "), 1, line);
    if (open != SLICE_NOT_FOUND && close != SLICE_NOT_FOUND && close > open)
        victim->comm = slice_skip(slice_take(text, close), open + 1);
    victim->score = amount_either(keyvalue_find(reason, SLICE("oom_score "), 1, line),
                                  keyvalue_find(reason, SLICE("badness "), 1, line));
    victim->oom_score_adj = keyvalue_find(reason, SLICE("oom_score_adj "), 1, line);
    victim->rss = keyvalue_find(reason, SLICE("VmRSS "), 1024 * 1024, line);
    report->block = BLOCK_EARLYOOM;
}

static const struct slice with_signal = SLICE_INIT(" with signal ");

/* SIGTERM or SIGKILL; empty: neither, as the no-op that it begins with. */
static struct slice signal_by_number(struct slice text)
{
    struct slice rest = slice_skip(text, slice_find_last(text, with_signal) + with_signal.length);
    int64_t number;
    if (!slice_take_number(&rest, &number))
        return SLICE("");
    return number == 15 ? SLICE("SIGTERM") : number == 9 ? SLICE("SIGKILL") : SLICE("");
}

bool is_earlyoom_old_kill(struct slice text)
{
    return signal_by_number(text).length && slice_contains(text, SLICE(", VmRSS"));
}

/* "Killing process 'bash' with signal 15, pid: 5874, badness: 538, VmRSS: 3160 MiB"; "killing
 * process 27541 "bash" with signal 15: badness 550, VmRSS 7609 MiB" */
void read_earlyoom_old_kill(struct report *report, struct slice text, uint32_t line)
{
    size_t end = slice_find_last(text, with_signal);
    struct slice name = slice_take(text, end - 1), rest = slice_skip(text, end);
    struct slice thresholds = report->incident->killer_reason;
    struct victim *victim =
        begin(report, SLICE("earlyoom"), thresholds.length ? thresholds : rest, line);
    victim->comm = slice_skip(name, slice_find_byte(name, text.data[end - 1]) + 1);
    victim->signal = signal_by_number(text);
    victim->pid = amount_either(keyvalue_find(name, SLICE("killing process "), 1, line),
                                keyvalue_find(rest, SLICE(", pid: "), 1, line));
    victim->score = amount_either(keyvalue_find(rest, SLICE("badness: "), 1, line),
                                  keyvalue_find(rest, SLICE("badness "), 1, line));
    victim->rss = amount_either(keyvalue_find(rest, SLICE("VmRSS: "), 1024 * 1024, line),
                                keyvalue_find(rest, SLICE("VmRSS "), 1024 * 1024, line));
    report->block = BLOCK_EARLYOOM;
}

/* It waits ten seconds for the process to exit, and says in the next lines what became of it. */
void read_earlyoom_escalation(struct report *report, struct slice text, uint32_t line)
{
    (void)text, (void)line;
    if (report->incident->victims_count)
        report->incident->victims[0].signal = SLICE("SIGKILL");
    report->block = BLOCK_EARLYOOM;
}

/* "process exited after 0.1 seconds", "process 906175 exited after 0.100 seconds" */
bool is_earlyoom_exit(struct slice text)
{
    struct slice rest = slice_skip(text, sizeof "process " - 1);
    int64_t pid;
    if (slice_take_number(&rest, &pid))
        rest = slice_skip(rest, 1);
    return slice_starts(rest, SLICE("exited after "));
}

void read_earlyoom_exit(struct report *report, struct slice text, uint32_t line)
{
    (void)text, (void)line;
    report->incident->killer_failure = SLICE("");
}

void read_earlyoom_vain_wait(struct report *report, struct slice text, uint32_t line)
{
    (void)text, (void)line;
    report->incident->killer_failure = SLICE("process did not exit");
    report->block = BLOCK_EARLYOOM;
}

/* After the wait, or at once: "kill failed: Operation not permitted". */
void read_earlyoom_failure(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->incident->killer_failure = text;
    report->block = BLOCK_EARLYOOM;
}

/* A rule on trial kills nobody: "killer:(dry)kill_by_pressure". */
bool is_meta_oomd_kill(struct slice text)
{
    return !slice_contains(text, SLICE(" killer:(dry)"));
}

/* "oomd kill: 71.20 40.10 12.00 workload.slice/x 8123456789 ruleset:[y] ...": three pressure
 * averages, the cgroup, its memory.current in bytes, and which rule it was. */
void read_meta_oomd_kill(struct report *report, struct slice text, uint32_t line)
{
    struct slice rest = slice_skip(text, sizeof "oomd kill:" - 1);
    size_t rule = slice_find(text, SLICE(" ruleset"));
    struct slice reason = rule == SLICE_NOT_FOUND ? rest : slice_skip(text, rule);
    for (int i = 0; i < 3; i++)
        slice_word(&rest);
    struct victim *victim = begin(report, SLICE("oomd"), slice_trim(reason), line);
    victim->unit = victim->cgroup = slice_word(&rest);
    int64_t usage;
    if (slice_to_number(slice_word(&rest), &usage))
        victim->rss = amount_of(usage, line);
}

/* "Sending SIGKILL to cgroup {..., "controller": "runtime.OOMController", "cgroup": "/sys/..."}" */
bool is_talos_kill(struct slice text)
{
    return (slice_starts(text, SLICE("[talos] ")) || slice_starts(text, SLICE("Sending "))) &&
           slice_contains(text, SLICE("OOMController"));
}

void read_talos_kill(struct report *report, struct slice text, uint32_t line)
{
    static const struct slice key = SLICE_INIT("\"cgroup\": \""),
                              mount = SLICE_INIT("/sys/fs/cgroup");
    struct victim *victim = begin(report, SLICE("talos"), SLICE(""), line);
    size_t at = slice_find(text, key);
    if (at == SLICE_NOT_FOUND)
        return;
    struct slice path = slice_skip(text, at + key.length);
    path = slice_take(path, slice_find_byte(path, '"'));
    victim->unit = victim->cgroup = slice_skip(path, slice_starts(path, mount) ? mount.length : 0);
    victim->signal = SLICE("SIGKILL");
}

/* "Kill 'com.example' (1234), uid 10086, oom_score_adj 900 to free 123456kB rss, 0kB swap; reason:
 * ..." */
void read_lmkd_kill(struct report *report, struct slice text, uint32_t line)
{
    size_t close = slice_find(text, SLICE("' ("));
    size_t reason = slice_find(text, SLICE("reason: "));
    struct victim *victim = begin(
        report, SLICE("lmkd"), slice_skip(text, reason == SLICE_NOT_FOUND ? 0 : reason + 8), line);
    victim->comm = slice_skip(slice_take(text, close), slice_find_byte(text, '\'') + 1);
    victim->pid = keyvalue_find(slice_skip(text, close), SLICE("("), 1, line);
    victim->uid = keyvalue_find(text, SLICE("uid "), 1, line);
    victim->oom_score_adj = keyvalue_find(text, SLICE("oom_score_adj "), 1, line);
    victim->rss = keyvalue_kib(text, SLICE("to free "), line);
}

/* ---- lowmemorykiller, the driver of Android kernels up to 4.11. Its line goes on for three or
 * more, which only the block tells from others'. */

/* What stands between the first quote and the last "' (": names may hold both. */
static struct slice quoted_comm(struct slice text)
{
    size_t open = slice_find_byte(text, '\''), close = slice_find_last(text, SLICE("' ("));
    bool is_there = open != SLICE_NOT_FOUND && close != SLICE_NOT_FOUND && close > open;
    return is_there ? slice_skip(slice_take(text, close), open + 1) : SLICE("");
}

static struct amount quoted_pid(struct slice text, uint32_t line)
{
    return keyvalue_find(slice_skip(text, slice_find_last(text, SLICE("' ("))), SLICE("("), 1,
                         line);
}

/* "Killing 'x' (123) (tgid 100), adj 529,"; vendors: "adj 8, score_adj 529," with both scales. */
void read_lowmemorykiller(struct report *report, struct slice text, uint32_t line)
{
    struct slice rest = slice_skip(text, slice_find_last(text, SLICE("' (")));
    struct victim *victim = begin(report, SLICE("lowmemorykiller"), SLICE(""), line);
    victim->comm = quoted_comm(text);
    victim->pid = quoted_pid(text, line);
    victim->oom_score_adj = amount_either(keyvalue_find(rest, SLICE("score_adj "), 1, line),
                                          keyvalue_find(rest, SLICE(", adj "), 1, line));
    report->block = BLOCK_LOWMEMORYKILLER;
}

/* "send sigkill to 2948 (rsyslogd), adj 0, size 209": pages, of a size that is not said. */
void read_lowmemorykiller_signal(struct report *report, struct slice text, uint32_t line)
{
    size_t open = slice_find_byte(text, '('), close = slice_find_last(text, SLICE("), adj "));
    struct victim *victim = begin(report, SLICE("lowmemorykiller"), SLICE(""), line);
    victim->pid = keyvalue_find(text, SLICE("sigkill to "), 1, line);
    if (open != SLICE_NOT_FOUND && close != SLICE_NOT_FOUND && close > open)
        victim->comm = slice_skip(slice_take(text, close), open + 1);
    victim->oom_score_adj = keyvalue_find(slice_skip(text, close), SLICE(", adj "), 1, line);
}

/* "to free 20968kB on behalf of 'kswapd0' (543) because"; with swap entries among them, some
 * kernels tell both apart: "to free 300kB (200KB 100KB) on behalf of ...". */
void read_lowmemorykiller_size(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    size_t behalf = slice_find(text, SLICE(" on behalf of '"));
    struct slice sizes = slice_take(text, behalf), asker = slice_skip(text, behalf);
    if (report->incident->victims_count)
        report->incident->victims[0].rss = amount_either(keyvalue_kib(sizes, SLICE("("), line),
                                                         keyvalue_kib(sizes, SLICE("free "), line));
    trigger->comm = quoted_comm(asker);
    trigger->pid = quoted_pid(asker, line);
    trigger->line = line;
}

/* "cache 16240kB is below limit 16384kB for oom_score_adj 529": page cache less shared memory,
 * which no counter of a report is. */
void read_lowmemorykiller_limit(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->incident->killer_reason = text;
}

void read_lowmemorykiller_mask(struct report *report, struct slice text, uint32_t line)
{
    size_t mask = slice_find(text, SLICE("0x"));
    if (!report->incident->trigger.gfp_mask.known)
        read_gfp(report, slice_skip(text, mask), line);
}

/* "Free memory is -1820kB above reserved": less than none where tasks live on the reserves.
 * Vendors: "above reserved [gfp(0x200da)]". */
void read_lowmemorykiller_free(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    struct slice *reason = &incident->killer_reason;
    size_t mask = slice_find(text, SLICE(" [gfp("));
    if (mask != SLICE_NOT_FOUND)
        read_lowmemorykiller_mask(report, slice_skip(text, mask), line);
    text = slice_take(text, mask);
    if (!reason->length)
        *reason = text;
    else if (!slice_contains(*reason, SLICE("kB above reserved")))
        *reason = arena_format(incident->arena, "%.*s, %.*s", SLICE_ARG(*reason), SLICE_ARG(text));
}

/* ---- kubelet: pkg/kubelet/oom/oom_watcher_linux.go. It read of the kill in /dev/kmsg. */

static const struct slice system_oom = SLICE_INIT(SYSTEM_OOM_WORDS ", victim process: ");

/* As the message of an event, in kubectl's table, or in kubelet's log. A pid ends it, so that no
 * name can forge one. */
bool is_system_oom(struct slice text)
{
    size_t at = slice_find(text, system_oom), pid = slice_find_last(text, SLICE(", pid: "));
    struct slice before = slice_take(text, at), rest = slice_skip(text, pid);
    bool is_event = before.length == 0 || slice_contains(before, SLICE("SystemOOM")) ||
                    slice_equal(before, SLICE("(combined from similar events): "));
    int64_t number;
    rest = slice_skip(rest, sizeof ", pid: " - 1);
    return is_event && slice_take_number(&rest, &number) && number > 0 &&
           (rest.length == 0 || slice_equal(rest, SLICE("\"")) || slice_starts(rest, SLICE("  ")));
}

/* It says "System OOM" of a container's limit, too, where cAdvisor did not find the container's
 * name in the report: whose memory ran out stays unknown. */
void read_system_oom(struct report *report, struct slice text, uint32_t line)
{
    struct incident *incident = report->incident;
    size_t at = slice_find(text, system_oom), pid = slice_find_last(text, SLICE(", pid: "));
    struct victim *victim = ARENA_PUSH(incident->arena, incident->victims, incident->victims_count);
    *victim = (struct victim){.line = line, .is_chosen = true};
    victim->pid = keyvalue_find(slice_skip(text, pid), SLICE(", pid: "), 1, line);
    victim->comm = comm_of(slice_skip(slice_take(text, pid), at + system_oom.length));
    victim->message = SLICE(SYSTEM_OOM_WORDS);
    report->is_strong = report->is_done = true;
}
