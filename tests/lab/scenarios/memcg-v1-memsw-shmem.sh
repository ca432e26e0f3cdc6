# question: the same with a tmpfs: killing gives nothing back
# class: shmem
# scope: memcg
# limit: memsw
# charge_path: shmem-write
# dominant: shmem
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# swap: 128M
# cmdline: swapaccount=1
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
swap_disk
mkdir -p /box-tmp
mount -t tmpfs -o size=200M tmpfs /box-tmp
group /box memory.limit_in_bytes=24M memory.memsw.limit_in_bytes=80M
start writer /box -x write /box-tmp/old 60M # 36 MB of it go to swap
await 60
echo 64M >/cg/box/memory.limit_in_bytes
echo 0 >/cg/box/memory.failcnt
start eater /box write /box-tmp/new 36M
await 60
killed eater
must "memory+swap refused" -- [ "$(cat /cg/box/memory.memsw.failcnt)" -gt 0 ]
must "memory did not" -- [ "$(cat /cg/box/memory.failcnt)" = 0 ]
