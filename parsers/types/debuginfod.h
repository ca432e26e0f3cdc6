/*
 * Debug information that debuginfod brought, or brings: debuginfod(8).
 *
 * Its library is loaded when it is needed and not before; without it only its cache is looked at.
 */
#ifndef WHYOOM_PARSERS_TYPES_DEBUGINFOD_H
#define WHYOOM_PARSERS_TYPES_DEBUGINFOD_H

#include <stdbool.h>
#include <stddef.h>

/** Where the client keeps the debug information of @p build_id. False: no home, or no such id. */
bool debuginfod_cached(const char *build_id, char *path, size_t size);

/** Let the servers of $DEBUGINFOD_URLS be asked. NULL: it is at @p path now; else why not. */
const char *debuginfod_fetch(const char *build_id, char *path, size_t size);

#endif
