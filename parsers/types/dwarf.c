#include "parsers/types/dwarf.h"

#include <elf.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/types/dwarf_private.h"
#include "parsers/types/dwarf_shared.h"
#include "parsers/types/dwarf_units.h"

enum { POINTER_SIZE = 8, ALIAS_MAX = 32 /* typedefs and qualifiers in a row */ };

/* ---- sections for libdwarf */

static bool is_picked(const struct dwarf_file *file, const struct object_section *head)
{
    return file->picked && strcmp(head->name, ".debug_info") == 0;
}

/* Relocations are kept from it; see object.h. */
static int section_info(void *context, compat_index index, compat_section *section, int *error)
{
    const struct dwarf_file *file = context;
    (void)error;
    if (index >= object_count(file->object))
        return DW_DLV_NO_ENTRY;
    const struct object_section *head = object_section(file->object, index);
    bool is_hidden = head->type == SHT_REL || head->type == SHT_RELA;
    uint64_t size = is_picked(file, head) ? file->picked_length : head->size;
    compat_put_section(section, is_hidden ? "" : head->name, is_hidden ? SHT_NULL : head->type,
                       head->address, is_hidden ? 0 : size, head->link, head->info,
                       head->entry_size);
    return DW_DLV_OK;
}

static compat_order byte_order(void *context)
{
    (void)context;
    return COMPAT_LITTLE;
}

static Dwarf_Small length_size(void *context)
{
    (void)context;
    return 4;
}

static Dwarf_Small pointer_size(void *context)
{
    (void)context;
    return POINTER_SIZE;
}

#ifdef DW_LIBDWARF_VERSION
static Dwarf_Unsigned file_size(void *context)
{
    const struct dwarf_file *file = context;
    Dwarf_Unsigned sum = 0;
    for (size_t i = 0; i < object_count(file->object); i++)
        sum += object_section(file->object, i)->size;
    return sum;
}
#endif

static Dwarf_Unsigned section_count(void *context)
{
    const struct dwarf_file *file = context;
    return object_count(file->object);
}

static int load_section(void *context, compat_index index, Dwarf_Small **bytes, int *error)
{
    const struct dwarf_file *file = context;
    struct slice found = slice_of(file->picked, file->picked_length);
    if (index >= object_count(file->object) ||
        (!is_picked(file, object_section(file->object, index)) &&
         !object_bytes(file->object, index, &found))) {
        *error = DW_DLE_SECTION_SIZE_ERROR;
        return DW_DLV_ERROR;
    }
    *bytes = (Dwarf_Small *)found.data;
    return DW_DLV_OK;
}

static const compat_methods methods = COMPAT_METHODS(
    section_info, byte_order, length_size, pointer_size, file_size, section_count, load_section);

/* ---- single entries */

struct slice dwarf_name(Dwarf_Die die)
{
    char *name;
    if (dwarf_diename(die, &name, NULL) != DW_DLV_OK)
        return slice_of(NULL, 0);
    return slice_from_string(name);
}

/* "DW_OP_plus_uconst N", as DWARF 2 writes the place of a member. */
static bool constant_of(Dwarf_Attribute attribute, int64_t *ret)
{
    Dwarf_Block *block;
    uint64_t number = 0;
    if (dwarf_formblock(attribute, &block, NULL) != DW_DLV_OK)
        return false;
    const unsigned char *bytes = block->bl_data;
    bool is_constant = block->bl_len > 1 && block->bl_len <= 9 && bytes[0] == DW_OP_plus_uconst;
    for (Dwarf_Unsigned i = 1; is_constant && i < block->bl_len; i++)
        number |= (uint64_t)(bytes[i] & 0x7f) << 7 * (i - 1);
    *ret = (int64_t)number;
    return is_constant;
}

