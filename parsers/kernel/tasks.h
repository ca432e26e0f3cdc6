/*
 * The processes of a dead kernel with the memory that each holds, as the OOM killer would look at
 * them.
 *
 * Sizes are bytes. A process whose first thread has ended shows the memory of one that lives, as
 * find_lock_task_mm() does. Kernel: include/linux/sched.h, mm/oom_kill.c, fs/proc/task_mmu.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_TASKS_H
#define WHYOOM_PARSERS_KERNEL_TASKS_H

#include "parsers/kernel/memcg.h"

enum { COMM_SIZE = 16 /* TASK_COMM_LEN */ };

struct process {
    uint64_t task, mm; /* of the first thread; mm 0: a kernel thread, or one that has ended */
    struct amount pid, uid, threads;
    char comm[COMM_SIZE];
    char state; /* as ps shows it; 0: unknown */
    struct amount anon, file, shmem, swap, pgtables, total_vm, locked;
    struct amount oom_score_adj;
    struct amount is_victim;  /* the killer chose it */
    struct amount is_skipped; /* and is done with it: MMF_OOM_SKIP */
};

/** Begin with the first process (never the idle task). */
struct list_walk process_walk(const struct kernel *kernel);

/** The next one, in the order of their birth. */
bool process_next(struct list_walk *walk, struct process *ret);

/** The state of a task as ps shows it ('S', 'D', 'R' ...); 0: unknown. */
char process_state(const struct kernel *kernel, uint64_t task);

/** The css of the memory controller that @p task belongs to. */
bool task_memory_css(const struct kernel *kernel, uint64_t task, uint64_t *css);

/** The group that @p task belongs to: an index in @p groups, or MEMCG_NONE. */
int task_memcg(const struct kernel *kernel, const struct memcg_tree *groups, uint64_t task);

/** All memory that the global killer counts: RAM and swap, in pages. */
struct amount oom_total_pages(const struct kernel *kernel);

/**
 * Points of the global killer, in pages: oom_badness() since 4.17. Unknown where a part is; shared
 * memory is no part where it counts as file (up to 4.4). Before 4.17 the points of who may
 * administer the system were lowered, so that root's are unknown where page tables are counted as
 * they were then.
 * @param total  of oom_total_pages()
 */
struct amount process_badness(const struct kernel *kernel, const struct process *process,
                              struct amount total);

/** May the killer not choose it: init, oom_score_adj -1000, memory already reaped? */
bool process_is_exempt(const struct process *process);

#endif
