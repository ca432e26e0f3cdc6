# question: the limit that was reached is the parent's
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# evidence: oom_memcg=/pod,task_memcg=/pod/app
v2
group /pod memory.max=64M memory.swap.max=0
group /pod/app memory.max=200M
group /pod/side
start sidecar /pod/side anon 8M
await
start eater /pod/app anon 96M
await
killed eater
lives sidecar
