/*
 * Log text is hostile: nothing from it reaches a terminal, a record or a page unescaped.
 *
 * A comm may hold any byte but NUL, among them newlines, terminal escape sequences and broken
 * UTF-8.
 */
#ifndef WHYOOM_BASE_ESCAPE_H
#define WHYOOM_BASE_ESCAPE_H

#include "analyzer/base/arena.h"

/**
 * Valid UTF-8 without control characters: C0, DEL, C1, bidirectional and zero-width controls and
 * invalid bytes become
 * "\xNN" (one per byte). The same slice when nothing had to change, else a copy in @p arena.
 */
struct slice escape_text(struct arena *arena, struct slice text);

/** True when @p text would come out of escape_text() unchanged. */
bool is_clean_text(struct slice text);

#endif
