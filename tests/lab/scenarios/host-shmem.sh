# question: a tmpfs fills the machine: a large process dies first, in vain
# class: shmem
# scope: global
# limit: zone
# charge_path: shmem-write
# dominant: shmem
# victim: database
# trace: shmem_
# evidence: Out of memory: Killed process [0-9]+ \(database\)
mkdir -p /big
start database - anon 24M
await
mount -t tmpfs -o size=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) .*/\1/p' /proc/meminfo) + 4000))k tmpfs /big
start writer - -x write /big/data 400M # until the tmpfs is full
await
killed database
