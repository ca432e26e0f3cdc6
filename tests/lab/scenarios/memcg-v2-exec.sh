# question: the arguments of the next program do not fit into the limit any more
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: exec
# dominant: anon
# victim: eater
# trace: copy_strings|get_arg_page|execve
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=32M memory.swap.max=0
start eater /box exec 31M
await
killed eater