bool dwarf_number(Dwarf_Die die, Dwarf_Half name, int64_t *ret, bool *is_signed)
{
    Dwarf_Attribute attribute;
    Dwarf_Unsigned number;
    Dwarf_Signed with_sign;
    Dwarf_Half form;
    if (dwarf_attr(die, name, &attribute, NULL) != DW_DLV_OK)
        return false;
    bool is_known = false;
    if (dwarf_whatform(attribute, &form, NULL) != DW_DLV_OK)
        form = 0;
    bool has_sign = form == DW_FORM_sdata || form == DW_FORM_implicit_const;
    if (has_sign && dwarf_formsdata(attribute, &with_sign, NULL) == DW_DLV_OK) {
        *ret = with_sign;
        is_known = true;
    } else if (dwarf_formudata(attribute, &number, NULL) == DW_DLV_OK) {
        *ret = (int64_t)number;
        is_known = true;
    } else {
        is_known = constant_of(attribute, ret);
    }
    dwarf_dealloc_attribute(attribute);
    if (is_signed)
        *is_signed = has_sign;
    return is_known;
}

Dwarf_Die dwarf_next_child(Dwarf_Debug debug, Dwarf_Die die, Dwarf_Die before)
{
    Dwarf_Die next = NULL;
    int status =
        before ? dwarf_siblingof_b(debug, before, 1, &next, NULL) : dwarf_child(die, &next, NULL);
    if (before)
        dwarf_dealloc_die(before);
    return status == DW_DLV_OK ? next : NULL;
}

/* An entry with its tag; its number's mark is that of the entries that it refers to. */
struct entry {
    Dwarf_Debug debug;
    Dwarf_Die die;
    Dwarf_Half tag;
    uint64_t mark;
};

static uint64_t type_of(Dwarf_Die die, uint64_t mark)
{
    Dwarf_Attribute attribute;
    Dwarf_Half form;
    Dwarf_Off offset;
    if (dwarf_attr(die, DW_AT_type, &attribute, NULL) != DW_DLV_OK)
        return 0;
    if (dwarf_whatform(attribute, &form, NULL) != DW_DLV_OK ||
        dwarf_global_formref(attribute, &offset, NULL) != DW_DLV_OK)
        offset = mark = 0;
    else if (form == DW_FORM_GNU_ref_alt || form == DW_FORM_ref_sup4 || form == DW_FORM_ref_sup8)
        mark = IN_SHARED;
    dwarf_dealloc_attribute(attribute);
    return offset | mark;
}

/* The entry @p number, behind typedefs and qualifiers; the caller deallocates its `die`. */
static bool find_entry(const struct dwarf_types *types, uint64_t number, struct entry *ret)
{
    for (unsigned depth = 0; depth < ALIAS_MAX && number; depth++) {
        ret->mark = number & IN_SHARED;
        ret->debug = ret->mark ? types->shared.debug : types->own.debug;
        if (!ret->debug ||
            dwarf_offdie_b(ret->debug, number & ~IN_SHARED, 1, &ret->die, NULL) != DW_DLV_OK)
            return false;
        if (dwarf_tag(ret->die, &ret->tag, NULL) == DW_DLV_OK && ret->tag != DW_TAG_typedef &&
            ret->tag != DW_TAG_const_type && ret->tag != DW_TAG_volatile_type &&
            ret->tag != DW_TAG_restrict_type && ret->tag != DW_TAG_atomic_type)
            return true;
        number = type_of(ret->die, ret->mark);
        dwarf_dealloc_die(ret->die);
    }
    return false;
}

/* ---- the graph */

static uint64_t elements(Dwarf_Die range)
{
    int64_t number;
    if (dwarf_number(range, DW_AT_count, &number, NULL))
        return number > 0 ? (uint64_t)number : 0;
    if (dwarf_number(range, DW_AT_upper_bound, &number, NULL) && number >= 0 && number < INT64_MAX)
        return (uint64_t)number + 1;
    return 0;
}

static void measure_array(const struct entry *entry, struct type_shape *ret)
{
    Dwarf_Half tag;
    ret->kind = TYPE_ARRAY;
    ret->element = type_of(entry->die, entry->mark);
    ret->count = 1;
    for (Dwarf_Die child = NULL; (child = dwarf_next_child(entry->debug, entry->die, child));)
        if (dwarf_tag(child, &tag, NULL) == DW_DLV_OK && tag == DW_TAG_subrange_type &&
            __builtin_mul_overflow(ret->count, elements(child), &ret->count))
            ret->count = UINT64_MAX; /* nobody takes it */
}

