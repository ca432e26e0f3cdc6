/*
 * The progress line on standard error: bytes, rate, incidents, time left. Only on a terminal, only
 * on long input; safe to advance from any thread.
 */
#ifndef WHYOOM_PROGRESS_H
#define WHYOOM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress;

/**
 * @param total  bytes of all inputs; 0 when it is not known
 * @return NULL (silence, fine everywhere below) unless standard error is a terminal
 */
struct progress *progress_create(uint64_t total);

/** One that only counts, for who shows it himself; never NULL. */
struct progress *progress_create_silent(void);

/** Bytes read so far; any thread may ask. */
uint64_t progress_bytes(struct progress *progress);

/** @p bytes more were read. */
void progress_advance(struct progress *progress, size_t bytes);

/** One incident more was found; @p progress NULL is fine. */
void progress_count_incident(struct progress *progress);

/** Wipe the line, for another line on standard error; it comes back with the next advance. */
void progress_wipe(struct progress *progress);

/** Wipe the line and free; NULL is fine. */
void progress_destroy(struct progress *progress);

#endif
