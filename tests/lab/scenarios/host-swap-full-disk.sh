# question: memory and the swap disk are used up
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 32M
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
swap_disk
start eater - anon 400M
await 100
killed eater
