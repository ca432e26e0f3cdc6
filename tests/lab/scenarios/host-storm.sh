# question: eight processes that all grow: one after the other dies
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# timeout: 150
# cpus: 2
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
for _ in $(seq 8); do start eater - anon 75M; done
await 100
killed eater 5
