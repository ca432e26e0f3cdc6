/*
 * Something that knows types: BTF out of the dump (btf.h) or DWARF out of a vmlinux (dwarf.h).
 *
 * Both must give the same answers for the same kernel; a test compares them row by row. Offsets and
 * sizes are bytes. Names are the kernel's, without "struct" or "union".
 */
#ifndef WHYOOM_PARSERS_TYPES_TYPE_SOURCE_H
#define WHYOOM_PARSERS_TYPES_TYPE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/base/slice.h"

/** Where a member lies, and what it is. */
struct member {
    uint32_t offset;              /* from the start of the outermost structure */
    uint32_t size;                /* of all of it */
    uint32_t element_size, count; /* of an array, all dimensions flattened; else size and 1 */
    uint8_t bit_offset, bit_size; /* of a bit field, from the least significant bit at `offset`;
                                     bit_size 0: none */
    bool is_signed;               /* an integer with a sign */
};

struct type_source {
    void *context;
    /**
     * The member that @p path ("memory.usage.counter") names in structure or union @p type.
     * Unnamed members are looked through; a structure of a single scalar member stands for that
     * scalar (atomic_t, refcount_t, memdesc_flags_t), so that a spelling need not name it.
     */
    bool (*member)(void *context, struct slice type, struct slice path, struct member *ret);
    bool (*size)(void *context, struct slice type, uint64_t *ret);
    bool (*enumerator)(void *context, struct slice name, int64_t *ret);
};

#endif
