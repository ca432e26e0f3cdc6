/*
 * The kernel's own symbol table, read out of its memory.
 *
 * VMCOREINFO names the tables since 6.0; in older kernels they are looked for in the read-only data
 * between `_stext` and `init_uts_ns`, where both names of VMCOREINFO stand. Every count in them is
 * bounded. Kernel: kernel/kallsyms.c, scripts/kallsyms.c.
 */
#ifndef WHYOOM_PARSERS_TYPES_KALLSYMS_H
#define WHYOOM_PARSERS_TYPES_KALLSYMS_H

#include <stdatomic.h>

#include "analyzer/base/error.h"
#include "parsers/types/symbols.h"
#include "parsers/vmcore/memory.h"

/** Where the tables lie, and how addresses are written; addresses are the running kernel's. */
struct kallsyms_tables {
    uint64_t names, token_table, token_index, addresses;
    uint32_t count;
    enum kallsyms_form {
        KALLSYMS_ABSOLUTE, /* 64 bits each: up to 4.5, and where the kernel is not relocatable */
        KALLSYMS_RELATIVE, /* 32 bits each, to `base`; see KALLSYMS_ABSOLUTE_PERCPU in the kernel */
        KALLSYMS_TO_SELF,  /* 32 bits each, to the place of the number itself: 7.x */
    } form;
    uint64_t base;
};

/** Search the tables of a kernel whose VMCOREINFO does not name them, backwards from @p end down to
 * @p start. */
bool kallsyms_search(const struct memory *memory, uint64_t start, uint64_t end,
                     const atomic_bool *stop, struct kallsyms_tables *ret);

/**
 * All symbols of the kernel, finished; the caller destroys them. Where a part of the names is not
 * in the dump, those before it.
 * @param kaslr_offset  what the kernel's addresses are higher than those of the link
 */
struct error *kallsyms_read(const struct memory *memory, struct slice vmcoreinfo,
                            uint64_t kaslr_offset, const atomic_bool *stop, struct symbols **ret)
    __attribute__((warn_unused_result));

#endif
