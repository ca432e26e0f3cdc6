# question: full pipes: kernel pages that belong to no slab
# class: kernel-memory
# scope: memcg
# limit: memory
# charge_path: pipe
# dominant: kernel-other 5.10=unaccounted
# victim: eater
# trace: pipe_write
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# 5.10 has no `kernel` in memory.stat: its report does not say what these pages are.
v2
group /box memory.max=48M memory.swap.max=0
start eater /box pipes 96M
await
killed eater
