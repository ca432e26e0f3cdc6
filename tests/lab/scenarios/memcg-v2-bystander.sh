# question: a small process asks for the last page, a large one that did nothing dies
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: database
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(database\)
# evidence: asker invoked oom-killer
v2
group /box memory.max=64M memory.swap.max=0
start database /box anon 48M
await
start asker /box anon 24M
await
killed database
