# question: files are written, and nothing can reclaim their cache
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-write
# dominant: file
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
ram_files
group /box memory.max=64M memory.swap.max=0
start eater /box write /ram/data 96M
await
killed eater
