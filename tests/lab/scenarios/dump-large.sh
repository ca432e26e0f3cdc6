# question: many owners on a machine so large that a pass over its memory map takes time; meant for --dump and make bench
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: anon-fault
# dominant: anon
# victim: eater
# memory: 4G
# cpus: 2
# timeout: 240
# evidence: oom_memcg=/shop,task_memcg=/shop/web
v2
ram_files
mkdir -p /box-tmp
mount -t tmpfs -o size=1G tmpfs /box-tmp
group /shop memory.max=768M memory.swap.max=0
group /shop/web
group /shop/db memory.min=4M
group /batch
group /batch/jobs
start db /shop/db anon 300M
start scratch /batch/jobs write /box-tmp/data 500M
start segment /batch/jobs sysv 100M
start opener /batch/jobs files 20000
start threads /batch/jobs threads 100
start tables /batch/jobs tables 8G
await
start eater /shop/web anon 800M
await
killed eater
lives db
