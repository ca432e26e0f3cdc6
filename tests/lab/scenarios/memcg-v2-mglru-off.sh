# question: the same without the multi-generational LRU
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 16M
# kernels: 6.1 6.12 newest 6.1-arm64 -- 5.10 has no multi-generational LRU
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
echo n >/sys/kernel/mm/lru_gen/enabled || fails "lru_gen cannot be switched"
swap_disk
group /box memory.max=64M
start eater /box anon 128M
await 60
killed eater
