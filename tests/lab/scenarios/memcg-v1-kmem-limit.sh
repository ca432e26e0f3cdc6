# question: kmem.limit_in_bytes refuses: fork and open fail, and the log says nothing
# class: memcg-limit
# scope: memcg
# limit: kmem
# charge_path: slab
# dominant: slab
# victim: none
# kernels: 5.10 -- kmem.limit_in_bytes does nothing since 5.16
# kind: none
v1
group /box memory.limit_in_bytes=64M memory.kmem.limit_in_bytes=8M
start eater /box files 1000000
await 30
must "kmem refused" -- [ "$(cat /cg/box/memory.kmem.failcnt)" -gt 0 ]
