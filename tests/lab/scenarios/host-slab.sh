# question: open files fill the machine's slab; those who are killed for it have none of them
# class: slab
# scope: global
# limit: zone
# charge_path: slab
# dominant: slab
# victim: spare
# trace: alloc_empty_file
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(spare\)
for _ in 1 2 3 4; do start spare - anon 8M; done
await
available=$(sed -n 's/^MemAvailable: *\([0-9]*\) .*/\1/p' /proc/meminfo)
start eater - files $(((available + 12000) * 1024 / 266)) # what is there, and somewhat more
await 100
killed spare
lives eater
