# question: two cgroups are swapped out to zram, whose pages are nobody's; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# evidence: oom_memcg=/shop
v2
swap_zram 96M
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
