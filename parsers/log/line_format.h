/*
 * The lines that a report can hold: one table row per format, recognised by shape and never by
 * version.
 *
 * A row says which group of the report the line belongs to, how it begins or what it must contain,
 * how to read it into the report, and gives a line as a kernel printed it. Rows are tried in order,
 * the first that fits reads the line. Readers are plain functions on slices: measured against
 * regular expressions they are several times faster, need no match limits against hostile text, and
 * "comm is everything up to the last parenthesis" is said where it is meant. Kernel: mm/oom_kill.c,
 * mm/memcontrol.c, mm/show_mem.c, mm/page_alloc.c, mm/slub.c; reference per row.
 */
#ifndef WHYOOM_PARSERS_LOG_LINE_FORMAT_H
#define WHYOOM_PARSERS_LOG_LINE_FORMAT_H

#include "analyzer/incident.h"
#include "parsers/log/line_shape.h"
#include "parsers/log/pid_index.h"

/** The groups of a report in printing order. */
enum line_group {
    GROUP_NONE,     /* belongs to the report that took the line before it */
    GROUP_PREAMBLE, /* rate limit, SysRq: before the header */
    GROUP_HEAD,
    GROUP_CPUSET,
    GROUP_CPU,
    GROUP_TRACE,
    GROUP_MEMCG_OWNER,
    GROUP_MEMCG_LIMITS,
    GROUP_MEMCG_STATS,
    GROUP_MEMINFO,
    GROUP_PCP,
    GROUP_COUNTERS,
    GROUP_NODE,
    GROUP_ZONE,
    GROUP_BUDDY,
    GROUP_HUGEPAGES,
    GROUP_RAM, /* page cache, swap, RAM */
    GROUP_ALLOCATIONS,
    GROUP_SLAB,
    GROUP_PROTECTION,
    GROUP_TASKS,
    GROUP_SUMMARY,
    GROUP_CHOICE, /* "Kill process N (x) score S or sacrifice child", up to 5.0 */
    GROUP_KILL,
    GROUP_GROUP_KILL, /* memory.oom.group */
    GROUP_AFTER,      /* reaper, panic text, deadlock: may come at any later time */
    GROUP_USER_KILL,  /* a user-space killer's line, or kubelet's: an incident by itself */
    GROUP_STALL,      /* a task stuck in a charge */
    GROUP_BOOT,       /* "Linux version": a new boot begins */
};

/** What unmarked lines mean now. */
enum block {
    BLOCK_NONE,
    BLOCK_STATS,
    BLOCK_SLAB,
    BLOCK_ALLOCATIONS,
    BLOCK_TASKS,
    BLOCK_LOWMEMORYKILLER,
    BLOCK_EARLYOOM /* what became of its kill */
};

enum task_column {
    COLUMN_UID,
    COLUMN_TGID,
    COLUMN_TOTAL_VM,
    COLUMN_RSS,
    COLUMN_RSS_ANON,
    COLUMN_RSS_FILE,
    COLUMN_RSS_SHMEM,
    COLUMN_PAGE_TABLES, /* nr_ptes, nr_pmds, nr_puds: pages; they add up */
    COLUMN_PGTABLES_BYTES,
    COLUMN_SWAPENTS,
    COLUMN_OOM_ADJ,
    COLUMN_OOM_SCORE_ADJ,
    COLUMN_OTHER, /* cpu, and what a vendor added */
};

enum { TASK_COLUMNS_MAX = 20 };

struct task_columns {
    enum task_column column[TASK_COLUMNS_MAX];
    int count; /* 0: no header was seen, guess from the row */
};

enum { TASKS_LEAST = 4, TASKS_EXPECTED_MAX = 1024 };

struct stream;

/** A report under construction. Amounts in pages stay pages in it until report_finish.c knows the
 * page size. */
