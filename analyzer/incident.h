/*
 * THE model: one decision of a kernel (or of a user-space killer) about memory that was not there.
 *
 * Read this first. Parsers fill the evidence (first half), the analysis computes what follows from
 * it, the rules decide and explain (last part); renderers print and compute nothing.
 *
 * Units: bytes inside, always; counts are counts; times are microseconds.
 * Ownership: an incident owns an arena, every slice and array in it lives there; incident_destroy()
 * frees all. Unknown: an amount that is not known, a slice of length 0, an enum's index 0. Origin:
 * `line` in amounts and structs is an index into `lines`, counted from 1. Kernel: mm/oom_kill.c,
 * mm/memcontrol.c, mm/show_mem.c (mm/page_alloc.c before 6.5), 2.6.32 to now.
 */
#ifndef WHYOOM_INCIDENT_H
#define WHYOOM_INCIDENT_H

#include "analyzer/base/amount.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/slice.h"
#include "analyzer/figures.h"
#include "analyzer/terms.h"

/* ---- where it was read */

enum wall_source { WALL_UNKNOWN, WALL_SYSLOG, WALL_JOURNAL, WALL_DMESG_T, WALL_CRASHTIME };

/** How far the channel can be trusted to carry the kernel's own words; see section 9 of the
 * formats. */
enum provenance {
    PROVENANCE_FILE,      /* a flat file: anybody who may write to the log could have written it */
    PROVENANCE_KERNEL,    /* raw kmsg with facility kern, journal with _TRANSPORT=kernel, pstore, a
                             dump */
    PROVENANCE_CONTAINER, /* a container's own output */
    PROVENANCE_USER, /* a user-space program said it: facility, identifier or journal field tell */
};

enum source_kind { SOURCE_LOG, SOURCE_JOURNAL, SOURCE_VMCORE };

struct report_line {
    struct slice text; /* dress off, as the kernel printed it */
    uint64_t number;   /* line of the input, counted from 1 */
    uint64_t offset;   /* byte of the stream at which that line starts */
};

/** A file of several that one report goes through (rotated_report.h). */
struct source_part {
    struct slice path;
    uint64_t first_line, first_byte; /* of the whole: where the file begins; lines from 1 */
};

/** A file and a line of it. */
struct line_place {
    struct slice path;
    uint64_t number;
};

struct event_time {
    bool has_monotonic, has_wall;
    int64_t monotonic_us; /* since boot */
    int64_t wall_us;      /* since the epoch, UTC; only when year and zone are in the evidence */
    struct slice printed; /* the wall clock as printed ("Mar 28 22:14:31"), when it does not make a
                             wall_us */
    enum wall_source wall_source;
};

/* ---- who asked */

struct stack_frame {
    struct slice symbol; /* without compiler suffixes (.cold, .isra.0) and "_noprof" */
    struct slice module; /* "i915", or empty */
    bool is_reliable;    /* false: printed with '?', a stale word on the stack */
    uint32_t line;
};

struct trigger {
    struct slice comm;
    struct amount pid, uid, cpu;
    struct amount gfp_mask; /* value as printed */
    struct slice *gfp;      /* names, decoded by era where the kernel printed hex alone */
    size_t gfp_count;
    bool gfp_is_decoded;         /* by us, not by the kernel */
    struct amount order;         /* -1: SysRq */
    struct amount vmalloc_bytes; /* asked of vmalloc, page by page, where it failed */
    struct amount stall_ms;      /* an allocation that is still being tried, 4.9 to 4.14 */
    struct amount oom_score_adj;
    struct amount oom_adj; /* 2.6.11 to 3.6: -17 to 15 */
    struct slice nodemask; /* "0-1"; empty when "(null)" or not printed */
    struct slice cpuset, mems_allowed;
    struct slice cgroup;    /* its cgroup where the report tells */
    struct slice workqueue; /* "events moom_callback" */
    struct slice syscall; /* "write", from the entry frame; empty for a fault or a kernel thread */
    struct stack_frame *stack; /* innermost first */
    size_t stack_count;
    uint32_t line;
};

