#include "parsers/kernel/tasks.h"

#include "analyzer/limits.h"

enum { SCORE_ADJ_MIN = -1000, OOM_SKIP_BIT = 21, TASK_STATE_IDLE = 0x402 };

/* ---- one counter */

/* A counter whose CPUs keep a part each: the exact sum, as percpu_counter_sum() makes it. */
static struct amount counter_sum(const struct kernel *kernel, uint64_t counter)
{
    uint64_t parts;
    struct amount sum = kernel_amount(kernel, counter, MEMBER_PERCPU_COUNTER_COUNT, 1);
    if (!kernel_pointer(kernel, counter, MEMBER_PERCPU_COUNTER_PARTS, &parts))
        return UNKNOWN;
    for (size_t cpu = 0; cpu < kernel->cpus_count; cpu++) {
        uint64_t part;
        if (!memory_read_number(kernel->memory, kernel_per_cpu(kernel, parts, cpu), sizeof(int32_t),
                                &part))
            return UNKNOWN;
        sum = amount_add(sum, amount_of((int32_t)part, 0));
    }
    return sum;
}

/* RSS_STAT is an array of numbers, or of such counters: then its elements are larger. */
static struct amount mm_counter(const struct kernel *kernel, uint64_t mm, enum enumerator_id which)
{
    const struct layout_member *stat = &kernel->layout->members[MEMBER_MM_RSS_STAT];
    int64_t index;
    uint64_t place, value;
    if (!stat->is_known || !kernel_enumerator(kernel, which, &index) || index < 0 ||
        index >= stat->place.count || !kernel_place(kernel, mm, MEMBER_MM_RSS_STAT, &place))
        return UNKNOWN;
    uint64_t at = place + (uint64_t)index * stat->place.element_size;
    struct amount pages = UNKNOWN;
    if (stat->place.element_size > sizeof(uint64_t))
        pages = counter_sum(kernel, at);
    else if (memory_read_number(kernel->memory, at, stat->place.element_size, &value))
        pages = amount_of((int64_t)value, 0);
    pages = amount_at_least(pages, 0); /* parts not yet handed in may leave it below */
    return amount_scale(pages, (int64_t)kernel->page_size);
}

static struct amount page_tables(const struct kernel *kernel, uint64_t mm)
{
    return amount_either(kernel_amount(kernel, mm, MEMBER_MM_PGTABLES_BYTES, 1),
                         kernel_amount(kernel, mm, MEMBER_MM_NR_PTES, (int64_t)kernel->page_size));
}

/* ---- one process */

char process_state(const struct kernel *kernel, uint64_t task)
{
    static const struct {
        uint64_t bit;
        char letter;
    } states[] = {{0x1, 'S'}, {0x2, 'D'}, {0x4, 'T'}, {0x8, 't'}, {0x40, 'P'}};
    uint64_t state, exit_state;
    if (!kernel_read(kernel, task, MEMBER_TASK_STATE, &state))
        return 0;
    if (kernel_read(kernel, task, MEMBER_TASK_EXIT_STATE, &exit_state) && exit_state)
        return 'Z';
    if ((state & TASK_STATE_IDLE) == TASK_STATE_IDLE)
        return 'I';
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (state & states[i].bit)
            return states[i].letter;
    return 'R';
}

/* The memory of the process: of its first thread that still has any. */
static uint64_t find_mm(const struct kernel *kernel, uint64_t task, uint64_t signal)
{
    uint64_t mm, head, thread;
    if (kernel_pointer(kernel, task, MEMBER_TASK_MM, &mm))
        return mm;
    if (!kernel_place(kernel, signal, MEMBER_SIGNAL_THREAD_HEAD, &head))
        return 0;
    struct list_walk walk = list_walk(kernel, head, MEMBER_TASK_THREAD_NODE, LIMIT_TASKS);
    while (list_walk_next(&walk, &thread))
        if (kernel_pointer(kernel, thread, MEMBER_TASK_MM, &mm))
            return mm;
    return 0;
}

static struct amount flag_bit(const struct kernel *kernel, uint64_t mm, unsigned bit)
{
    uint64_t flags;
    if (!kernel_read_element(kernel, mm, MEMBER_MM_FLAGS, 0, &flags))
        return UNKNOWN;
    return amount_of(flags >> bit & 1, 0);
}

static void read_memory(const struct kernel *kernel, struct process *process)
{
    uint64_t mm = process->mm;
    int64_t page = (int64_t)kernel->page_size;
    process->anon = mm_counter(kernel, mm, ENUMERATOR_MM_ANONPAGES);
    process->file = mm_counter(kernel, mm, ENUMERATOR_MM_FILEPAGES);
    process->shmem = mm_counter(kernel, mm, ENUMERATOR_MM_SHMEMPAGES);
    process->swap = mm_counter(kernel, mm, ENUMERATOR_MM_SWAPENTS);
    process->pgtables = page_tables(kernel, mm);
    process->total_vm = kernel_amount(kernel, mm, MEMBER_MM_TOTAL_VM, page);
    process->locked = kernel_amount(kernel, mm, MEMBER_MM_LOCKED_VM, page);
    process->is_skipped = flag_bit(kernel, mm, OOM_SKIP_BIT);
}

