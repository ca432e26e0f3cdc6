#define _GNU_SOURCE /* strnlen */
#include "parsers/types/vmlinux.h"

#include <elf.h>

/* Names that say nothing of the running kernel: module exports, relocation and compiler marks. */
static bool is_mark(struct slice name)
{
    static const struct slice prefixes[] = {
        SLICE_INIT("__crc_"), SLICE_INIT("__ksymtab_"), SLICE_INIT("__kstrtab_"),
        SLICE_INIT("$"),      SLICE_INIT(".L"),
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (slice_starts(name, prefixes[i]))
            return true;
    return name.length == 0;
}

static void add(struct symbols *symbols, const Elf64_Sym *symbol, struct slice names)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    struct slice name = slice_skip(names, symbol->st_name);
    name.length = strnlen(name.data, name.length);
    if (symbol->st_shndx == SHN_UNDEF || type == STT_FILE || type == STT_SECTION || is_mark(name))
        return;
    symbols_add(symbols, name, symbol->st_value);
}

struct error *vmlinux_symbols(struct object *object, struct symbols **ret)
{
    struct slice table, names;
    size_t index;
    if (!object_find(object, ".symtab", &index) || !object_bytes(object, index, &table) ||
        object_section(object, index)->link >= object_count(object) ||
        !object_bytes(object, object_section(object, index)->link, &names))
        return error_create(ERROR_INPUT, "it has no symbol table");
    struct symbols *symbols = symbols_create();
    for (; table.length >= sizeof(Elf64_Sym); table = slice_skip(table, sizeof(Elf64_Sym))) {
        Elf64_Sym symbol;
        memcpy(&symbol, table.data, sizeof symbol);
        add(symbols, &symbol, names);
    }
    symbols_finish(symbols);
    *ret = symbols;
    return NULL;
}
