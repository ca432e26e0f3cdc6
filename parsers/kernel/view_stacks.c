/* `stacks`: where every task that was not running waits, and which of them wait for memory. */
#include "analyzer/limits.h"
#include "parsers/kernel/stack.h"
#include "parsers/kernel/tasks.h"
#include "parsers/kernel/view.h"

struct listing {
    const struct kernel *kernel;
    struct stack_tools tools;
    struct view *view;
    json_t *array;
    json_t *counts; /* of what they do */
};

static void count(json_t *counts, const char *doing)
{
    json_int_t before = json_integer_value(json_object_get(counts, doing));
    json_object_set_new(counts, doing, json_integer(before + 1));
}

static void put_frames(const struct stack *stack, json_t *object)
{
    json_t *frames = view_array(object, "frames");
    for (size_t i = 0; i < stack->count; i++)
        json_array_append_new(frames, json_stringn(stack->frames[i].data, stack->frames[i].length));
}

static void put_thread(const struct listing *listing, const struct process *process, uint64_t task)
{
    struct stack stack;
    struct amount number = kernel_amount(listing->kernel, task, MEMBER_TASK_PID, 1);
    stack_read(&listing->tools, task, &stack);
    json_t *object = view_append(listing->array);
    const char state[2] = {process_state(listing->kernel, task), '\0'};
    view_put_amount(object, "pid", process->pid);
    view_put_amount(object, "thread", number);
    view_put_text(object, "comm", process->comm);
    view_put_text(object, "state", state);
    const char *doing = stack_doing(&stack);
    view_put_text(object, "doing", stack.count ? doing : "on a CPU");
    if (doing)
        count(listing->counts, doing);
    if (stack.count && !stack.is_reliable)
        json_object_set_new(object, "is_guess", json_true());
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

void view_stacks(const struct kernel *kernel, struct view *view)
{
    struct listing listing = {.kernel = kernel, .view = view};
    struct process process;
    char trouble[128];
    listing.counts = json_object();
    json_object_set_new(view->object, "doing", listing.counts);
    listing.array = view_array(view->object, "tasks");
    if (!stack_tools_init(&listing.tools, kernel)) {
        view_note(view, "no stacks: the kernel's names or task_struct are not known");
        return;
    }
    struct list_walk walk = process_walk(kernel);
    while (process_next(&walk, &process) && !*kernel->stop)
        put_threads(&listing, &process);
    if (list_walk_trouble(&walk, trouble, sizeof trouble))
        view_note(view, "processes: %s", trouble);
}
