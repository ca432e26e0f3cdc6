# question: memory.max is written below what is in use
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: none
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# evidence: memory_max_write
v2
group /box memory.swap.max=0
start eater /box anon 64M
await
look
echo 32M >/cg/box/memory.max
await
killed eater
