# question: oom_kill_disable=1: everybody waits, nobody is killed, and the log says nothing
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# victim: none
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# kind: charge-stall
# evidence: mem_cgroup_oom_synchronize
# No dominant part is expected: a list of blocked tasks holds no figures.
v1
group /box memory.limit_in_bytes=32M memory.oom_control=1
start eater /box anon 64M
await 4
must "the eater waits" -- moving
must "box is under_oom" -- [ "$(event /box under_oom)" = 1 ]
echo 1 >/proc/sys/kernel/sysrq
echo w >/proc/sysrq-trigger # what an operator does: ask who is blocked, and where
pause 1
