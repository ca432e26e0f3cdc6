/*
 * The call trace in the shapes of all architectures and eras; section 1.5 of the formats. Kernel:
 * arch/ dumpstack.c.
 */
#include "analyzer/limits.h"
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

static bool is_symbol_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '$';
}

/* Take "[<ffffffff81118898>]", "[c0000001cb163640]" and a "(" off the front. */
static struct slice skip_addresses(struct slice text)
{
    while (true) {
        text = slice_trim(text);
        bool is_bracket = text.length > 8 &&
                          (text.data[0] == '[' || (text.data[0] == '(' && text.data[1] == '['));
        size_t end = is_bracket ? slice_find_byte(slice_take(text, 24), ']') : SLICE_NOT_FOUND;
        if (end == SLICE_NOT_FOUND || slice_contains(slice_take(text, end), SLICE(" ")))
            break;
        text = slice_skip(text, end + 1);
        if (text.length && text.data[0] == ')')
            text = slice_skip(text, 1);
    }
    return text.length && text.data[0] == '(' ? slice_skip(text, 1) : text;
}

static struct slice take_symbol(struct slice text)
{
    size_t length = 0;
    while (length < text.length && is_symbol_byte(text.data[length]))
        length++;
    bool is_name = length > 0 && (text.data[0] < '0' || text.data[0] > '9');
    return slice_take(text, is_name ? length : 0);
}

/* ARM prints "a from b+0x1/0x2" or "(a+0x0/0x3) from [<c0b2e174>] (b+0x1/0x2)": b. Not "Connection
 * from 10.0.0.1". */
static struct slice find_caller(struct slice tail)
{
    size_t at = slice_find(tail, SLICE(" from "));
    if (at == SLICE_NOT_FOUND)
        return SLICE("");
    struct slice rest = skip_addresses(slice_skip(tail, at + sizeof " from " - 1));
    struct slice caller = take_symbol(rest);
    return slice_starts(slice_skip(rest, caller.length), SLICE("+0x")) ? caller : SLICE("");
}

/* What must stand behind a symbol for the line to be a frame. */
static bool is_frame_tail(struct slice tail)
{
    bool is_arm = slice_starts(tail, SLICE(" from ")) || slice_starts(tail, SLICE(") from ")) ||
                  slice_starts(tail, SLICE(" ["));
    return slice_starts(tail, SLICE("+0x")) || (is_arm && find_caller(tail).length) ||
           (slice_starts(tail, SLICE(" (")) && slice_contains(tail, SLICE(".c:")));
}

struct frame {
    struct slice symbol, tail;
    bool is_reliable;
};

static bool frame_split(struct slice text, struct frame *ret)
{
    text = skip_addresses(text);
    ret->is_reliable = !slice_starts(text, SLICE("?"));
    if (!ret->is_reliable)
        text = slice_trim(slice_skip(text, 1));
    ret->symbol = take_symbol(text);
    ret->tail = slice_skip(text, ret->symbol.length);
    return ret->symbol.length && is_frame_tail(ret->tail);
}

bool is_trace_frame(struct slice text)
{
    struct frame frame;
    return frame_split(text, &frame);
}

