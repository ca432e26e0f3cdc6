# question: open files fill the slab
# class: slab
# scope: memcg
# limit: memory
# charge_path: slab
# dominant: slab
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=32M memory.swap.max=0
start eater /box files 1000000
await 60
killed eater
