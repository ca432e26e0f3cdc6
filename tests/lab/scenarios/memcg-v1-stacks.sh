# question: v1: thousands of threads
# class: kernel-memory
# scope: memcg
# limit: memory
# charge_path: kernel-stack|slab
# dominant: kernel-stack
# victim: eater
# trace: copy_process
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# Each thread needs a stack and a task structure: which of the two is refused first is chance.
v1
group /box memory.limit_in_bytes=48M
echo 100000 >/proc/sys/kernel/threads-max
start eater /box threads 5000
await 60
killed eater
