/* `tasks`: every process with its memory, its cgroup and what the OOM killer would think of it. */
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/tasks.h"
#include "parsers/kernel/view.h"

struct listing {
    const struct kernel *kernel;
    struct memcg_tree groups;
    struct amount total; /* pages that badness is measured by */
    json_t *array;
    int64_t kernel_threads, without_memory; /* of the latter the mm_struct is not in the dump */
};

static void put_cgroup(const struct listing *listing, const struct process *process, json_t *object)
{
    int index = task_memcg(listing->kernel, &listing->groups, process->task);
    if (index != MEMCG_NONE)
        view_put_text(object, "cgroup", listing->groups.groups[index].path.data);
}

static void put_killer(const struct listing *listing, const struct process *process, json_t *object)
{
    view_put_amount(object, "oom_score_adj", process->oom_score_adj);
    view_put_amount(object, "badness", process_badness(listing->kernel, process, listing->total));
    if (process_is_exempt(process))
        json_object_set_new(object, "exempt", json_true());
    if (amount_or(process->is_victim, 0))
        json_object_set_new(object, "victim", json_true());
}

static void put_process(const struct listing *listing, const struct process *process)
{
    const char state[2] = {process->state, '\0'};
    json_t *object = view_append(listing->array);
    view_put_amount(object, "pid", process->pid);
    view_put_text(object, "comm", process->comm);
    view_put_text(object, "state", state);
    view_put_amount(object, "uid", process->uid);
    view_put_amount(object, "threads", process->threads);
    put_cgroup(listing, process, object);
    view_put_amount(object, "anon_rss_bytes", process->anon);
    view_put_amount(object, "file_rss_bytes", process->file);
    view_put_amount(object, "shmem_rss_bytes", process->shmem);
    view_put_amount(object, "swap_bytes", process->swap);
    view_put_amount(object, "pgtables_bytes", process->pgtables);
    view_put_amount(object, "total_vm_bytes", process->total_vm);
    view_put_amount(object, "locked_bytes", process->locked);
    if (process->mm)
        put_killer(listing, process, object);
}

/* A process without memory is a kernel thread, unless it is a zombie. */
static void put_all(struct listing *listing, struct view *view)
{
    struct list_walk walk = process_walk(listing->kernel);
    struct process process;
    char trouble[LIST_TROUBLE_SIZE];
    while (process_next(&walk, &process) && !*listing->kernel->stop) {
        if (process.mm || process.state == 'Z')
            put_process(listing, &process);
        else
            listing->kernel_threads++;
        listing->without_memory += process.mm && !process.anon.known && !process.total_vm.known;
    }
    if (listing->without_memory)
        view_note(view,
                  "of %lld processes the memory is unknown: their mm_struct is not in the dump",
                  (long long)listing->without_memory);
    if (list_walk_trouble(&walk, trouble, sizeof trouble)) {
        view_note(view, "processes: %s", trouble);
        view_incomplete(view);
    }
}

void view_tasks(const struct kernel *kernel, struct view *view)
{
    struct listing listing = {.kernel = kernel, .total = oom_total_pages(kernel)};
    listing.array = view_array(view->object, "tasks");
    memcg_tree_init(&listing.groups, kernel);
    if (*listing.groups.trouble)
        view_note(view, "cgroups: %s", listing.groups.trouble);
    put_all(&listing, view);
    if (view_is_complete(view))
        view_put_amount(view->object, "kernel_threads", amount_of(listing.kernel_threads, 0));
    if (json_array_size(listing.array))
        view_put_amount(view->object, "oom_total_pages", listing.total);
    memcg_tree_deinit(&listing.groups);
}
