/*
 * Which victim, which row of the task table has this pid: found in constant time.
 *
 * A group kill may name a hundred thousand processes beside a table of as many rows; a pid of the
 * kernel has 22 bits (PID_MAX_LIMIT), so three levels of small tables hold them, and no choice of
 * numbers makes it slow. Kernel: include/linux/threads.h.
 */
#ifndef WHYOOM_PARSERS_LOG_PID_INDEX_H
#define WHYOOM_PARSERS_LOG_PID_INDEX_H

#include "analyzer/base/arena.h"

enum {
    PID_BITS = 22,
    PID_LEAF_BITS = 7,
    PID_BRANCH_BITS = 7,
    PID_ROOT_BITS = PID_BITS - PID_BRANCH_BITS - PID_LEAF_BITS,
};

struct pid_leaf {
    uint32_t place[1 << PID_LEAF_BITS]; /* from 1; 0: none */
};

struct pid_branch {
    struct pid_leaf *leaf[1 << PID_BRANCH_BITS];
};

struct pid_index {
    struct pid_branch **root; /* NULL: empty */
};

/** Remember that @p pid stands at @p place (from 0), unless it has one; a number that is no pid is
 * not kept. Tables live in @p arena. */
void pid_index_add(struct arena *arena, struct pid_index *index, int64_t pid, size_t place);

/** The place of @p pid, or SLICE_NOT_FOUND. */
size_t pid_index_find(const struct pid_index *index, int64_t pid);

#endif
