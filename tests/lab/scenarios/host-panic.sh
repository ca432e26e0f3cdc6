# question: panic_on_oom=1: the machine goes down instead of killing
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: none
# kind: oom-no-kill
# ends: panic
# evidence: Kernel panic - not syncing: Out of memory: system-wide panic_on_oom
echo 1 >/proc/sys/vm/panic_on_oom
armed
start eater - anon 400M
await
