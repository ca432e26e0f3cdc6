/*
 * Why a path cannot be opened, and what would help: who may read it, or which name was meant.
 */
#ifndef WHYOOM_PARSERS_SOURCE_UNREADABLE_H
#define WHYOOM_PARSERS_SOURCE_UNREADABLE_H

#include "analyzer/base/error.h"

/** The error for @p path, which gave @p error_number when it was opened. */
struct error *unreadable_because(const char *path, int error_number);

#endif
