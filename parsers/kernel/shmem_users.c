/* Who uses the shared memory: open files of every process, areas that map the files. */
#include "analyzer/limits.h"
#include "parsers/kernel/shmem_internal.h"
#include "parsers/kernel/tasks.h"

enum { FILES_AT_ONCE = 512, AREAS_DEPTH_MAX = 64 };

/* Which process has which memory. */
struct owner {
    uint64_t mm;
    int64_t pid;
    UT_hash_handle hh;
};

struct asking {
    struct shmem *shmem;
    const struct kernel *kernel;
    struct owner *owners;
    uint64_t areas; /* looked at */
};

static void add_user(struct shmem_instance *instance, int64_t pid)
{
    for (size_t i = 0; i < instance->users_count; i++)
        if (instance->users[i] == pid)
            return;
    if (instance->users_count < SHMEM_USERS_MAX)
        instance->users[instance->users_count++] = pid;
    else
        instance->users_more++;
}

static struct shmem_instance *instance_of(const struct shmem *shmem, uint64_t inode)
{
    struct shmem_inode *entry;
    HASH_FIND(hh, shmem->inodes, &inode, sizeof inode, entry);
    return entry ? &shmem->instances[entry->instance] : NULL;
}

/* ---- open files */

static void ask_file(const struct asking *asking, uint64_t file, int64_t pid)
{
    uint64_t inode;
    if (!file || !kernel_pointer(asking->kernel, file, MEMBER_FILE_INODE, &inode))
        return;
    struct shmem_instance *instance = instance_of(asking->shmem, inode);
    if (instance)
        add_user(instance, pid);
}

static void ask_open_files(const struct asking *asking, uint64_t task, int64_t pid)
{
    const struct kernel *kernel = asking->kernel;
    unsigned char words[FILES_AT_ONCE * sizeof(uint64_t)];
    uint64_t files, table, count, array;
    if (!kernel_pointer(kernel, task, MEMBER_TASK_FILES, &files) ||
        !kernel_pointer(kernel, files, MEMBER_FILES_TABLE, &table) ||
        !kernel_read(kernel, table, MEMBER_FILES_TABLE_SIZE, &count) || count > LIMIT_FILES ||
        !kernel_pointer(kernel, table, MEMBER_FILES_TABLE_FILES, &array))
        return;
    for (uint64_t first = 0; first < count && !*kernel->stop; first += FILES_AT_ONCE) {
        uint64_t some = count - first < FILES_AT_ONCE ? count - first : FILES_AT_ONCE;
        uint64_t at = array + first * sizeof(uint64_t);
        if (!memory_read(kernel->memory, at, words, some * sizeof(uint64_t)))
            continue;
        for (uint64_t i = 0; i < some; i++)
            ask_file(asking, memory_number(words + i * sizeof(uint64_t), sizeof(uint64_t)), pid);
    }
}

/* ---- mapped areas */

static void ask_area(struct asking *asking, uint64_t node, struct shmem_instance *instance)
{
    uint64_t area, mm;
    struct owner *owner;
    if (!kernel_container(asking->kernel, node, MEMBER_AREA_SHARED, &area) ||
        !kernel_pointer(asking->kernel, area, MEMBER_AREA_MM, &mm))
        return;
    HASH_FIND(hh, asking->owners, &mm, sizeof mm, owner);
    if (owner)
        add_user(instance, owner->pid);
}

static void ask_areas(struct asking *asking, uint64_t node, struct shmem_instance *instance,
                      unsigned depth)
{
    uint64_t next;
    if (depth > AREAS_DEPTH_MAX || ++asking->areas > LIMIT_FILES || *asking->kernel->stop)
        return;
    ask_area(asking, node, instance);
    if (kernel_pointer(asking->kernel, node, MEMBER_RB_NODE_LEFT, &next))
        ask_areas(asking, next, instance, depth + 1);
    if (kernel_pointer(asking->kernel, node, MEMBER_RB_NODE_RIGHT, &next))
        ask_areas(asking, next, instance, depth + 1);
}

static void ask_mapped(struct asking *asking)
{
    const struct kernel *kernel = asking->kernel;
    struct shmem_inode *entry, *next;
    HASH_ITER (hh, asking->shmem->inodes, entry, next) {
        uint64_t mapping, root, node;
        if (kernel_pointer(kernel, entry->address, MEMBER_INODE_MAPPING, &mapping) &&
            kernel_place(kernel, mapping, MEMBER_MAPPING_AREAS, &root) &&
            kernel_pointer(kernel, root, MEMBER_RB_ROOT_NODE, &node))
            ask_areas(asking, node, &asking->shmem->instances[entry->instance], 0);
    }
}

/* ---- all processes */

static void keep_owner(struct asking *asking, const struct process *process)
{
    struct owner *owner;
    HASH_FIND(hh, asking->owners, &process->mm, sizeof process->mm, owner);
    if (owner || !process->mm || !process->pid.known)
        return;
    owner = arena_allocate(asking->shmem->arena, sizeof *owner);
    *owner = (struct owner){.mm = process->mm, .pid = process->pid.value};
    HASH_ADD(hh, asking->owners, mm, sizeof owner->mm, owner);
}

void shmem_find_users(struct shmem *shmem, const struct kernel *kernel)
{
    struct asking asking = {.shmem = shmem, .kernel = kernel};
    struct list_walk walk = process_walk(kernel);
    struct process process;
    while (process_next(&walk, &process) && !*kernel->stop) {
        keep_owner(&asking, &process);
        if (process.mm && process.pid.known)
            ask_open_files(&asking, process.task, process.pid.value);
    }
    shmem_note(shmem, "processes", &walk);
    ask_mapped(&asking);
    HASH_CLEAR(hh, asking.owners);
    shmem->has_users = walk.end == WALK_DONE && kernel_has(kernel, MEMBER_FILE_INODE);
}
