# question: single pages are free, two orders of contiguous ones are not: a process dies for it
# class: host-zone
# scope: global
# limit: order
# charge_path: slab
# dominant: unaccounted
# victim: locker
# trace: copy_process
# evidence: Out of memory: Killed process [0-9]+ \(locker\)
# evidence: asker invoked oom-killer: .*order=[123]
echo 0 >/proc/sys/vm/compact_unevictable_allowed
echo "1 1 1 1 1" >/proc/sys/vm/lowmem_reserve_ratio # the DMA zone, which has large blocks, is for others
start holes - holes 150M
await
start locker - -l anon 24M
await
start asker - threads 1000 # each needs a task structure, which is larger than a page
await
killed locker
