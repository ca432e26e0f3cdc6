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
    return symbols_at(tools->kernel->symbols, address - 1 - tools->kernel->kaslr_offset, &offset);
}

/* Of a module's functions only the place is known. */
static void add_frame(const struct stack_tools *tools, uint64_t address, struct stack *stack)
{
    struct slice name = name_of(tools, address);
    stack->frames[stack->count++] = name.length ? name : SLICE("(module)");
}

static void unwind(const struct stack_tools *tools, struct orc_frame frame, uint64_t end,
                   struct stack *stack)
{
    do
        add_frame(tools, frame.ip, stack);
    while (stack->count < STACK_FRAMES && orc_step(&tools->orc, &frame) && frame.sp < end);
    stack->is_reliable = true;
}

static void scan(const struct stack_tools *tools, uint64_t sp, uint64_t end, struct stack *stack)
{
    uint64_t word;
    for (unsigned i = 0; i < SCANNED_MOST && sp < end && stack->count < STACK_FRAMES;
         i++, sp += WORD)
        if (memory_read_number(tools->kernel->memory, sp, WORD, &word) &&
            name_of(tools, word).length)
            add_frame(tools, word, stack);
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
        add_frame(tools, ip | tools->signature_bits, stack);
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
    ret->is_reliable = false;
    if ((kernel_read(kernel, task, MEMBER_TASK_ON_CPU, &on_cpu) && on_cpu) ||
        !kernel_pointer(kernel, task, MEMBER_TASK_STACK, &stack) ||
        !kernel_pointer(kernel, task, MEMBER_TASK_STACK_POINTER, &sp) || sp < stack ||
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

/* ---- what it is about ---------------------------------------------------------------------- */

/* The first row of which a frame's name begins so; the more telling ones first. */
static const struct {
    const char *doing, *prefix;
} tales[] = {
    {"lru_lock", "folio_lruvec_lock"},
    {"lru_lock", "lock_page_lruvec"},
    {"lru_lock", "lruvec_lock"},
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
    {"charging", "obj_cgroup_charge"},
    {"dirty throttling", "balance_dirty_pages"},
};

const char *stack_doing(const struct stack *stack)
{
    for (size_t t = 0; t < sizeof tales / sizeof *tales; t++)
        for (size_t i = 0; i < stack->count; i++)
            if (slice_starts(stack->frames[i], slice_from_string(tales[t].prefix)))
                return tales[t].doing;
    return NULL;
}
