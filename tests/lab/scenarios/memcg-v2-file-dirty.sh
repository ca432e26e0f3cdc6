# question: anonymous memory against dirty cache that a slow disk cannot take
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: file
# victim: eater
# disk: 128M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2 io
disk /disk
echo 90 >/proc/sys/vm/dirty_ratio # so that the writer itself is not held back
echo 80 >/proc/sys/vm/dirty_background_ratio
group /box memory.max=64M memory.swap.max=0
echo "$(cat "/sys/class/block/$(option lab.disk)/dev") wbps=32768" >/cg/box/io.max || fails "the disk cannot be slowed down"
start writer /box write /disk/data 40M
await
start eater /box anon 64M
await 60
killed eater
echo "$(cat "/sys/class/block/$(option lab.disk)/dev") wbps=max" >/cg/box/io.max # or the guest's last sync takes minutes
