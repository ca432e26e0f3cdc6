# question: a container's own anonymous memory reaches memory.max
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=64M memory.swap.max=0
start bystander /box hold
start eater /box anon 96M
await
killed eater
lives bystander
must "box counts one kill" -- [ "$(event /box oom_kill)" = 1 ]
