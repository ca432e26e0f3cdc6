# question: v1: files are written, and nothing can reclaim their cache
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-write
# dominant: file
# victim: eater
# kernels: 5.10 6.1 6.1-arm64 -- later kernels of this distribution are built without the v1 memory controller
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v1
ram_files
group /box memory.limit_in_bytes=64M
start eater /box write /ram/data 96M
await
killed eater
