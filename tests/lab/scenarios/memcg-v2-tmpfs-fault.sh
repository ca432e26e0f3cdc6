# question: a file on tmpfs is mapped and written
# class: shmem
# scope: memcg
# limit: memory
# charge_path: shmem-fault
# dominant: shmem
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
mkdir -p /box-tmp
mount -t tmpfs -o size=200M tmpfs /box-tmp
group /box memory.max=64M memory.swap.max=0
start eater /box mapwrite /box-tmp/data 96M
await
killed eater
