# question: v1: files are read, and nothing can reclaim their cache
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-read
# dominant: file
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
ram_files
group /box memory.limit_in_bytes=64M
truncate -s 96M /ram/data
start eater /box read /ram/data
await
killed eater
