# question: the movable zone has memory left, but the kernel's own pages cannot live there
# class: host-zone
# scope: global
# limit: zone
# charge_path: pipe
# dominant: anon
# victim: pinned
# trace: pipe_write
# cmdline: kernelcore=112M
# evidence: Out of memory: Killed process [0-9]+ \(pinned\)
# First one process fills the movable zone, a second one most of the others; then the first leaves.
free_in() { # ZONES: kB
	awk -v zones="$1" '/^Node/ {here = $4 ~ zones} here && /pages free/ {sum += $3 * 4} END {print int(sum)}' /proc/zoneinfo
}
start first - anon "$(free_in Movable)K"
await
start pinned - anon "$(($(free_in DMA) * 7 / 10))K"
await
kill -TERM "${PROCS%%:*}" # the first one; not by SIGKILL, which would look like the kernel's own
kill -CONT "${PROCS%%:*}"
await
start eater - pipes 100M
await
killed pinned
