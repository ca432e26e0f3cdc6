# question: v1: a tmpfs is written
# class: shmem
# scope: memcg
# limit: memory
# charge_path: shmem-write
# dominant: shmem
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
mkdir -p /box-tmp
mount -t tmpfs -o size=200M tmpfs /box-tmp
group /box memory.limit_in_bytes=64M
start eater /box write /box-tmp/data 96M
await
killed eater
