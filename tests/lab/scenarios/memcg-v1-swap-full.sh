# question: v1: the machine's swap is used up
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# swap: 32M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
swap_disk
group /box memory.limit_in_bytes=48M
start eater /box anon 128M
await 60
killed eater
