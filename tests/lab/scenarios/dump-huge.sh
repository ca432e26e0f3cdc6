# question: huge pages: transparent ones of a cgroup, and a pool that nobody uses; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# memory: 640M
# cmdline: transparent_hugepage=always hugepages=16
# evidence: oom_memcg=/box
v2
group /box memory.max=64M memory.swap.max=0
group /keep
start keeper /keep -t anon 24M
await
start eater /box -t anon 96M
await
killed eater
lives keeper
