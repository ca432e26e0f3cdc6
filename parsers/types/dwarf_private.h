/*
 * What dwarf.c and dwarf_find.c share: the opened debug information and the definitions that the
 * rows of the layout ask for.
 */
#ifndef WHYOOM_PARSERS_TYPES_DWARF_PRIVATE_H
#define WHYOOM_PARSERS_TYPES_DWARF_PRIVATE_H

#include "parsers/types/dwarf.h"
#include "parsers/types/dwarf_compat.h"
#include "parsers/types/type_graph.h"

enum { DEFINITIONS_MAX = 4 };

/* An entry is known by its offset in .debug_info, with this where that is the shared file's. */
#define IN_SHARED (UINT64_C(1) << 63)

/* A name that a row asks for, and where it is defined. Files of the kernel may have structures of
 * one name; those of other sizes are kept as well. */
struct wanted {
    struct slice name;
    uint64_t dies[DEFINITIONS_MAX], sizes[DEFINITIONS_MAX];
    size_t count;
    uint64_t alias; /* a typedef of that name */
    bool is_valued; /* an enumerator: */
    int64_t value;
};

struct wanted_names {
    struct wanted *items; /* by name */
    size_t count;
};

struct dwarf_file {
    struct object *object;
    char *picked; /* what stands for .debug_info (dwarf_units.h); NULL: that is read whole */
    size_t picked_length;
    Dwarf_Debug debug; /* NULL: there is no such file */
    compat_interface interface;
};

struct dwarf_types {
    struct dwarf_file own, shared; /* see dwarf_shared.h */
    struct wanted_names types, enumerators;
    bool is_found; /* any of them */
};

/** Fill in what is wanted, and from where. */
void dwarf_find_all(struct dwarf_types *types);

/** The lists of what is wanted, made from the rows; both are freed by dwarf_wanted_deinit(). */
void dwarf_wanted_init(struct dwarf_types *types);
void dwarf_wanted_deinit(struct dwarf_types *types);

struct wanted *dwarf_wanted(const struct wanted_names *names, struct slice name);

/** An attribute that is a number. @p is_signed, which may be NULL: written with a sign. */
bool dwarf_number(Dwarf_Die die, Dwarf_Half attribute, int64_t *ret, bool *is_signed);

/** The name of @p die; empty: none. Valid as long as the debug information. */
struct slice dwarf_name(Dwarf_Die die);

/** Children of @p die, an entry of @p debug, one by one: NULL to start, then the one before, which
 * is freed. NULL: no more. */
Dwarf_Die dwarf_next_child(Dwarf_Debug debug, Dwarf_Die die, Dwarf_Die before);

#endif
