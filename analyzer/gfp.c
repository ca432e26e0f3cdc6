#include "analyzer/gfp.h"

#include <inttypes.h>

#include "analyzer/kernel.h"

#define BIT(flag) (UINT64_C(1) << (flag))
#define RECLAIM (BIT(GFP_DIRECT_RECLAIM) | BIT(GFP_KSWAPD_RECLAIM))
#define KERNEL (RECLAIM | BIT(GFP_IO) | BIT(GFP_FS))
#define USER (KERNEL | BIT(GFP_HARDWALL))
#define HIGHUSER (USER | BIT(GFP_HIGHMEM))
#define HIGHUSER_MOVABLE (HIGHUSER | BIT(GFP_MOVABLE))
#define TRANSHUGE_LIGHT \
    ((HIGHUSER_MOVABLE | BIT(GFP_COMP) | BIT(GFP_NOMEMALLOC) | BIT(GFP_NOWARN)) & ~RECLAIM)

/* One row per flag: names, newest first, and its bit by era; 0: that era has no such flag. From 6.9
 * on bits above ZEROTAGS depend on the configuration and have no row. */
static const struct gfp_row {
    const char *name, *old_name;
    uint32_t bits[GFP_ERA_COUNT];
} flags[GFP_FLAG_COUNT] = {
    [GFP_DMA] = {"GFP_DMA", NULL, {0, 0x1, 0x1, 0x1, 0x1, 0x1, 0x1}},
    [GFP_HIGHMEM] = {"__GFP_HIGHMEM", NULL, {0, 0x2, 0x2, 0x2, 0x2, 0x2, 0x2}},
    [GFP_DMA32] = {"GFP_DMA32", NULL, {0, 0x4, 0x4, 0x4, 0x4, 0x4, 0x4}},
    [GFP_MOVABLE] = {"__GFP_MOVABLE", NULL, {0, 0x8, 0x8, 0x8, 0x8, 0x8, 0x8}},
    [GFP_RECLAIMABLE] = {"__GFP_RECLAIMABLE", NULL, {0, 0x80000, 0x80000, 0x10, 0x10, 0x10, 0x10}},
    [GFP_HIGH] = {"__GFP_HIGH", NULL, {0, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20}},
    [GFP_IO] = {"__GFP_IO", NULL, {0, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40}},
    [GFP_FS] = {"__GFP_FS", NULL, {0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}},
    [GFP_COLD] = {"__GFP_COLD", NULL, {0, 0x100, 0x100, 0x100, 0x100, 0, 0}},
    [GFP_ZERO] = {"__GFP_ZERO", NULL, {0, 0x8000, 0x8000, 0x8000, 0x8000, 0x8000, 0x100}},
    [GFP_NOWARN] = {"__GFP_NOWARN", NULL, {0, 0x200, 0x200, 0x200, 0x200, 0x200, 0x2000}},
    [GFP_RETRY_MAYFAIL] = {"__GFP_RETRY_MAYFAIL",
                           "__GFP_REPEAT",
                           {0, 0x400, 0x400, 0x400, 0x400, 0x400, 0x4000}},
    [GFP_NOFAIL] = {"__GFP_NOFAIL", NULL, {0, 0x800, 0x800, 0x800, 0x800, 0x800, 0x8000}},
    [GFP_NORETRY] = {"__GFP_NORETRY", NULL, {0, 0x1000, 0x1000, 0x1000, 0x1000, 0x1000, 0x10000}},
    [GFP_MEMALLOC] = {"__GFP_MEMALLOC", NULL, {0, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x20000}},
    [GFP_COMP] = {"__GFP_COMP", NULL, {0, 0x4000, 0x4000, 0x4000, 0x4000, 0x4000, 0x40000}},
    [GFP_NOMEMALLOC] = {"__GFP_NOMEMALLOC",
                        NULL,
                        {0, 0x10000, 0x10000, 0x10000, 0x10000, 0x10000, 0x80000}},
    [GFP_HARDWALL] = {"__GFP_HARDWALL",
                      NULL,
                      {0, 0x20000, 0x20000, 0x20000, 0x20000, 0x20000, 0x100000}},
    [GFP_THISNODE] = {"__GFP_THISNODE",
                      NULL,
                      {0, 0x40000, 0x40000, 0x40000, 0x40000, 0x40000, 0x200000}},
    [GFP_ATOMIC_BIT] = {"__GFP_ATOMIC", NULL, {0, 0, 0, 0x80000, 0x80000, 0x80000, 0x200}},
    [GFP_ACCOUNT] = {"__GFP_ACCOUNT",
                     "__GFP_KMEMCG",
                     {0, 0x100000, 0, 0x100000, 0x100000, 0x100000, 0x400000}},
    [GFP_NOTRACK] = {"__GFP_NOTRACK", NULL, {0, 0x200000, 0x200000, 0x200000, 0x200000, 0, 0}},
    [GFP_NO_KSWAPD] = {"__GFP_NO_KSWAPD", NULL, {0, 0x400000, 0x400000, 0, 0, 0, 0}},
    [GFP_OTHER_NODE] = {"__GFP_OTHER_NODE", NULL, {0, 0x800000, 0x800000, 0x800000, 0, 0, 0}},
    [GFP_WRITE] = {"__GFP_WRITE",
                   NULL,
                   {0, 0x1000000, 0x1000000, 0x1000000, 0x800000, 0x100, 0x1000}},
    [GFP_DIRECT_RECLAIM] = {"__GFP_DIRECT_RECLAIM",
                            "__GFP_WAIT",
                            {0, 0x10, 0x10, 0x400000, 0x400000, 0x200000, 0x400}},
    [GFP_KSWAPD_RECLAIM] = {"__GFP_KSWAPD_RECLAIM",
                            NULL,
                            {0, 0, 0, 0x2000000, 0x1000000, 0x400000, 0x800}},
    [GFP_NOLOCKDEP] = {"__GFP_NOLOCKDEP", NULL, {0, 0, 0, 0, 0x2000000, 0x800000, 0}},
    [GFP_ZEROTAGS] = {"__GFP_ZEROTAGS", NULL, {0, 0, 0, 0, 0, 0, 0x800000}},
};

