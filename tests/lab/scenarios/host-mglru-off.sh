# question: the machine is full, without the multi-generational LRU
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 16M
# timeout: 150
# kernels: 6.1 6.12 newest 6.1-arm64 -- 5.10 has no multi-generational LRU
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo n >/sys/kernel/mm/lru_gen/enabled || fails "lru_gen cannot be switched"
swap_disk
start eater - anon 400M
await 100
killed eater
