# question: transparent huge pages always, the machine is full
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# cmdline: transparent_hugepage=always
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
start eater - -t anon 400M
await
killed eater
