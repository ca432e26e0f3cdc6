/*
 * The kernel's names and addresses: out of the dump's own kallsyms tables (kallsyms.h) or the
 * symbol table of a vmlinux (vmlinux.h).
 *
 * Addresses are those of the link; the running kernel's are higher by the offset of KASLR, but for
 * per-CPU symbols that are small numbers (x86 up to 6.12): symbols_runtime() knows. Data symbols
 * may carry any type letter (since 7.2), so letters are not looked at. Kernel: kernel/kallsyms.c,
 * scripts/kallsyms.c.
 */
#ifndef WHYOOM_PARSERS_TYPES_SYMBOLS_H
#define WHYOOM_PARSERS_TYPES_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/slice.h"

struct symbols;

struct symbols *symbols_create(void);

/** Free; NULL is fine. */
void symbols_destroy(struct symbols *symbols);

/** Add one; @p name is copied. */
void symbols_add(struct symbols *symbols, struct slice name, uint64_t address);

/** Sort, after the last was added and before the first is looked up. */
void symbols_finish(struct symbols *symbols);

size_t symbols_count(const struct symbols *symbols);

/** The address of @p name. @p size, which may be NULL, gets the distance to the next address. */
bool symbols_find(const struct symbols *symbols, struct slice name, uint64_t *address,
                  uint64_t *size);

/** The symbol that @p address lies in or behind, for call traces; empty: none. */
struct slice symbols_at(const struct symbols *symbols, uint64_t address, uint64_t *offset);

/** The running kernel's address of what was linked at @p address. */
uint64_t symbols_runtime(uint64_t address, uint64_t kaslr_offset);

#endif
