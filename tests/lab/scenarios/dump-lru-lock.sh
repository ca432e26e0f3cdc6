# question: tasks on four CPUs take memory of one cgroup and give it back, all at one lru_lock; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# cpus: 4
# evidence: oom_memcg=/small
v2
group /box
group /small memory.max=8M memory.swap.max=0
start eater /small anon 16M
await
for churner in 1 2 3 4; do start "churner$churner" /box churn 4M; done
pause 3
killed eater
lives churner1
