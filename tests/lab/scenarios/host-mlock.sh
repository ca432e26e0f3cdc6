# question: locked memory, which the report counts as unevictable
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: unevictable
# victim: locker
# evidence: Out of memory: Killed process [0-9]+ \(locker\)
start locker - -l anon 128M
await
start eater - anon 100M
await
killed locker
