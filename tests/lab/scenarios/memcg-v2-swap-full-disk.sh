# question: the machine's swap is used up below swap.max
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 32M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
swap_disk
group /box memory.max=48M
start eater /box anon 128M
await 60
killed eater
