# question: eight tasks reclaim in one cgroup on four CPUs, all at one lru_lock; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# cpus: 4
# evidence: oom_memcg=/small
v2
swap_zram 128M
group /box memory.max=48M
group /small memory.max=8M memory.swap.max=0
start eater /small anon 16M
await
for churner in 1 2 3 4 5 6 7 8; do start "churner$churner" /box churn 12M; done
pause 3
killed eater
lives churner1
