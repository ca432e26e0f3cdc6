#define _GNU_SOURCE /* strnlen */
#include "parsers/types/dwarf_units.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/types/dwarf_compat.h"

/* Each sees structures of the rows that those before it do not, in one kernel or another. */
static const struct slice worthwhile_files[] = {
    SLICE_INIT("mm/memcontrol.c"),  SLICE_INIT("mm/slub.c"),
    SLICE_INIT("mm/slab.c"),        SLICE_INIT("mm/shmem.c"),
    SLICE_INIT("mm/vmalloc.c"),     SLICE_INIT("mm/vmstat.c"),
    SLICE_INIT("mm/percpu.c"),      SLICE_INIT("mm/swapfile.c"),
    SLICE_INIT("mm/swap_cgroup.c"), SLICE_INIT("mm/page_cgroup.c"),
    SLICE_INIT("mm/zswap.c"),       SLICE_INIT("mm/zsmalloc.c"),
    SLICE_INIT("mm/page_alloc.c"),  SLICE_INIT("ipc/shm.c"),
    SLICE_INIT("fs/namespace.c"),   SLICE_INIT("fs/proc/fd.c"),
    SLICE_INIT("kernel/fork.c"),    SLICE_INIT("kernel/bpf/btf.c"),
    SLICE_INIT("lib/radix-tree.c"), SLICE_INIT("kernel/time/jiffies.c"),
};
enum { FILES = sizeof worthwhile_files / sizeof *worthwhile_files };

struct sections {
    struct slice info, abbreviations, strings, line_strings;
};

struct unit {
    struct slice bytes;         /* all of it */
    struct slice entries;       /* behind its head */
    struct slice abbreviations; /* from its own on */
    size_t address_size;
    uint64_t kind; /* DW_UT_... */
};

static bool is_of_file(struct slice name, struct slice file)
{
    return slice_ends(name, file) &&
           (name.length == file.length || name.data[name.length - file.length - 1] == '/');
}

bool is_worthwhile_unit(struct slice name)
{
    for (size_t i = 0; i < FILES; i++)
        if (is_of_file(name, worthwhile_files[i]))
            return true;
    return name.length == 0;
}

/* ---- numbers */

static bool take_bytes(struct slice *rest, size_t size, uint64_t *ret)
{
    if (rest->length < size)
        return false;
    *ret = 0;
    for (size_t i = size; i--;)
        *ret = *ret << 8 | (unsigned char)rest->data[i];
    *rest = slice_skip(*rest, size);
    return true;
}

/* LEB128; what does not fit into 64 bits is cut off, for no number here is that large. */
static inline bool take_leb(struct slice *rest, uint64_t *ret)
{
    if (rest->length && !(*rest->data & 0x80)) { /* as most are */
        *ret = (unsigned char)*rest->data;
        *rest = slice_of(rest->data + 1, rest->length - 1);
        return true;
    }
    *ret = 0;
    for (size_t i = 0; i < rest->length; i++) {
        unsigned char byte = (unsigned char)rest->data[i];
        if (i < 9)
            *ret |= (uint64_t)(byte & 0x7f) << 7 * i;
        if (!(byte & 0x80)) {
            *rest = slice_skip(*rest, i + 1);
            return true;
        }
    }
    return false;
}

/* ---- heads */

/* Lengths above have other meanings. */
#define LONGEST UINT32_C(0xffffffef)

/* Step over the next unit; false at the end, and at one of 64-bit DWARF, which no kernel has. */
static bool take_unit(struct slice *info, const struct sections *sections, struct unit *ret)
{
    enum { LENGTH_SIZE = 4 };
    struct slice rest = *info;
    uint64_t length, version, address_size = 0, offset = 0;
    if (!take_bytes(&rest, LENGTH_SIZE, &length) || length > LONGEST || length > rest.length)
        return false;
    ret->bytes = slice_take(*info, LENGTH_SIZE + length);
    *info = slice_skip(*info, ret->bytes.length);
    rest = slice_take(rest, length);
    ret->kind = DW_UT_compile;
    if (!take_bytes(&rest, 2, &version))
        return false;
    bool is_read = version < 5
                       ? take_bytes(&rest, 4, &offset) && take_bytes(&rest, 1, &address_size)
                       : take_bytes(&rest, 1, &ret->kind) && take_bytes(&rest, 1, &address_size) &&
                             take_bytes(&rest, 4, &offset);
    ret->entries = rest;
    ret->abbreviations = slice_skip(sections->abbreviations, offset);
    ret->address_size = address_size;
    return is_read;
}

/* Step over a pair of attribute and form; false at the end of an abbreviation's. */
static bool take_attribute(struct slice *rest, uint64_t *name, uint64_t *form)
{
    uint64_t value;
    return take_leb(rest, name) && take_leb(rest, form) &&
           (*form != DW_FORM_implicit_const || take_leb(rest, &value)) && (*name || *form);
}

/* Step to the next abbreviation's attributes; false at the end of a unit's. */
static bool take_abbreviation(struct slice *rest, uint64_t *code)
{
    uint64_t tag, has_children;
    return take_leb(rest, code) && *code && take_leb(rest, &tag) &&
           take_bytes(rest, 1, &has_children);
}

