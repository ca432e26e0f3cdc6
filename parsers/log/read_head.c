/*
 * The head of a report: who asked for what, on which kernel. Kernel: mm/oom_kill.c dump_header(),
 * mm/page_alloc.c warn_alloc(), mm/slub.c slab_out_of_memory(), lib/dump_stack.c
 * dump_stack_print_info().
 */
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

void read_suppressed(struct report *report, struct slice text, uint32_t line)
{
    size_t at = slice_find(text, SLICE(": "));
    struct slice rest = slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + 2);
    int64_t count;
    if (slice_take_number(&rest, &count))
        report->incident->suppressed = amount_add(
            report->incident->suppressed.known ? report->incident->suppressed : amount_of(0, line),
            amount_of(count, line));
}

void read_sysrq(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    report->incident->is_sysrq = true;
    report->is_strong = true;
}

/* "0x6200ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO)", "0x201da": the value, and the names when they were
 * printed. */
void read_gfp(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    uint64_t mask;
    if (!slice_take_hex(&text, &mask) || mask > INT64_MAX)
        return;
    bool is_masked = slice_starts(text, SLICE("*")); /* "0x62****(GFP_...)": published so */
    trigger->gfp_mask = is_masked ? UNKNOWN : amount_of((int64_t)mask, line);
    while (slice_starts(text, SLICE("*")))
        text = slice_skip(text, 1);
    if (text.length == 0 || text.data[0] != '(')
        return;
    text = slice_skip(text, 1);
    text = slice_take(text, slice_find_byte(text, ')'));
    while (text.length) {
        struct slice name = slice_cut(&text, '|');
        *ARENA_PUSH(report->incident->arena, trigger->gfp, trigger->gfp_count) = name;
    }
}

void read_nodemask(struct report *report, struct slice text)
{
    struct slice mask = keyvalue_text(text, SLICE("nodemask="), ' ');
    size_t comma =
        slice_find(mask, SLICE(",c")); /* "nodemask=0,2,cpuset=": commas belong to the mask */
    mask = slice_take(mask, comma);
    while (mask.length && mask.data[mask.length - 1] == ',')
        mask.length--;
    if (mask.length && mask.data[0] != '(')
        report->incident->trigger.nodemask = mask;
}

/* "cpuset=NAME mems_allowed=0-1", alone or inside another line. */
void read_cpuset(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    struct trigger *trigger = &report->incident->trigger;
    size_t mems = slice_find_last(text, SLICE("mems_allowed="));
    if (mems == SLICE_NOT_FOUND)
        return;
    struct slice allowed = slice_skip(text, mems + sizeof "mems_allowed=" - 1);
    size_t end = 0;
    while (end < allowed.length && strchr("0123456789-,", allowed.data[end]))
        end++;
    while (end > 0 && allowed.data[end - 1] == ',')
        end--;
    trigger->mems_allowed = slice_take(allowed, end);
    size_t cpuset = slice_find(slice_take(text, mems), SLICE("cpuset="));
    if (cpuset == SLICE_NOT_FOUND)
        return;
    struct slice name = slice_skip(slice_take(text, mems), cpuset + sizeof "cpuset=" - 1);
    while (name.length && strchr(" ,", name.data[name.length - 1]))
        name.length--;
    trigger->cpuset = name;
}

void read_header(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    size_t at = slice_find_last(text, SLICE("invoked oom-killer:"));
    struct slice rest = slice_skip(text, at);
    report->incident->has_header = true;
    report->is_strong = true;
    trigger->line = line;
    trigger->comm = comm_of(slice_take(text, at));
    read_gfp(report, keyvalue_text(rest, SLICE("gfp_mask="), ' '), line);
    trigger->order = keyvalue_find(rest, SLICE("order="), 1, line);
    trigger->oom_score_adj = keyvalue_find(rest, SLICE("oom_score_adj="), 1, line);
    trigger->oom_adj = amount_either(keyvalue_find(rest, SLICE("oom_adj="), 1, line),
                                     keyvalue_find(rest, SLICE("oomkilladj="), 1, line));
    read_nodemask(report, rest);
    if (trigger->order.known && trigger->order.value == -1)
        report->incident->is_sysrq = true;
}

