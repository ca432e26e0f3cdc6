/*
 * uthash, which ends the program as arena.h does when memory is refused. Include this, not
 * <uthash.h>, whose own answer is to exit without a word.
 */
#ifndef WHYOOM_BASE_HASH_TABLE_H
#define WHYOOM_BASE_HASH_TABLE_H

#include "analyzer/base/arena.h"

#define uthash_fatal(message) die_out_of_memory()
#include <uthash.h>

#endif