static void read_signal(const struct kernel *kernel, uint64_t signal, struct process *process)
{
    uint64_t oom_mm;
    process->threads = kernel_amount(kernel, signal, MEMBER_SIGNAL_NR_THREADS, 1);
    process->oom_score_adj = kernel_amount(kernel, signal, MEMBER_SIGNAL_OOM_SCORE_ADJ, 1);
    if (kernel_read(kernel, signal, MEMBER_SIGNAL_OOM_MM, &oom_mm))
        process->is_victim = amount_of(oom_mm != 0, 0);
}

static void read_process(const struct kernel *kernel, uint64_t task, struct process *ret)
{
    uint64_t signal, credentials;
    *ret = (struct process){.task = task, .state = process_state(kernel, task)};
    ret->pid = kernel_amount(kernel, task, MEMBER_TASK_PID, 1);
    if (!kernel_read_string(kernel, task, MEMBER_TASK_COMM, ret->comm, sizeof ret->comm))
        ret->comm[0] = '\0';
    if (kernel_pointer(kernel, task, MEMBER_TASK_CRED, &credentials))
        ret->uid = kernel_amount(kernel, credentials, MEMBER_CRED_UID, 1);
    if (!kernel_pointer(kernel, task, MEMBER_TASK_SIGNAL, &signal))
        return;
    read_signal(kernel, signal, ret);
    ret->mm = find_mm(kernel, task, signal);
    if (ret->mm)
        read_memory(kernel, ret);
}

struct list_walk process_walk(const struct kernel *kernel)
{
    uint64_t first, head;
    if (!kernel_symbol(kernel, SYMBOL_INIT_TASK, &first) ||
        !kernel_place(kernel, first, MEMBER_TASK_TASKS, &head))
        return (struct list_walk){.kernel = kernel, .end = WALK_UNREADABLE};
    return list_walk(kernel, head, MEMBER_TASK_TASKS, LIMIT_TASKS);
}

bool process_next(struct list_walk *walk, struct process *ret)
{
    uint64_t task;
    if (!list_walk_next(walk, &task))
        return false;
    read_process(walk->kernel, task, ret);
    return true;
}

bool task_memory_css(const struct kernel *kernel, uint64_t task, uint64_t *css)
{
    uint64_t set;
    int64_t subsystem;
    return kernel_pointer(kernel, task, MEMBER_TASK_CGROUPS, &set) &&
           kernel_enumerator(kernel, ENUMERATOR_MEMORY_SUBSYSTEM_ID, &subsystem) &&
           kernel_read_element(kernel, set, MEMBER_CSS_SET_SUBSYS, (uint64_t)subsystem, css) &&
           *css != 0;
}

/* ---- the killer's arithmetic */

int task_memcg(const struct kernel *kernel, const struct memcg_tree *groups, uint64_t task)
{
    uint64_t css, memcg;
    return task_memory_css(kernel, task, &css) &&
                   kernel_container(kernel, css, MEMBER_MEMCG_CSS, &memcg)
               ? memcg_tree_find(groups, memcg)
               : MEMCG_NONE;
}

struct amount oom_total_pages(const struct kernel *kernel)
{
    uint64_t ram, swap;
    if (!kernel_variable(kernel, SYMBOL_TOTALRAM_PAGES, sizeof ram, &ram) ||
        !kernel_variable(kernel, SYMBOL_TOTAL_SWAP_PAGES, sizeof swap, &swap))
        return UNKNOWN;
    return amount_add(amount_of((int64_t)ram, 0), amount_of((int64_t)swap, 0));
}

struct amount process_badness(const struct kernel *kernel, const struct process *process,
                              struct amount total)
{
    int64_t counter;
    bool has_shmem = kernel_enumerator(kernel, ENUMERATOR_MM_SHMEMPAGES, &counter);
    bool spares_root = kernel_has(kernel, MEMBER_MM_NR_PTES);
    const struct amount parts[] = {process->file, has_shmem ? process->shmem : amount_of(0, 0),
                                   process->swap, process->pgtables};
    struct amount bytes = process->anon, per_mille = total;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bytes = amount_add(bytes, parts[i]);
    if (!bytes.known || !process->oom_score_adj.known ||
        (spares_root && amount_or(process->uid, 0) == 0))
        return UNKNOWN;
    bytes.value /= (int64_t)kernel->page_size;
    per_mille.value /= 1000;
    return amount_add(bytes, amount_scale(per_mille, process->oom_score_adj.value));
}

bool process_is_exempt(const struct process *process)
{
    return amount_or(process->pid, 0) == 1 || amount_or(process->is_skipped, 0) == 1 ||
           amount_or(process->oom_score_adj, 0) == SCORE_ADJ_MIN;
}
