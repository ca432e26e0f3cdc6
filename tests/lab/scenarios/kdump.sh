# question: a real kdump: panic_on_oom, the capture kernel filters and saves the dump, as on users' machines
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: none
# kind: oom-no-kill
# ends: panic
# memory: 512M
# kdump: 160M
# disk: 256M
# timeout: 240
# kernels: 5.10 6.1 6.12 newest -- kexec is of the host's architecture
# evidence: Kernel panic - not syncing: Out of memory: system-wide panic_on_oom
v2
arm_kdump
must "the capture kernel is loaded" -- [ "$(cat /sys/kernel/kexec_crash_loaded)" = 1 ]
echo 1 >/proc/sys/vm/panic_on_oom
group /shop memory.max=200M memory.high=150M
group /shop/web memory.low=8M
group /shop/files
group /batch memory.max=64M
mount -t tmpfs -o size=64M tmpfs /tmp
start web /shop/web anon 24M
start files /shop/files write /tmp/data 16M
start segment /batch sysv 8M
start threads /batch threads 20
await
armed
start eater - anon 600M
await