static bool has_negative(const struct entry *enumeration)
{
    bool is_negative = false;
    int64_t value;
    Dwarf_Die child = NULL;
    while ((child = dwarf_next_child(enumeration->debug, enumeration->die, child)))
        is_negative =
            is_negative || (dwarf_number(child, DW_AT_const_value, &value, NULL) && value < 0);
    return is_negative;
}

/* "signed char" (s8) is not DW_ATE_signed but has a sign; plain "char" is no number. */
static bool is_signed(const struct entry *entry)
{
    int64_t encoding;
    if (entry->tag == DW_TAG_enumeration_type)
        return has_negative(entry);
    return entry->tag == DW_TAG_base_type &&
           dwarf_number(entry->die, DW_AT_encoding, &encoding, NULL) &&
           (encoding == DW_ATE_signed || slice_equal(dwarf_name(entry->die), SLICE("signed char")));
}

static bool shape(void *context, uint64_t number, struct type_shape *ret)
{
    struct entry entry;
    Dwarf_Unsigned size;
    *ret = (struct type_shape){.kind = TYPE_SCALAR};
    if (!find_entry(context, number, &entry))
        return false;
    bool is_sized = dwarf_bytesize(entry.die, &size, NULL) == DW_DLV_OK;
    if (entry.tag == DW_TAG_array_type)
        measure_array(&entry, ret);
    else if (entry.tag == DW_TAG_structure_type || entry.tag == DW_TAG_union_type)
        ret->kind = TYPE_STRUCT;
    else
        ret->is_signed = is_signed(&entry);
    if (is_sized)
        ret->size = size;
    else if (entry.tag == DW_TAG_pointer_type)
        ret->size = POINTER_SIZE;
    dwarf_dealloc_die(entry.die);
    return is_sized || ret->kind == TYPE_ARRAY || entry.tag == DW_TAG_pointer_type;
}

/* Up to DWARF 3 the bits of a field are counted from the most significant one of the integer that
 * is declared. */
static void place_field(const struct dwarf_types *types, Dwarf_Die die, struct type_field *field)
{
    int64_t number, bits, unit;
    struct type_shape type;
    if (dwarf_number(die, DW_AT_data_member_location, &number, NULL))
        field->bit_offset = (uint64_t)number * 8;
    if (!dwarf_number(die, DW_AT_bit_size, &bits, NULL) || bits <= 0 || bits > 64)
        return;
    field->bit_size = (uint32_t)bits;
    if (dwarf_number(die, DW_AT_data_bit_offset, &number, NULL)) {
        field->bit_offset = (uint64_t)number;
    } else if (dwarf_number(die, DW_AT_bit_offset, &number, NULL)) {
        if (!dwarf_number(die, DW_AT_byte_size, &unit, NULL))
            unit = shape((void *)types, field->type, &type) ? (int64_t)type.size : 0;
        field->bit_offset += (uint64_t)unit * 8 - (uint64_t)number - (uint64_t)bits;
    }
}

static void fields(void *context, uint64_t number, type_visitor *visit, void *visitor)
{
    const struct dwarf_types *types = context;
    struct entry entry;
    Dwarf_Half tag;
    Dwarf_Die child = NULL;
    if (!find_entry(types, number, &entry))
        return;
    while ((child = dwarf_next_child(entry.debug, entry.die, child))) {
        if (dwarf_tag(child, &tag, NULL) != DW_DLV_OK || tag != DW_TAG_member)
            continue;
        struct type_field field = {.name = dwarf_name(child), .type = type_of(child, entry.mark)};
        place_field(types, child, &field);
        if (!visit(visitor, &field))
            break;
    }
    dwarf_dealloc_die(child);
    dwarf_dealloc_die(entry.die);
}

/* ---- by name */

