# question: tasks reclaim without end in a cgroup that is swapped out to zram; meant for --dump
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
group /box memory.max=24M
group /small memory.max=8M memory.swap.max=0
start eater /small anon 16M
await
for churner in 1 2 3 4; do start "churner$churner" /box churn 16M; done
pause 3
killed eater
lives churner1
