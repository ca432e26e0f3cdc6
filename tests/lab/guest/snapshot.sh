# shellcheck shell=dash
# What the live kernel says of itself: the truth that a dump taken right afterwards is compared with.

show() {
	for file; do
		[ -r "$file" ] || continue
		echo "=== $file"
		cat "$file" 2>&1
	done
}

snapshot() {
	{
		echo "=== begin"
		echo "=== uname"
		uname -a
		show /proc/meminfo /proc/zoneinfo /proc/buddyinfo /proc/pagetypeinfo /proc/slabinfo /proc/vmstat /proc/swaps /proc/mounts \
			/proc/sysvipc/shm /sys/block/zram*/mm_stat /sys/kernel/mm/hugepages/hugepages-*/*_hugepages /sys/kernel/mm/lru_gen/enabled /sys/devices/system/node/node*/meminfo /proc/cmdline
		df -k
		find /cg -type f -name 'memory.*' ! -name memory.pressure ! -name memory.force_empty ! -name memory.reclaim \
			! -name memory.pressure_level ! -name memory.oom.group ! -name memory.numa_stat >/run/files
		while read -r file; do show "$file"; done </run/files
		for task in /proc/[0-9]*; do
			[ -s "$task/cmdline" ] || grep -q '^VmRSS' "$task/status" 2>/dev/null || continue
			show "$task/status" "$task/cgroup" "$task/oom_score" "$task/statm"
		done
		echo "=== end"
	} >&8 2>/dev/null
}
