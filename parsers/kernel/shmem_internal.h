/*
 * What shmem.c and shmem_users.c share.
 */
#ifndef WHYOOM_PARSERS_KERNEL_SHMEM_INTERNAL_H
#define WHYOOM_PARSERS_KERNEL_SHMEM_INTERNAL_H

#include "parsers/kernel/shmem.h"

struct shmem_inode {
    uint64_t address;
    size_t instance; /* index */
    UT_hash_handle hh;
};

/** Remember what could not be read; the first one stays. */
void shmem_note(struct shmem *shmem, const char *what, const struct list_walk *walk);

#endif