struct report {
    struct incident *incident;
    struct stream *stream; /* where it is open */
    enum line_group stage; /* the furthest group seen */
    enum block block;
    struct task_columns columns;
    int next_stat;            /* of the memcg's, where the next line's is likely */
    size_t tasks_room;        /* of incident->tasks */
    size_t tasks_expected;    /* as in the table before */
    struct pid_index victims; /* of incident->victims, but for the first */
    struct pid_index tasks;   /* of incident->tasks, where many died */
    bool is_strong;       /* holds more than a bare trace or a rate limit note: worth an incident */
    bool is_done;         /* the decision has been printed; only lines about it may follow */
    bool is_over;         /* and they have anchors: it need not be listened for */
    bool is_failure;      /* begun by an allocation failure */
    bool is_stall;        /* begun by a hung task, or a CPU that hangs */
    bool is_in_charge;    /* and its trace stands in a charge */
    bool waits_for_lock;  /* or spins for a lock, so far not known which */
    bool has_trace_start; /* "Call Trace:" */
    unsigned trace_lines; /* of frames */
    bool is_in_panic;     /* in the trace of the panic, where that is the only one */
    bool expects_kill;    /* a choice line, a group line or a shared mm: one more kill line belongs
                             here */
    bool is_group;        /* memory.oom.group: who is killed besides the choice was not chosen */
    int64_t done_us;      /* monotonic time of the decision, or -1 */
    bool has_v1_counter, has_v2_counter; /* limits that only that version prints */
    int node;                            /* of a "Node 0 " that stands alone; -1 */
    struct slice caller;
    bool is_mixed; /* with another report's lines, without caller ids to tell them apart, or with
                      another machine's */
    bool is_line_unended;    /* the line at hand may be cut in a number */
    struct amount *doubtful; /* of such a line, when it was the report's last; NULL */
    bool is_meminfo_cut;     /* the machine's figures break off before the last of them */
    bool is_table_cut;       /* more tasks than LIMIT_REPORT_LINES */
    uint64_t first_message;  /* running number of the message that began it */
    bool is_aftermath;       /* of a kill: see stream_has_killed() */
    bool is_closed;          /* waits only for earlier reports to be handed over first */
    size_t held_bytes;       /* of its arena, as the reader has counted them */
    uint64_t last_message;   /* running number of the last message it took */
    int64_t last_us;         /* monotonic time of it, or -1 */
    unsigned slept;          /* messages of its host since its clock was left; see report_clock.h */
    unsigned foreign;        /* messages of its host since then that it did not take */
    struct report *next;     /* in the order in which they began */
};

/** What a row leaves out is no condition: a line must meet all that it names. */
struct line_format {
    const char *name;
    enum line_group group;
    const char *sample; /* as a kernel prints it */
    const char *origin; /* the function that does */
    struct slice start; /* the text, leading blanks off, begins so */
    const char *first;  /* or with one of these bytes */
    struct slice contains;
    enum block block;                            /* only inside this block */
    bool (*fits)(struct slice text);             /* further shape */
    enum line_shape (*shape)(struct slice text); /* of a line without a dress; NULL: it is whole */
    void (*read)(struct report *report, struct slice text,
                 uint32_t line); /* NULL: nothing to read */
};

/** All rows, in the order in which they are tried. */
const struct line_format *line_formats(size_t *count);

/** The victim of @p report with that pid, or NULL. */
struct victim *report_find_victim(const struct report *report, int64_t pid);

/** Does the report itself, without its trace, say that a memory cgroup was short? */
bool report_is_of_memcg(const struct report *report);

/** Many rows are going to be looked for: the table of @p report is complete. */
void report_index_tasks(struct report *report);

/** The row of @p report's table with that pid or tgid, or NULL. */
const struct task *report_find_task(const struct report *report, int64_t pid);

/** The row that reads @p text (leading blanks off) while @p block is open in a report; NULL: no
 * line of a report. */
const struct line_format *line_format_find(struct slice text, enum block block);

/** Whether any row reads @p text, in whatever block. */
bool line_format_is_any(struct slice text);

/* Readers, one file per part of a report (read_*.c). `text` has no blanks at its ends; `line` is
 * its origin. */
