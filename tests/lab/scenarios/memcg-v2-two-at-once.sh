# question: two cgroups reach their limits at the same time
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: left|right
# cpus: 2
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(left\)
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(right\)
v2
group /left memory.max=40M memory.swap.max=0
group /right memory.max=40M memory.swap.max=0
start left /left anon 64M
start right /right anon 64M
await
killed left
killed right
