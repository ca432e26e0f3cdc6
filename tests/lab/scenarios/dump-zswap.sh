# question: a cgroup is swapped out to a disk behind zswap; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 96M
# cmdline: zswap.enabled=1
# kernels: newest -- the others are built without zswap
# evidence: oom_memcg=/shop
v2
swap_disk
group /shop memory.max=24M memory.swap.max=40M
group /batch memory.max=8M
start batch /batch anon 20M
await
start eater /shop anon 96M
await
killed eater
start web /shop anon 50M
await
lives web
