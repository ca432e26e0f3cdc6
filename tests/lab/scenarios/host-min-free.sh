# question: much memory is free, but below a min watermark that somebody raised
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo 60000 >/proc/sys/vm/min_free_kbytes
start eater - anon 300M
await
killed eater