/* Largest first, as the kernel looks them up (mmflags.h __def_gfpflag_names). GFP_ATOMIC lost its
 * own bit in 6.3. */
static const struct {
    const char *name;
    uint64_t flags;
    enum gfp_era since, until;
} composites[] = {
    {"GFP_TRANSHUGE", TRANSHUGE_LIGHT | BIT(GFP_DIRECT_RECLAIM), GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_TRANSHUGE_LIGHT", TRANSHUGE_LIGHT, GFP_ERA_4_10, GFP_ERA_5_1},
    {"GFP_HIGHUSER_MOVABLE", HIGHUSER_MOVABLE, GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_HIGHUSER", HIGHUSER, GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_USER", USER, GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_TEMPORARY", KERNEL | BIT(GFP_RECLAIMABLE), GFP_ERA_2_6_32, GFP_ERA_4_10},
    {"GFP_KERNEL_ACCOUNT", KERNEL | BIT(GFP_ACCOUNT), GFP_ERA_4_4, GFP_ERA_5_1},
    {"GFP_KERNEL", KERNEL, GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_NOFS", RECLAIM | BIT(GFP_IO), GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_ATOMIC", BIT(GFP_HIGH) | BIT(GFP_ATOMIC_BIT) | BIT(GFP_KSWAPD_RECLAIM), GFP_ERA_2_6_32,
     GFP_ERA_5_1},
    {"GFP_ATOMIC", BIT(GFP_HIGH) | BIT(GFP_KSWAPD_RECLAIM), GFP_ERA_5_1, GFP_ERA_5_1},
    {"GFP_NOIO", RECLAIM, GFP_ERA_2_6_32, GFP_ERA_5_1},
    {"GFP_NOWAIT", BIT(GFP_KSWAPD_RECLAIM), GFP_ERA_4_4, GFP_ERA_5_1},
    {"__GFP_RECLAIM", RECLAIM, GFP_ERA_4_4, GFP_ERA_5_1},
};
enum { COMPOSITES = sizeof composites / sizeof *composites };

enum gfp_era gfp_era_of(const struct incident *incident)
{
    static const struct {
        int64_t until;
        enum gfp_era era;
    } versions[] = {{3999, GFP_ERA_2_6_32}, {4003, GFP_ERA_4_0},  {4009, GFP_ERA_4_4},
                    {4017, GFP_ERA_4_10},   {5000, GFP_ERA_4_18}, {INT64_MAX, GFP_ERA_5_1}};
    /* Both kinds of reclaim are in nearly every mask of a report, and their bits never stayed. */
    static const struct {
        int64_t reclaim;
        enum gfp_era era;
    } masks[] = {{0xc00, GFP_ERA_5_1},
                 {0x2400000, GFP_ERA_4_4},
                 {0x1400000, GFP_ERA_4_10},
                 {0x600000, GFP_ERA_4_18},
                 {0x10, GFP_ERA_2_6_32}};

    struct amount version = kernel_version(incident);
    if (version.known)
        for (size_t i = 0;; i++)
            if (version.value <= versions[i].until)
                return versions[i].era;
    if (incident->trigger.oom_adj.known)
        return GFP_ERA_2_6_32;
    if (incident->has_detailed_rss || incident->trigger.uid.known)
        return GFP_ERA_5_1;
    int64_t mask = amount_or(incident->trigger.gfp_mask, 0);
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        if ((mask & masks[i].reclaim) == masks[i].reclaim)
            return masks[i].era;
    return GFP_ERA_UNKNOWN;
}

/* Our flags as bits of an era's mask. A flag that the era lacks asks for nothing, so GFP_KERNEL
 * of 3.10 is WAIT, IO and FS. */
static uint64_t mask_of(uint64_t wanted, enum gfp_era era)
{
    uint64_t mask = 0;
    for (int flag = 0; flag < GFP_FLAG_COUNT; flag++)
        if (wanted & BIT(flag))
            mask |= flags[flag].bits[era];
    return mask;
}

static void add_name(struct arena *arena, struct slice **names, size_t *count, struct slice name)
{
    struct slice *grown = arena_grow(arena, *names, *count, sizeof **names);
    grown[(*count)++] = name;
    *names = grown;
}

static const char *flag_name(enum gfp_flag flag, enum gfp_era era)
{
    enum gfp_era renamed = flag == GFP_RETRY_MAYFAIL ? GFP_ERA_4_10 : GFP_ERA_4_4;
    return flags[flag].old_name && era < renamed ? flags[flag].old_name : flags[flag].name;
}

struct slice *gfp_decode(struct arena *arena, enum gfp_era era, uint64_t mask, size_t *ret_count)
{
    struct slice *names = NULL;
    *ret_count = 0;
    for (int i = 0; i < COMPOSITES; i++) {
        uint64_t wanted = mask_of(composites[i].flags, era);
        bool is_of_era = composites[i].since <= era && era <= composites[i].until;
        if (!is_of_era || (mask & wanted) != wanted)
            continue;
        add_name(arena, &names, ret_count, slice_from_string(composites[i].name));
        mask &= ~wanted;
    }
    for (enum gfp_flag flag = 0; flag < GFP_FLAG_COUNT; flag++) {
        uint64_t bit = flags[flag].bits[era];
        if (!(mask & bit))
            continue;
        add_name(arena, &names, ret_count, slice_from_string(flag_name(flag, era)));
        mask &= ~bit;
    }
    if (mask)
        add_name(arena, &names, ret_count, arena_format(arena, "0x%" PRIx64, mask));
    return names;
}

void gfp_name(struct incident *incident)
{
    struct trigger *trigger = &incident->trigger;
    enum gfp_era era = gfp_era_of(incident);
    if (trigger->gfp_count || amount_or(trigger->gfp_mask, 0) <= 0 || era == GFP_ERA_UNKNOWN)
        return;
    trigger->gfp =
        gfp_decode(incident->arena, era, (uint64_t)trigger->gfp_mask.value, &trigger->gfp_count);
    trigger->gfp_is_decoded = true;
}

static bool is_named(const char *name, struct slice word)
{
    return name && slice_equal(slice_from_string(name), word);
}

/* 4.6-rc printed single flags without their underscores. */
static struct slice without_underscores(struct slice name)
{
    while (name.length && name.data[0] == '_')
        name = slice_skip(name, 1);
    return name;
}

static bool is_flag_named(const char *name, struct slice word)
{
    return name &&
           slice_equal(without_underscores(slice_from_string(name)), without_underscores(word));
}

static uint64_t flags_of_name(struct slice word)
{
    for (int i = 0; i < COMPOSITES; i++)
        if (is_named(composites[i].name, word))
            return composites[i].flags;
    for (int flag = 0; flag < GFP_FLAG_COUNT; flag++)
        if (is_flag_named(flags[flag].name, word) || is_flag_named(flags[flag].old_name, word))
            return BIT(flag);
    return 0;
}

bool gfp_flags(const struct trigger *trigger, uint64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < trigger->gfp_count; i++)
        *ret |= flags_of_name(trigger->gfp[i]);
    return trigger->gfp_count > 0;
}

struct amount gfp_has(const struct trigger *trigger, enum gfp_flag flag)
{
    uint64_t set;
    if (!gfp_flags(trigger, &set))
        return UNKNOWN;
    return amount_of((set & BIT(flag)) != 0, trigger->gfp_mask.line);
}

struct amount trigger_is_atomic(const struct incident *incident)
{
    struct amount reclaims = gfp_has(&incident->trigger, GFP_DIRECT_RECLAIM);
    return reclaims.known ? amount_of(!reclaims.value, reclaims.line) : UNKNOWN;
}

struct slice trigger_gfp_names(const struct incident *incident)
{
    const struct trigger *trigger = &incident->trigger;
    size_t length = 0;
    for (size_t i = 0; i < trigger->gfp_count; i++)
        length += trigger->gfp[i].length + 1;
    if (!length)
        return (struct slice){0};
    char *text = arena_allocate(incident->arena, length), *end = text;
    for (size_t i = 0; i < trigger->gfp_count; i++) {
        if (i)
            *end++ = '|';
        memcpy(end, trigger->gfp[i].data, trigger->gfp[i].length);
        end += trigger->gfp[i].length;
    }
    return slice_of(text, (size_t)(end - text));
}

struct amount trigger_request(const struct incident *incident)
{
    struct amount order = incident->trigger.order;
    if (!order.known || order.value < 0 || order.value >= ORDERS_MAX)
        return UNKNOWN;
    struct amount bytes = amount_scale(incident->page_size, INT64_C(1) << order.value);
    bytes.line = order.line;
    return bytes;
}
