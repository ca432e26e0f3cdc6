# question: siblings under memory.min and memory.low are not reclaimed, so another dies
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: file
# victim: eater
# disk: 128M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
disk /disk
dd if=/dev/zero of=/disk/data bs=64k count=640 2>/dev/null
sync
echo 3 >/proc/sys/vm/drop_caches
group /pod memory.max=64M memory.swap.max=0
group /pod/cache memory.min=48M
group /pod/app memory.low=4M
start cache /pod/cache read /disk/data # clean cache, free to take but for the protection
await
start eater /pod/app anon 60M
await
killed eater
lives cache
