# question: a memfd, which no mount shows, is filled
# class: shmem
# scope: memcg
# limit: memory
# charge_path: shmem-write
# dominant: shmem
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=64M memory.swap.max=0
start eater /box memfd 96M
await
killed eater
