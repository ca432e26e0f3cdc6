# question: a process and a cgroup whose names look like parts of the report
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: x (1) [2]: y,z=
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(x \(1\) \[2\]: y,z=\)
v2
group /box:a,task=b memory.max=64M memory.swap.max=0
COMM_odd="x (1) [2]: y,z="
start odd /box:a,task=b -n "$COMM_odd" anon 96M
await
killed odd
