#include "parsers/vmcore/page_table.h"

#include "parsers/vmcore/vmcoreinfo.h"

enum {
    PAGE_SHIFT = 12,
    INDEX_BITS = 9,
    ENTRY_SIZE = 8,
    IS_PRESENT = 1 << 0,
    IS_BLOCK = 1 << 7, /* _PAGE_PSE: no further table */
    LARGEST_BLOCK = 3, /* level: 1 GiB */
};

/* arch/x86/include/asm/page_64_types.h: __START_KERNEL_map */
#define KERNEL_IMAGE_START UINT64_C(0xffffffff80000000)
/* Bits 12 to 51; memory encryption (sme_mask) takes one of them. */
#define ADDRESS_BITS UINT64_C(0x000ffffffffff000)

struct page_table page_table_find(struct slice vmcoreinfo, const struct memory *physical,
                                  uint64_t phys_base)
{
    struct page_table table = {.physical = physical, .levels = 4, .address_bits = ADDRESS_BITS};
    uint64_t top, found, length;
    int64_t number;
    if (vmcoreinfo_number(vmcoreinfo, "pgtable_l5_enabled", &number) && number)
        table.levels = 5;
    if (vmcoreinfo_number(vmcoreinfo, "sme_mask", &number))
        table.address_bits &= ~(uint64_t)number;
    if (!vmcoreinfo_symbol(vmcoreinfo, "swapper_pg_dir", &top))
        return table;
    table.root = top - KERNEL_IMAGE_START + phys_base;
    /* They map themselves; where that does not come out, they are read wrongly. */
    if (!page_table_translate(&table, top, &found, &length) || found != table.root)
        table.root = 0;
    return table;
}

bool page_table_translate(const struct page_table *table, uint64_t address, uint64_t *physical,
                          uint64_t *length)
{
    uint64_t entry = table->root;
    if (!table->root)
        return false;
    for (unsigned level = table->levels; level > 0; level--) {
        unsigned shift = PAGE_SHIFT + (level - 1) * INDEX_BITS;
        uint64_t index = address >> shift & ((1 << INDEX_BITS) - 1);
        uint64_t size = UINT64_C(1) << shift;
        if (!memory_read_number(table->physical, (entry & table->address_bits) + index * ENTRY_SIZE,
                                ENTRY_SIZE, &entry) ||
            !(entry & IS_PRESENT))
            return false;
        if (level == 1 || (level <= LARGEST_BLOCK && (entry & IS_BLOCK))) {
            *length = size - (address & (size - 1));
            *physical = (entry & table->address_bits & ~(size - 1)) + (address & (size - 1));
            return true;
        }
    }
    return false;
}
