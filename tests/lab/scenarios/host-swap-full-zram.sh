# question: memory is used up by what was swapped out to zram
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
swap_zram 64M
start eater - anon 400M
await 100
killed eater
