/* The parts of a report as the kernel prints them, for the tests that put one together. */
#ifndef WHYOOM_TESTS_REPORT_TEXT_H
#define WHYOOM_TESTS_REPORT_TEXT_H

#define HEAD                                                                         \
    "[   10.000001] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "  \
    "oom_score_adj=0\n"                                                              \
    "[   10.000002] CPU: 0 UID: 0 PID: 145 Comm: java Tainted: G        W          " \
    "6.12.107+deb13-cloud-amd64 #1\n"                                                \
    "[   10.000003] Tainted: [W]=WARN\n"                                             \
    "[   10.000004] Hardware name: QEMU Standard PC\n"
#define TRACE                                            \
    "[   10.000005] Call Trace:\n"                       \
    "[   10.000006]  <TASK>\n"                           \
    "[   10.000007]  dump_header+0x43/0x1aa\n"           \
    "[   10.000008]  mem_cgroup_out_of_memory+0x1/0x2\n" \
    "[   10.000009]  asm_exc_page_fault+0x26/0x30\n"     \
    "[   10.000010] RIP: 0033:0x401e83\n"                \
    "[   10.000011]  </TASK>\n"
#define LIMITS                                                          \
    "[   10.000012] memory: usage 65536kB, limit 65536kB, failcnt 19\n" \
    "[   10.000013] swap: usage 0kB, limit 0kB, failcnt 0\n"            \
    "[   10.000014] Memory cgroup stats for /box:\n"                    \
    "[   10.000015] anon 66973696\n"                                    \
    "[   10.000016] file 0\n"
#define MEMINFO                                                                            \
    "[   10.000012] Mem-Info:\n"                                                           \
    "[   10.000012] active_anon:62 inactive_anon:217 isolated_anon:0\n"                    \
    "[   10.000012]  free:12 free_pcp:13 free_cma:14\n"                                    \
    "[   10.000013] Node 0 active_anon:248kB inactive_anon:868kB all_unreclaimable? yes\n" \
    "[   10.000014] Node 0 DMA free:916kB min:76kB low:92kB high:108kB managed:15360kB\n"  \
    "[   10.000014] lowmem_reserve[]: 0 199 199 199\n"                                     \
    "[   10.000015] Node 0 DMA: 1*4kB (U) 114*8kB (UM) = 916kB\n"                          \
    "[   10.000016] 20 total pagecache pages\n"                                            \
    "[   10.000016] 65405 pages RAM\n"
#define TABLE                                                                                 \
    "[   10.000020] Tasks state (memory values in pages):\n"                                  \
    "[   10.000021] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "         \
    "oom_score_adj name\n"                                                                    \
    "[   10.000022] [    145]     0   145    16500    16000   172032        3             0 " \
    "java\n"                                                                                  \
    "[   10.000023] [    146]  1000   146      500      400    45056        0          -997 sh\n"
#define SUMMARY                                                                     \
    "[   10.000024] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/," \
    "mems_allowed=0,oom_memcg=/box,task_memcg=/box/in,task=java,pid=145,uid=0\n"
#define KILL                                                                                   \
    "[   10.000025] Memory cgroup out of memory: Killed process 145 (java) total-vm:66000kB, " \
    "anon-rss:64000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n"
#define GLOBAL_KILL                                                                                \
    "[   10.000025] Out of memory: Killed process 145 (java) total-vm:66000kB, anon-rss:64000kB, " \
    "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n"

#endif
