# question: DMA32 is free, but kept for those who can use nothing else
# class: host-zone
# scope: global
# limit: zone
# charge_path: anon-fault
# dominant: anon
# victim: eater
# qemu: -machine max-ram-below-4g=128M
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
echo "1 1 1 1 1" >/proc/sys/vm/lowmem_reserve_ratio
start eater - anon 300M
await
killed eater
