# question: transparent huge pages always: memory grows in steps of 2 MiB
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# cmdline: transparent_hugepage=always
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=64M memory.swap.max=0
start eater /box -t anon 96M
await
killed eater