struct victim {
    struct amount pid, uid;
    struct slice comm, cgroup;
    struct amount total_vm, anon_rss, file_rss, shmem_rss, pgtables; /* bytes */
    struct amount rss; /* of a user-space killer's line, where it is not split */
    struct amount oom_score_adj, score;
    struct slice message; /* "Memory cgroup out of memory", the words before the kill */
#define SYSTEM_OOM_WORDS "System OOM encountered" /* of a kill that only kubelet told of */
#define UNIT_OOM_WORDS "A process of this unit has been killed by the OOM killer" /* or PID 1 */
    struct slice unit;   /* of a user-space killer: the cgroup or unit it chose */
    struct slice signal; /* of a user-space killer: "SIGTERM" */
    bool is_group_kill;  /* killed for memory.oom.group, not chosen itself */
    bool is_chosen;      /* named by the kernel as its choice (first kill line) */
    struct amount reaped_anon_rss, reaped_file_rss,
        reaped_shmem_rss; /* what the reaper could not free */
    uint32_t line;
};

/* ---- the limit: memory cgroup */

struct page_counter {
    struct amount usage, limit, failcnt; /* limit unknown and is_unlimited: none is set */
    bool is_unlimited;
    uint32_t line;
};

struct memcg_child {
    struct slice path; /* 3.9 to 5.2 print one line per cgroup of the subtree, not hierarchical */
    struct amount stat[STAT_COUNT];
};

struct memcg {
    bool is_present;   /* any memcg line was there */
    struct slice path; /* whose limit refused */
    struct slice victim_path;
    int version; /* 1, 2; 0 unknown */
    struct page_counter memory, memsw, swap, kmem, tcp;
    struct amount stat[STAT_COUNT]; /* of the subtree: hierarchical, or the sum over `children` */
    struct memcg_child *children;
    size_t children_count;
    struct amount min_protection, low_protection;
    bool is_stat_cut; /* 5.3 to 6.4: the record is known to lack its last keys */
};

/* ---- the host: Mem-Info */

enum { ORDERS_MAX = 16, ZONE_TYPES_MAX = 8 };

struct buddy {
    struct amount blocks[ORDERS_MAX]; /* free blocks by order */
    char types[ORDERS_MAX][8];        /* "UME", "" when none was printed */
    int orders;                       /* 0: no buddy line */
    struct amount total;              /* as the line sums it up, bytes */
    uint32_t line;
};

struct zone {
    int node; /* -1: the line had no "Node N" */
    struct slice name;
    struct amount figure[ZONE_COUNT];      /* bytes; ZONE_PAGES_SCANNED a count */
    struct amount reserve[ZONE_TYPES_MAX]; /* lowmem_reserve[], bytes */
    int reserve_count;
    bool has_all_unreclaimable, is_all_unreclaimable;
    struct buddy buddy;
    uint32_t line;
};

struct node {
    int id;
    struct amount figure[NODE_COUNT]; /* bytes */
    bool has_all_unreclaimable, is_all_unreclaimable;
    uint32_t line;
};

struct hugepages {
    int node;
    struct amount total, free, surplus; /* pages of that size */
    struct amount size;                 /* bytes */
    uint32_t line;
};

struct host_memory {
    bool is_present;                 /* any line of Mem-Info was there */
    struct amount figure[MEM_COUNT]; /* bytes */
    struct node *nodes;
    size_t nodes_count;
    struct zone *zones;
    size_t zones_count;
    struct hugepages *hugepages;
    size_t hugepages_count;
    struct amount pagecache, swap_cache, swap_free, swap_total;     /* bytes */
    struct amount ram, highmem, reserved, cma_reserved, hwpoisoned; /* bytes */
};

struct slab_cache {
    struct slice name;
    struct amount used, total; /* bytes */
    uint32_t line;
};

/** One row of "Memory allocations:" (allocation profiling, since 6.10). */
struct allocation_site {
    struct slice where; /* "mm/slub.c:2400 func:alloc_slab_page" */
    struct amount bytes, calls;
};

/* ---- the candidates: task table */

