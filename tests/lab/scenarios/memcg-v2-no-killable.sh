# question: every process of the cgroup is exempt (oom_score_adj -1000)
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: none
# kind: oom-no-kill
# evidence: Out of memory and no killable processes
v2
group /box memory.max=24M memory.swap.max=0
start exempt /box -a -1000 anon 48M
pause 0.6
kill -TERM $! # a fault that fails is tried again, and reported again, for ever
await
