# question: memory bound to one node, the other node is not full
# class: host-zone
# scope: mempolicy
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# qemu: -object memory-backend-ram,id=m0,size=128M -object memory-backend-ram,id=m1,size=128M -numa node,nodeid=0,memdev=m0,cpus=0 -numa node,nodeid=1,memdev=m1
# evidence: constraint=CONSTRAINT_MEMORY_POLICY
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
start eater - -b 1 anon 200M
await
killed eater
