/*
 * Types out of DWARF: the debug information of a vmlinux, whatever its version (2 to 5).
 *
 * Only what the rows of the layout name is looked for (rows.def); structures are the same in every
 * file of the kernel that sees them whole, so the files that are about memory are read first.
 * Through libdwarf, over sections that are mapped (object.h). See the DWARF 5 standard.
 */
#ifndef WHYOOM_PARSERS_TYPES_DWARF_H
#define WHYOOM_PARSERS_TYPES_DWARF_H

#include "parsers/types/object.h"
#include "parsers/types/type_source.h"

struct dwarf_types;

/** @p object stays the caller's and open as long as the types. */
struct error *dwarf_types_create(struct object *object, struct dwarf_types **ret)
    __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void dwarf_types_destroy(struct dwarf_types *types);

/** Valid as long as @p types. */
struct type_source dwarf_types_source(struct dwarf_types *types);

#endif
