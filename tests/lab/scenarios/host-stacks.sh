# question: thousands of threads fill the machine
# class: kernel-memory
# scope: global
# limit: zone
# charge_path: kernel-stack|slab
# dominant: kernel-stack
# victim: eater
# trace: copy_process
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
# Each thread needs a stack and a task structure: which of the two is refused first is chance.
echo 100000 >/proc/sys/kernel/threads-max
echo 100000 >/proc/sys/kernel/pid_max
echo 400000 >/proc/sys/vm/max_map_count
start eater - threads 30000
await 100
killed eater
