/*
 * ORC: the tables by which x86_64 kernels without frame pointers find a function's caller.
 *
 * One table of places in the code, sorted, relative to themselves; one of six bytes each: where
 * the frame begins, counted from which register. The numbers of registers and types differ by
 * kernel (6.4, 7.x) and carry no version: the commonest entry tells. Kernel: arch/x86/include/asm/
 * orc_types.h, arch/x86/kernel/unwind_orc.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_ORC_H
#define WHYOOM_PARSERS_KERNEL_ORC_H

#include "parsers/kernel/kernel.h"

struct orc {
    const struct kernel *kernel;
    uint64_t places, entries, count;
    const struct orc_registers *registers;
    bool has_wide_types; /* since 6.4: three bits, and a call is 2 */
};

/** False: the kernel has no such tables, or the dump does not hold them. */
bool orc_init(struct orc *orc, const struct kernel *kernel);

struct orc_frame {
    uint64_t ip, sp, bp;
    bool is_interrupted; /* ip is where it was, no return address behind a call */
};

/** Go to the caller. False: the stack ends here, or how it goes on is not known. */
bool orc_step(const struct orc *orc, struct orc_frame *frame);

#endif
