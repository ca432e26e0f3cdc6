# question: one after the other, thirty times
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# timeout: 120
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=16M memory.swap.max=0
for _ in $(seq 30); do
	start eater /box anon 32M
	await
done
killed eater 30
