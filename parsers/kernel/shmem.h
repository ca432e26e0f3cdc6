/*
 * Shared memory by what holds it: tmpfs file systems as a whole; SysV segments, memfds and shared
 * anonymous mappings one by one, which are files of the kernel's own tmpfs.
 *
 * Sizes are bytes: resident and swapped out, as each inode counts them. Who has it open or mapped
 * is told by the processes' file tables and by the areas that map the file. Kernel: mm/shmem.c,
 * ipc/shm.c, mm/memfd.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_SHMEM_H
#define WHYOOM_PARSERS_KERNEL_SHMEM_H

#include "analyzer/base/arena.h"
#include "analyzer/base/hash_table.h"
#include "parsers/kernel/list.h"

enum { SHMEM_USERS_MAX = 64, SHMEM_TROUBLE_SIZE = LIST_TROUBLE_SIZE + 64 };

struct shmem_instance {
    const char *kind;  /* "tmpfs", "sysv", "memfd", "mapping" */
    struct slice name; /* mount point, or the file's own */
    uint64_t address;  /* of the super block or the inode */
    struct amount bytes, swap, limit, files, unlinked;
    struct amount largest_bytes; /* of its files */
    struct slice largest;
    uint64_t memcg; /* whom its first page is charged to; 0: unknown */
    int64_t users[SHMEM_USERS_MAX];
    size_t users_count, users_more; /* processes */
};

/* An inode that belongs to one of the instances. */
struct shmem_inode;

struct shmem {
    struct arena *arena;
    struct shmem_instance *instances;
    size_t count;
    struct shmem_inode *inodes;       /* a hash table */
    bool has_users;                   /* the processes were asked */
    char trouble[SHMEM_TROUBLE_SIZE]; /* the first thing that could not be read; empty: none */
};

/** Walk all file systems of type tmpfs. The caller deinits. */
void shmem_init(struct shmem *shmem, const struct kernel *kernel);
void shmem_deinit(struct shmem *shmem);

/** Ask every process what it has open or mapped. */
void shmem_find_users(struct shmem *shmem, const struct kernel *kernel);

#endif
