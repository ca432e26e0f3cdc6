# question: oom_kill_allocating_task=1: who asks dies, not who is large
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: asker
# evidence: Out of memory \(oom_kill_allocating_task\): Killed process [0-9]+ \(asker\)
echo 1 >/proc/sys/vm/oom_kill_allocating_task
start database - anon 120M
await
start asker - anon 200M
await
killed asker
lives database
