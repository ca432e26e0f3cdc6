# question: open files fill the machine's slab
# class: slab
# scope: global
# limit: zone
# charge_path: slab
# dominant: slab
# victim: eater
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
start eater - files 1000000
await 100
killed eater
