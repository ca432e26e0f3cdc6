/*
 * The symbol table of a vmlinux: the names that kallsyms would hold, at the addresses of the link.
 *
 * Kernel: scripts/kallsyms.c leaves out what is left out here.
 */
#ifndef WHYOOM_PARSERS_TYPES_VMLINUX_H
#define WHYOOM_PARSERS_TYPES_VMLINUX_H

#include "parsers/types/object.h"
#include "parsers/types/symbols.h"

/** Finished; the caller destroys them. */
struct error *vmlinux_symbols(struct object *object, struct symbols **ret)
    __attribute__((warn_unused_result));

#endif
