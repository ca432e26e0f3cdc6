/*
 * Quantities as people read them: "26.7 GiB", "35,651,584 kB", "3 min 20 s".
 */
#ifndef WHYOOM_BASE_UNITS_H
#define WHYOOM_BASE_UNITS_H

#include "analyzer/base/arena.h"

/** Bytes in the largest binary unit that keeps a digit before the point: "26.7 GiB", "512 KiB",
 * "-4.0 MiB", "17 B". */
struct slice bytes_print(struct arena *arena, int64_t bytes);

/** A count with thousands separated by commas: "24,892,068". */
struct slice count_print(struct arena *arena, int64_t count);

/** A share in permille as "86 %" ("0.4 %" below one percent; "99.7 %" where rounding would make a
 * limit reached that is not). */
struct slice permille_print(struct arena *arena, int64_t permille);

/** A duration: "0.2 s", "42 s", "3 min 20 s", "2 h 05 min", "4 d 3 h". */
struct slice duration_print(struct arena *arena, int64_t microseconds);

#endif
