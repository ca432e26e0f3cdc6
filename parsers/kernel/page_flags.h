/*
 * The names of the bits in page.flags, as this kernel numbers them.
 *
 * A bit that had no name in the rows of page.def, and the fields for zone, node and generation
 * above the flags, are left out. Kernel: include/linux/page-flags.h.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_FLAGS_H
#define WHYOOM_PARSERS_KERNEL_PAGE_FLAGS_H

#include "parsers/kernel/kernel.h"

/** Called with "lru", "dirty" ... for each bit of @p flags that is set. */
void page_flags_name(const struct kernel *kernel, uint64_t flags,
                     void (*tell)(void *context, const char *name), void *context);

#endif
