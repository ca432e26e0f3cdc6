/*
 * The memory of a dead kernel, as its readers see it: an address, a length, and whether it is
 * there.
 *
 * A dump is filtered, cut or broken more often than not, so a page that is absent is an ordinary
 * answer. Readers of kernel structures know only this, so that tests give them memory of their own.
 */
#ifndef WHYOOM_PARSERS_VMCORE_MEMORY_H
#define WHYOOM_PARSERS_VMCORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
    void *context;
    /** Copy @p length bytes at the kernel's virtual @p address. False: some byte of them is not in
     * the dump, and @p buffer holds nothing of use. */
    bool (*read)(void *context, uint64_t address, void *buffer, size_t length);
};

static inline bool memory_read(const struct memory *memory, uint64_t address, void *buffer,
                               size_t length)
{
    return memory->read(memory->context, address, buffer, length);
}

/** A little-endian number of @p size bytes (1 to 8), as all kernels have that whyoom reads. */
static inline uint64_t memory_number(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    while (size--)
        number = number << 8 | bytes[size];
    return number;
}

/** Read such a number. */
static inline bool memory_read_number(const struct memory *memory, uint64_t address, size_t size,
                                      uint64_t *ret)
{
    unsigned char bytes[8];
    if (size > sizeof bytes || !memory_read(memory, address, bytes, size))
        return false;
    *ret = memory_number(bytes, size);
    return true;
}

#endif
