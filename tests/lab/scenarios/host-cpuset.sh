# question: the nodes of a cpuset are full, the other node is not
# class: host-zone
# scope: cpuset
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# qemu: -object memory-backend-ram,id=m0,size=128M -object memory-backend-ram,id=m1,size=128M -numa node,nodeid=0,memdev=m0,cpus=0 -numa node,nodeid=1,memdev=m1
# evidence: constraint=CONSTRAINT_CPUSET
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
v2 cpuset
group /pinned cpuset.mems=1
start eater /pinned anon 200M
await
killed eater
