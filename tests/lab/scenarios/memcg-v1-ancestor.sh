# question: v1: the limit that was reached is the parent's
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# evidence: oom_memcg=/pod,task_memcg=/pod/app
v1
group /pod memory.limit_in_bytes=64M
group /pod/app memory.limit_in_bytes=200M
group /pod/side
start sidecar /pod/side anon 8M
await
start eater /pod/app anon 96M
await
killed eater
lives sidecar
