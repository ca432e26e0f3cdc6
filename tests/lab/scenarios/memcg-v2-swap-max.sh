# question: memory.swap.max is reached, the machine has swap left
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 128M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
swap_disk
group /box memory.max=48M memory.swap.max=16M
start eater /box anon 96M
await 60
killed eater
