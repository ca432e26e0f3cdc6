#include "parsers/kernel/shmem.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/limits.h"
#include "parsers/kernel/inode_path.h"
#include "parsers/kernel/page_memcg.h"
#include "parsers/kernel/shmem_internal.h"

void shmem_note(struct shmem *shmem, const char *what, const struct list_walk *walk)
{
    char trouble[LIST_TROUBLE_SIZE];
    const char *why = list_walk_trouble(walk, trouble, sizeof trouble);
    if (why && !*shmem->trouble)
        snprintf(shmem->trouble, sizeof shmem->trouble, "%s: %s", what, why);
}

/* ---- one file */

struct shmem_file {
    uint64_t inode;
    struct amount bytes, swap;
    bool is_unlinked;
};

static bool read_file(const struct kernel *kernel, uint64_t inode, struct shmem_file *ret)
{
    uint64_t info, links;
    int64_t page = (int64_t)kernel->page_size;
    if (!kernel_container(kernel, inode, MEMBER_SHMEM_INODE, &info))
        return false;
    *ret = (struct shmem_file){.inode = inode};
    ret->swap = kernel_amount(kernel, info, MEMBER_SHMEM_SWAPPED, page);
    ret->bytes =
        amount_subtract(kernel_amount(kernel, info, MEMBER_SHMEM_ALLOCATED, page), ret->swap);
    ret->is_unlinked = kernel_read(kernel, inode, MEMBER_INODE_LINKS, &links) && links == 0;
    return true;
}

static bool take_first(void *context, uint64_t index, uint64_t entry)
{
    uint64_t *page = context;
    (void)index;
    if (entry & 3)
        return true; /* a swap entry */
    *page = entry;
    return false;
}

/* The first page that is in memory tells; pages of one file may be charged to several. */
static uint64_t find_memcg(const struct kernel *kernel, uint64_t inode)
{
    uint64_t mapping, pages, page = 0, memcg;
    if (!kernel_pointer(kernel, inode, MEMBER_INODE_MAPPING, &mapping) ||
        !kernel_place(kernel, mapping, MEMBER_MAPPING_PAGES, &pages))
        return 0;
    xarray_walk(kernel, pages, LIMIT_FILES, take_first, &page);
    return page && page_memcg_at(kernel, page, &memcg) ? memcg : 0;
}

/* ---- instances */

static void keep_inode(struct shmem *shmem, uint64_t address)
{
    struct shmem_inode *entry = arena_allocate(shmem->arena, sizeof *entry);
    *entry = (struct shmem_inode){.address = address, .instance = shmem->count - 1};
    HASH_ADD(hh, shmem->inodes, address, sizeof entry->address, entry);
}

static void count_file(struct shmem_instance *instance, const struct shmem_file *file)
{
    instance->bytes = amount_add(instance->bytes, file->bytes);
    instance->swap = amount_add(instance->swap, file->swap);
    instance->files = amount_add(instance->files, amount_of(1, 0));
    instance->unlinked = amount_add(instance->unlinked, amount_of(file->is_unlinked, 0));
}

static struct slice path_of(struct shmem *shmem, const struct kernel *kernel, uint64_t inode)
{
    char buffer[INODE_PATH_SIZE];
    const char *path = inode_path(kernel, inode, buffer);
    return path ? arena_copy(shmem->arena, slice_from_string(path)) : (struct slice){0};
}

static struct shmem_instance *add_instance(struct shmem *shmem, const char *kind, uint64_t address)
{
    struct shmem_instance *instance = ARENA_PUSH(shmem->arena, shmem->instances, shmem->count);
    *instance = (struct shmem_instance){.kind = kind, .address = address};
    instance->bytes = instance->swap = instance->files = instance->unlinked = amount_of(0, 0);
    return instance;
}

