# question: the movable zone has memory left, but the kernel's own pages cannot live there
# class: host-zone
# scope: global
# limit: zone
# charge_path: pipe
# dominant: anon
# victim: pinned
# cmdline: kernelcore=112M
# evidence: Out of memory: Killed process [0-9]+ \(pinned\)
# First one process fills the movable zone, a second one what it can of the other; then the first leaves.
start first - anon 128M
await
start pinned - anon 56M
await
kill -TERM "${PROCS%%:*}" # the first one; not by SIGKILL, which would look like the kernel's own
kill -CONT "${PROCS%%:*}"
await
start eater - pipes 60M
await
killed pinned
