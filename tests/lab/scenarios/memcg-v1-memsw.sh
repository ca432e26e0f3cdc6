# question: memory+swap is used up while memory alone is below its limit
# class: swap
# scope: memcg
# limit: memsw
# charge_path: anon-fault
# dominant: anon
# victim: database
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# swap: 128M
# cmdline: swapaccount=1
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(database\)
v1
swap_disk
group /box memory.limit_in_bytes=24M memory.memsw.limit_in_bytes=80M
start database /box anon 60M # 36 MB of it go to swap
await 60
echo 64M >/cg/box/memory.limit_in_bytes
echo 0 >/cg/box/memory.failcnt
start asker /box anon 36M
await 60
killed database
must "memory+swap refused" -- [ "$(cat /cg/box/memory.memsw.failcnt)" -gt 0 ]
must "memory did not" -- [ "$(cat /cg/box/memory.failcnt)" = 0 ]
