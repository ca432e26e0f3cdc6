# question: files are read, and nothing can reclaim their cache
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-read
# dominant: file
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
ram_files
group /box memory.max=64M memory.swap.max=0
truncate -s 96M /ram/data # no page of it exists before it is read
start eater /box read /ram/data
await
killed eater