/* "failure: 16384 bytes", "failure, allocated 4096 of 16384 bytes", "error: size 16384, ...". */
static struct amount find_vmalloc_bytes(struct slice text, uint32_t line)
{
    if (!slice_contains(text, SLICE(" vmalloc")))
        return UNKNOWN;
    return amount_either(keyvalue_find(text, SLICE("error: size "), 1, line),
                         amount_either(keyvalue_find(text, SLICE(" of "), 1, line),
                                       keyvalue_find(text, SLICE("failure: "), 1, line)));
}

void read_failure_header(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    size_t at = failure_words_at(text);
    struct slice rest = slice_skip(text, at);
    report->incident->has_header = true;
    report->is_strong = report->is_failure = true;
    trigger->line = line;
    trigger->comm = comm_of(slice_take(text, at));
    trigger->order = amount_either(keyvalue_find(rest, SLICE("order:"), 1, line),
                                   keyvalue_find(rest, SLICE("page order "), 1, line));
    trigger->vmalloc_bytes = find_vmalloc_bytes(rest, line);
    trigger->stall_ms = keyvalue_find(rest, SLICE(" stalls for "), 1, line);
    read_gfp(report, keyvalue_text(rest, SLICE("mode:"), ','), line);
    read_nodemask(report, rest);
    read_cpuset(report, rest, line);
}

void read_slub_header(struct report *report, struct slice text, uint32_t line)
{
    report->is_strong = report->is_failure = true;
    if (report->incident->has_header) /* beside a page allocation failure: it belongs to that */
        return;
    report->incident->trigger.line = line;
    struct slice mask = keyvalue_text(text, SLICE("gfp="), ' ');
    read_gfp(report, mask, line);
}

void read_slub_cache(struct report *report, struct slice text, uint32_t line)
{
    struct slice name = keyvalue_text(text, SLICE("cache: "), ',');
    report->incident->failure_cache = name;
    struct amount order = keyvalue_find(text, SLICE("min order: "), 1, line);
    if (!report->incident->trigger.order.known)
        report->incident->trigger.order = order;
}

/* The release is the first word behind the taint flags that looks like "4.18.0-...". */
static struct slice find_release(struct slice text)
{
    size_t taint = slice_find(text, SLICE("ainted"));
    struct slice rest = slice_skip(text, taint == SLICE_NOT_FOUND ? 0 : taint);
    for (struct slice word = slice_word(&rest); word.length; word = slice_word(&rest)) {
        size_t digits = strspn(word.data, "0123456789");
        bool is_number = digits > 0 && digits < word.length && word.data[digits] == '.';
        if (is_number && digits + 1 < word.length && word.data[digits + 1] >= '0' &&
            word.data[digits + 1] <= '9')
            return word;
    }
    return SLICE("");
}

static struct slice find_comm(struct slice text, struct slice key)
{
    static const struct slice ends[] = {SLICE_INIT(" Kdump: "), SLICE_INIT(" Not tainted"),
                                        SLICE_INIT(" Tainted: ")};
    size_t at = slice_find(text, key);
    if (at == SLICE_NOT_FOUND)
        return SLICE("");
    struct slice comm = slice_skip(text, at + key.length);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = slice_find(comm, ends[i]);
        if (end != SLICE_NOT_FOUND)
            comm = slice_take(comm, end);
    }
    return comm;
}

static void read_task_line(struct report *report, struct slice text, struct slice pid,
                           struct slice comm, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    if (report->incident->kernel.length == 0)
        report->incident->kernel = find_release(text);
    if (trigger->pid.known) /* a panic prints a second block */
        return;
    trigger->pid = keyvalue_find(text, pid, 1, line);
    trigger->uid = keyvalue_find(text, SLICE(" UID: "), 1, line);
    if (trigger->comm.length == 0)
        trigger->comm = comm_of(find_comm(text, comm));
}

void read_taint(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    if (report->incident->kernel.length == 0)
        report->incident->kernel = find_release(text);
}

void read_cpu(struct report *report, struct slice text, uint32_t line)
{
    if (!report->incident->trigger.cpu.known)
        report->incident->trigger.cpu = keyvalue_find(text, SLICE("CPU: "), 1, line);
    read_task_line(report, text, SLICE("PID: "), SLICE("Comm: "), line);
}

void read_old_cpu(struct report *report, struct slice text, uint32_t line)
{
    read_task_line(report, text, SLICE("Pid: "), SLICE("comm: "), line);
}

void read_hardware(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->incident->hardware = slice_trim(slice_skip(text, sizeof "Hardware name:" - 1));
}

void read_workqueue(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->incident->trigger.workqueue = slice_trim(slice_skip(text, sizeof "Workqueue:" - 1));
}
