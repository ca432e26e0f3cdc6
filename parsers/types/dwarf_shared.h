/*
 * The file into which dwz put what the debug information of a kernel and of its modules has in
 * common, as older RHEL ships it: /usr/lib/debug/.dwz/NAME, named by the section .gnu_debugaltlink
 * of the others. See dwz(1).
 */
#ifndef WHYOOM_PARSERS_TYPES_DWARF_SHARED_H
#define WHYOOM_PARSERS_TYPES_DWARF_SHARED_H

#include "parsers/types/object.h"

/**
 * Open the file that @p object names: where it says, by build-id below /usr/lib/debug, or in
 * debuginfod's cache.
 * @param ret  NULL: it names none; else the caller's to close
 * @return an error when it names one that is not to be had, or that has another build-id
 */
struct error *dwarf_shared_find(struct object *object, struct object **ret)
    __attribute__((warn_unused_result));

#endif
