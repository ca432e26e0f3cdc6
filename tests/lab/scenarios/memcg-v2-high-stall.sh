# question: memory.high slows a process down until it hardly moves; nothing is killed
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# victim: none
# kind: charge-stall
# evidence: mem_cgroup_handle_over_high
# No dominant part is expected: a list of blocked tasks holds no figures.
v2
group /box memory.high=16M memory.max=200M memory.swap.max=0
start eater /box anon 150M
await 10
must "the eater still asks" -- moving
must "box was over memory.high" -- [ "$(event /box high)" -gt 0 ]
must "nobody was killed" -- [ "$(event /box oom_kill)" = 0 ]
echo 1 >/proc/sys/kernel/sysrq
echo w >/proc/sysrq-trigger # what an operator does: ask who is blocked, and where
pause 1
