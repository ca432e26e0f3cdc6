/* arm64's page tables of the kernel's image, 64 KiB pages, 48 bits: one block of 512 MiB at the
 * start of physical memory. On x86_64 the image is mapped where phys_base says, and that is enough.
 */
#include "tests/synthetic/common.h"

#ifdef ARM64
enum { TOP_SHIFT = 42, TOP_ENTRIES = 64, ENTRIES = 8192, TABLE = 3, BLOCK = 0x701 };

uint64_t swapper_pg_dir[ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t blocks[ENTRIES] __attribute__((aligned(PAGE_SIZE)));

void tables_build(void)
{
    swapper_pg_dir[(PHYSICAL_SHIFT >> TOP_SHIFT) % TOP_ENTRIES] = physical(blocks) | TABLE;
    blocks[0] = BLOCK; /* normal memory, accessed, shared */
}
#else
void tables_build(void)
{
}
#endif
