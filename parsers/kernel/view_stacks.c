/* `stacks`: where every task waits or ran, which of them for memory, and who is at an lru_lock. */
#include "analyzer/limits.h"
#include "parsers/kernel/lru_lock.h"
#include "parsers/kernel/stack.h"
#include "parsers/kernel/tasks.h"
#include "parsers/kernel/view.h"

struct listing {
    const struct kernel *kernel;
    struct memcg_tree groups;
    struct stack_tools tools;
    struct view *view;
    json_t *array;
    json_t *counts; /* of what they do */
    json_t *locks;
    json_t *holders; /* threads that may hold an lru_lock */
};

static void count(json_t *counts, const char *doing)
{
    json_int_t before = json_integer_value(json_object_get(counts, doing));
    json_object_set_new(counts, doing, json_integer(before + 1));
}

/* ---- tasks */

static void put_frames(const struct stack *stack, json_t *object)
{
    json_t *frames = view_array(object, "frames");
    for (size_t i = 0; i < stack->count; i++)
        json_array_append_new(frames, json_stringn(stack->frames[i].data, stack->frames[i].length));
}

static void put_cgroup(const struct listing *listing, uint64_t task, json_t *object)
{
    int group = task_memcg(listing->kernel, &listing->groups, task);
    if (group != MEMCG_NONE)
        view_put_text(object, "cgroup", listing->groups.groups[group].path.data);
}

static const char *word_for(const struct stack *stack)
{
    const char *doing = stack_doing(stack);
    if (doing || !stack->was_running)
        return doing;
    return stack->was_in_user_mode ? "on a CPU, in user mode" : "on a CPU";
}

static void put_thread(const struct listing *listing, const struct process *process, uint64_t task)
{
    struct stack stack;
    struct amount number = kernel_amount(listing->kernel, task, MEMBER_TASK_PID, 1);
    stack_read(&listing->tools, task, &stack);
    json_t *object = view_append(listing->array);
    const char state[2] = {process_state(listing->kernel, task), '\0'};
    const char *doing = stack_doing(&stack);
    view_put_amount(object, "pid", process->pid);
    view_put_amount(object, "thread", number);
    view_put_text(object, "comm", process->comm);
    view_put_text(object, "state", state);
    view_put_text(object, "doing", word_for(&stack));
    if (doing)
        count(listing->counts, doing);
    if (stack.was_running) {
        json_object_set_new(object, "was_running", json_true());
        view_put_amount(object, "cpu", kernel_amount(listing->kernel, task, MEMBER_TASK_CPU, 1));
    }
    if (stack.count && !stack.is_reliable)
        json_object_set_new(object, "is_guess", json_true());
    if (stack_may_hold_lru_lock(&stack) && number.known)
        json_array_append_new(listing->holders, json_integer(number.value));
    put_cgroup(listing, task, object);
    put_frames(&stack, object);
}

static void put_threads(const struct listing *listing, const struct process *process)
{
    const struct kernel *kernel = listing->kernel;
    uint64_t signal, head, thread;
    bool is_any = false;
    if (kernel_pointer(kernel, process->task, MEMBER_TASK_SIGNAL, &signal) &&
        kernel_place(kernel, signal, MEMBER_SIGNAL_THREAD_HEAD, &head)) {
        struct list_walk walk = list_walk(kernel, head, MEMBER_TASK_THREAD_NODE, LIMIT_TASKS);
        for (; list_walk_next(&walk, &thread) && !*kernel->stop; is_any = true)
            put_thread(listing, process, thread);
    }
    if (!is_any)
        put_thread(listing, process, process->task);
}

static void put_tasks(const struct listing *listing)
{
    struct list_walk walk = process_walk(listing->kernel);
    struct process process;
    char trouble[LIST_TROUBLE_SIZE];
    while (process_next(&walk, &process) && !*listing->kernel->stop)
        put_threads(listing, &process);
    if (list_walk_trouble(&walk, trouble, sizeof trouble)) {
        view_note(listing->view, "processes: %s", trouble);
        view_incomplete(listing->view);
    }
}

/* ---- lru_lock */

static void put_lock(void *context, const struct lru_lock *lock)
{
    const struct listing *listing = context;
    json_t *object = view_append(listing->locks);
    view_put_amount(object, "node", amount_of(lock->node, 0));
    if (lock->group != MEMCG_NONE)
        view_put_text(object, "memcg", listing->groups.groups[lock->group].path.data);
    json_object_set_new(object, "locked", json_boolean(lock->is_locked));
    json_object_set_new(object, "pending", json_boolean(lock->is_pending));
    view_put_amount(object, "tail_cpu", lock->tail_cpu);
}

/* The word does not name the holder. With one lock taken and one task in the middle of what such a
 * lock protects, it is that one. */
static void put_locks(struct listing *listing)
{
    uint64_t looked_at = lru_locks_visit(listing->kernel, &listing->groups, put_lock, listing);
    json_t *only = json_array_get(listing->locks, 0);
    if (looked_at) /* there is one at least */
        view_put_amount(listing->view->object, "lru_locks_count", amount_of((int64_t)looked_at, 0));
    if (json_array_size(listing->locks) == 1 && json_array_size(listing->holders) == 1 &&
        json_is_true(json_object_get(only, "locked")))
        json_object_set(only, "likely_holder", json_array_get(listing->holders, 0));
}

/* ---- all */

static void note_registers(const struct kernel *kernel, struct view *view)
{
    if (kernel->registers_count == 0)
        view_note(view, "the dump's notes have no registers of CPUs: what ran is not told");
}

void view_stacks(const struct kernel *kernel, struct view *view)
{
    struct listing listing = {.kernel = kernel, .view = view};
    listing.counts = json_object();
    json_object_set_new(view->object, "doing", listing.counts);
    listing.holders = json_array();
    memcg_tree_init(&listing.groups, kernel);
    listing.locks = view_array(view->object, "lru_locks");
    listing.array = view_array(view->object, "tasks");
    if (stack_tools_init(&listing.tools, kernel)) {
        put_tasks(&listing);
        note_registers(kernel, view);
    } else {
        view_note(view, "no stacks: the kernel's names or task_struct are not known");
        view_incomplete(view);
    }
    put_locks(&listing);
    memcg_tree_deinit(&listing.groups);
    json_decref(listing.holders);
}
