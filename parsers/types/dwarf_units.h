/*
 * The units of .debug_info that are worth reading: those of the kernel's files that see the wanted
 * structures whole.
 *
 * A kernel is made of 2,000 units with 3.6 million definitions, mostly the same ones, and libdwarf
 * makes tables for each unit that it passes. So the heads are read here, and it is given the few
 * units that matter and no others. See the DWARF 5 standard, 7.5.
 */
#ifndef WHYOOM_PARSERS_TYPES_DWARF_UNITS_H
#define WHYOOM_PARSERS_TYPES_DWARF_UNITS_H

#include "parsers/types/object.h"

/** Is the unit of this name one of them? Also one without a name: dwz takes what several units
 * share out into such ones. */
bool is_worthwhile_unit(struct slice name);

/** False: some are only what points to others (split DWARF, type units), at which libdwarf of 2021
 * crashes. */
bool dwarf_units_are_readable(struct object *object);

/**
 * A .debug_info of these units alone, in the order of their worth.
 * @return false: there are none, or they do not stand for themselves (what dwz or link-time
 *         optimization leaves); else @p ret is the caller's to free
 */
bool dwarf_units_pick(struct object *object, char **ret, size_t *length);

#endif
