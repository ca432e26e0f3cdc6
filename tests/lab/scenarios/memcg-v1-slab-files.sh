# question: v1: open files fill the slab
# class: slab
# scope: memcg
# limit: memory
# charge_path: slab
# dominant: slab
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
group /box memory.limit_in_bytes=32M
start eater /box files 1000000
await 60
killed eater
