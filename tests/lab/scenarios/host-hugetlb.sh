# question: a huge page pool that nobody uses holds most of the memory
# class: hugetlb
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: hugetlb
# victim: eater
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo 60 >/proc/sys/vm/nr_hugepages
must "the pool has its pages" -- [ "$(cat /proc/sys/vm/nr_hugepages)" -ge 50 ]
start eater - anon 200M
await
killed eater
