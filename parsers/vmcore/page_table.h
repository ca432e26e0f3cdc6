/*
 * The kernel's page tables on x86_64, of four levels or five.
 *
 * libkdumpfile translates page by page; here a block of 2 MiB or 1 GiB is one, so that the kernel's
 * own arrays (the memory map above all) can be read in long pieces. Where tables are not as
 * expected (Xen's, another architecture's) there are none, and the library translates. See
 * arch/x86/include/asm/pgtable_types.h.
 */
#ifndef WHYOOM_PARSERS_VMCORE_PAGE_TABLE_H
#define WHYOOM_PARSERS_VMCORE_PAGE_TABLE_H

#include "analyzer/base/slice.h"
#include "parsers/vmcore/memory.h"

struct page_table {
    const struct memory *physical;
    uint64_t root; /* physical address of the top table; 0: there is none */
    unsigned levels;
    uint64_t address_bits; /* of an entry */
};

/**
 * Find the tables by what VMCOREINFO says.
 * @param physical   the machine's memory, for as long as the tables are used
 * @param phys_base  the kernel's image lies at 0xffffffff80000000 less this
 */
struct page_table page_table_find(struct slice vmcoreinfo, const struct memory *physical,
                                  uint64_t phys_base);

/** The physical address behind @p address, and how many bytes from there on are mapped with it.
 * False: none, or its tables are not in the dump. */
bool page_table_translate(const struct page_table *table, uint64_t address, uint64_t *physical,
                          uint64_t *length);

#endif
