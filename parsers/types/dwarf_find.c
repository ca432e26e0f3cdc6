#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/types/dwarf_private.h"
#include "parsers/types/dwarf_units.h"
#include "parsers/types/layout.h"

/* ---- what is wanted */

static int compare(const void *a, const void *b)
{
    return slice_compare(((const struct wanted *)a)->name, ((const struct wanted *)b)->name);
}

static void add_words(struct wanted_names *names, const struct layout_row *row)
{
    struct slice rest = slice_from_string(row->spellings), word;
    while ((word = slice_word(&rest)).length) {
        names->items = must_reallocate(names->items, (names->count + 1) * sizeof *names->items);
        names->items[names->count++] = (struct wanted){.name = slice_cut(&word, '.')};
    }
}

static void finish(struct wanted_names *names)
{
    size_t kept = 0;
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare);
    for (size_t i = 0; i < names->count; i++)
        if (kept == 0 || !slice_equal(names->items[kept - 1].name, names->items[i].name))
            names->items[kept++] = names->items[i];
    names->count = kept;
}

void dwarf_wanted_init(struct dwarf_types *types)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        add_words(&types->types, &layout_member_rows()[i]);
    for (size_t i = 0; i < STRUCT_COUNT; i++)
        add_words(&types->types, &layout_struct_rows()[i]);
    for (size_t i = 0; i < ENUMERATOR_COUNT; i++)
        add_words(&types->enumerators, &layout_enumerator_rows()[i]);
    finish(&types->types);
    finish(&types->enumerators);
}

void dwarf_wanted_deinit(struct dwarf_types *types)
{
    free(types->types.items);
    free(types->enumerators.items);
}

struct wanted *dwarf_wanted(const struct wanted_names *names, struct slice name)
{
    const struct wanted key = {.name = name};
    if (names->count == 0)
        return NULL;
    return bsearch(&key, names->items, names->count, sizeof *names->items, compare);
}

/* ---- what is found */

/* Where definitions are being found. */
struct finding {
    struct dwarf_types *types;
    const struct dwarf_file *file;
    uint64_t mark; /* IN_SHARED or none */
};

static uint64_t entry_of(const struct finding *finding, Dwarf_Die die)
{
    Dwarf_Off offset;
    return dwarf_dieoffset(die, &offset, NULL) == DW_DLV_OK ? offset | finding->mark : 0;
}

static bool is_declaration(Dwarf_Die die)
{
    Dwarf_Bool has = 0;
    return dwarf_hasattr(die, DW_AT_declaration, &has, NULL) == DW_DLV_OK && has;
}

static void take_structure(const struct finding *finding, Dwarf_Die die)
{
    struct wanted *wanted = dwarf_wanted(&finding->types->types, dwarf_name(die));
    Dwarf_Unsigned size;
    if (!wanted || wanted->count == DEFINITIONS_MAX || is_declaration(die) ||
        dwarf_bytesize(die, &size, NULL) != DW_DLV_OK)
        return;
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->sizes[i] == size)
            return;
    wanted->sizes[wanted->count] = size;
    wanted->dies[wanted->count++] = entry_of(finding, die);
    finding->types->is_found = true;
}

static void take_alias(const struct finding *finding, Dwarf_Die die)
{
    struct wanted *wanted = dwarf_wanted(&finding->types->types, dwarf_name(die));
    if (wanted && !wanted->alias)
        wanted->alias = entry_of(finding, die);
}

static void take_enumerators(const struct finding *finding, Dwarf_Die die)
{
    Dwarf_Die child = NULL;
    while ((child = dwarf_next_child(finding->file->debug, die, child))) {
        struct wanted *wanted = dwarf_wanted(&finding->types->enumerators, dwarf_name(child));
        if (wanted && !wanted->is_valued)
            wanted->is_valued = dwarf_number(child, DW_AT_const_value, &wanted->value, NULL);
    }
}

static void take_unit(const struct finding *finding, Dwarf_Die unit)
{
    Dwarf_Half tag;
    for (Dwarf_Die die = NULL; (die = dwarf_next_child(finding->file->debug, unit, die));) {
        if (dwarf_tag(die, &tag, NULL) != DW_DLV_OK)
            continue;
        if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type)
            take_structure(finding, die);
        else if (tag == DW_TAG_typedef)
            take_alias(finding, die);
        else if (tag == DW_TAG_enumeration_type)
            take_enumerators(finding, die);
    }
}

static size_t take_units(const struct finding *finding, bool takes_all)
{
    enum { UNITS_MAX = 100 * 1000, UNITS_HELD = 128 /* some 30 MB of a vmlinux */ };
    size_t taken = 0;
    Dwarf_Die unit;
    for (size_t i = 0; i < UNITS_MAX && compat_next_unit(finding->file->debug, &unit) == DW_DLV_OK;
         i++) {
        if (takes_all || is_worthwhile_unit(dwarf_name(unit))) {
            take_unit(finding, unit);
            taken++;
        }
        dwarf_dealloc_die(unit);
        if (i % UNITS_HELD == 0)
            object_relax(finding->file->object);
    }
    return taken;
}

void dwarf_find_all(struct dwarf_types *types)
{
    const struct finding own = {types, &types->own, 0}, shared = {types, &types->shared, IN_SHARED};
    if (take_units(&own, types->own.picked) == 0)
        take_units(&own, true); /* the walk starts anew behind its end */
    if (types->shared.debug)
        take_units(&shared, true);
}
