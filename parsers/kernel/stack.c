#include "parsers/kernel/stack.h"

#include "parsers/vmcore/vmcoreinfo.h"

enum {
    WORD = 8,
    STACK_SIZE = 16 * 1024, /* THREAD_SIZE, where a page is no larger */
    RETURN_AT = 6 * WORD,   /* in struct inactive_task_frame: r15 r14 r13 r12 bx bp ret_addr */
    BASE_POINTER_AT = 5 * WORD,
    SCANNED_MOST = 512 /* words, without ORC */
};

bool stack_tools_init(struct stack_tools *tools, const struct kernel *kernel)
{
    *tools = (struct stack_tools){.kernel = kernel};
    int64_t mask;
    tools->has_orc = orc_init(&tools->orc, kernel);
    if (vmcoreinfo_number(kernel->vmcoreinfo, "KERNELPACMASK", &mask))
        tools->signature_bits = (uint64_t)mask;
    return kernel->symbols && kernel_has(kernel, MEMBER_TASK_STACK_POINTER) &&
           kernel_symbol(kernel, SYMBOL_KERNEL_TEXT, &tools->text) &&
           kernel_symbol(kernel, SYMBOL_KERNEL_TEXT_END, &tools->text_end);
}

static struct slice name_of(const struct stack_tools *tools, uint64_t address)
{
    uint64_t offset;
    if (address < tools->text || address >= tools->text_end)
        return (struct slice){0};
    return symbols_at(tools->kernel->symbols, address - tools->kernel->kaslr_offset, &offset);
}

/* A call may be a function's last instruction, so that it returns to the next function. Of a
 * module's functions only the place is known. */
static void add_frame(const struct stack_tools *tools, uint64_t address, bool is_return,
                      struct stack *stack)
{
    struct slice name = name_of(tools, address - is_return);
    stack->frames[stack->count++] = name.length ? name : SLICE("(module)");
}

static void unwind(const struct stack_tools *tools, struct orc_frame frame, uint64_t end,
                   struct stack *stack)
{
    do
        add_frame(tools, frame.ip, !frame.is_interrupted, stack);
    while (stack->count < STACK_FRAMES && orc_step(&tools->orc, &frame) && frame.sp < end);
    stack->is_reliable = true;
}

static void scan(const struct stack_tools *tools, uint64_t sp, uint64_t end, struct stack *stack)
{
    uint64_t word;
    for (unsigned i = 0; i < SCANNED_MOST && sp < end && stack->count < STACK_FRAMES;
         i++, sp += WORD)
        if (memory_read_number(tools->kernel->memory, sp, WORD, &word) &&
            name_of(tools, word - 1).length)
            add_frame(tools, word, true, stack);
}

/* The registers of the CPU that @p task was running on: its stack pointer tells or, when that is a
 * user's or an interrupt's, the number of the CPU. */
static const struct registers *registers_of(const struct kernel *kernel, uint64_t task,
                                            uint64_t stack, uint64_t size)
{
    uint64_t cpu;
    for (size_t i = 0; i < kernel->registers_count; i++)
        if (kernel->registers[i].sp - stack < size)
            return &kernel->registers[i];
    bool has_number = kernel_read(kernel, task, MEMBER_TASK_CPU, &cpu);
    return has_number && cpu < kernel->registers_count ? &kernel->registers[cpu] : NULL;
}

/* The first frame has no entry in the tables: __crash_kexec() is marked as not standard. Its caller
 * is the first word from which the tables lead on. */
static void unwind_from_caller(const struct stack_tools *tools, struct orc_frame frame,
                               struct stack *stack)
{
    enum { WORDS = 128, FRAMES_LEAST = 4 };
    struct stack rest;
    uint64_t word;
    for (unsigned i = 0; i < WORDS; i++, frame.sp += WORD) {
        if (!memory_read_number(tools->kernel->memory, frame.sp, WORD, &word) ||
            !name_of(tools, word - 1).length)
            continue;
        rest.count = 0;
        unwind(tools, (struct orc_frame){word, frame.sp + WORD, frame.bp, false}, UINT64_MAX,
               &rest);
        if (rest.count < FRAMES_LEAST)
            continue;
        for (size_t k = 0; k < rest.count && stack->count < STACK_FRAMES; k++)
            stack->frames[stack->count++] = rest.frames[k];
        break;
    }
    stack->is_reliable = false;
}

static void read_running(const struct stack_tools *tools, const struct registers *registers,
                         struct stack *ret)
{
    bool is_kernel = registers && registers->ip >> 63;
    ret->was_in_user_mode = registers && !is_kernel;
    if (!is_kernel || !tools->has_orc)
        return;
    struct orc_frame frame = {registers->ip, registers->sp, registers->bp, true};
    unwind(tools, frame, UINT64_MAX, ret);
    if (ret->count == 1)
        unwind_from_caller(tools, frame, ret);
}

/* arch/arm64/kernel/stacktrace.c: a pair of the caller's frame, which lies higher, and the address
 * to return to. */
static void follow(const struct stack_tools *tools, uint64_t task, uint64_t end,
                   struct stack *stack)
{
    const struct kernel *kernel = tools->kernel;
    uint64_t ip = 0, frame, next;
    bool goes_on = kernel_read(kernel, task, MEMBER_TASK_PROGRAM_COUNTER, &ip) &&
                   kernel_read(kernel, task, MEMBER_TASK_FRAME_POINTER, &frame);
    for (; goes_on && ip && stack->count < STACK_FRAMES; frame = next) {
        add_frame(tools, ip | tools->signature_bits, true, stack);
        goes_on = frame < end && memory_read_number(kernel->memory, frame, WORD, &next) &&
                  memory_read_number(kernel->memory, frame + WORD, WORD, &ip) && next > frame;
    }
    stack->is_reliable = true;
}

