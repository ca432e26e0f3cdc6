/*
 * Finds the places in a log that can belong to a report, near the speed of memory.
 *
 * Every report holds lines with telling literals ("oom-kill", "Killed ", "failcnt "). Each literal
 * is found by three of its bytes that are rare in logs: they are looked up 64 positions at a time
 * where the processor has AVX-512 with VBMI, by nibbles where it has AVX2 (the idea is Hyperscan's
 * Teddy), and a hit is confirmed against the whole literal. Newlines are counted by the way. A
 * general multi-pattern library was measured first: vectorscan takes 0.5 to 1.2 s a gigabyte for
 * such a list, this 0.04 s by AVX-512, as long as memory takes to come, and 0.07 s by AVX2.
 */
#ifndef WHYOOM_PARSERS_LOG_ANCHOR_H
#define WHYOOM_PARSERS_LOG_ANCHOR_H

#include "analyzer/base/slice.h"

enum { ANCHOR_LENGTH_MAX = 32 };

struct anchor_search;

/** The search tables; read-only afterwards, any number of threads may share them. */
struct anchor_search *anchor_search_create(void);

/** Free; NULL is fine. */
void anchor_search_destroy(struct anchor_search *search);

/** An offset inside the first anchor in @p text (at its rare bytes), not before @p from; or
 * SLICE_NOT_FOUND. Adds to @p lines the newlines between @p from and there, or the end. */
size_t anchor_find(const struct anchor_search *search, struct slice text, size_t from,
                   uint64_t *lines);

#endif
