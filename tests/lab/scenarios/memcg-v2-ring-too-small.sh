# question: the kernel's ring buffer holds only the end of what happened
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# log: dmesg.log
# timeout: 150
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
group /box memory.max=32M memory.swap.max=0
for _ in $(seq 120); do start sleeper /box hold; done
await
for _ in $(seq 12); do
	start eater /box anon 64M
	await
done
killed eater 12
keep_dmesg
