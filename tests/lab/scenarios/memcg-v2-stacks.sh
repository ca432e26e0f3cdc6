# question: thousands of threads: their kernel stacks
# class: kernel-memory
# scope: memcg
# limit: memory
# charge_path: kernel-stack|slab
# dominant: kernel-stack
# victim: eater
# trace: copy_process
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# Each thread needs a stack and a task structure: which of the two is refused first is chance.
v2
group /box memory.max=48M memory.swap.max=0
echo 100000 >/proc/sys/kernel/threads-max
start eater /box threads 5000
await 60
killed eater
