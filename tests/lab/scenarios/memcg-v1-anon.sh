# question: v1: anonymous memory reaches limit_in_bytes
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
group /box memory.limit_in_bytes=64M
start eater /box anon 96M
await
killed eater
