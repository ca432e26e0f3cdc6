# question: oom_dump_tasks=0: the report has no task table
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo 0 >/proc/sys/vm/oom_dump_tasks
start eater - anon 400M
await
killed eater