/* Words that only registers, code bytes and stack dumps begin with. */
bool is_register_line(struct slice text)
{
    static const struct slice starts[] = {
        SLICE_INIT("RIP: "),  SLICE_INIT("RSP: "),
        SLICE_INIT("RAX: "),  SLICE_INIT("RDX: "),
        SLICE_INIT("RBP: "),  SLICE_INIT("R10: "),
        SLICE_INIT("R13: "),  SLICE_INIT("Code: "),
        SLICE_INIT("CR2: "),  SLICE_INIT("FS:  "),
        SLICE_INIT("CS:  "),  SLICE_INIT("EIP: "),
        SLICE_INIT("EAX: "),  SLICE_INIT("ESI: "),
        SLICE_INIT("DS: "),   SLICE_INIT("pc : "),
        SLICE_INIT("lr : "),  SLICE_INIT("sp : "),
        SLICE_INIT("x29: "),  SLICE_INIT("NIP: "),
        SLICE_INIT("<TASK>"), SLICE_INIT("</TASK>"),
        SLICE_INIT("<IRQ>"),  SLICE_INIT("</IRQ>"),
        SLICE_INIT("<NMI>"),  SLICE_INIT("</NMI>"),
        SLICE_INIT("<EOI>"),  SLICE_INIT("<<EOE>>"),
        SLICE_INIT("Stack:"), SLICE_INIT("Exception stack"),
        SLICE_INIT("r6:"),    SLICE_INIT("r7:"),
        SLICE_INIT("r8:"),    SLICE_INIT("r9:"),
        SLICE_INIT("r10:"),   SLICE_INIT("r5:"),
        SLICE_INIT("r4:"),    SLICE_INIT("Kernel Offset: "),
        SLICE_INIT("PKRU: "), SLICE_INIT("Unable to access opcode"),
    };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts(text, starts[i]))
            return true;
    size_t hex =
        0; /* "ffff8801ec262e00 000000008430afbc ...", "9fa0:                   02327c68" */
    while (hex < text.length && strchr("0123456789abcdef", text.data[hex]))
        hex++;
    return hex == 16 ? text.length == 16 || text.data[16] == ' '
                     : hex == 4 && slice_starts(slice_skip(text, 4), SLICE(":  "));
}

static void read_architecture(struct report *report, struct slice evidence)
{
    static const struct {
        struct slice word, arch;
    } rows[] = {
        {SLICE_INIT("RIP: "), SLICE_INIT("x86_64")},
        {SLICE_INIT("RAX: "), SLICE_INIT("x86_64")},
        {SLICE_INIT("entry_SYSCALL_64"), SLICE_INIT("x86_64")},
        {SLICE_INIT("asm_exc_page_fault"), SLICE_INIT("x86_64")},
        {SLICE_INIT("system_call_fastpath"), SLICE_INIT("x86_64")},
        {SLICE_INIT("EIP: "), SLICE_INIT("i686")},
        {SLICE_INIT("el0t_64"), SLICE_INIT("aarch64")},
        {SLICE_INIT("el0_svc"), SLICE_INIT("aarch64")},
        {SLICE_INIT("el0_da"), SLICE_INIT("aarch64")},
        {SLICE_INIT("Call trace:"), SLICE_INIT("aarch64")},
        {SLICE_INIT("Backtrace:"), SLICE_INIT("arm")},
        {SLICE_INIT("NIP: "), SLICE_INIT("ppc64")},
    };
    if (report->incident->arch.length)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_starts(evidence, rows[i].word))
            report->incident->arch = rows[i].arch;
}

void read_trace_start(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    report->is_in_panic = report->is_done && report->incident->is_panic && !report->trace_lines;
    report->has_trace_start |= !report->is_done || report->is_in_panic;
    read_architecture(report, text);
}

/* ".cold.32", ".isra.0", ".constprop.0" and "_noprof" are the compiler's and the profiler's, not
 * the function's. */
static struct slice bare_symbol(struct slice symbol)
{
    symbol = slice_take(symbol, slice_find_byte(symbol, '.'));
    if (slice_ends(symbol, SLICE("_noprof")))
        symbol.length -= sizeof "_noprof" - 1;
    return symbol;
}

/* Functions that stand only in traces of the OOM killer or of warn_alloc(): the trace alone is
 * evidence. */
static bool is_telling_frame(struct slice symbol)
{
    static const struct slice telling[] = {SLICE_INIT("dump_header"),
                                           SLICE_INIT("oom_kill_process"),
                                           SLICE_INIT("out_of_memory"),
                                           SLICE_INIT("mem_cgroup_out_of_memory"),
                                           SLICE_INIT("warn_alloc"),
                                           SLICE_INIT("mem_cgroup_oom_synchronize"),
                                           SLICE_INIT("pagefault_out_of_memory")};
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
        if (slice_equal(symbol, telling[i]))
            return true;
    return false;
}

/* Where a task waits for memory that its cgroup does not give: a charge, memory.high, or v1's
 * oom_kill_disable. */