/* The attributes of the unit's first entry. */
static bool find_first(struct unit *unit, struct slice *ret)
{
    uint64_t wanted, code, name, form;
    *ret = unit->abbreviations;
    if (!take_leb(&unit->entries, &wanted) || !wanted)
        return false;
    while (take_abbreviation(ret, &code) && code != wanted)
        while (take_attribute(ret, &name, &form))
            ;
    return code == wanted;
}

static bool skip_value(struct slice *entry, uint64_t form, size_t address_size)
{
    uint64_t value;
    switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
        return true;
    case DW_FORM_data1:
    case DW_FORM_flag:
        return take_bytes(entry, 1, &value);
    case DW_FORM_data2:
        return take_bytes(entry, 2, &value);
    case DW_FORM_data4:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
        return take_bytes(entry, 4, &value);
    case DW_FORM_data8:
        return take_bytes(entry, 8, &value);
    case DW_FORM_addr:
        return take_bytes(entry, address_size, &value);
    case DW_FORM_udata:
    case DW_FORM_sdata:
        return take_leb(entry, &value);
    case DW_FORM_string:
        *entry = slice_skip(*entry, strnlen(entry->data, entry->length) + 1);
        return true;
    default:
        return false;
    }
}

static struct slice string_of(struct slice *entry, uint64_t form, const struct sections *sections)
{
    uint64_t offset = 0;
    struct slice text = form == DW_FORM_strp        ? sections->strings
                        : form == DW_FORM_line_strp ? sections->line_strings
                                                    : *entry;
    if (form != DW_FORM_string && !take_bytes(entry, 4, &offset))
        return slice_of("", 0);
    text = slice_skip(text, offset);
    return slice_take(text, strnlen(text.data, text.length));
}

/* The path of the source file; empty: unknown. */
static struct slice unit_name(struct unit *unit, const struct sections *sections)
{
    struct slice attributes;
    uint64_t name, form;
    if (!find_first(unit, &attributes))
        return slice_of("", 0);
    while (take_attribute(&attributes, &name, &form)) {
        if (name == DW_AT_name)
            return string_of(&unit->entries, form, sections);
        if (!skip_value(&unit->entries, form, unit->address_size))
            break;
    }
    return slice_of("", 0);
}

/* Does it refer to other units, or to another file? */
static bool needs_others(const struct unit *unit)
{
    struct slice rest = unit->abbreviations;
    uint64_t code, name, form;
    while (take_abbreviation(&rest, &code))
        while (take_attribute(&rest, &name, &form))
            if (form == DW_FORM_ref_addr || form == DW_FORM_ref_sig8 || form == DW_FORM_indirect ||
                form == DW_FORM_GNU_ref_alt || form == DW_FORM_ref_sup4)
                return true;
    return false;
}

/* ---- together */

/* Is it only the name of a file in which the rest is? */
static bool is_split(struct unit *unit)
{
    struct slice attributes;
    uint64_t name, form;
    if (!find_first(unit, &attributes))
        return false;
    while (take_attribute(&attributes, &name, &form))
        if (name == DW_AT_dwo_name || name == DW_AT_GNU_dwo_name)
            return true;
    return false;
}

static struct slice section_named(struct object *object, const char *name)
{
    size_t index;
    struct slice bytes;
    if (object_find(object, name, &index) && object_bytes(object, index, &bytes))
        return bytes;
    return slice_of("", 0);
}

/* False: some unit that is wanted does not stand for itself. */
static bool find_units(struct object *object, const struct sections *sections,
                       struct slice found[FILES])
{
    enum { UNITS_HELD = 128 /* some 30 MB of a vmlinux */ };
    struct slice info = sections->info;
    struct unit unit;
    for (size_t count = 1; take_unit(&info, sections, &unit); count++) {
        if (count % UNITS_HELD == 0)
            object_relax(object);
        if (unit.kind != DW_UT_compile)
            return false;
        struct slice name = unit_name(&unit, sections);
        for (size_t i = 0; name.length && i < FILES; i++)
            if (!found[i].length && is_of_file(name, worthwhile_files[i])) {
                if (needs_others(&unit))
                    return false;
                found[i] = unit.bytes;
            }
    }
    return info.length == 0;
}

static struct sections sections_of(struct object *object)
{
    return (struct sections){
        .info = section_named(object, ".debug_info"),
        .abbreviations = section_named(object, ".debug_abbrev"),
        .strings = section_named(object, ".debug_str"),
        .line_strings = section_named(object, ".debug_line_str"),
    };
}

bool dwarf_units_are_readable(struct object *object)
{
    struct sections sections = sections_of(object);
    struct unit unit;
    while (take_unit(&sections.info, &sections, &unit))
        if ((unit.kind != DW_UT_compile && unit.kind != DW_UT_partial) || is_split(&unit))
            return false;
    return true;
}

bool dwarf_units_pick(struct object *object, char **ret, size_t *length)
{
    struct slice found[FILES] = {0};
    const struct sections sections = sections_of(object);
    *length = 0;
    if (!find_units(object, &sections, found))
        return false;
    for (size_t i = 0; i < FILES; i++)
        *length += found[i].length;
    if (*length == 0)
        return false;
    *ret = must_allocate(*length);
    for (size_t i = 0, at = 0; i < FILES; at += found[i++].length)
        if (found[i].length)
            memcpy(*ret + at, found[i].data, found[i].length);
    return true;
}
