/*
 * The kernel stacks of tasks, and what they were doing about memory.
 *
 * Unwound by ORC (orc.h), on arm64 along the chain of frames, from where the scheduler left the
 * task; of one that was running by ORC from its CPU's registers in the dump's notes. Where a kernel
 * has neither the words of the stack that look like return addresses are shown, unreliable as the
 * kernel's own '?'. Kernel: arch/x86/kernel/unwind_orc.c, struct inactive_task_frame.
 */
#ifndef WHYOOM_PARSERS_KERNEL_STACK_H
#define WHYOOM_PARSERS_KERNEL_STACK_H

#include "parsers/kernel/orc.h"

enum { STACK_FRAMES = 48 };

struct stack {
    struct slice frames[STACK_FRAMES]; /* names of functions, innermost first */
    size_t count;
    bool is_reliable;
    bool was_running, was_in_user_mode; /* the latter where the registers tell */
};

struct stack_tools {
    const struct kernel *kernel;
    struct orc orc;
    bool has_orc;
    uint64_t signature_bits; /* of arm64's pointers, which are set in the kernel's own */
    uint64_t text, text_end; /* of the kernel; modules lie elsewhere */
};

/** False: no stack can be read, names or members are unknown. */
bool stack_tools_init(struct stack_tools *tools, const struct kernel *kernel);

/** Read the stack of @p task; none of its frames when it was on a CPU whose registers the dump does
 * not have, or in user mode. */
void stack_read(const struct stack_tools *tools, uint64_t task, struct stack *ret);

/** "direct reclaim", "memcg reclaim", "lru_lock" (waits for one) ...; NULL: nothing of the kind. */
const char *stack_doing(const struct stack *stack);

/** Was it running in the middle of what an lru_lock protects, without waiting for it? */
bool stack_may_hold_lru_lock(const struct stack *stack);

#endif
