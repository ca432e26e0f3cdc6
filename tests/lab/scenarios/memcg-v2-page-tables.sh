# question: a huge and nearly empty address space: its page tables
# class: kernel-memory
# scope: memcg
# limit: memory
# charge_path: page-table
# dominant: page-table
# victim: eater
# trace: pte_alloc
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
# 5.10 has no `pagetables` in memory.stat; there only the task table's pgtables_bytes tells.
v2
group /box memory.max=32M memory.swap.max=0
start eater /box tables 40G
await
killed eater
