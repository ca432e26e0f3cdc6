/*
 * Finds the places in a log that can belong to a report, near the speed of memory.
 *
 * Every report holds lines with telling literals ("oom-kill", "Killed ", "failcnt "). Each literal
 * is found by three of its bytes that are rare in logs: the bytes are compared by nibbles, 32
 * positions at a time where the processor has AVX2 (the idea is Hyperscan's Teddy), and a hit is
 * confirmed against the whole literal. A general multi-pattern library was measured first:
 * vectorscan takes 0.5 to 1.2 s a gigabyte for such a list, this takes a tenth of it.
 */
#ifndef WHYOOM_PARSERS_LOG_ANCHOR_H
#define WHYOOM_PARSERS_LOG_ANCHOR_H

#include "analyzer/base/slice.h"

struct anchor_search;

/** The search tables; read-only afterwards, any number of threads may share them. */
struct anchor_search *anchor_search_create(void);

/** Free; NULL is fine. */
void anchor_search_destroy(struct anchor_search *search);

/** An offset inside the first anchor in @p text (at its rare bytes), not before @p from; or
 * SLICE_NOT_FOUND. */
size_t anchor_find(const struct anchor_search *search, struct slice text, size_t from);

/** Newlines in @p text. */
uint64_t count_lines(struct slice text);

#endif
