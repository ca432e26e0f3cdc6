# question: one large block is asked for: the request fails, nobody dies
# class: host-zone
# scope: global
# limit: order
# charge_path: slab
# dominant: unaccounted
# victim: none
# qemu: -device VGA
# cmdline: vga=0x314
# kind: alloc-failure
# evidence: page allocation failure: order:1[0-9]
echo 0 >/proc/sys/vm/compact_unevictable_allowed
echo "1 1 1 1 1" >/proc/sys/vm/lowmem_reserve_ratio # the DMA zone, which has large blocks, is for others
start holes - holes 150M
await
start locker - -l anon 40M # takes what large blocks there are
await
start asker - console /dev/tty1 1000 2000 # 4 MB in one piece, for the screen of a text console
await
lives holes
