/* Stacks of tasks that wait, and the kernel's functions that they are in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

/* They are never called; where they lie is what counts, and in which order. */
#define FUNCTIONS(ONE)          \
    ONE(__schedule)             \
    ONE(schedule)               \
    ONE(schedule_timeout)       \
    ONE(do_nanosleep)           \
    ONE(congestion_wait)        \
    ONE(shrink_node)            \
    ONE(try_to_free_pages)      \
    ONE(__alloc_pages_slowpath) \
    ONE(handle_mm_fault)
#define DEFINE(name) \
    void name(void); \
    void name(void)  \
    {                \
    }
DEFINE(_stext)
FUNCTIONS(DEFINE)
DEFINE(_etext)
#define ROW(name) {#name, name},
static const struct {
    const char *name;
    void (*function)(void);
} functions[] = {FUNCTIONS(ROW)};

enum {
    WITHIN = 4 /* bytes into a function: where a call returns to */,
    STACK_WORDS = 2048,
    USED = 128
};

static uint64_t return_to(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return (uint64_t)(uintptr_t)K((char *)functions[i].function) + WITHIN;
    fprintf(stderr, "no function %s\n", name);
    exit(1);
}

#ifdef ARM64
/* Where it waits is in the thread, its callers in a chain of pairs, with what they keep between. */
static uint64_t *put_call(struct thread_struct *thread, uint64_t *at, uint64_t ip)
{
    if (!thread->cpu_context.pc) {
        thread->cpu_context =
            (struct cpu_context){.fp = (unsigned long)K(at), .sp = (unsigned long)K(at), .pc = ip};
        return at;
    }
    at[0] = (uint64_t)(uintptr_t)K(at + 4);
    at[1] = ip;
    return at + 4;
}
#else
/* Words, of which some are return addresses. */
static uint64_t *put_call(struct thread_struct *thread, uint64_t *at, uint64_t ip)
{
    if (!thread->sp)
        thread->sp = (unsigned long)K(at);
    at[0] = 0x1234;
    at[1] = ip;
    return at + 2;
}
#endif

void stack_build(const char *line, struct task_struct *task)
{
    char calls[200];
    uint64_t *stack = allocate(STACK_WORDS * sizeof *stack), *at = &stack[STACK_WORDS - USED];
    snprintf(calls, sizeof calls, "%s", word(line, "calls"));
    for (char *name = strtok(calls, ","); name; name = strtok(NULL, ","))
        at = put_call(&task->thread, at, return_to(name));
    task->stack = K(stack);
}
