# question: page tables fill the machine
# class: kernel-memory
# scope: global
# limit: zone
# charge_path: page-table
# dominant: page-table
# victim: eater
# trace: pte_alloc
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo 1 >/proc/sys/vm/overcommit_memory
start eater - tables 400G
await
killed eater
