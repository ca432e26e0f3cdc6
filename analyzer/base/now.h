/*
 * What time it is, in microseconds.
 */
#ifndef WHYOOM_BASE_NOW_H
#define WHYOOM_BASE_NOW_H

#include <stdint.h>

/** The wall clock, since the epoch. */
int64_t now_wall_us(void);

/** A clock that nobody sets, for what lasts. */
int64_t now_monotonic_us(void);

#endif
