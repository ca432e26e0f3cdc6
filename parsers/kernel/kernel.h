/*
 * A dead kernel with its structures: memory (parsers/vmcore/memory.h), layout
 * (parsers/types/layout.h), CPUs; and the ways to read a member of a structure in it.
 *
 * Every read may fail: the member is unknown to this kernel, or the dump does not hold its page.
 * Both are an unknown amount or `false`, never zero. Walkers (one file per subject) and views
 * (view.h) know nothing of files, dump formats or debug information. Little-endian, pointers of 64
 * bits. A kernel belongs to one thread.
 */
#ifndef WHYOOM_PARSERS_KERNEL_KERNEL_H
#define WHYOOM_PARSERS_KERNEL_KERNEL_H

#include <stdatomic.h>

#include "analyzer/base/amount.h"
#include "analyzer/base/slice.h"
#include "parsers/types/layout.h"
#include "parsers/vmcore/memory.h"
#include "parsers/vmcore/registers.h"

struct kernel;

/** A kernel belongs to one thread; this gives others that share all but the memory. */
struct kernel_readers {
    void *context;
    /** NULL: the dump cannot be opened once more. To be called by the first kernel's thread. */
    struct kernel *(*open)(void *context);
    void (*close)(struct kernel *kernel); /* by any */
};

struct kernel {
    const struct memory *memory;   /* virtual addresses */
    const struct memory *physical; /* physical ones */
    const struct layout *layout;
    const struct symbols *symbols; /* all names; NULL when there is only a layout file */
    struct slice vmcoreinfo;
    uint64_t kaslr_offset;
    uint64_t page_size;
    unsigned page_shift;
    uint64_t *cpus; /* __per_cpu_offset[] of the possible CPUs */
    size_t cpus_count;
    struct registers *registers; /* of the CPUs that the dump's notes tell of */
    size_t registers_count;
    const atomic_bool *stop; /* ends long walks soon */
    /** More readers of the same kernel, for threads; NULL in tests. */
    const struct kernel_readers *readers;
    /** The physical page frames that the machine had and that the dump holds; see frames.h. NULL in
     * tests without a memory map. */
    const struct frames *frames;
};

/** The running kernel's address of a variable. */
bool kernel_symbol(const struct kernel *kernel, enum symbol_id symbol, uint64_t *ret);

/** The value of a variable of @p size bytes. */
bool kernel_variable(const struct kernel *kernel, enum symbol_id symbol, size_t size,
                     uint64_t *ret);

bool kernel_enumerator(const struct kernel *kernel, enum enumerator_id enumerator, int64_t *ret);

bool kernel_has(const struct kernel *kernel, enum member_id member);

/** Where a member of the structure at @p base lies. False: this kernel has no such member. */
bool kernel_place(const struct kernel *kernel, uint64_t base, enum member_id member, uint64_t *ret);

/** The structure that holds the member at @p address (container_of). */
bool kernel_container(const struct kernel *kernel, uint64_t address, enum member_id member,
                      uint64_t *ret);

/** A scalar member (bit fields and signs included; a negative number as its two's complement). */
bool kernel_read(const struct kernel *kernel, uint64_t base, enum member_id member, uint64_t *ret);

/** Element @p index of an array member, all dimensions flattened. */
bool kernel_read_element(const struct kernel *kernel, uint64_t base, enum member_id member,
                         uint64_t index, uint64_t *ret);

/** A pointer that is not NULL. */
bool kernel_pointer(const struct kernel *kernel, uint64_t base, enum member_id member,
                    uint64_t *ret);

/** A scalar as an amount; times @p unit bytes. */
struct amount kernel_amount(const struct kernel *kernel, uint64_t base, enum member_id member,
                            int64_t unit);

/** The string at @p address, up to its NUL or to @p size - 1 bytes, which are copied. False: not
 * in the dump. */
bool kernel_string(const struct kernel *kernel, uint64_t address, char *buffer, size_t size);

/** The string in an array member (task_struct.comm) or, where the member is a pointer, behind it.
 */
bool kernel_read_string(const struct kernel *kernel, uint64_t base, enum member_id member,
                        char *buffer, size_t size);

/** The address of CPU number @p cpu's copy (index into `cpus`) of the per-CPU object @p address. */
uint64_t kernel_per_cpu(const struct kernel *kernel, uint64_t address, size_t cpu);

/** A member out of @p object, a copy of the structure's first @p size bytes: for loops over
 * millions of structures. */
bool member_of(const struct layout *layout, enum member_id member, const unsigned char *object,
               size_t size, uint64_t *ret);

#endif
