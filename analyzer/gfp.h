/*
 * gfp_mask: which pages a request accepts and what may be done to get them.
 *
 * The kernel prints names since 4.6 and bare hex before; the bits moved four times. Here a flag is
 * a bit of our own that no kernel version changes; a request's flags come from its names, whoever
 * decoded them. Kernel: include/linux/gfp_types.h (gfp.h before 6.0),
 * include/trace/events/mmflags.h.
 */
#ifndef WHYOOM_GFP_H
#define WHYOOM_GFP_H

#include "analyzer/incident.h"

enum gfp_flag {
    GFP_DMA,
    GFP_HIGHMEM,
    GFP_DMA32,
    GFP_MOVABLE,
    GFP_RECLAIMABLE,
    GFP_HIGH,
    GFP_IO,
    GFP_FS,
    GFP_COLD,
    GFP_ZERO,
    GFP_NOWARN,
    GFP_RETRY_MAYFAIL, /* REPEAT before 4.13 */
    GFP_NOFAIL,
    GFP_NORETRY,
    GFP_MEMALLOC,
    GFP_COMP,
    GFP_NOMEMALLOC,
    GFP_HARDWALL,
    GFP_THISNODE,
    GFP_ATOMIC_BIT, /* __GFP_ATOMIC, 4.4 to 6.2 */
    GFP_ACCOUNT,    /* KMEMCG in 3.8 to 3.19 */
    GFP_NOTRACK,
    GFP_NO_KSWAPD,
    GFP_OTHER_NODE,
    GFP_WRITE,
    GFP_DIRECT_RECLAIM, /* WAIT before 4.4 */
    GFP_KSWAPD_RECLAIM,
    GFP_NOLOCKDEP,
    GFP_ZEROTAGS,
    GFP_FLAG_COUNT
};

/** Where the bits lay. */
enum gfp_era {
    GFP_ERA_UNKNOWN,
    GFP_ERA_2_6_32, /* to 3.19, RHEL 6 and 7 */
    GFP_ERA_4_0,    /* to 4.3: the bit of KMEMCG means NOACCOUNT */
    GFP_ERA_4_4,    /* to 4.9 */
    GFP_ERA_4_10,   /* to 4.17 */
    GFP_ERA_4_18,   /* to 5.0, RHEL 8 */
    GFP_ERA_5_1,    /* to now */
    GFP_ERA_COUNT
};

/** The era by the release, else by what the report looks like and the mask itself. */
enum gfp_era gfp_era_of(const struct incident *incident);

/** Names of @p mask as "%pGg" prints them, bits without a name as hex; an array in @p arena. */
struct slice *gfp_decode(struct arena *arena, enum gfp_era era, uint64_t mask, size_t *ret_count);

/** Give the trigger names where the kernel printed hex alone; nothing when the era cannot be told.
 */
void gfp_name(struct incident *incident);

/**
 * The request's flags, one bit (1 << enum gfp_flag) each.
 * @return false when they are not known: no mask, or 0x0, which stands for a request that was lost
 */
bool gfp_flags(const struct trigger *trigger, uint64_t *ret);

/** Whether the request has @p flag: 1, 0 or unknown. */
struct amount gfp_has(const struct trigger *trigger, enum gfp_flag flag);

/** No direct reclaim: the request could not wait for memory. */
struct amount trigger_is_atomic(const struct incident *incident);

/** The names joined by '|', in the incident's arena. */
struct slice trigger_gfp_names(const struct incident *incident);

/** Bytes asked for: 2^order pages; unknown for SysRq and without a page size. */
struct amount trigger_request(const struct incident *incident);

#endif
