/*
 * The memory that ran out, and what it was full of.
 *
 * Scope memcg: the memory usage of the limiting cgroup. Otherwise: the managed memory of the zones
 * that could have served the request. Its parts exclude each other and add up with what is free to
 * the whole; "unaccounted" is what is left. A part that the report does not split out stays
 * unknown, and unaccounted with it when the part had to be in it. Sizes drift a little between
 * lines of one report; a rest below zero is zero.
 */
#ifndef WHYOOM_POOL_H
#define WHYOOM_POOL_H

#include "analyzer/incident.h"

/** Fill incident->pool; watermark_check() must have run. */
void pool_measure(struct incident *incident);

/** The two kinds of pool; pool_measure() chooses. */
struct pool pool_of_memcg(const struct incident *incident);
struct pool pool_of_host(const struct incident *incident);

/** Sum of the known parts, unaccounted not among them. */
struct amount pool_known_parts(const struct pool *pool);

/** The same of the incident's pool; unknown when there is none. */
struct amount pool_parts(const struct incident *incident);

/** What is neither free nor in a known part. */
struct amount pool_rest(const struct incident *incident);

/** The known parts and what is free, together; unknown without a size to hold against. */
struct amount pool_counted(const struct incident *incident);

/** Is that more than the size, by far more than counters drift? Then a figure is damaged or forged.
 */
struct amount pool_is_contradictory(const struct incident *incident);

/** What shares are of: the size, unknown when the figures contradict each other. */
struct amount pool_whole(const struct incident *incident);

/** enum part: the largest; unknown while an unknown part could be larger. */
struct amount pool_dominant(const struct incident *incident);
struct amount pool_dominant_bytes(const struct incident *incident);
struct amount pool_dominant_share(const struct incident *incident);

/** Slab, page tables, kernel stacks and other kernel memory, as far as they are known. */
struct amount pool_kernel_memory(const struct incident *incident);

/**
 * A part of which only bounds are known: @p low where they are so close together that the
 * difference cannot matter (1/64 of @p whole), else unknown.
 */
struct amount amount_between(struct amount low, struct amount high, struct amount whole);

#endif
