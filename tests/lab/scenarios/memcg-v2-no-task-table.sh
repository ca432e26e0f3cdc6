# question: oom_dump_tasks=0: the report has no task table
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
echo 0 >/proc/sys/vm/oom_dump_tasks
group /box memory.max=64M memory.swap.max=0
start eater /box anon 96M
await
killed eater
