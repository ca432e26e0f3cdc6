#include "parsers/log/line_format.h"

/* Rows of the same group stand together; the order between groups matters only where shapes
 * overlap. */
static const struct line_format formats[] = {
    /* inside a block that was opened by a title line */
    {"memcg stat", GROUP_MEMCG_STATS, SLICE_INIT(""), SLICE_INIT(""), BLOCK_STATS, is_memcg_stat,
     read_memcg_stat, "slab_unreclaimable 1234567", "mm/memcontrol.c memory_stat_format(), 5.3 on"},
    {"slab row", GROUP_SLAB, SLICE_INIT(""), SLICE_INIT(""), BLOCK_SLAB, is_slab_row, read_slab_row,
     "dentry               123456KB     123460KB",
     "mm/slab_common.c dump_unreclaimable_slab(), 4.15 on"},
    {"allocation site", GROUP_ALLOCATIONS, SLICE_INIT(""), SLICE_INIT(""), BLOCK_ALLOCATIONS,
     is_allocation_site, read_allocation_site,
     "38.4 MiB     9830 mm/slub.c:2400 func:alloc_slab_page",
     "lib/alloc_tag.c, mm/show_mem.c, 6.10 on"},

    /* the task table */
    {"task row", GROUP_TASKS, SLICE_INIT("["), SLICE_INIT(""), BLOCK_NONE, is_task_row,
     read_task_row,
     "[   2713]  1000  2713   226026    29603  1314816        0           999 npm start",
     "mm/oom_kill.c dump_task()"},
    {"tasks header", GROUP_TASKS, SLICE_INIT("["), SLICE_INIT(""), BLOCK_NONE, is_tasks_header,
     read_tasks_header,
     "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
     "mm/oom_kill.c dump_tasks()"},
    {"tasks title", GROUP_TASKS, SLICE_INIT("Tasks state (memory values in pages)"), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_tasks_title,
     "Tasks state (memory values in pages):", "mm/oom_kill.c dump_tasks(), 4.19 on"},

    /* the trace */
    {"trace frame", GROUP_TRACE, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_trace_frame,
     read_trace_frame, "? oom_kill_process.cold+0xb/0x10",
     "arch dumpstack.c printk_stack_address()"},
    {"trace start", GROUP_TRACE, SLICE_INIT("Call Trace:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_trace_start, "Call Trace:", "arch/x86/kernel/dumpstack.c"},
    {"arm64 trace start", GROUP_TRACE, SLICE_INIT("Call trace:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_trace_start, "Call trace:", "arch/arm64/kernel/stacktrace.c"},
    {"arm trace start", GROUP_TRACE, SLICE_INIT("Backtrace:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_trace_start, "Backtrace:", "arch/arm/kernel/traps.c"},
    {"registers", GROUP_TRACE, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_register_line,
     read_registers, "RIP: 0033:0x7faf0af126fd", "arch show_regs()"},

    /* the head */
    {"header", GROUP_HEAD, SLICE_INIT(""), SLICE_INIT("invoked oom-killer:"), BLOCK_NONE, NULL,
     read_header,
     "java invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), order=0, "
     "oom_score_adj=916",
     "mm/oom_kill.c dump_header()"},
    {"allocation failure", GROUP_HEAD, SLICE_INIT(""), SLICE_INIT(": page allocation failure"),
     BLOCK_NONE, NULL, read_failure_header,
     "perf: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL|__GFP_ZERO), "
     "nodemask=(null),cpuset=/,mems_allowed=0",
     "mm/page_alloc.c warn_alloc()"},
    {"SLUB failure", GROUP_HEAD, SLICE_INIT("SLUB: Unable to allocate memory on"), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_slub_header,
     "SLUB: Unable to allocate memory on node -1, gfp=0x900(GFP_NOWAIT|__GFP_ZERO)",
     "mm/slub.c slab_out_of_memory()"},
    {"SLAB failure", GROUP_HEAD, SLICE_INIT("SLAB: Unable to allocate memory on"), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_slub_header, "SLAB: Unable to allocate memory on node 0 (gfp=0xd0)",
     "mm/slab.c slab_out_of_memory()"},
    {"SLUB cache", GROUP_NONE, SLICE_INIT("cache: "), SLICE_INIT("object size:"), BLOCK_NONE, NULL,
     read_slub_cache,
     "cache: page->ptl, object size: 72, buffer size: 72, default order: 0, min order: 0",
     "mm/slub.c slab_out_of_memory()"},
    {"SLUB node", GROUP_NONE, SLICE_INIT("node "), SLICE_INIT(": slabs: "), BLOCK_NONE, NULL, NULL,
     "node 0: slabs: 1, objs: 56, free: 0", "mm/slub.c slab_out_of_memory()"},
    {"cpuset", GROUP_CPUSET, SLICE_INIT(""), SLICE_INIT(" mems_allowed="), BLOCK_NONE, NULL,
     read_cpuset, "java cpuset=/ mems_allowed=0-3",
     "kernel/cpuset.c cpuset_print_current_mems_allowed(), up to 4.20"},
    {"compaction disabled", GROUP_CPUSET, SLICE_INIT("COMPACTION is disabled!!!"), SLICE_INIT(""),
     BLOCK_NONE, NULL, NULL, "COMPACTION is disabled!!!", "mm/oom_kill.c dump_header()"},
    {"cpu", GROUP_CPU, SLICE_INIT("CPU: "), SLICE_INIT(" PID: "), BLOCK_NONE, NULL, read_cpu,
     "CPU: 14 PID: 48975 Comm: java Kdump: loaded Not tainted 4.18.0-147.el8.x86_64 #1",
     "lib/dump_stack.c dump_stack_print_info()"},
    {"old cpu", GROUP_CPU, SLICE_INIT("Pid: "), SLICE_INIT(", comm: "), BLOCK_NONE, NULL,
     read_old_cpu, "Pid: 2376, comm: mal-80 Not tainted 3.7.0+ #4", "lib/dump_stack.c, up to 3.9"},
    {"taint words", GROUP_CPU, SLICE_INIT("Tainted: ["), SLICE_INIT(""), BLOCK_NONE, NULL, NULL,
     "Tainted: [W]=WARN, [O]=OOT_MODULE", "lib/dump_stack.c dump_stack_print_info(), 6.12 on"},
    {"hardware", GROUP_CPU, SLICE_INIT("Hardware name:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_hardware,
     "Hardware name: Google Google Compute Engine/Google Compute Engine, BIOS Google 01/01/2011",
     "lib/dump_stack.c, 3.10 on"},
    {"workqueue", GROUP_CPU, SLICE_INIT("Workqueue:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_workqueue, "Workqueue: events moom_callback", "kernel/workqueue.c print_worker_info()"},
    {"SysRq", GROUP_PREAMBLE, SLICE_INIT(""), SLICE_INIT("Manual OOM execution"), BLOCK_NONE, NULL,
     read_sysrq, "sysrq: Manual OOM execution", "drivers/tty/sysrq.c"},
    {"reports suppressed", GROUP_PREAMBLE, SLICE_INIT("oom_kill_process: "),
     SLICE_INIT(" callbacks suppressed"), BLOCK_NONE, NULL, read_suppressed,
     "oom_kill_process: 12 callbacks suppressed", "lib/ratelimit.c"},
    {"reports suppressed (dump_header)", GROUP_PREAMBLE, SLICE_INIT("dump_header: "),
     SLICE_INIT(" callbacks suppressed"), BLOCK_NONE, NULL, read_suppressed,
     "dump_header: 3 callbacks suppressed", "lib/ratelimit.c"},

    /* the limit */
    {"task in", GROUP_MEMCG_OWNER, SLICE_INIT("Task in "), SLICE_INIT(" killed"), BLOCK_NONE, NULL,
     read_task_in, "Task in /docker/083afd killed as a result of limit of /docker/083afd",
     "mm/memcontrol.c mem_cgroup_print_oom_info(), up to 4.20"},
    {"limit owner", GROUP_MEMCG_OWNER, SLICE_INIT("as a result of limit of "), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_task_in, "as a result of limit of /docker/083afd",
     "mm/memcontrol.c, 2.6.3x: a printk of its own"},
    {"limit reached", GROUP_MEMCG_OWNER, SLICE_INIT("Memory limit reached of cgroup "),
     SLICE_INIT(""), BLOCK_NONE, NULL, read_limit_reached_of,
     "Memory limit reached of cgroup /docker/083afd", "mm/memcontrol.c, 4.19 and 4.20"},
    {"memory limit", GROUP_MEMCG_LIMITS, SLICE_INIT("memory: usage "), SLICE_INIT(""), BLOCK_NONE,
     NULL, read_memcg_limit, "memory: usage 32461120kB, limit 33554432kB, failcnt 0",
     "mm/memcontrol.c mem_cgroup_print_oom_meminfo()"},
    {"memory+swap limit", GROUP_MEMCG_LIMITS, SLICE_INIT("memory+swap: usage "), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_memcg_limit,
     "memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068", "mm/memcontrol.c, v1"},
    {"swap limit", GROUP_MEMCG_LIMITS, SLICE_INIT("swap: usage "), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_memcg_limit, "swap: usage 0kB, limit 0kB, failcnt 12", "mm/memcontrol.c, v2, 5.3 on"},
    {"kmem limit", GROUP_MEMCG_LIMITS, SLICE_INIT("kmem: usage "), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_memcg_limit, "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0",
     "mm/memcontrol.c, v1"},
    {"memcg stats", GROUP_MEMCG_STATS, SLICE_INIT("Memory cgroup stats"), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_memcg_stats,
     "Memory cgroup stats for /docker/083afd: cache:28030012KB rss:3958288KB rss_huge:0KB "
     "shmem:28013264KB",
     "mm/memcontrol.c mem_cgroup_print_oom_info(), 3.9 on"},
    {"protection", GROUP_PROTECTION, SLICE_INIT("Memory cgroup min protection "), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_protection,
     "Memory cgroup min protection 0kB -- low protection 36556kB", "mm/memcontrol.c, 7.1 on"},

    /* the host's memory */
    {"mem-info", GROUP_MEMINFO, SLICE_INIT("Mem-Info:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_meminfo_start, "Mem-Info:", "mm/show_mem.c __show_mem()"},
    {"per-cpu pages", GROUP_PCP, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_pcp_line, NULL,
     "CPU    0: hi:  186, btch:  31 usd:   0", "mm/page_alloc.c show_free_areas(), up to 4.0"},
    {"counters", GROUP_COUNTERS, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_counters_line,
     read_counters, "active_anon:62 inactive_anon:217 isolated_anon:0",
     "mm/show_mem.c show_free_areas()"},
    {"node", GROUP_NODE, SLICE_INIT("Node "), SLICE_INIT(""), BLOCK_NONE, is_node_line, read_node,
     "Node 0 active_anon:204kB inactive_anon:508kB unevictable:0kB shmem:548kB all_unreclaimable? "
     "yes",
     "mm/show_mem.c show_free_areas(), 4.8 on"},
    {"zone", GROUP_ZONE, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_zone_line, read_zone,
     "Node 0 DMA32 free:44560kB boost:0kB min:35676kB low:44592kB high:53508kB managed:2081600kB",
     "mm/show_mem.c show_free_areas()"},
    {"lowmem reserve", GROUP_ZONE, SLICE_INIT("lowmem_reserve[]:"), SLICE_INIT(""), BLOCK_NONE,
     NULL, read_lowmem_reserve, "lowmem_reserve[]: 0 2911 15889 15889",
     "mm/show_mem.c show_free_areas()"},
    {"buddy", GROUP_BUDDY, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_buddy_line, read_buddy,
     "Node 0 DMA: 6*4kB (U) 1*8kB (UM) 0*16kB 1*32kB (U) = 64kB",
     "mm/show_mem.c show_free_areas()"},
    {"lone node", GROUP_NONE, SLICE_INIT("Node "), SLICE_INIT(""), BLOCK_NONE, is_lone_node,
     read_lone_node, "Node 0",
     "mm/page_alloc.c show_node(): a printk split before its continuation"},
    {"hugepages", GROUP_HUGEPAGES, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_hugepages_line,
     read_hugepages,
     "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB",
     "mm/hugetlb.c hugetlb_show_meminfo_node(), 3.10 on"},
    {"page total", GROUP_RAM, SLICE_INIT(""), SLICE_INIT(""), BLOCK_NONE, is_page_total,
     read_page_total, "2074779 pages RAM", "mm/show_mem.c __show_mem()"},
    {"swap cache stats", GROUP_RAM, SLICE_INIT("Swap cache stats:"), SLICE_INIT(""), BLOCK_NONE,
     NULL, NULL, "Swap cache stats: add 6838492, delete 6807449, find 69439/3600815",
     "mm/swap_state.c, up to 5.19"},
    {"free swap", GROUP_RAM, SLICE_INIT("Free swap"), SLICE_INIT("= "), BLOCK_NONE, NULL, read_swap,
     "Free swap  = 587408kB", "mm/swap_state.c show_swap_cache_info()"},
    {"total swap", GROUP_RAM, SLICE_INIT("Total swap"), SLICE_INIT("= "), BLOCK_NONE, NULL,
     read_swap, "Total swap = 6012924kB", "mm/swap_state.c show_swap_cache_info()"},
    {"allocations", GROUP_ALLOCATIONS, SLICE_INIT("Memory allocations"), SLICE_INIT(":"),
     BLOCK_NONE, NULL, read_allocations_start,
     "Memory allocations (profiling is currently turned on):", "mm/show_mem.c, 6.10 on"},
    {"slab title", GROUP_SLAB, SLICE_INIT("Unreclaimable slab info:"), SLICE_INIT(""), BLOCK_NONE,
     NULL, read_slab_start,
     "Unreclaimable slab info:", "mm/slab_common.c dump_unreclaimable_slab(), 4.15 on"},

    /* the decision */
    {"summary", GROUP_SUMMARY, SLICE_INIT("oom-kill:constraint="), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_summary,
     "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/"
     "a,task_memcg=/a/b,"
     "task=kubelet,pid=989,uid=0",
     "mm/oom_kill.c dump_oom_victim(), 5.0 on"},
    {"summary's tail", GROUP_SUMMARY, SLICE_INIT(""), SLICE_INIT(",task_memcg=/"), BLOCK_NONE, NULL,
     read_summary,
     "be4cb8c4.slice,task_memcg=/kubepods.slice/"
     "cri-containerd-46b3.scope,task=node,pid=22609,uid=0",
     "the record was longer than the kernel's or the capture's line"},
    {"choice", GROUP_CHOICE, SLICE_INIT(""), SLICE_INIT("ill process "), BLOCK_NONE, is_choice_line,
     read_choice,
     "Memory cgroup out of memory: Kill process 4015 (python) score 1923 or sacrifice child",
     "mm/oom_kill.c oom_kill_process(), up to 5.0"},
    {"kill", GROUP_KILL, SLICE_INIT(""), SLICE_INIT("Killed process "), BLOCK_NONE, is_kill_line,
     read_kill,
     "Memory cgroup out of memory: Killed process 4249 (python) total-vm:32812kB, "
     "anon-rss:23856kB, file-rss:1700kB, "
     "shmem-rss:0kB, UID:0 pgtables:112kB oom_score_adj:994",
     "mm/oom_kill.c __oom_kill_process()"},
    {"shared mm", GROUP_KILL, SLICE_INIT("Kill process "), SLICE_INIT("sharing same memory"),
     BLOCK_NONE, NULL, read_shared_mm, "Kill process 1234 (java) sharing same memory",
     "mm/oom_kill.c, 2.6.36 to 4.x"},
    {"group kill", GROUP_GROUP_KILL, SLICE_INIT("Tasks in "), SLICE_INIT(" are going to be killed"),
     BLOCK_NONE, NULL, read_group_kill,
     "Tasks in /A1 are going to be killed due to memory.oom.group set",
     "mm/memcontrol.c mem_cgroup_print_oom_group(), 4.19 on"},
    {"reaper", GROUP_AFTER, SLICE_INIT("oom_reaper: "), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_reaper,
     "oom_reaper: reaped process 7093 (java), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
     "mm/oom_kill.c oom_reap_task_mm(), 4.6 on"},
    {"pinned mm", GROUP_AFTER, SLICE_INIT("oom killer "), SLICE_INIT(" has mm pinned by "),
     BLOCK_NONE, NULL, NULL, "oom killer 12 (a) has mm pinned by 13 (b)", "mm/oom_kill.c, 4.8 on"},
    {"exiting victim", GROUP_KILL, SLICE_INIT(""),
     SLICE_INIT(" is already exiting. Skip killing the task"), BLOCK_NONE, NULL,
     read_exiting_victim,
     "Out of memory: OOM victim 1234 (java) is already exiting. Skip killing the task",
     "mm/oom_kill.c __oom_kill_process(), 5.8 on"},
    {"end of panic", GROUP_AFTER, SLICE_INIT("---[ end Kernel panic"), SLICE_INIT("emory"),
     BLOCK_NONE, NULL, NULL,
     "---[ end Kernel panic - not syncing: System is deadlocked on memory ]---", "kernel/panic.c"},
    {"no killable", GROUP_KILL, SLICE_INIT(""),
     SLICE_INIT("Out of memory and no killable processes"), BLOCK_NONE, NULL, read_no_killable,
     "Out of memory and no killable processes...", "mm/oom_kill.c out_of_memory()"},
    {"deadlocked", GROUP_AFTER, SLICE_INIT(""), SLICE_INIT("System is deadlocked on memory"),
     BLOCK_NONE, NULL, read_deadlocked,
     "Kernel panic - not syncing: System is deadlocked on memory",
     "mm/oom_kill.c out_of_memory(), 4.19 on"},
    {"panic_on_oom", GROUP_KILL, SLICE_INIT("Kernel panic - not syncing: "),
     SLICE_INIT("panic_on_oom is"), BLOCK_NONE, NULL, read_panic,
     "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled",
     "mm/oom_kill.c check_panic_on_oom()"},
    {"request ignored", GROUP_KILL, SLICE_INIT("OOM request ignored"), SLICE_INIT(""), BLOCK_NONE,
     NULL, read_ignored_request, "OOM request ignored. No task eligible",
     "drivers/tty/sysrq.c moom_callback()"},
    {"leaked fault", GROUP_AFTER, SLICE_INIT("Huh VM_FAULT_OOM leaked"), SLICE_INIT(""), BLOCK_NONE,
     NULL, NULL, "Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF",
     "mm/oom_kill.c pagefault_out_of_memory()"},
    {"leaked faults suppressed", GROUP_AFTER, SLICE_INIT("pagefault_out_of_memory: "),
     SLICE_INIT("callbacks suppressed"), BLOCK_NONE, NULL, NULL,
     "pagefault_out_of_memory: 120 callbacks suppressed", "lib/ratelimit.c"},

    /* other killers */
    {"systemd-oomd", GROUP_USER_KILL, SLICE_INIT("Killed "), SLICE_INIT(" due to memory "),
     BLOCK_NONE, is_oomd_kill, read_oomd_kill,
     "Killed /user.slice/user-1000.slice due to memory pressure for /user.slice being 61.44% > "
     "50.00% for > 20s with "
     "reclaim activity",
     "systemd src/oom/oomd-manager.c"},
    {"earlyoom", GROUP_USER_KILL, SLICE_INIT("sending SIG"), SLICE_INIT(" to process "), BLOCK_NONE,
     NULL, read_earlyoom_kill,
     "sending SIGTERM to process 1234 uid 1000 \"chrome\": oom_score 1200, VmRSS 800 MiB, cmdline "
     "\"chrome\"",
     "earlyoom kill.c"},
    {"Meta oomd", GROUP_USER_KILL, SLICE_INIT("oomd kill:"), SLICE_INIT(""), BLOCK_NONE, NULL,
     read_meta_oomd_kill, "oomd kill: 1.00 2.00 3.00 workload.slice/app.service 1234 ruleset",
     "oomd Log.cpp"},
    {"lmkd", GROUP_USER_KILL, SLICE_INIT("Kill '"), SLICE_INIT("' ("), BLOCK_NONE, NULL,
     read_lmkd_kill,
     "Kill 'com.example' (1234), uid 10086, oom_score_adj 900 to free 123456kB rss, 0kB swap; "
     "reason: low watermark",
     "Android lmkd.cpp"},
    {"lowmemorykiller", GROUP_USER_KILL, SLICE_INIT("lowmemorykiller: Killing '"), SLICE_INIT(""),
     BLOCK_NONE, NULL, read_lowmemorykiller,
     "lowmemorykiller: Killing 'x' (123) (tgid 100), adj 529,",
     "drivers/staging/android/lowmemorykiller.c, up to 4.11"},

    /* no decision at all */
    {"hung task", GROUP_STALL, SLICE_INIT("INFO: task "), SLICE_INIT(" blocked for more than "),
     BLOCK_NONE, NULL, read_hung_task, "INFO: task java:1234 blocked for more than 120 seconds.",
     "kernel/hung_task.c check_hung_task()"},
    {"blocked task", GROUP_STALL, SLICE_INIT("task:"), SLICE_INIT(" state:"), BLOCK_NONE, NULL,
     read_blocked_task,
     "task:eater           state:D stack:0     pid:93    ppid:1      flags:0x00000002",
     "kernel/sched/core.c sched_show_task()"},
    {"boot", GROUP_BOOT, SLICE_INIT("Linux version "), SLICE_INIT(""), BLOCK_NONE, NULL, NULL,
     "Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org)",
     "init/version.c linux_banner"},
};

enum { FORMATS = sizeof formats / sizeof *formats };

const struct line_format *line_formats(size_t *count)
{
    *count = FORMATS;
    return formats;
}

static bool format_fits(const struct line_format *format, struct slice text, enum block block)
{
    return (format->block == BLOCK_NONE || format->block == block) &&
           slice_starts(text, format->start) &&
           (format->contains.length == 0 || slice_contains(text, format->contains)) &&
           (!format->fits || format->fits(text));
}

const struct line_format *line_format_find(struct slice text, enum block block)
{
    if (text.length == 0)
        return NULL;
    for (size_t i = 0; i < FORMATS; i++)
        if (format_fits(&formats[i], text, block))
            return &formats[i];
    return NULL;
}
