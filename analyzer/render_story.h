/*
 * What there is to tell about a judged incident, in the order in which a colleague would tell it.
 *
 * The text and the Markdown renderer lay out the same story; here it is put into words and rows.
 * Nothing is decided or computed but the choice and order of what is shown: what the incident does
 * not know is left out, and story_gaps() lists it once.
 *
 * Every slice is escaped (escape.h) and lives in the arena given, or as long as the incident.
 */
#ifndef WHYOOM_RENDER_STORY_H
#define WHYOOM_RENDER_STORY_H

#include "analyzer/incident.h"

/** A list of sentences or lines. */
struct story_list {
    struct slice *items;
    uint32_t *lines; /* of each, the line of the report that it rests on; 0: several, or none */
    size_t count;
};

/** A counter with its limit; what is empty was not in the report. */
struct story_counter {
    const char *name;
    struct slice usage, limit, share, failcnt;
    int permille; /* of the limit in use; -1 unknown */
    bool is_unlimited;
    bool is_refused; /* this one made the kernel give up */
};

enum { STORY_COUNTERS_MAX = 6 };

struct story_part {
    const char *name;
    struct slice bytes, share; /* share is empty when the pool's size is unknown */
    int permille;              /* of the pool; -1 unknown */
    uint32_t line;             /* that it comes from; 0: several */
};

/** A line of the report that the story rests on. */
struct story_quote {
    struct slice line; /* story_line() of it */
    struct slice text;
    size_t focus; /* byte of `text` that it is quoted for; SLICE_NOT_FOUND: the whole */
};

/** The verdict in one sentence; never empty: without a summary it is put together from the terms.
 */
struct slice story_summary(struct arena *arena, const struct incident *incident);

/** When, where, which kernel, which lines: "[20148497.767284] 233 d 4 h after boot · kernel …". */
struct slice story_when(struct arena *arena, const struct incident *incident, bool is_utc);

/** "class shmem, also swap and memcg-limit · limit memsw · confidence high". */
struct slice story_verdict(struct arena *arena, const struct incident *incident);

/** The channel, when it is not the kernel's own; else empty. */
struct slice story_provenance(const struct incident *incident);

/** Whose limit or memory it is: "container 083afd1a06b8 (kubernetes, burstable, pod …)". */
struct slice story_owner(struct arena *arena, const struct incident *incident);

/** The owner in a few characters, for tables; "host" when no cgroup is involved. */
struct slice story_owner_short(struct arena *arena, const struct incident *incident);

/** Limits and their usage. @return how many */
size_t story_counters(struct arena *arena, const struct incident *incident,
                      struct story_counter counters[STORY_COUNTERS_MAX]);

/** What filled the pool, largest first. @return how many */
size_t story_parts(struct arena *arena, const struct incident *incident,
                   struct story_part parts[PART_COUNT]);

/** The zones that refused, with the arithmetic; for an order, the blocks that were there. */
struct story_list story_zones(struct arena *arena, const struct incident *incident);

/** Who asked, who was killed and why, what else stood in the task table. */
struct story_list story_victims(struct arena *arena, const struct incident *incident);

/** Texts of the findings, heaviest first, each once and never the summary again. */
struct story_list story_reasons(struct arena *arena, const struct incident *incident);

/** What to do next, heaviest first, each once. */
struct story_list story_advice(struct arena *arena, const struct incident *incident);

/** Lines that the findings rest on: the heaviest @p most of them, in the order of the report. */
size_t story_quotes(struct arena *arena, const struct incident *incident, size_t most,
                    struct story_quote *quotes);

/** A line that every reader looks for, whatever the findings rest on. */
enum quote_role {
    QUOTE_TRIGGER,
    QUOTE_LIMIT, /* of the counter that refused */
    QUOTE_VICTIM,
    QUOTE_CHARGE_PATH, /* the frame that told */
    QUOTE_ZONE,        /* one that refused */
    QUOTE_BLOCKS,      /* its free blocks, when it was a block that was missing */
    QUOTE_ROLES
};

struct story_anchor {
    enum quote_role role;
    uint32_t line;
    size_t zone; /* QUOTE_ZONE, QUOTE_BLOCKS: index in host_memory.zones */
};

enum { STORY_ANCHORS_MAX = 8 };

/** Those of them that are there, the most wanted first. @return how many */
size_t story_anchors(const struct incident *incident,
                     struct story_anchor anchors[STORY_ANCHORS_MAX]);

/** The counter of the memory cgroup whose limit refused, or NULL. */
const struct page_counter *story_refusing_counter(const struct incident *incident);

/** What the report does not show, and what was lost of it. */
struct story_list story_gaps(struct arena *arena, const struct incident *incident);

/** A time as people read it: as printed, or the wall clock, or seconds after boot; may be empty. */
struct slice story_time(struct arena *arena, const struct event_time *time, bool is_utc);

/* For the files that tell parts of it: */

/** Put @p text at the end of @p list, unless it is empty; with the @p line that it rests on. */
void story_add_at(struct arena *arena, struct story_list *list, struct slice text, uint32_t line);

/** The same without a line. */
void story_add(struct arena *arena, struct story_list *list, struct slice text);

/** "text, between, more"; when one of them is empty, the other alone. */
struct slice story_join(struct arena *arena, struct slice text, const char *between,
                        struct slice more);

/** The file's name without its directories, or "stdin". */
struct slice story_source(struct arena *arena, const struct incident *incident);

/** Where a line of the report stands: "31"; of a report that goes through several files,
 * "kern.log:12". */
struct slice story_line(struct arena *arena, const struct incident *incident, uint64_t number);

#endif
