/*
 * The physical page frames of the machine, and which of them the dump holds.
 *
 * A frame may be RAM that the dump left out (makedumpfile -d); that is a fact to report, not a
 * zero. Over the dump's own page maps (libkdumpfile's memory.pagemap and file.pagemap); tests make
 * their own.
 */
#ifndef WHYOOM_PARSERS_KERNEL_FRAMES_H
#define WHYOOM_PARSERS_KERNEL_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

struct frames {
    void *context;
    /** The next stretch of frames from @p *first on that the machine had, as [first, end). */
    bool (*next_memory)(void *context, uint64_t *first, uint64_t *end);
    /** The same of those whose content is in the dump. */
    bool (*next_held)(void *context, uint64_t *first, uint64_t *end);
};

#endif