struct task {
    int64_t pid, tgid, uid;
    struct slice comm;
    struct amount total_vm, rss, rss_anon, rss_file, rss_shmem, pgtables, swap; /* bytes */
    struct amount oom_score_adj, oom_adj;
    uint32_t line;
    uint32_t row; /* in the report's table, from 1; 0: its place in `tasks` */
};

/* ---- what follows: filled by analysis.c */

/** The memory that ran out, and its exclusive parts; see "dominant" in the contract. */
struct pool {
    struct amount size;
    struct amount free; /* no part */
    struct amount part[PART_COUNT];
};

/** One zone against the request: mm/page_alloc.c __zone_watermark_ok() with the printed figures. */
struct zone_check {
    const struct zone *zone;
    bool is_eligible;              /* the gfp mask, the cpuset and the nodemask allow it */
    struct amount usable;          /* free less highatomic, less CMA unless movable */
    struct amount reserve;         /* lowmem_reserve for the request's zone index */
    struct amount mark;            /* boost included: high before a kill; min, with the discounts of
                                      the request, for an allocation failure */
    struct amount margin;          /* usable - mark - reserve; not above 0: refused for order 0 */
    struct amount largest_order;   /* of a free block that the request may take */
    struct amount suitable_blocks; /* of the order asked */
    struct amount unusable_index, fragmentation_index; /* permille, as mm/vmstat.c computes them */
    bool passes;    /* the watermark, for order 0; false too while the margin is unknown */
    bool has_block; /* passes, and holds a block of the order as that kernel looks for it */
};

/** One of the tasks as the killer saw it: badness_candidates(). */
struct candidate {
    struct amount badness; /* rss + swap + page tables, in bytes; see badness.h */
    struct amount points;  /* badness with the adjustment applied; what the kernel compares */
    bool is_exempt;
};

/** Where the chosen victim stood among the tasks by badness; unknown while their order is. */
struct ranking {
    struct amount position;           /* from 1; the exempt come last */
    struct amount candidates, exempt; /* how many there were in all, and of these exempt */
};

/** Sums over victims (each pid once) and over the task table; shared pages count once per task. */
struct totals {
    struct amount victims, victims_anon, victims_file, victims_shmem, victims_rss;
    struct amount tasks_rss, tasks_anon, tasks_shmem, tasks_swap, tasks_pgtables;
    struct amount tasks_exempt, tasks_exempt_rss, tasks_killable;
    struct slice same_comm; /* the name whose tasks together have the largest rss */
    struct amount same_comm_count, same_comm_rss;
    struct amount same_comm_few; /* the fewest of them that hold three quarters of that */
    struct amount same_comm_few_rss;
};

/** What the cgroup path says about who runs there. */
struct workload {
    struct slice manager; /* "kubernetes", "docker", "systemd", ...; empty: nothing recognised */
    struct slice pod_uid, container_id, qos, unit, runtime, job, name;
};

/**
 * The same limit's earlier incidents in what this run has read, up to this one: same host, kind and
 * memory cgroup (or none: the whole machine). Filled by the pipeline, before the rules.
 */
struct repeat {
    struct amount count;       /* this is the count-th; 1 for the first */
    struct amount span_us;     /* from the first to this one, by the wall clock or, within one
                                  boot, by the kernel's */
    struct amount interval_us; /* between two of them on average: span / (count - 1) */
    struct amount reboots;     /* since the first: the kernel's clock went back, or a new boot id */
    struct amount clock_jump_us; /* since the one before, within one boot: how much further the wall
                                    clock went than the kernel's; negative: it was set back */
    struct amount since_us;      /* since the one before, by the clock that span_us goes by */
    struct amount hits; /* since then, within one boot: how often a charge met the limit, by the
                           growth of failcnt */
    struct event_time first; /* of the first one */
};

/* ---- what only a dump can know: filled by dump.c from the views of its structures */

/** A memory cgroup as its own structure says, when the machine was dumped. */
struct dump_cgroup {
    struct slice path;
    struct amount usage, limit, swap, failcnt, kills;
    struct amount anon, file, shmem, slab; /* of its subtree; file without shmem */
    struct amount file_lists;              /* of file: on the lists that reclaim scans */
    struct amount file_dirty, unevictable;
    bool is_dying; /* its directory is gone, its pages are not */
};