static bool member(void *context, struct slice type, struct slice path, struct member *ret)
{
    struct dwarf_types *types = context;
    const struct type_graph graph = {types, shape, fields};
    const struct wanted *wanted = dwarf_wanted(&types->types, type);
    for (size_t i = 0; wanted && i < wanted->count; i++)
        if (type_graph_member(&graph, wanted->dies[i], path, ret))
            return true;
    return wanted && wanted->alias && type_graph_member(&graph, wanted->alias, path, ret);
}

static bool size(void *context, struct slice type, uint64_t *ret)
{
    struct dwarf_types *types = context;
    const struct wanted *wanted = dwarf_wanted(&types->types, type);
    struct type_shape found;
    if (!wanted)
        return false;
    if (wanted->count) {
        *ret = wanted->sizes[0];
        return true;
    }
    if (!wanted->alias || !shape(types, wanted->alias, &found) || found.kind != TYPE_STRUCT)
        return false;
    *ret = found.size;
    return true;
}

static bool enumerator(void *context, struct slice name, int64_t *ret)
{
    struct dwarf_types *types = context;
    const struct wanted *wanted = dwarf_wanted(&types->enumerators, name);
    if (wanted && wanted->is_valued)
        *ret = wanted->value;
    return wanted && wanted->is_valued;
}

/* ---- life */

/* What is damaged is passed over. Where nobody takes its errors, libdwarf ends the program. */
static void drop_error(Dwarf_Error error, Dwarf_Ptr context)
{
    const struct dwarf_file *file = context;
    if (file->debug)
        dwarf_dealloc_error(file->debug, error);
}

static struct error *open_file(struct dwarf_file *file, struct object *object)
{
    file->object = object;
    if (!file->picked && !dwarf_units_are_readable(object))
        return error_create(ERROR_INPUT,
                            "its debug information (DWARF) is spread over files or "
                            "units of its own (-gsplit-dwarf, "
                            "-fdebug-types-section), which this version does not read");
    file->interface = (compat_interface)COMPAT_INTERFACE(file, &methods);
    if (dwarf_object_init_b(&file->interface, drop_error, file, DW_GROUPNUMBER_ANY, &file->debug,
                            NULL) == DW_DLV_OK)
        return NULL;
    return error_create(ERROR_INPUT, "its debug information (DWARF) is damaged");
}

static struct error *open_shared(struct dwarf_types *types)
{
    struct object *object;
    struct error *error = dwarf_shared_find(types->own.object, &object);
    if (error || !object)
        return error;
    error = open_file(&types->shared, object);
    if (error)
        return error_context(error, "what dwz took out of it");
    dwarf_set_tied_dbg(types->own.debug, types->shared.debug, NULL); /* for strings */
    return NULL;
}

struct error *dwarf_types_create(struct object *object, struct dwarf_types **ret)
{
    size_t index;
    if (!object_find(object, ".debug_info", &index))
        return error_create(ERROR_INPUT, "it has no debug information (DWARF)");
    if (!object_is_linked(object))
        return error_create(ERROR_INPUT, "it was not linked (a module, .ko): only a vmlinux tells "
                                         "where members lie");
    struct dwarf_types *types = must_allocate(sizeof *types);
    dwarf_wanted_init(types);
    dwarf_units_pick(object, &types->own.picked, &types->own.picked_length);
    struct error *error = open_file(&types->own, object);
    if (!error)
        error = open_shared(types);
    if (!error)
        dwarf_find_all(types);
    if (!error && !types->is_found)
        error = error_create(ERROR_INPUT, "no structure of a kernel is in its debug information "
                                          "(DWARF)");
    if (error)
        dwarf_types_destroy(types);
    else
        *ret = types;
    return error;
}

void dwarf_types_destroy(struct dwarf_types *types)
{
    if (!types)
        return;
    if (types->own.debug)
        compat_finish(types->own.debug);
    if (types->shared.debug)
        compat_finish(types->shared.debug);
    object_close(types->shared.object);
    dwarf_wanted_deinit(types);
    free(types->own.picked);
    free(types);
}

struct type_source dwarf_types_source(struct dwarf_types *types)
{
    return (struct type_source){types, member, size, enumerator};
}