static bool is_stall_frame(struct slice symbol)
{
    static const struct slice stalls[] = {
        SLICE_INIT("mem_cgroup_handle_over_high"),
        SLICE_INIT("__mem_cgroup_handle_over_high"),
        SLICE_INIT("try_charge"),
        SLICE_INIT("try_charge_memcg"),
        SLICE_INIT("mem_cgroup_oom_synchronize"),
        SLICE_INIT("mem_cgroup_handle_oom"),
    };
    for (size_t i = 0; i < sizeof stalls / sizeof *stalls; i++)
        if (slice_equal(symbol, stalls[i]))
            return true;
    return false;
}

/* Where a CPU spins for a lock. */
static bool is_spinning_frame(struct slice symbol)
{
    static const struct slice spins[] = {
        SLICE_INIT("native_queued_spin_lock_slowpath"),
        SLICE_INIT("queued_spin_lock_slowpath"),
        SLICE_INIT("__pv_queued_spin_lock_slowpath"),
        SLICE_INIT("_raw_spin_lock"),
        SLICE_INIT("_raw_spin_lock_irq"),
        SLICE_INIT("_raw_spin_lock_irqsave"),
    };
    for (size_t i = 0; i < sizeof spins / sizeof *spins; i++)
        if (slice_equal(symbol, spins[i]))
            return true;
    return false;
}

/* Who takes the lock of an LRU list. */
static bool is_lru_frame(struct slice symbol)
{
    static const struct slice takers[] = {
        SLICE_INIT("shrink_inactive_list"),
        SLICE_INIT("shrink_active_list"),
        SLICE_INIT("move_active_pages_to_lru"),
        SLICE_INIT("pagevec_lru_move_fn"),
        SLICE_INIT("__pagevec_lru_add"),
        SLICE_INIT("folio_batch_move_lru"),
        SLICE_INIT("release_pages"),
        SLICE_INIT("isolate_lru_page"),
        SLICE_INIT("folio_isolate_lru"),
        SLICE_INIT("__page_cache_release"),
        SLICE_INIT("evict_folios"),
        SLICE_INIT("lock_page_lruvec"),
        SLICE_INIT("folio_lruvec_lock"),
    };
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (slice_starts(symbol, takers[i]))
            return true;
    return false;
}

/* A stall is worth an incident where it waits for memory, or for the lock that reclaim shares. */
static void weigh_stall(struct report *report, struct slice symbol)
{
    report->is_in_charge |= is_stall_frame(symbol);
    report->incident->is_lockup |= report->waits_for_lock && is_lru_frame(symbol);
    report->waits_for_lock = is_spinning_frame(symbol);
    report->is_strong |= report->is_in_charge || report->incident->is_lockup;
}

static void read_syscall(struct trigger *trigger, struct slice symbol)
{
    static const struct slice prefixes[] = {SLICE_INIT("__x64_sys_"),  SLICE_INIT("__arm64_sys_"),
                                            SLICE_INIT("__ia32_sys_"), SLICE_INIT("__do_sys_"),
                                            SLICE_INIT("__se_sys_"),   SLICE_INIT("SyS_"),
                                            SLICE_INIT("sys_"),        SLICE_INIT("ksys_")};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (slice_starts(symbol, prefixes[i])) {
            trigger->syscall = slice_skip(symbol, prefixes[i].length);
            return;
        }
}

static struct slice find_module(struct slice tail)
{
    size_t open = slice_find(tail, SLICE(" ["));
    struct slice rest = slice_skip(tail, open == SLICE_NOT_FOUND ? tail.length : open + 2);
    bool is_address = slice_starts(rest, SLICE("<"));
    size_t close = slice_find_byte(rest, ']');
    return is_address || close == SLICE_NOT_FOUND ? SLICE("") : slice_take(rest, close);
}

static void push_frame(struct report *report, struct stack_frame frame)
{
    struct trigger *trigger = &report->incident->trigger;
    if (trigger->stack_count >= LIMIT_FRAMES)
        return;
    frame.symbol = bare_symbol(frame.symbol);
    *ARENA_PUSH(report->incident->arena, trigger->stack, trigger->stack_count) = frame;
    read_architecture(report, frame.symbol);
    if (!frame.is_reliable)
        return;
    if (report->is_stall)
        weigh_stall(report, frame.symbol);
    else
        report->is_strong |= is_telling_frame(frame.symbol);
    read_syscall(trigger, frame.symbol);
}

