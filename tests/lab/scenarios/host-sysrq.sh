# question: an operator asks for a kill by SysRq
# class: manual
# scope: sysrq
# limit: none
# charge_path: none
# dominant: anon
# victim: eater
# evidence: Manual OOM execution
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo 1 >/proc/sys/kernel/sysrq
start eater - anon 100M
await
echo f >/proc/sysrq-trigger
pause 2
killed eater
