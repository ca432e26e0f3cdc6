/* Processes with their memory, all open files and cgroups. */
#include <stdio.h>
#include <string.h>

#include "tests/synthetic/common.h"

struct task_struct init_task;

static void set_memory(struct task_struct *task, const char *line)
{
    struct mm_struct *mm = NEW(struct mm_struct);
    mm->rss_stat.count[MM_ANONPAGES].counter = number(line, "anon");
    mm->rss_stat.count[MM_SWAPENTS].counter = number(line, "swap");
    mm->rss_stat.count[MM_FILEPAGES].counter = number(line, "file");
#ifdef HAS_PTES /* and no counter of shared memory: it is in that of files */
    mm->rss_stat.count[MM_FILEPAGES].counter += number(line, "shmem");
    mm->nr_ptes.counter = number(line, "tables");
#else
    mm->rss_stat.count[MM_SHMEMPAGES].counter = number(line, "shmem");
    mm->pgtables_bytes.counter = number(line, "tables") * PAGE_SIZE;
#endif
    mm->total_vm = (unsigned long)number(line, "total");
    task->mm = K(mm);
}

/* Whoever is of a cgroup has the files open that it pays for. */
static void open_files(struct task_struct *task, const char *line)
{
    struct files_struct *files = NEW(struct files_struct);
    struct fdtable *table = NEW(struct fdtable);
    struct file **open = allocate(8 * sizeof *open);
    for (const char *file = NULL; (file = description_next(file, "file")) && table->max_fds < 8;)
        if (strcmp(word(file, "memcg"), word(line, "memcg")) == 0)
            open[table->max_fds++] = K(find_file(word(file, "name")));
    table->fd = K(open);
    files->fdt = K(table);
    task->files = K(files);
}

static void add_task(const char *line)
{
    struct task_struct *task = NEW(struct task_struct);
    struct signal_struct *signal = NEW(struct signal_struct);
    struct cred *cred = NEW(struct cred);
    task->pid = task->tgid = (int)number(line, "pid");
    snprintf(task->comm, sizeof task->comm, "%.15s", word(line, "comm"));
    task->STATE = number(line, "state");
    cred->uid = (unsigned)number(line, "uid");
    task->real_cred = K(cred);
    signal->nr_threads = 1;
    signal->oom_score_adj = (short)number(line, "adj");
    list_init(&signal->thread_head);
    list_add_tail(&task->thread_node, &signal->thread_head);
    task->signal = K(signal);
    task->cgroups = (struct css_set *)K(find_css_set(word(line, "memcg")));
    if (!number(line, "kernel")) {
        set_memory(task, line);
        open_files(task, line);
    }
    if (*word(line, "calls"))
        stack_build(line, task);
    list_add_tail(&task->tasks, &init_task.tasks);
}

void tasks_build(void)
{
    list_init(&init_task.tasks);
    for (const char *line = NULL; (line = description_next(line, "task"));)
        add_task(line);
}
