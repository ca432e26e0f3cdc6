/*
 * The starts of the logs in an archive: a report that goes on in one of them is mostly over there,
 * and the archive need not be read again for it.
 *
 * Bounded by LIMIT_MEMBER_HEAD and LIMIT_MEMBER_HEADS: what does not fit is not kept.
 */
#ifndef WHYOOM_MEMBER_HEADS_H
#define WHYOOM_MEMBER_HEADS_H

#include <stdbool.h>

#include "analyzer/base/slice.h"

struct member_heads;

struct member_heads *member_heads_create(void);

/** Free; NULL is fine. */
void member_heads_destroy(struct member_heads *heads);

/** The log @p path begins. */
void member_heads_begin(struct member_heads *heads, const char *path);

/** Its next bytes. False: no more of it is needed. */
bool member_heads_take(struct member_heads *heads, struct slice bytes);

/** It has more bytes, which cannot be read. */
void member_heads_break_off(struct member_heads *heads);

void member_heads_end(struct member_heads *heads);

/** What is kept of @p path, borrowed; nothing may be. After the last member. */
struct slice member_heads_find(struct member_heads *heads, const char *path, bool *ret_is_whole);

#endif
