# question: empty files on tmpfs: inodes and directory entries that cannot be dropped
# class: slab
# scope: memcg
# limit: memory
# charge_path: slab
# dominant: slab
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
mkdir -p /box-tmp
mount -t tmpfs -o nr_inodes=0 tmpfs /box-tmp
group /box memory.max=32M memory.swap.max=0
start eater /box inodes /box-tmp 100000
await 60
killed eater
