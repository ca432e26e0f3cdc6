#include "parsers/log/line_format.h"

#define STARTS(words) .start = SLICE_INIT(words)
#define HOLDS(words) .contains = SLICE_INIT(words)
#define ZONES "DNHM" /* what a zone's name begins with, and "Node" */
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Rows of the same group stand together; the order between groups matters only where shapes
 * overlap. */
static const struct line_format formats[] = {
    /* inside a block that was opened by a title line */
    {"memcg stat", GROUP_MEMCG_STATS, "slab_unreclaimable 1234567",
     "mm/memcontrol.c memory_stat_format(), 5.3 on", .block = BLOCK_STATS, .fits = is_memcg_stat,
     .read = read_memcg_stat},
    {"slab row", GROUP_SLAB, "dentry               123456KB     123460KB",
     "mm/slab_common.c dump_unreclaimable_slab(), 4.15 on", .block = BLOCK_SLAB,
     .fits = is_slab_row, .read = read_slab_row},
    {"allocation site", GROUP_ALLOCATIONS, "38.4 MiB     9830 mm/slub.c:2400 func:alloc_slab_page",
     "lib/alloc_tag.c, mm/show_mem.c, 6.10 on", .block = BLOCK_ALLOCATIONS,
     .fits = is_allocation_site, .read = read_allocation_site},

    {"lowmemorykiller's size", GROUP_NONE, "to free 20968kB on behalf of 'kswapd0' (543) because",
     "drivers/staging/android/lowmemorykiller.c lowmem_scan()", STARTS("to free "),
     HOLDS(" on behalf of '"), .block = BLOCK_LOWMEMORYKILLER, .read = read_lowmemorykiller_size},
    {"lowmemorykiller's limit", GROUP_NONE,
     "cache 16240kB is below limit 16384kB for oom_score_adj 529",
     "drivers/staging/android/lowmemorykiller.c lowmem_scan()", STARTS("cache "),
     HOLDS("kB is below limit "), .block = BLOCK_LOWMEMORYKILLER,
     .read = read_lowmemorykiller_limit},
    {"lowmemorykiller's free memory", GROUP_NONE, "Free memory is -1820kB above reserved",
     "drivers/staging/android/lowmemorykiller.c lowmem_scan()", STARTS("Free memory is "),
     HOLDS("kB above reserved"), .block = BLOCK_LOWMEMORYKILLER, .read = read_lowmemorykiller_free},
    {"lowmemorykiller's mask", GROUP_NONE, "GFP mask is 0x24080c0",
     "drivers/staging/android/lowmemorykiller.c of Qualcomm and Samsung", STARTS("GFP mask is 0x"),
     .block = BLOCK_LOWMEMORYKILLER, .read = read_lowmemorykiller_mask},

    {"earlyoom's escalation", GROUP_NONE, "escalating to SIGKILL after 2.4 seconds",
     "earlyoom kill.c kill_wait(), 1.3 on", STARTS("escalating to SIGKILL after "),
     .block = BLOCK_EARLYOOM, .read = read_earlyoom_escalation},
    {"earlyoom's success", GROUP_NONE, "process 906175 exited after 0.100 seconds",
     "earlyoom kill.c kill_wait(), 1.2 on", STARTS("process "), HOLDS("exited after "),
     .block = BLOCK_EARLYOOM, .fits = is_earlyoom_exit, .read = read_earlyoom_exit},
    {"earlyoom's vain wait", GROUP_NONE, "process 906175 did not exit",
     "earlyoom kill.c kill_wait(), 1.9 on", STARTS("process "), HOLDS(" did not exit"),
     .block = BLOCK_EARLYOOM, .read = read_earlyoom_vain_wait},
    {"earlyoom's failure", GROUP_NONE, "kill failed: Timer expired",
     "earlyoom kill.c kill_process()", STARTS("kill failed: "), .block = BLOCK_EARLYOOM,
     .read = read_earlyoom_failure},

    /* the task table */
    {"task row", GROUP_TASKS,
     "[   2713]  1000  2713   226026    29603  1314816        0           999 npm start",
     "mm/oom_kill.c dump_task()", STARTS("["), .fits = is_task_row, .read = read_task_row},
    {"tasks header", GROUP_TASKS,
     "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
     "mm/oom_kill.c dump_tasks()", STARTS("["), .fits = is_tasks_header, .read = read_tasks_header},
    {"tasks title", GROUP_TASKS,
     "Tasks state (memory values in pages):", "mm/oom_kill.c dump_tasks(), 4.19 on",
     STARTS("Tasks state (memory values in pages)"), .read = read_tasks_title},

    /* the trace */
    {"trace frame", GROUP_TRACE, "? oom_kill_process.cold+0xb/0x10",
     "arch dumpstack.c printk_stack_address()", .fits = is_trace_frame, .read = read_trace_frame},
    {"trace start", GROUP_TRACE, "Call Trace:", "arch/x86/kernel/dumpstack.c",
     STARTS("Call Trace:"), .read = read_trace_start},
    {"arm64 trace start", GROUP_TRACE, "Call trace:", "arch/arm64/kernel/stacktrace.c",
     STARTS("Call trace:"), .read = read_trace_start},
    {"arm trace start", GROUP_TRACE, "Backtrace:", "arch/arm/kernel/traps.c", STARTS("Backtrace:"),
     .read = read_trace_start},
    {"registers", GROUP_TRACE, "RIP: 0033:0x7faf0af126fd", "arch show_regs()",
     .first = "RECFDNKPUSplsxr<" DIGITS "abcdef", .fits = is_register_line, .read = read_registers},

    /* the head */
    {"header", GROUP_HEAD,
     "java invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null), order=0, "
     "oom_score_adj=916",
     "mm/oom_kill.c dump_header()", HOLDS("invoked oom-killer:"), .shape = shape_of_header,
     .read = read_header},
    {"allocation failure", GROUP_HEAD,
     "perf: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL|__GFP_ZERO), "
     "nodemask=(null),cpuset=/,mems_allowed=0",
     "mm/page_alloc.c warn_alloc()", HOLDS(": page allocation failure"), .shape = shape_of_failure,
     .read = read_failure_header},
    {"allocation stall", GROUP_HEAD,
     "kworker/u8:3: page allocation stalls for 10020ms, order:0, mode:0x14000c0(GFP_KERNEL), "
     "nodemask=(null)",
     "mm/page_alloc.c __alloc_pages_slowpath(), 4.9 to 4.14",
     HOLDS(": page allocation stalls for "), .shape = shape_of_failure,
     .read = read_failure_header},
    {"vmalloc failure", GROUP_HEAD,
     "modprobe: vmalloc: allocation failure: 1073741824 bytes, "
     "mode:0x14000c2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null)",
     "mm/vmalloc.c __vmalloc_node_range(), 4.9 to 5.11", HOLDS(": vmalloc: allocation failure"),
     .shape = shape_of_failure, .read = read_failure_header},
    {"vmalloc error", GROUP_HEAD,
     "modprobe: vmalloc error: size 67108864, page order 0, failed to allocate pages, "
     "mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null),cpuset=/,mems_allowed=0",
     "mm/vmalloc.c __vmalloc_area_node(), 5.12 on", HOLDS(": vmalloc error: size "),
     .shape = shape_of_failure, .read = read_failure_header},
    {"SLUB failure", GROUP_HEAD,
     "SLUB: Unable to allocate memory on node -1, gfp=0x900(GFP_NOWAIT|__GFP_ZERO)",
     "mm/slub.c slab_out_of_memory()", STARTS("SLUB: Unable to allocate memory on"),
     .read = read_slub_header},
    {"SLAB failure", GROUP_HEAD, "SLAB: Unable to allocate memory on node 0 (gfp=0xd0)",
     "mm/slab.c slab_out_of_memory()", STARTS("SLAB: Unable to allocate memory on"),
     .read = read_slub_header},
    {"SLUB cache", GROUP_NONE,
     "cache: page->ptl, object size: 72, buffer size: 72, default order: 0, min order: 0",
     "mm/slub.c slab_out_of_memory()", STARTS("cache: "), HOLDS("object size:"),
     .read = read_slub_cache},
    {"SLUB node", GROUP_NONE, "node 0: slabs: 1, objs: 56, free: 0",
     "mm/slub.c slab_out_of_memory()", STARTS("node "), HOLDS(": slabs: ")},
    {"cpuset", GROUP_CPUSET, "java cpuset=/ mems_allowed=0-3",
     "kernel/cpuset.c cpuset_print_current_mems_allowed(), up to 4.20", HOLDS(" mems_allowed="),
     .read = read_cpuset},
    {"compaction disabled", GROUP_CPUSET, "COMPACTION is disabled!!!",
     "mm/oom_kill.c dump_header()", STARTS("COMPACTION is disabled!!!")},
    {"cpu", GROUP_CPU,
     "CPU: 14 PID: 48975 Comm: java Kdump: loaded Not tainted 4.18.0-147.el8.x86_64 #1",
     "lib/dump_stack.c dump_stack_print_info()", STARTS("CPU: "), HOLDS(" PID: "),
     .read = read_cpu},
    {"old cpu", GROUP_CPU, "Pid: 2376, comm: mal-80 Not tainted 3.7.0+ #4",
     "lib/dump_stack.c, up to 3.9", STARTS("Pid: "), HOLDS(", comm: "), .read = read_old_cpu},
    {"taint words", GROUP_CPU, "Tainted: [W]=WARN, [O]=OOT_MODULE",
     "lib/dump_stack.c dump_stack_print_info(), 6.12 on", STARTS("Tainted: [")},
    {"hung task's kernel", GROUP_CPU, "Not tainted 4.18.0-147.el8.x86_64 #1",
     "kernel/hung_task.c check_hung_task()", STARTS("Not tainted "), .read = read_taint},
    {"hung task's tainted kernel", GROUP_CPU, "Tainted: G        W  O      5.10.0-32-amd64 #1",
     "kernel/hung_task.c check_hung_task()", STARTS("Tainted: "), .read = read_taint},
    {"hardware", GROUP_CPU,
     "Hardware name: Google Google Compute Engine/Google Compute Engine, BIOS Google 01/01/2011",
     "lib/dump_stack.c, 3.10 on", STARTS("Hardware name:"), .read = read_hardware},
    {"workqueue", GROUP_CPU, "Workqueue: events moom_callback",
     "kernel/workqueue.c print_worker_info()", STARTS("Workqueue:"), .read = read_workqueue},
    {"SysRq", GROUP_PREAMBLE, "sysrq: Manual OOM execution", "drivers/tty/sysrq.c",
     HOLDS("Manual OOM execution"), .shape = shape_of_words, .read = read_sysrq},
    {"reports suppressed", GROUP_PREAMBLE, "oom_kill_process: 12 callbacks suppressed",
     "lib/ratelimit.c", STARTS("oom_kill_process: "), HOLDS(" callbacks suppressed"),
     .read = read_suppressed},
    {"reports suppressed (dump_header)", GROUP_PREAMBLE, "dump_header: 3 callbacks suppressed",
     "lib/ratelimit.c", STARTS("dump_header: "), HOLDS(" callbacks suppressed"),
     .read = read_suppressed},

    /* the limit */
    {"task in", GROUP_MEMCG_OWNER,
     "Task in /docker/083afd killed as a result of limit of /docker/083afd",
     "mm/memcontrol.c mem_cgroup_print_oom_info(), up to 4.20", STARTS("Task in "),
     HOLDS(" killed"), .read = read_task_in},
    {"limit owner", GROUP_MEMCG_OWNER, "as a result of limit of /docker/083afd",
     "mm/memcontrol.c, 2.6.3x: a printk of its own", STARTS("as a result of limit of "),
     .read = read_task_in},
    {"limit reached", GROUP_MEMCG_OWNER, "Memory limit reached of cgroup /docker/083afd",
     "mm/memcontrol.c, 4.19 and 4.20", STARTS("Memory limit reached of cgroup "),
     .read = read_limit_reached_of},
    {"memory limit", GROUP_MEMCG_LIMITS, "memory: usage 32461120kB, limit 33554432kB, failcnt 0",
     "mm/memcontrol.c mem_cgroup_print_oom_meminfo()", STARTS("memory: usage "),
     .read = read_memcg_limit},
    {"memory+swap limit", GROUP_MEMCG_LIMITS,
     "memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068", "mm/memcontrol.c, v1",
     STARTS("memory+swap: usage "), .read = read_memcg_limit},
    {"swap limit", GROUP_MEMCG_LIMITS, "swap: usage 0kB, limit 0kB, failcnt 12",
     "mm/memcontrol.c, v2, 5.3 on", STARTS("swap: usage "), .read = read_memcg_limit},
    {"kmem limit", GROUP_MEMCG_LIMITS, "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0",
     "mm/memcontrol.c, v1", STARTS("kmem: usage "), .read = read_memcg_limit},
    {"memcg stats", GROUP_MEMCG_STATS,
     "Memory cgroup stats for /docker/083afd: cache:28030012KB rss:3958288KB rss_huge:0KB "
     "shmem:28013264KB",
     "mm/memcontrol.c mem_cgroup_print_oom_info(), 3.9 on", STARTS("Memory cgroup stats"),
     .read = read_memcg_stats},
    {"protection", GROUP_PROTECTION, "Memory cgroup min protection 0kB -- low protection 36556kB",
     "mm/memcontrol.c, 7.1 on", STARTS("Memory cgroup min protection "), .read = read_protection},

    /* the host's memory */
    {"mem-info", GROUP_MEMINFO, "Mem-Info:", "mm/show_mem.c __show_mem()", STARTS("Mem-Info:"),
     .read = read_meminfo_start},
    {"per-cpu pages", GROUP_PCP, "CPU    0: hi:  186, btch:  31 usd:   0",
     "mm/page_alloc.c show_free_areas(), up to 4.0", .first = ZONES "C", .fits = is_pcp_line},
    {"counters", GROUP_COUNTERS, "active_anon:62 inactive_anon:217 isolated_anon:0",
     "mm/show_mem.c show_free_areas()", .first = LOWER, .fits = is_counters_line,
     .read = read_counters},
    {"node", GROUP_NODE,
     "Node 0 active_anon:204kB inactive_anon:508kB unevictable:0kB shmem:548kB all_unreclaimable? "
     "yes",
     "mm/show_mem.c show_free_areas(), 4.8 on", STARTS("Node "), .fits = is_node_line,
     .read = read_node},
    {"zone", GROUP_ZONE,
     "Node 0 DMA32 free:44560kB boost:0kB min:35676kB low:44592kB high:53508kB managed:2081600kB",
     "mm/show_mem.c show_free_areas()", .first = ZONES, .fits = is_zone_line, .read = read_zone},
    {"lowmem reserve", GROUP_ZONE, "lowmem_reserve[]: 0 2911 15889 15889",
     "mm/show_mem.c show_free_areas()", STARTS("lowmem_reserve[]:"), .read = read_lowmem_reserve},
    {"buddy", GROUP_BUDDY, "Node 0 DMA: 6*4kB (U) 1*8kB (UM) 0*16kB 1*32kB (U) = 64kB",
     "mm/show_mem.c show_free_areas()", .first = ZONES, .fits = is_buddy_line, .read = read_buddy},
    {"lone node", GROUP_NONE, "Node 0",
     "mm/page_alloc.c show_node(): a printk split before its continuation", STARTS("Node "),
     .fits = is_lone_node, .read = read_lone_node},
    {"hugepages", GROUP_HUGEPAGES,
     "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB",
     "mm/hugetlb.c hugetlb_show_meminfo_node(), 3.10 on", .first = "Nh", .fits = is_hugepages_line,
     .read = read_hugepages},
    {"page total", GROUP_RAM, "2074779 pages RAM", "mm/show_mem.c __show_mem()", .first = DIGITS,
     .fits = is_page_total, .read = read_page_total},
    {"swap cache stats", GROUP_RAM,
     "Swap cache stats: add 6838492, delete 6807449, find 69439/3600815",
     "mm/swap_state.c, up to 5.19", STARTS("Swap cache stats:")},
    {"free swap", GROUP_RAM, "Free swap  = 587408kB", "mm/swap_state.c show_swap_cache_info()",
     STARTS("Free swap"), HOLDS("= "), .read = read_swap},
    {"total swap", GROUP_RAM, "Total swap = 6012924kB", "mm/swap_state.c show_swap_cache_info()",
     STARTS("Total swap"), HOLDS("= "), .read = read_swap},
    {"allocations", GROUP_ALLOCATIONS,
     "Memory allocations (profiling is currently turned on):", "mm/show_mem.c, 6.10 on",
     STARTS("Memory allocations"), HOLDS(":"), .read = read_allocations_start},
    {"slab title withheld", GROUP_SLAB, "excessive unreclaimable slab but cannot dump stats",
     "mm/slab_common.c dump_unreclaimable_slab(): slab_mutex is held",
     STARTS("excessive unreclaimable slab but cannot dump stats")},
    {"slab title", GROUP_SLAB,
     "Unreclaimable slab info:", "mm/slab_common.c dump_unreclaimable_slab(), 4.15 on",
     STARTS("Unreclaimable slab info:"), .read = read_slab_start},

    /* the decision */
    {"summary", GROUP_SUMMARY,
     "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/"
     "a,task_memcg=/a/b,"
     "task=kubelet,pid=989,uid=0",
     "mm/oom_kill.c dump_oom_victim(), 5.0 on", STARTS("oom-kill:constraint="),
     .read = read_summary},
    {"summary retold", GROUP_SUMMARY,
     "oom-kill: constraint=CONSTRAINT_MEMORY_POLICY, nodemask=7, task=VLLM::EngineCor",
     "no kernel's: who abridged it put blanks between", STARTS("oom-kill: constraint="),
     .read = read_summary},
    {"summary's tail", GROUP_SUMMARY,
     "be4cb8c4.slice,task_memcg=/kubepods.slice/"
     "cri-containerd-46b3.scope,task=node,pid=22609,uid=0",
     "the record was longer than the kernel's or the capture's line", HOLDS(",task_memcg=/"),
     .shape = shape_of_summary_tail, .read = read_summary},
    {"choice", GROUP_CHOICE,
     "Memory cgroup out of memory: Kill process 4015 (python) score 1923 or sacrifice child",
     "mm/oom_kill.c oom_kill_process(), up to 5.0", HOLDS("ill process "), .fits = is_choice_line,
     .shape = shape_of_choice, .read = read_choice},
    {"kill", GROUP_KILL,
     "Memory cgroup out of memory: Killed process 4249 (python) total-vm:32812kB, "
     "anon-rss:23856kB, file-rss:1700kB, "
     "shmem-rss:0kB, UID:0 pgtables:112kB oom_score_adj:994",
     "mm/oom_kill.c __oom_kill_process()", HOLDS("Killed process "), .fits = is_kill_line,
     .shape = shape_of_kill, .read = read_kill},
    {"kill's sizes", GROUP_NONE, "total-vm:32812kB, anon-rss:23856kB, file-rss:1700kB",
     "no kernel's: who retold the kill wrapped its line", STARTS("total-vm:"),
     .read = read_kill_sizes},
    {"kill's adjustment", GROUP_NONE, "oom_score_adj:998", "no kernel's: likewise",
     STARTS("oom_score_adj:"), .read = read_kill_sizes},
    {"kill in a container of Virtuozzo", GROUP_KILL,
     "Out of memory in UB 1234: OOM killed process 21738 (php-cgi) score 0 vm:281988kB, "
     "rss:17004kB, swap:0kB",
     "mm/oom_kill.c oom_kill_task() of OpenVZ and Virtuozzo, 2.6.32 and 3.10",
     STARTS("Out of memory in UB "), HOLDS(": OOM killed process "), .read = read_beancounter_kill},
    {"spared victim", GROUP_KILL, "Would have killed process 1240 (java). But continuing instead.",
     "mm/oom_kill.c oom_kill_task() with vm.would_have_oomkilled, RHEL 6",
     STARTS("Would have killed process "), HOLDS("). But continuing instead"),
     .read = read_spared_victim},
    {"spared victim of Fedora", GROUP_KILL,
     "oom_kill_process: would have killed process 749 (systemd-journal), but continuing instead...",
     "mm/oom_kill.c oom_kill_process() with vm.would_have_oomkilled",
     STARTS("oom_kill_process: would have killed process "), HOLDS("), but continuing instead"),
     .read = read_spared_victim},
    {"shared mm", GROUP_KILL, "Kill process 1234 (java) sharing same memory",
     "mm/oom_kill.c, 2.6.36 to 4.x", STARTS("Kill process "), HOLDS("sharing same memory"),
     .read = read_shared_mm},
    {"group kill", GROUP_GROUP_KILL,
     "Tasks in /A1 are going to be killed due to memory.oom.group set",
     "mm/memcontrol.c mem_cgroup_print_oom_group(), 4.19 on", STARTS("Tasks in "),
     HOLDS(" are going to be killed"), .read = read_group_kill},
    {"reaper", GROUP_AFTER,
     "oom_reaper: reaped process 7093 (java), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
     "mm/oom_kill.c oom_reap_task_mm(), 4.6 on", STARTS("oom_reaper: "), .read = read_reaper},
    {"pinned mm", GROUP_AFTER, "oom killer 12 (a) has mm pinned by 13 (b)", "mm/oom_kill.c, 4.8 on",
     STARTS("oom killer "), HOLDS(" has mm pinned by ")},
    {"exiting victim", GROUP_KILL,
     "Out of memory: OOM victim 1234 (java) is already exiting. Skip killing the task",
     "mm/oom_kill.c __oom_kill_process(), 5.8 on",
     HOLDS(" is already exiting. Skip killing the task"), .shape = shape_of_words,
     .read = read_exiting_victim},
    {"end of panic", GROUP_AFTER,
     "---[ end Kernel panic - not syncing: System is deadlocked on memory ]---", "kernel/panic.c",
     STARTS("---[ end Kernel panic"), HOLDS("emory")},
    {"no killable", GROUP_KILL, "Out of memory and no killable processes...",
     "mm/oom_kill.c out_of_memory()", HOLDS("Out of memory and no killable processes"),
     .shape = shape_of_words, .read = read_no_killable},
    {"deadlocked", GROUP_AFTER, "Kernel panic - not syncing: System is deadlocked on memory",
     "mm/oom_kill.c out_of_memory(), 4.19 on", HOLDS("System is deadlocked on memory"),
     .shape = shape_of_words, .read = read_deadlocked},
    {"panic_on_oom", GROUP_KILL,
     "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled",
     "mm/oom_kill.c check_panic_on_oom()", STARTS("Kernel panic - not syncing: "),
     HOLDS("panic_on_oom is"), .read = read_panic},
    {"request ignored", GROUP_KILL, "OOM request ignored. No task eligible",
     "drivers/tty/sysrq.c moom_callback()", STARTS("OOM request ignored"),
     .read = read_ignored_request},
    {"leaked fault", GROUP_AFTER, "Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF",
     "mm/oom_kill.c pagefault_out_of_memory()", STARTS("Huh VM_FAULT_OOM leaked")},
    {"leaked faults suppressed", GROUP_AFTER, "pagefault_out_of_memory: 120 callbacks suppressed",
     "lib/ratelimit.c", STARTS("pagefault_out_of_memory: "), HOLDS("callbacks suppressed")},

    /* other killers */
    {"systemd-oomd", GROUP_USER_KILL,
     "Killed /user.slice/user-1000.slice due to memory pressure for /user.slice being 61.44% > "
     "50.00% for > 20s with "
     "reclaim activity",
     "systemd src/oom/oomd-manager.c", STARTS("Killed "), HOLDS(" due to memory "),
     .fits = is_oomd_kill, .read = read_oomd_kill},
    {"systemd-oomd's mark", GROUP_USER_KILL,
     "Marked /system.slice/a.service for killing due to memory pressure for /system.slice being "
     "85.03% > 80.00% for > 2s with reclaim activity",
     "systemd src/oom/oomd-manager.c oomd_cgroup_kill_mark()", STARTS("Marked "),
     HOLDS(" for killing due to memory "), .fits = is_oomd_kill, .read = read_oomd_kill},
    {"PID 1 on systemd-oomd", GROUP_USER_KILL,
     "app.service: systemd-oomd killed 3 process(es) in this unit.",
     "systemd src/core/unit.c unit_check_oomd_kill()", HOLDS(": systemd-oomd killed "),
     .fits = is_oomd_note, .read = read_oomd_note},
    {"systemd-oomd's failure", GROUP_USER_KILL,
     "Failed to kill any cgroup(s) under /a.slice based on pressure: No such device",
     "systemd src/oom/oomd-manager.c", STARTS("Failed to kill any cgroup"), HOLDS(" based on "),
     .read = read_oomd_failure},
    {"systemd-oomd's failed choice", GROUP_USER_KILL,
     "Failed to select any cgroups based on swap: Invalid argument",
     "systemd src/oom/oomd-manager.c, since it marks", STARTS("Failed to select any cgroups "),
     HOLDS("based on "), .read = read_oomd_failure},
    {"PID 1 on the kernel's kill", GROUP_USER_KILL, "postgresql.service: " UNIT_OOM_WORDS ".",
     "systemd src/core/unit.c unit_check_oom(), 245 on", HOLDS(": " UNIT_OOM_WORDS),
     .fits = is_unit_oom, .read = read_unit_oom},
    {"earlyoom's memory", GROUP_PREAMBLE,
     "mem avail:  1234 of 15800 MiB ( 7.81%), swap free:  100 of 4095 MiB ( 2.44%)",
     "earlyoom meminfo.c print_mem_stats()", STARTS("mem avail:"), HOLDS(" MiB ("),
     .read = read_earlyoom_memory},
    {"earlyoom's thresholds", GROUP_PREAMBLE,
     "low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%",
     "earlyoom main.c poll_loop()", STARTS("low memory! at or below "),
     .read = read_earlyoom_thresholds},
    {"earlyoom", GROUP_USER_KILL,
     "sending SIGTERM to process 1234 uid 1000 \"chrome\": oom_score 1200, VmRSS 800 MiB, cmdline "
     "\"chrome\"",
     "earlyoom kill.c", STARTS("sending SIG"), HOLDS(" to process "), .read = read_earlyoom_kill},
    {"old earlyoom's thresholds", GROUP_PREAMBLE,
     "Low Memory! At or below sigterm limits (mem: 10 %, swap: 10 %)", "earlyoom main.c, up to 1.1",
     STARTS("Low Memory! At or below "), .read = read_earlyoom_thresholds},
    {"old earlyoom", GROUP_USER_KILL,
     "Killing process 'bash' with signal 15, pid: 5874, badness: 538, VmRSS: 3160 MiB",
     "earlyoom kill.c, up to 1.1", STARTS("Killing process '"), HOLDS("' with signal "),
     .fits = is_earlyoom_old_kill, .read = read_earlyoom_old_kill},
    {"earlyoom 1.2", GROUP_USER_KILL,
     "killing process 27541 \"bash\" with signal 15: badness 550, VmRSS 7609 MiB",
     "earlyoom kill.c, 1.2", STARTS("killing process "), HOLDS("\" with signal "),
     .fits = is_earlyoom_old_kill, .read = read_earlyoom_old_kill},
    {"Meta oomd", GROUP_USER_KILL,
     "oomd kill: 1.00 2.00 3.00 workload.slice/app.service 1234 ruleset", "oomd Log.cpp",
     STARTS("oomd kill:"), .fits = is_meta_oomd_kill, .read = read_meta_oomd_kill},
    {"kubelet", GROUP_USER_KILL,
     "System OOM encountered, victim process: stress-ng-vm, pid: 3103923",
     "kubelet pkg/kubelet/oom/oom_watcher_linux.go", HOLDS(SYSTEM_OOM_WORDS ", victim process: "),
     .fits = is_system_oom, .read = read_system_oom},
    {"lmkd", GROUP_USER_KILL,
     "Kill 'com.example' (1234), uid 10086, oom_score_adj 900 to free 123456kB rss, 0kB swap; "
     "reason: low watermark",
     "Android lmkd.cpp", STARTS("Kill '"), HOLDS("' ("), .read = read_lmkd_kill},
    {"Samsung's lmkd", GROUP_USER_KILL,
     "Reclaim 'com.example' (591), uid 10112, oom_score_adj 975, state 19 to free 19252kB rss, "
     "52772kB swap; reason: min2x watermark is breached and swap is low",
     "lmkd of Samsung's Android", STARTS("Reclaim '"), HOLDS("), uid "), .read = read_lmkd_kill},
    {"lowmemorykiller", GROUP_USER_KILL, "lowmemorykiller: Killing 'x' (123) (tgid 100), adj 529,",
     "drivers/staging/android/lowmemorykiller.c, up to 4.11", STARTS("lowmemorykiller: Killing '"),
     .read = read_lowmemorykiller},
    {"lowmemorykiller's signal", GROUP_USER_KILL,
     "lowmemorykiller: send sigkill to 2948 (rsyslogd), adj 0, size 209",
     "drivers/staging/android/lowmemorykiller.c, up to 3.13",
     STARTS("lowmemorykiller: send sigkill to "), HOLDS("), adj "),
     .read = read_lowmemorykiller_signal},
    {"lowmemorykiller's bare signal", GROUP_USER_KILL,
     "send sigkill to 378 (Usage), adj 10, size 5552",
     "drivers/staging/android/lowmemorykiller.c, up to 3.9", STARTS("send sigkill to "),
     HOLDS("), adj "), .read = read_lowmemorykiller_signal},
    {"Talos", GROUP_USER_KILL,
     "[talos] Sending SIGKILL to cgroup {\"component\": \"controller-runtime\", \"controller\": "
     "\"runtime.OOMController\", \"cgroup\": \"/sys/fs/cgroup/kubepods/burstable/pod77f06c5c\"}",
     "Talos internal/app/machined/pkg/controllers/runtime/oom.go",
     HOLDS("Sending SIGKILL to cgroup "), .fits = is_talos_kill, .read = read_talos_kill},

    /* no decision at all */
    {"hung task", GROUP_STALL, "INFO: task java:1234 blocked for more than 120 seconds.",
     "kernel/hung_task.c check_hung_task()", STARTS("INFO: task "),
     HOLDS(" blocked for more than "), .read = read_hung_task},
    {"soft lockup", GROUP_STALL, "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [kswapd0:45]",
     "kernel/watchdog.c watchdog_timer_fn()", HOLDS("BUG: soft lockup - CPU#"),
     .read = read_lockup},
    {"RCU stall", GROUP_STALL, "rcu: INFO: rcu_sched self-detected stall on CPU",
     "kernel/rcu/tree_stall.h print_cpu_stall()", HOLDS(" self-detected stall on CPU"),
     .read = read_lockup},
    {"RCU stall of others", GROUP_STALL, "rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
     "kernel/rcu/tree_stall.h print_other_cpu_stall()", HOLDS(" detected stalls on CPUs/tasks:"),
     .read = read_lockup},
    {"blocked task", GROUP_STALL,
     "task:eater           state:D stack:0     pid:93    ppid:1      flags:0x00000002",
     "kernel/sched/core.c sched_show_task()", STARTS("task:"), HOLDS(" state:"),
     .read = read_blocked_task},
    {"boot", GROUP_BOOT, "Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org)",
     "init/version.c linux_banner", STARTS("Linux version ")},
};

enum { FORMATS = sizeof formats / sizeof *formats };

const struct line_format *line_formats(size_t *count)
{
    *count = FORMATS;
    return formats;
}

static bool format_fits(const struct line_format *format, struct slice text)
{
    return slice_starts(text, format->start) &&
           (format->contains.length == 0 || slice_contains(text, format->contains)) &&
           (!format->fits || format->fits(text));
}

/* Most rows begin otherwise. */
static bool may_begin(const struct line_format *format, char first)
{
    if (format->start.length)
        return format->start.data[0] == first;
    return !format->first || (first && strchr(format->first, first));
}

const struct line_format *line_format_find(struct slice text, enum block block)
{
    if (text.length == 0)
        return NULL;
    for (size_t i = 0; i < FORMATS; i++)
        if (may_begin(&formats[i], text.data[0]) &&
            (formats[i].block == BLOCK_NONE || formats[i].block == block) &&
            format_fits(&formats[i], text))
            return &formats[i];
    return NULL;
}

bool line_format_is_any(struct slice text)
{
    text = slice_trim(text);
    for (size_t i = 0; text.length && i < FORMATS; i++)
        if (may_begin(&formats[i], text.data[0]) && format_fits(&formats[i], text))
            return true;
    return false;
}
