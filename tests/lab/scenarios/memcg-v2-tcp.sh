# question: a connection whose other end never reads
# class: kernel-memory
# scope: memcg
# limit: memory
# charge_path: socket
# dominant: kernel-other
# victim: eater
# trace: mem_cgroup_charge_skmem|sk_mem|mem_cgroup_sk
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
echo "65536 65536 65536" >/proc/sys/net/ipv4/tcp_mem
echo "4096 8388608 33554432" >/proc/sys/net/ipv4/tcp_rmem
group /box memory.max=24M memory.swap.max=0
start eater /box tcp 96M
await
killed eater
