/*
 * One name for what libdwarf calls differently before and since 0.4: the interface to object files,
 * the walk over units, the end. Debian 12 has 20210528, whose header names no version.
 *
 * The shared object is libdwarf.so.1 in both, but neither runs what was built for the other.
 */
#ifndef WHYOOM_PARSERS_TYPES_DWARF_COMPAT_H
#define WHYOOM_PARSERS_TYPES_DWARF_COMPAT_H

#include <stddef.h>

#if __has_include(<libdwarf/libdwarf.h>)
#include <libdwarf/dwarf.h>
#include <libdwarf/libdwarf.h>
#else
#include <dwarf.h>
#include <libdwarf.h>
#endif

#ifdef DW_LIBDWARF_VERSION

typedef Dwarf_Obj_Access_Interface_a compat_interface;
typedef Dwarf_Obj_Access_Methods_a compat_methods;
typedef Dwarf_Obj_Access_Section_a compat_section;
typedef Dwarf_Unsigned compat_index;
typedef Dwarf_Small compat_order;
#define COMPAT_METHODS(section, order, length, pointer, size, count, load)                        \
    {                                                                                             \
        .om_get_section_info = section, .om_get_byte_order = order, .om_get_length_size = length, \
        .om_get_pointer_size = pointer, .om_get_filesize = size, .om_get_section_count = count,   \
        .om_load_section = load,                                                                  \
    }
#define COMPAT_LITTLE DW_END_little
#define COMPAT_INTERFACE(object, methods)           \
    {                                               \
        .ai_object = object, .ai_methods = methods, \
    }
#define compat_put_section(section, n, t, a, s, l, i, e) \
    (*(section) = (compat_section){.as_name = (n),       \
                                   .as_type = (t),       \
                                   .as_addr = (a),       \
                                   .as_size = (s),       \
                                   .as_link = (l),       \
                                   .as_info = (i),       \
                                   .as_entrysize = (e)})
#define compat_finish(debug) dwarf_object_finish(debug)

#else

typedef Dwarf_Obj_Access_Interface compat_interface;
typedef Dwarf_Obj_Access_Methods compat_methods;
typedef Dwarf_Obj_Access_Section compat_section;
typedef Dwarf_Half compat_index;
typedef Dwarf_Endianness compat_order;
#define COMPAT_METHODS(section, order, length, pointer, size, count, load) \
    {                                                                      \
        section, order, length, pointer, count, load, NULL,                \
    }
#define COMPAT_LITTLE DW_OBJECT_LSB
#define COMPAT_INTERFACE(of, by)     \
    {                                \
        .object = of, .methods = by, \
    }
#define compat_put_section(section, n, t, a, s, l, i, e) \
    (*(section) = (compat_section){.name = (n),          \
                                   .type = (t),          \
                                   .addr = (a),          \
                                   .size = (s),          \
                                   .link = (l),          \
                                   .info = (i),          \
                                   .entrysize = (e)})
#define compat_finish(debug) dwarf_object_finish(debug, NULL)

#endif

/** Step to the next unit of .debug_info. */
static inline int compat_next_unit(Dwarf_Debug debug, Dwarf_Die *ret)
{
    Dwarf_Unsigned length, abbreviations, type, next;
    Dwarf_Half version, address, size, extension, kind;
    Dwarf_Sig8 signature;
#ifdef DW_LIBDWARF_VERSION
    return dwarf_next_cu_header_e(debug, 1, ret, &length, &version, &abbreviations, &address, &size,
                                  &extension, &signature, &type, &next, &kind, NULL);
#else
    int status = dwarf_next_cu_header_d(debug, 1, &length, &version, &abbreviations, &address,
                                        &size, &extension, &signature, &type, &next, &kind, NULL);
    return status == DW_DLV_OK ? dwarf_siblingof_b(debug, NULL, 1, ret, NULL) : status;
#endif
}

#endif
