#include "parsers/kernel/memory_map.h"

#include "parsers/vmcore/vmcoreinfo.h"

enum {
    SECTION_SIZE_BITS = 27, /* x86_64, where VMCOREINFO does not say (up to 5.8) */
    SECTION_FLAGS = 0x3f,   /* two bits in 3.10, six in 7.2; addresses have them clear */
    SECTION_HAS_MEM_MAP = 2,
    ROOTS_MAX = 1 << 22,
    POINTER_SIZE = 8
};

static bool init_sections(struct memory_map *map)
{
    const struct kernel *kernel = map->kernel;
    const struct layout_number *entry = &kernel->layout->sizes[STRUCT_MEM_SECTION];
    int64_t bits = SECTION_SIZE_BITS;
    /* Since 4.15 the symbol is a pointer; VMCOREINFO names the array of roots in any kernel. */
    if (!vmcoreinfo_symbol(kernel->vmcoreinfo, "mem_section", &map->roots))
        return false;
    vmcoreinfo_number(kernel->vmcoreinfo, "SECTION_SIZE_BITS", &bits);
    if (!vmcoreinfo_count(kernel->vmcoreinfo, "LENGTH", "mem_section", &map->roots_count) ||
        !entry->is_known || entry->value < POINTER_SIZE || bits <= kernel->page_shift || bits > 40)
        return false;
    if (map->roots_count > ROOTS_MAX)
        map->roots_count = ROOTS_MAX;
    map->entry_size = (uint64_t)entry->value;
    map->entries = kernel->page_size / map->entry_size;
    map->section_bits = (unsigned)bits - kernel->page_shift;
    return map->entries > 0;
}

static bool init_flat(struct memory_map *map)
{
    uint64_t variable;
    map->section_bits = SECTION_SIZE_BITS - map->kernel->page_shift;
    map->roots = 0;
    if (!kernel_symbol(map->kernel, SYMBOL_MEM_MAP, &variable) ||
        !memory_read_number(map->kernel->memory, variable, POINTER_SIZE, &map->flat))
        return false;
    return map->flat != 0;
}

bool memory_map_init(struct memory_map *map, const struct kernel *kernel)
{
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_PAGE];
    *map = (struct memory_map){.kernel = kernel};
    if (!size->is_known || size->value <= 0)
        return false;
    map->page_size = (uint64_t)size->value;
    return init_sections(map) || init_flat(map);
}

static bool find_section(const struct memory_map *map, uint64_t section, uint64_t *entry)
{
    uint64_t root;
    const struct memory *memory = map->kernel->memory;
    if (section / map->entries >= map->roots_count ||
        !memory_read_number(memory, map->roots + section / map->entries * POINTER_SIZE,
                            POINTER_SIZE, &root) ||
        !root)
        return false;
    *entry = root + section % map->entries * map->entry_size;
    return true;
}

static bool read_base(const struct memory_map *map, uint64_t section, uint64_t *base)
{
    uint64_t word, entry;
    if (!find_section(map, section, &entry) ||
        !kernel_read(map->kernel, entry, MEMBER_MEM_SECTION_MAP, &word) ||
        !(word & SECTION_HAS_MEM_MAP))
        return false;
    *base = word & ~(uint64_t)SECTION_FLAGS;
    return true;
}

bool memory_map_page(struct memory_map *map, uint64_t pfn, uint64_t *address)
{
    if (!map->roots) {
        *address = map->flat + pfn * map->page_size;
        return true;
    }
    uint64_t section = pfn >> map->section_bits;
    if (!map->has_known || section != map->known_section) {
        map->has_known = read_base(map, section, &map->known_base);
        map->known_section = section;
        if (!map->has_known)
            return false;
        if (!map->first)
            map->first = map->known_base;
    }
    *address = map->known_base + pfn * map->page_size;
    return true;
}

/* Any base will do with vmemmap; without it only pages of the sections that share it are found. */
bool memory_map_frame(struct memory_map *map, uint64_t address, uint64_t *pfn)
{
    uint64_t check, base = map->roots ? map->first : map->flat;
    for (uint64_t section = 0; map->roots && !base && section < map->entries; section++)
        if (read_base(map, section, &base))
            map->first = base;
    if (!base || address < base || (address - base) % map->page_size != 0)
        return false;
    *pfn = (address - base) / map->page_size;
    return memory_map_page(map, *pfn, &check) && check == address;
}

bool memory_map_section(const struct memory_map *map, uint64_t pfn, uint64_t *address)
{
    return map->roots && find_section(map, pfn >> map->section_bits, address);
}

uint64_t memory_map_section_end(const struct memory_map *map, uint64_t pfn)
{
    return ((pfn >> map->section_bits) + 1) << map->section_bits;
}