void read_suppressed(struct report *report, struct slice text, uint32_t line);
void read_sysrq(struct report *report, struct slice text, uint32_t line);
void read_header(struct report *report, struct slice text, uint32_t line);
void read_failure_header(struct report *report, struct slice text, uint32_t line);
void read_slub_header(struct report *report, struct slice text, uint32_t line);
void read_slub_cache(struct report *report, struct slice text, uint32_t line);
void read_gfp(struct report *report, struct slice text, uint32_t line);
void read_nodemask(struct report *report, struct slice text);
void read_cpuset(struct report *report, struct slice text, uint32_t line);
void read_taint(struct report *report, struct slice text, uint32_t line);
void read_cpu(struct report *report, struct slice text, uint32_t line);
void read_old_cpu(struct report *report, struct slice text, uint32_t line);
void read_hardware(struct report *report, struct slice text, uint32_t line);
void read_workqueue(struct report *report, struct slice text, uint32_t line);
bool is_trace_frame(struct slice text);
bool is_register_line(struct slice text);
void read_trace_start(struct report *report, struct slice text, uint32_t line);
void read_trace_frame(struct report *report, struct slice text, uint32_t line);
void read_registers(struct report *report, struct slice text, uint32_t line);
void read_hung_task(struct report *report, struct slice text, uint32_t line);
void read_lockup(struct report *report, struct slice text, uint32_t line);
void read_blocked_task(struct report *report, struct slice text, uint32_t line);
void read_task_in(struct report *report, struct slice text, uint32_t line);
void read_limit_reached_of(struct report *report, struct slice text, uint32_t line);
void read_memcg_limit(struct report *report, struct slice text, uint32_t line);
void read_memcg_stats(struct report *report, struct slice text, uint32_t line);
bool is_memcg_stat(struct slice text);
void read_memcg_stat(struct report *report, struct slice text, uint32_t line);
bool has_memcg_limit(struct report *report, struct slice text);
bool has_memcg_stat(const struct report *report, struct slice text);
void read_protection(struct report *report, struct slice text, uint32_t line);
void read_meminfo_start(struct report *report, struct slice text, uint32_t line);
bool is_counters_line(struct slice text);
void read_counters(struct report *report, struct slice text, uint32_t line);
bool is_node_line(struct slice text);
void read_node(struct report *report, struct slice text, uint32_t line);
bool is_zone_line(struct slice text);
void read_zone(struct report *report, struct slice text, uint32_t line);
bool is_buddy_line(struct slice text);
void read_buddy(struct report *report, struct slice text, uint32_t line);
bool is_pcp_line(struct slice text);
bool is_lone_node(struct slice text);
void read_lone_node(struct report *report, struct slice text, uint32_t line);
void read_lowmem_reserve(struct report *report, struct slice text, uint32_t line);
bool is_hugepages_line(struct slice text);
void read_hugepages(struct report *report, struct slice text, uint32_t line);
bool is_page_total(struct slice text);
void read_page_total(struct report *report, struct slice text, uint32_t line);
void read_swap(struct report *report, struct slice text, uint32_t line);
void read_allocations_start(struct report *report, struct slice text, uint32_t line);
bool is_allocation_site(struct slice text);
void read_allocation_site(struct report *report, struct slice text, uint32_t line);
void read_slab_start(struct report *report, struct slice text, uint32_t line);
bool is_slab_row(struct slice text);
void read_slab_row(struct report *report, struct slice text, uint32_t line);
void read_tasks_title(struct report *report, struct slice text, uint32_t line);
bool is_tasks_header(struct slice text);
void read_tasks_header(struct report *report, struct slice text, uint32_t line);
bool is_task_row(struct slice text);
void read_task_row(struct report *report, struct slice text, uint32_t line);
void read_summary(struct report *report, struct slice text, uint32_t line);
bool is_choice_line(struct slice text);
void read_choice(struct report *report, struct slice text, uint32_t line);
bool is_kill_line(struct slice text);
int64_t kill_line_pid(struct slice text); /* -1: none */
void read_kill(struct report *report, struct slice text, uint32_t line);
void read_kill_sizes(struct report *report, struct slice text, uint32_t line);
void read_beancounter_kill(struct report *report, struct slice text, uint32_t line);
void read_group_kill(struct report *report, struct slice text, uint32_t line);
void read_shared_mm(struct report *report, struct slice text, uint32_t line);
void read_reaper(struct report *report, struct slice text, uint32_t line);
void read_no_killable(struct report *report, struct slice text, uint32_t line);
void read_deadlocked(struct report *report, struct slice text, uint32_t line);
void read_panic(struct report *report, struct slice text, uint32_t line);
void read_ignored_request(struct report *report, struct slice text, uint32_t line);
void read_spared_victim(struct report *report, struct slice text, uint32_t line);
void read_exiting_victim(struct report *report, struct slice text, uint32_t line);
bool is_oomd_kill(struct slice text);
bool is_oomd_note(struct slice text);
void read_oomd_failure(struct report *report, struct slice text, uint32_t line);
bool is_unit_oom(struct slice text);
void read_unit_oom(struct report *report, struct slice text, uint32_t line);
bool is_meta_oomd_kill(struct slice text);
void read_oomd_kill(struct report *report, struct slice text, uint32_t line);
void read_oomd_note(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_memory(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_thresholds(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_kill(struct report *report, struct slice text, uint32_t line);
bool is_earlyoom_old_kill(struct slice text);
void read_earlyoom_old_kill(struct report *report, struct slice text, uint32_t line);
bool is_earlyoom_exit(struct slice text);
void read_earlyoom_escalation(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_exit(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_vain_wait(struct report *report, struct slice text, uint32_t line);
void read_earlyoom_failure(struct report *report, struct slice text, uint32_t line);
void read_meta_oomd_kill(struct report *report, struct slice text, uint32_t line);
bool is_system_oom(struct slice text);
void read_system_oom(struct report *report, struct slice text, uint32_t line);
bool is_talos_kill(struct slice text);
void read_talos_kill(struct report *report, struct slice text, uint32_t line);
void read_lmkd_kill(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller_signal(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller_size(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller_limit(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller_free(struct report *report, struct slice text, uint32_t line);
void read_lowmemorykiller_mask(struct report *report, struct slice text, uint32_t line);

/**
 * The report is over: pages become bytes where the page size is known, the kind and what is missing
 * are set. Kernel: none; the page size comes from the buddy line, the "no limit" constant, or one
 * pid in table and kill line.
 */
void report_finish(struct report *report);

#endif
