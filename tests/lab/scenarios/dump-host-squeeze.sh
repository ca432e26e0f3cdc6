# question: the machine's shortage swaps out a cgroup that never met a limit and spares a protected one; meant for --dump
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# memory: 256M
# swap: 32M
# evidence: CONSTRAINT_NONE.*global_oom
v2
swap_disk
group /quiet
group /safe memory.min=48M
start sleeper /quiet anon 24M
start keeper /safe anon 40M
await
start eater / anon 400M
await
killed eater
lives sleeper
lives keeper
