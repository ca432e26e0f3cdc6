# question: a file on disk is mapped and locked, so that its cache cannot be reclaimed
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-fault
# dominant: file
# victim: eater
# disk: 128M
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
disk /disk
group /box memory.max=48M memory.swap.max=0
truncate -s 96M /disk/data
start eater /box -l mapread /disk/data 80M
await
killed eater