/* Of a mounted tmpfs: its files together, the largest by name. */
static void read_mounted(struct shmem *shmem, const struct kernel *kernel, uint64_t super,
                         struct list_walk *walk)
{
    struct shmem_instance *instance = add_instance(shmem, "tmpfs", super);
    struct shmem_file file;
    char buffer[INODE_PATH_SIZE];
    uint64_t inode, info, largest = 0;
    const char *name = super_mount_point(kernel, super, buffer);
    instance->name = arena_copy(shmem->arena, slice_from_string(name ? name : "not mounted"));
    if (kernel_pointer(kernel, super, MEMBER_SUPER_INFO, &info))
        instance->limit =
            kernel_amount(kernel, info, MEMBER_SHMEM_SUPER_MAX_BLOCKS, (int64_t)kernel->page_size);
    while (list_walk_next(walk, &inode) && !*kernel->stop) {
        if (!read_file(kernel, inode, &file))
            continue;
        keep_inode(shmem, inode);
        count_file(instance, &file);
        if (amount_or(file.bytes, 0) > amount_or(instance->largest_bytes, 0)) {
            instance->largest_bytes = file.bytes;
            largest = inode;
        }
    }
    if (!largest)
        return;
    instance->largest = path_of(shmem, kernel, largest);
    instance->memcg = find_memcg(kernel, largest);
}

static const char *kind_of_file(struct slice name)
{
    if (slice_find(name, SLICE("SYSV")) != SLICE_NOT_FOUND)
        return "sysv";
    return slice_find(name, SLICE("memfd:")) != SLICE_NOT_FOUND ? "memfd" : "mapping";
}

/* Of the kernel's own: each file that holds something. */
static void read_internal(struct shmem *shmem, const struct kernel *kernel, struct list_walk *walk)
{
    struct shmem_file file;
    uint64_t inode;
    while (list_walk_next(walk, &inode) && !*kernel->stop) {
        if (!read_file(kernel, inode, &file) ||
            amount_or(file.bytes, 0) + amount_or(file.swap, 0) == 0)
            continue;
        struct slice name = path_of(shmem, kernel, inode);
        if (!name.length)
            continue; /* the root directory */
        struct shmem_instance *instance = add_instance(shmem, kind_of_file(name), inode);
        instance->name = name;
        instance->memcg = find_memcg(kernel, inode);
        count_file(instance, &file);
        keep_inode(shmem, inode);
    }
}

static uint64_t internal_super(const struct kernel *kernel)
{
    uint64_t mount, super;
    if (!kernel_variable(kernel, SYMBOL_SHM_MNT, sizeof mount, &mount) ||
        !kernel_pointer(kernel, mount, MEMBER_VFSMOUNT_SUPER, &super))
        return 0;
    return super;
}

static void read_super(struct shmem *shmem, const struct kernel *kernel, uint64_t super,
                       bool is_internal)
{
    char type[FILE_SYSTEM_NAME_SIZE];
    uint64_t head;
    super_type_name(kernel, super, type);
    if ((strcmp(type, "tmpfs") != 0 && strcmp(type, "devtmpfs") != 0) ||
        !kernel_place(kernel, super, MEMBER_SUPER_INODES, &head))
        return;
    struct list_walk walk = list_walk(kernel, head, MEMBER_INODE_SUPER_LINK, LIMIT_FILES);
    if (is_internal)
        read_internal(shmem, kernel, &walk);
    else
        read_mounted(shmem, kernel, super, &walk);
    shmem_note(shmem, "files of a tmpfs", &walk);
}

void shmem_init(struct shmem *shmem, const struct kernel *kernel)
{
    uint64_t head, super, internal = internal_super(kernel);
    *shmem = (struct shmem){.arena = arena_create()};
    if (!kernel_symbol(kernel, SYMBOL_SUPER_BLOCKS, &head)) {
        snprintf(shmem->trouble, sizeof shmem->trouble, "no symbol super_blocks");
        return;
    }
    struct list_walk walk = list_walk(kernel, head, MEMBER_SUPER_LIST, LIMIT_FILES);
    while (list_walk_next(&walk, &super) && !*kernel->stop)
        read_super(shmem, kernel, super, super == internal);
    shmem_note(shmem, "file systems", &walk);
}

void shmem_deinit(struct shmem *shmem)
{
    HASH_CLEAR(hh, shmem->inodes);
    arena_destroy(shmem->arena);
}
