# question: a small process with a high oom_score_adj dies for a large one
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: helper
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(helper\)
v2
group /box memory.max=64M memory.swap.max=0
start helper /box -a 900 anon 8M
await
start eater /box anon 58M
await
killed helper
