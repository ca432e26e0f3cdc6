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
start holes - holes 150M
await
start asker - console /dev/tty1 1000 2000 # 4 MB in one piece, for the screen of a text console
await
lives holes
