/*
 * The closed vocabularies of a record: kind, scope, limit, charge path, part, class.
 *
 * Every term is written once here and becomes an enum constant and its printed name. Index 0 is
 * always "unknown", so that zeroed memory claims nothing.
 */
#ifndef WHYOOM_TERMS_H
#define WHYOOM_TERMS_H

#include "analyzer/base/slice.h"

#define KIND_TERMS(X)                        \
    X(KIND_UNKNOWN, "unknown")               \
    X(KIND_OOM_KILL, "oom-kill")             \
    X(KIND_OOM_NO_KILL, "oom-no-kill")       \
    X(KIND_ALLOC_FAILURE, "alloc-failure")   \
    X(KIND_USERSPACE_KILL, "userspace-kill") \
    X(KIND_CHARGE_STALL, "charge-stall")

#define SCOPE_TERMS(X)              \
    X(SCOPE_UNKNOWN, "unknown")     \
    X(SCOPE_MEMCG, "memcg")         \
    X(SCOPE_GLOBAL, "global")       \
    X(SCOPE_CPUSET, "cpuset")       \
    X(SCOPE_MEMPOLICY, "mempolicy") \
    X(SCOPE_SYSRQ, "sysrq")

#define LIMIT_TERMS(X)          \
    X(LIMIT_UNKNOWN, "unknown") \
    X(LIMIT_MEMORY, "memory")   \
    X(LIMIT_MEMSW, "memsw")     \
    X(LIMIT_SWAP, "swap")       \
    X(LIMIT_KMEM, "kmem")       \
    X(LIMIT_ZONE, "zone")       \
    X(LIMIT_ORDER, "order")     \
    X(LIMIT_NONE, "none")

#define CHARGE_PATH_TERMS(X)               \
    X(CHARGE_UNKNOWN, "unknown")           \
    X(CHARGE_ANON_FAULT, "anon-fault")     \
    X(CHARGE_SWAP_IN, "swap-in")           \
    X(CHARGE_FILE_READ, "file-read")       \
    X(CHARGE_FILE_FAULT, "file-fault")     \
    X(CHARGE_FILE_WRITE, "file-write")     \
    X(CHARGE_SHMEM_WRITE, "shmem-write")   \
    X(CHARGE_SHMEM_FAULT, "shmem-fault")   \
    X(CHARGE_SLAB, "slab")                 \
    X(CHARGE_PAGE_TABLE, "page-table")     \
    X(CHARGE_KERNEL_STACK, "kernel-stack") \
    X(CHARGE_SOCKET, "socket")             \
    X(CHARGE_PIPE, "pipe")                 \
    X(CHARGE_PERCPU, "percpu")             \
    X(CHARGE_VMALLOC, "vmalloc")           \
    X(CHARGE_HUGETLB, "hugetlb")           \
    X(CHARGE_EXEC, "exec")                 \
    X(CHARGE_DRIVER, "driver")             \
    X(CHARGE_NONE, "none")

#define PART_TERMS(X)                    \
    X(PART_UNKNOWN, "unknown")           \
    X(PART_ANON, "anon")                 \
    X(PART_FILE, "file")                 \
    X(PART_SHMEM, "shmem")               \
    X(PART_SLAB, "slab")                 \
    X(PART_PAGE_TABLE, "page-table")     \
    X(PART_KERNEL_STACK, "kernel-stack") \
    X(PART_KERNEL_OTHER, "kernel-other") \
    X(PART_HUGETLB, "hugetlb")           \
    X(PART_UNEVICTABLE, "unevictable")   \
    X(PART_UNACCOUNTED, "unaccounted")

#define CLASS_TERMS(X)                      \
    X(CLASS_UNKNOWN, "unknown")             \
    X(CLASS_MANUAL, "manual")               \
    X(CLASS_PRESSURE, "pressure")           \
    X(CLASS_SLAB, "slab")                   \
    X(CLASS_SHMEM, "shmem")                 \
    X(CLASS_KERNEL_MEMORY, "kernel-memory") \
    X(CLASS_HUGETLB, "hugetlb")             \
    X(CLASS_SWAP, "swap")                   \
    X(CLASS_MEMCG_LIMIT, "memcg-limit")     \
    X(CLASS_HOST_ZONE, "host-zone")

#define CONFIDENCE_TERMS(X)          \
    X(CONFIDENCE_UNKNOWN, "unknown") \
    X(CONFIDENCE_LOW, "low")         \
    X(CONFIDENCE_MEDIUM, "medium")   \
    X(CONFIDENCE_HIGH, "high")

#define TERM_CONSTANT(constant, name) constant,
enum kind { KIND_TERMS(TERM_CONSTANT) KIND_COUNT };
enum scope { SCOPE_TERMS(TERM_CONSTANT) SCOPE_COUNT };
enum limit { LIMIT_TERMS(TERM_CONSTANT) LIMIT_COUNT };
enum charge_path { CHARGE_PATH_TERMS(TERM_CONSTANT) CHARGE_PATH_COUNT };
enum part { PART_TERMS(TERM_CONSTANT) PART_COUNT };
enum class_term { CLASS_TERMS(TERM_CONSTANT) CLASS_COUNT };
enum confidence { CONFIDENCE_TERMS(TERM_CONSTANT) CONFIDENCE_COUNT };
#undef TERM_CONSTANT

/** One vocabulary: its name ("charge_path"), its terms by enum value. */
struct vocabulary {
    const char *name;
    const char *const *terms;
    int count;
};

enum vocabulary_id {
    VOCABULARY_KIND,
    VOCABULARY_SCOPE,
    VOCABULARY_LIMIT,
    VOCABULARY_CHARGE_PATH,
    VOCABULARY_PART,
    VOCABULARY_CLASS,
    VOCABULARY_CONFIDENCE,
    VOCABULARY_COUNT,
};

const struct vocabulary *vocabulary_get(enum vocabulary_id id);

/** The printed name of @p value, "unknown" when it is out of range. */
const char *term_name(enum vocabulary_id id, int value);

/** The value of the term printed as @p name, or -1. */
int term_find(enum vocabulary_id id, struct slice name);

#endif