/** Several of a kind: how many, how much together, and the largest. */
struct dump_group {
    struct amount count, bytes;
    struct amount largest_bytes;
    struct slice largest; /* its name or path */
};

struct dump {
    struct slice types;       /* "btf", "dwarf", "layout"; empty: no structures were read */
    struct dump_cgroup owner; /* of the limit that refused; path empty: not in the tree */
    struct dump_group cgroups, dying, protected_;
    struct dump_group swapped;       /* out of cgroups that never met a limit of their own */
    struct dump_group shmem;         /* tmpfs, SysV segments, memfds of the pool that ran out */
    struct slice shmem_kind;         /* of the largest: "tmpfs" */
    struct slice shmem_memcg;        /* and whom it is charged to */
    struct amount shmem_swap;        /* how much of it is swapped out, beside its bytes */
    struct amount shmem_users;       /* processes that have it mapped or open */
    struct amount swapped_shmem;     /* of all of them */
    struct dump_group slabs;         /* caches */
    struct dump_group slab_owners;   /* cgroups that slab objects are charged to */
    struct amount in_direct_reclaim, /* tasks, by their stacks */
        in_memcg_reclaim, at_lru_lock, in_charge, in_charge_of_file;
    struct slice charge_memcg;                /* of those in a charge; empty: of several */
    struct amount lru_locks_taken;            /* or waited for */
    struct amount zram_original, zram_memory; /* pages swapped out to zram, and what holds them */
    struct amount reclaim_failures;           /* passes in a row that freed nothing, worst kswapd */
    struct amount free;                       /* of all zones, without the lists of the CPUs */
    struct amount reclaimed, refaults;        /* pages of the pool that ran out, ever */
    struct amount inactive_anon,
        active_anon; /* the lists of the pool that ran out, its subtree's */
    struct amount inactive_file, active_file;
    struct amount has_generations;       /* the multi-generational LRU was on */
    struct dump_group huge;              /* cgroups with transparent huge pages */
    struct amount huge_machine;          /* transparent huge pages of all */
    struct amount huge_deferred;         /* of the machine, that wait to be split */
    struct amount hugetlb, hugetlb_free; /* huge page pools of the machine */
    struct amount largest_order;         /* of a block that some zone would give */
    struct slice compaction_zone;        /* where compaction is put off longest */
    struct amount compaction_order;      /* the lowest that it is put off for */
    struct amount compaction_passed, compaction_deferred; /* requests without a try, of how many */
};

/* ---- what is said: filled by the rules */

struct evidence {
    struct slice fact;    /* "memcg.stat.shmem" */
    struct slice value;   /* as printed to people: "26.7 GiB" */
    struct amount amount; /* as a number, for records; unknown for words */
    uint32_t line;        /* 0: computed */
};

struct finding {
    struct slice rule, title, text, advice;
    int weight; /* larger is said first */
    struct evidence *evidence;
    size_t evidence_count;
};

enum outcome { OUTCOME_NO, OUTCOME_YES, OUTCOME_UNKNOWN };

/** One predicate of one rule as it was evaluated; the explanation is printed from these, never
 * recomputed. */
struct trace_step {
    struct slice rule;
    struct slice predicate; /* as written in the rule */
    struct slice values;    /* both sides as found: "26.7 GiB of 31.0 GiB" */
    enum outcome outcome;
    int rule_line;
    uint32_t line; /* of the evidence; 0: none or computed */
};

/* ---- one incident */

struct incident {
    struct arena *arena;
    char id[17];       /* 16 hexadecimal digits; incident_identify() */
    char replaces[17]; /* id of a less complete copy that was told before; empty: none was */

    struct {
        struct slice path;
        enum source_kind kind;
        enum provenance provenance;
        uint64_t first_line, last_line, first_byte, end_byte;
        struct source_part *parts; /* through which they count; in order */
        size_t parts_count;        /* 0: `path` is one file */
    } source;
    struct report_line *lines;
    size_t lines_count;

    struct slice host, boot, kernel, arch, hardware;
    struct amount page_size; /* bytes */
    struct event_time time;

