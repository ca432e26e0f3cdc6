# question: swap on zram is used up
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
swap_zram 32M
group /box memory.max=48M
start eater /box anon 128M
await 60
killed eater
