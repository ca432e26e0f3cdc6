# question: a mapped file is read, and nothing can reclaim its cache
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: file-fault
# dominant: file
# victim: eater
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
ram_files
group /box memory.max=64M memory.swap.max=0
truncate -s 96M /ram/data
start eater /box mapread /ram/data 96M
await
killed eater
