# question: one process's anonymous memory fills the machine
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
start bystander - anon 8M
await
start eater - anon 400M
await
killed eater
lives bystander