    enum kind kind;
    bool is_panic, is_complete;
    bool has_header, has_kill_line, has_tasks_header, has_summary; /* which lines were there */
    bool is_sysrq;
    bool is_deadlocked; /* "System is deadlocked on memory" */
    bool is_no_killable;
    bool has_trace; /* of whatever frames: a record keeps those without '?' alone */
    bool is_lockup; /* a CPU that spins for the lock of an LRU list; nobody was to be killed */
    bool is_victim_exiting;      /* "is already exiting. Skip killing the task" */
    bool is_victim_spared;       /* vm.would_have_oomkilled is set: nobody is killed, ever */
    struct slice spared_message; /* the words before his choice: "Out of memory" */
    bool is_oom_kill_allocating_task;
    struct slice constraint; /* "CONSTRAINT_MEMCG" as printed */
    bool says_global_oom;
    struct slice chosen_comm; /* of the summary, or who was spared; a kill line may be lost */
    struct amount chosen_pid;
    struct amount suppressed; /* reports that the kernel's rate limit swallowed before this one */
    struct amount dropped;    /* printk messages lost inside */

    struct trigger trigger;
    struct victim *victims;
    size_t victims_count;
    struct slice group_path; /* memory.oom.group */
    struct memcg memcg;
    struct host_memory host_memory;
    struct slab_cache *slab_caches;
    size_t slab_caches_count;
    struct allocation_site *allocation_sites;
    size_t allocation_sites_count;
    struct task *tasks; /* in the order of the report */
    size_t tasks_count;
    uint64_t tasks_unlisted;    /* rows of the report that a stored record left out of `tasks` */
    bool has_detailed_rss;      /* 6.8: rss_anon, rss_file, rss_shmem columns */
    struct slice failure_cache; /* SLUB: name of the cache that could not grow */
    struct slice killer; /* of a user-space kill: "systemd-oomd", "earlyoom", "oomd", "lmkd" */
    struct slice killer_reason, killer_failure;   /* its own words; the second: nobody died of it */
    struct amount killer_available, killer_total; /* bytes: MemAvailable of MemTotal, as it says */

    /* analysis */
    struct pool pool;
    struct zone_check *zone_checks;
    size_t zone_checks_count;
    struct ranking ranking;
    struct totals totals;
    struct workload workload;
    struct repeat repeat;
    struct dump dump;

    /* verdict */
    enum scope scope;
    enum limit limit;
    enum charge_path charge_path;
    uint32_t charge_line; /* the frame that told */
    struct {
        enum part part;
        struct amount bytes;
        int permille; /* of the pool; -1 unknown */
    } dominant;
    enum class_term class_;
    bool also[CLASS_COUNT];
    enum confidence confidence;
    struct slice *missing; /* "header", "tasks", "kill-line", "memcg-limits", ... */
    size_t missing_count;
    struct slice summary;
    struct finding *findings; /* heaviest first */
    size_t findings_count;
    struct slice *fired; /* names of the rules that decided or spoke, in their turn */
    size_t fired_count;
    struct trace_step *trace;
    size_t trace_count;
};

/** An empty incident with an arena of its own; never NULL. */
struct incident *incident_create(void);

/** Free it and everything in it; NULL is fine. */
void incident_destroy(struct incident *incident);

/** Keep a line of the report; returns its index for `line` members (from 1). @p text is copied. */
uint32_t incident_add_line(struct incident *incident, struct slice text, uint64_t number,
                           uint64_t offset);

/** The line with index @p line, or NULL for 0 and out of range. */
const struct report_line *incident_line(const struct incident *incident, uint32_t line);

/** The file that line @p number of the input stands in, and its number there. A line that two files
 * share stands in the one with its end. */
struct line_place incident_place(const struct incident *incident, uint64_t number);

/** Whether @p what is noted as missing. */
bool incident_is_missing(const struct incident *incident, const char *what);

/** Note that part of the report is missing; a word given twice is kept once. */
void incident_add_missing(struct incident *incident, const char *what);

/** The victim the kernel chose: the first kill line; NULL when nobody was killed. */
const struct victim *incident_chosen(const struct incident *incident);

/** Receives a finished incident and owns it from then on. */
typedef void incident_sink(void *context, struct incident *incident);

#endif
