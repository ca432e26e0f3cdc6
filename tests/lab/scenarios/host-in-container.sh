# question: the machine is full, and the process that dies runs in a container whose own limit was not reached
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
# evidence: global_oom,task_memcg=/docker/9f86d081
v2
group /docker
group /docker/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 memory.max=1G
start bystander - anon 8M
await
start eater /docker/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 anon 400M
await
killed eater
lives bystander
