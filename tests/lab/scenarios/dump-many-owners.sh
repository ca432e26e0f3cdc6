# question: every kind of memory has an owner somewhere in the tree; meant for --dump
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# swap: 64M
# cpus: 2
# evidence: oom_memcg=/shop,task_memcg=/shop/web
v2
swap_disk
ram_files
mkdir -p /box-tmp /box-gone
mount -t tmpfs -o size=64M tmpfs /box-tmp
mount -t tmpfs -o size=64M tmpfs /box-gone
group /shop memory.max=48M memory.swap.max=8M
group /shop/web memory.low=8M
group /shop/db memory.min=4M
group /batch memory.max=40M memory.high=36M
group /batch/jobs
group /batch/leaving
start db /shop/db anon 6M
start keeper /shop/db -l anon 2M
start cache /shop/web write /ram/data 4M
start scratch /batch/jobs write /box-tmp/data 8M
start segment /batch/jobs sysv 5M
start nameless /batch/jobs memfd 3M
start mapper /batch/jobs mapwrite /box-gone/data 4M
start plumber /batch/jobs pipes 3M
start opener /batch/jobs files 4000
start threads /batch/jobs threads 30
start tables /batch/jobs tables 1G
start gone /batch/leaving -x write /box-tmp/orphan 2M
await
rm /box-gone/data                # deleted, but mapped
rmdir /cg/batch/leaving          # a cgroup that is offline and still has pages
GROUPS_MADE=${GROUPS_MADE% *}
start eater /shop/web anon 80M
await
killed eater
lives db
