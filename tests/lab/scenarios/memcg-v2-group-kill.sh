# question: memory.oom.group: all processes of the cgroup die together
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(helper\)
# evidence: memory.oom.group set
v2
group /box memory.max=64M memory.swap.max=0 memory.oom.group=1
start helper /box anon 4M
start helper /box anon 2M
await
start eater /box anon 96M
await
killed eater
killed helper 2
group_kill
