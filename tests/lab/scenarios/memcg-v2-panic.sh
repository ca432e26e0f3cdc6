# question: panic_on_oom=2: a container's limit takes the machine down
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: none
# kind: oom-no-kill
# ends: panic
# evidence: Kernel panic - not syncing: Out of memory: compulsory panic_on_oom
v2
group /box memory.max=64M memory.swap.max=0
echo 2 >/proc/sys/vm/panic_on_oom
armed
start eater /box anon 96M
await
