/*
 * VMCOREINFO: what a kernel tells dump readers about itself, lines of "KEY=value" and
 * "KIND(name)=value".
 *
 * The text is a slice somebody else owns; a kernel writes some 130 lines into one page, so that a
 * key is looked for from the start. Keys: OSRELEASE, PAGESIZE, BUILD-ID, KERNELOFFSET, CRASHTIME
 * (seconds since the epoch, only after a panic), SYMBOL (address, hexadecimal), OFFSET, SIZE and
 * LENGTH (bytes and elements, decimal), NUMBER (signed; hexadecimal with "0x" on arm64).
 * Kernel: kernel/crash_core.c, kernel/vmcore_info.c since 6.9.
 */
#ifndef WHYOOM_PARSERS_VMCORE_VMCOREINFO_H
#define WHYOOM_PARSERS_VMCORE_VMCOREINFO_H

#include "analyzer/base/slice.h"

/** The value of the plain key @p key ("OSRELEASE"); empty when it is not there. */
struct slice vmcoreinfo_value(struct slice info, const char *key);

/** Of "SYMBOL(name)". False: it is not there, or no address. */
bool vmcoreinfo_symbol(struct slice info, const char *name, uint64_t *ret);

/** Of "OFFSET(name)" or "SIZE(name)" as @p kind says. False: it is not there, or no count. */
bool vmcoreinfo_count(struct slice info, const char *kind, const char *name, uint64_t *ret);

/** Of "NUMBER(name)". */
bool vmcoreinfo_number(struct slice info, const char *name, int64_t *ret);

/** Does @p page begin with such a text, as the kernel keeps it in its memory? */
bool is_vmcoreinfo(struct slice page);

#endif
