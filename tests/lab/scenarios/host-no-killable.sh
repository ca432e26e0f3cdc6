# question: every process is exempt: the kernel gives up
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: none
# kind: oom-no-kill
# ends: panic
# evidence: Kernel panic - not syncing: System is deadlocked on memory
armed
start exempt - -a -1000 anon 400M
await