void stack_read(const struct stack_tools *tools, uint64_t task, struct stack *ret)
{
    const struct kernel *kernel = tools->kernel;
    struct orc_frame frame = {0};
    uint64_t on_cpu, stack, sp, size = STACK_SIZE;
    if (size < kernel->page_size)
        size = kernel->page_size;
    ret->count = 0;
    ret->is_reliable = ret->was_in_user_mode = false;
    ret->was_running = kernel_read(kernel, task, MEMBER_TASK_ON_CPU, &on_cpu) && on_cpu;
    if (!kernel_pointer(kernel, task, MEMBER_TASK_STACK, &stack))
        return;
    if (ret->was_running) {
        read_running(tools, registers_of(kernel, task, stack, size), ret);
        return;
    }
    if (!kernel_pointer(kernel, task, MEMBER_TASK_STACK_POINTER, &sp) || sp < stack ||
        sp >= stack + size)
        return;
    frame.sp = sp + RETURN_AT + WORD;
    if (tools->has_orc && memory_read_number(kernel->memory, sp + RETURN_AT, WORD, &frame.ip) &&
        memory_read_number(kernel->memory, sp + BASE_POINTER_AT, WORD, &frame.bp))
        unwind(tools, frame, stack + size, ret);
    else if (kernel_has(kernel, MEMBER_TASK_FRAME_POINTER))
        follow(tools, task, stack + size, ret);
    else
        scan(tools, sp, stack + size, ret);
}

/* ---- what it is about */

/* Functions that take an lru_lock themselves, so that the lock's own functions are called from
 * them, or work under it; names of all ages, as prefixes. */
static const char *const lru_functions[] = {
    "folio_lruvec_lock",  "lock_page_lruvec",     "lruvec_lock",          "shrink_inactive_list",
    "shrink_active_list", "move_active_pages_to", "move_pages_to_lru",    "move_folios_to_lru",
    "isolate_lru_",       "isolate_migratepages", "folio_batch_move_lru", "pagevec_lru_move",
    "lru_add_fn",         "__pagevec_lru_add",    "__page_cache_release", "release_pages",
    "folios_put_refs",    "evict_folios",         "evict_pages",          "check_move_unevictable",
    "lru_note_cost",      "isolate_folios",       "scan_folios",
};

static bool starts_with_any(struct slice name, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts(name, slice_from_string(prefixes[i])))
            return true;
    return false;
}

static bool is_lock_function(struct slice name)
{
    static const char *const names[] = {"native_queued_spin_lock",
                                        "__pv_queued_spin_lock",
                                        "queued_spin_lock",
                                        "_raw_spin_lock",
                                        "do_raw_spin_lock",
                                        "pv_wait",
                                        "kvm_wait",
                                        "pv_queued_spin_lock"};
    return starts_with_any(name, names, sizeof names / sizeof *names);
}

static bool is_lru_function(struct slice name)
{
    return starts_with_any(name, lru_functions, sizeof lru_functions / sizeof *lru_functions);
}

/* How many of the innermost frames are those of taking a spinlock. */
static size_t lock_frames(const struct stack *stack)
{
    size_t count = 0;
    while (count < stack->count && is_lock_function(stack->frames[count]))
        count++;
    return count;
}

static bool waits_for_lru_lock(const struct stack *stack)
{
    size_t caller = lock_frames(stack);
    return caller && caller < stack->count && is_lru_function(stack->frames[caller]);
}

bool stack_may_hold_lru_lock(const struct stack *stack)
{
    enum { NEAR = 4 }; /* frames: what is called under a spinlock is small */
    if (!stack->was_running || lock_frames(stack))
        return false;
    for (size_t i = 0; i < stack->count && i < NEAR; i++)
        if (is_lru_function(stack->frames[i]))
            return true;
    return false;
}

/* The first row of which a frame's name begins so; the more telling ones first. */
static const struct {
    const char *doing, *prefix;
} tales[] = {
    {"oom kill", "out_of_memory"},
    {"oom kill", "mem_cgroup_out_of_memory"},
    {"compaction", "compact_zone"},
    {"compaction", "try_to_compact_pages"},
    {"memcg reclaim", "try_to_free_mem_cgroup_pages"},
    {"memcg reclaim", "mem_cgroup_handle_over_high"},
    {"memcg reclaim", "__mem_cgroup_handle_over_high"},
    {"memcg reclaim", "reclaim_high"},
    {"direct reclaim", "try_to_free_pages"},
    {"direct reclaim", "throttle_direct_reclaim"},
    {"kswapd", "balance_pgdat"},
    {"charging", "try_charge"},
    {"charging", "charge_memcg"},
    {"charging", "mem_cgroup_charge"},
    {"charging", "obj_cgroup_charge"},
    {"dirty throttling", "balance_dirty_pages"},
};

const char *stack_doing(const struct stack *stack)
{
    if (waits_for_lru_lock(stack))
        return "lru_lock";
    for (size_t t = 0; t < sizeof tales / sizeof *tales; t++)
        for (size_t i = 0; i < stack->count; i++)
            if (slice_starts(stack->frames[i], slice_from_string(tales[t].prefix)))
                return tales[t].doing;
    return NULL;
}
