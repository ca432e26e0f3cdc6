# question: single pages are free, two orders of contiguous ones are not: a process dies for it
# class: host-zone
# scope: global
# limit: order
# charge_path: slab
# dominant: unaccounted
# victim: locker
# evidence: Out of memory: Killed process [0-9]+ \(locker\)
# evidence: asker invoked oom-killer: .*order=2
echo 0 >/proc/sys/vm/compact_unevictable_allowed
start holes - holes 150M
await
start locker - -l anon 24M
await
start asker - readv 1
await
killed locker