/* ARM's next line begins with the caller that this one named. */
static bool is_pushed_already(const struct trigger *trigger, struct slice symbol)
{
    return trigger->stack_count &&
           slice_equal(trigger->stack[trigger->stack_count - 1].symbol, bare_symbol(symbol));
}

void read_trace_frame(struct report *report, struct slice text, uint32_t line)
{
    const struct trigger *trigger = &report->incident->trigger;
    struct frame frame;
    if ((report->is_done && !report->is_in_panic) || !frame_split(text, &frame))
        return;
    report->trace_lines++;
    struct slice caller = find_caller(frame.tail);
    if (caller.length == 0 || !is_pushed_already(trigger, frame.symbol))
        push_frame(report,
                   (struct stack_frame){.symbol = frame.symbol,
                                        .module = find_module(frame.tail),
                                        .is_reliable = frame.is_reliable &&
                                                       !slice_starts(frame.symbol, SLICE("__pfx_")),
                                        .line = line});
    if (caller.length)
        push_frame(report,
                   (struct stack_frame){.symbol = caller, .is_reliable = true, .line = line});
}

/* Where a CPU hangs stands in its registers alone: "RIP:
 * 0010:native_queued_spin_lock_slowpath+0x5d/ 0x1a0", "pc : queued_spin_lock_slowpath+0x1c/0x2e0".
 */
static void read_hanging_frame(struct report *report, struct slice text, uint32_t line)
{
    static const struct slice starts[] = {SLICE_INIT("RIP: 0010:"), SLICE_INIT("pc : ")};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct frame frame;
        if (slice_starts(text, starts[i]) &&
            frame_split(slice_skip(text, starts[i].length), &frame))
            push_frame(report, (struct stack_frame){
                                   .symbol = frame.symbol, .is_reliable = true, .line = line});
    }
}

void read_registers(struct report *report, struct slice text, uint32_t line)
{
    read_architecture(report, text);
    if (report->is_stall && !report->trace_lines)
        read_hanging_frame(report, text, line);
}

/* "INFO: task java:1234 blocked for more than 120 seconds.": becomes a stall if its trace sits in a
 * charge. */
void read_hung_task(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    struct slice rest = slice_skip(text, sizeof "INFO: task " - 1);
    struct slice name = slice_take(rest, slice_find_last(rest, SLICE(" blocked for more than ")));
    size_t colon = slice_find_last(name, SLICE(":"));
    int64_t pid;
    report->is_stall = true;
    trigger->line = line;
    trigger->comm = slice_take(name, colon);
    if (slice_to_number(slice_skip(name, colon == SLICE_NOT_FOUND ? name.length : colon + 1), &pid))
        trigger->pid = amount_of(pid, line);
}

/* "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [java:123]"; RCU names no task, the line of
 * its CPU does. */
void read_lockup(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    size_t open = slice_find_last(text, SLICE("! ["));
    struct slice name = slice_skip(text, open == SLICE_NOT_FOUND ? text.length : open + 3);
    size_t colon = slice_find_last(name, SLICE(":"));
    int64_t pid;
    report->is_stall = true;
    trigger->line = line;
    if (colon == SLICE_NOT_FOUND || trigger->comm.length)
        return;
    trigger->comm = slice_take(name, colon);
    name = slice_skip(name, colon + 1);
    if (slice_take_number(&name, &pid))
        trigger->pid = amount_of(pid, line);
}

/* "task:eater           state:D stack:0     pid:93    ppid:1": a hung task's second line, or
 * SysRq's list of blocked ones. */
void read_blocked_task(struct report *report, struct slice text, uint32_t line)
{
    struct trigger *trigger = &report->incident->trigger;
    struct slice name = slice_take(text, slice_find(text, SLICE(" state:")));
    report->is_stall = true;
    trigger->line = line;
    trigger->comm = slice_trim(slice_skip(name, sizeof "task:" - 1));
    trigger->pid = amount_either(keyvalue_find(text, SLICE(" pid:"), 1, line), trigger->pid);
}
