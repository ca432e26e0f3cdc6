# question: the machine's slab is full of inodes; those who are killed for it have none of them
# class: slab
# scope: global
# limit: zone
# charge_path: slab
# dominant: slab
# victim: spare
# trace: alloc_inode|d_alloc
# evidence: Out of memory: Killed process [0-9]+ \(spare\)
for _ in 1 2 3 4; do start spare - anon 8M; done
await
free() { # kB; not MemAvailable, which takes directory entries for reclaimable
	sed -n 's/^MemFree: *\([0-9]*\) .*/\1/p' /proc/meminfo
}
mkdir -p /many
mount -t tmpfs -o nr_inodes=1000000 tmpfs /many
before=$(free)
start first - -x inodes /many 20000 # what an inode costs differs from kernel to kernel
await
after=$(free)
room=$((20000 + (after + 10000) * 20000 / (before - after))) # what there is room for, and somewhat more
mount -o remount,nr_inodes=$room /many
start eater - inodes /many 10000000
await 60
killed spare
