# shellcheck shell=dash disable=SC3045 # busybox ash is dash with more: read -t is there
# What a scenario is written with. Everything here runs as process 1 of the guest, which the kernel never kills.
#
#   v1 | v2 [CONTROLLER...]      mount the memory controller (and others) at /cg
#   group PATH [FILE=VALUE...]   make a cgroup and write its files
#   start NAME GROUP EATER...    start an eater named NAME in GROUP (- : in none of ours); EATER: see tests/lab/eater.c
#                                other names than plain words: eater's -n, and COMM_NAME=... for the record
#   await [SECONDS]              until every eater stands still or is gone
#   killed NAME | lives NAME     what must have become of it, or the run does not count
#   must WORDS -- COMMAND...     the same for anything else
#   event GROUP NAME             the number after NAME in GROUP's memory.events (v1: memory.oom_control)

PROCS=
GROUPS_MADE=
COUNTED_TWICE=0
CG=0
KILLS_AT_START=$(sed -n 's/^oom_kill //p' /proc/vmstat)
mkfifo /run/tick
exec 9<>/run/tick

tell() { echo "$*" >&8; }

fails() { tell "reason $*"; }

# Sleeping without a new process: in a guest that has no memory left, fork is what fails first.
pause() { read -r -t "$1" _ <&9; }

must() {
	what=
	while [ "$1" != -- ]; do
		what="$what $1"
		shift
	done
	shift
	"$@" || fails "not so:$what"
}

# ---- cgroups

v1() {
	CG=1
	mount -t cgroup -o memory memory /cg || fails "cgroup v1 has no memory controller here"
	echo 1 >/cg/memory.use_hierarchy 2>/dev/null
}

v2() {
	CG=2
	mount -t cgroup2 cgroup2 /cg || fails "no cgroup v2 here"
	CONTROLLERS="+memory"
	for controller; do CONTROLLERS="$CONTROLLERS +$controller"; done
}

group() {
	path=$1
	shift
	walk=/cg
	for part in $(echo "$path" | tr / ' '); do
		[ "$CG" = 2 ] && echo "$CONTROLLERS" >"$walk/cgroup.subtree_control"
		walk=$walk/$part
		mkdir -p "$walk"
	done
	for setting; do
		echo "${setting#*=}" >"$walk/${setting%%=*}" || fails "cannot write $setting in $path"
	done
	GROUPS_MADE="$GROUPS_MADE $path"
}

event() {
	case $CG in
	1) sed -n "s/^$2 //p" "/cg$1/memory.oom_control" ;;
	2) sed -n "s/^$2 //p" "/cg$1/memory.events" ;;
	esac
}

# One JSON object a cgroup: its limits and what it holds now. The last look before the failure is the one that counts.
look() {
	for group in $GROUPS_MADE; do
		line="\"path\":\"$group\",\"version\":$CG"
		for file in memory.max memory.current memory.high memory.min memory.low memory.swap.max memory.swap.current \
			memory.limit_in_bytes memory.usage_in_bytes memory.memsw.limit_in_bytes memory.memsw.usage_in_bytes \
			memory.kmem.limit_in_bytes memory.kmem.usage_in_bytes; do
			[ -r "/cg$group/$file" ] && read -r value <"/cg$group/$file" && line="$line,\"$file\":\"$value\""
		done
		tell "group {$line}"
	done
}

# ---- processes

start() {
	look
	name=$1
	group=$2
	shift 2
	if [ "$group" = - ]; then
		eater -n "$name" "$@" 2>&8 &
	else
		eater -n "$name" -c "/cg$group/cgroup.procs" "$@" 2>&8 &
	fi
	PROCS="$PROCS $!:$name:$group"
}

# Counts a process that is no eater among those whose end is looked at.
watch() { # PID NAME
	PROCS="$PROCS $1:$2:-"
}

# Sets STATE. No command substitution here and in await: it would fork.
state_of() {
	STATE=
	read -r line 2>/dev/null <"/proc/$1/stat" || return
	line=${line##*) }
	STATE=${line%% *}
}

moving() {
	for proc in $PROCS; do
		state_of "${proc%%:*}"
		case $STATE in T | Z | X | '') ;; *) return 0 ;; esac
	done
	return 1
}

await() {
	left=$((${1:-30} * 5))
	while [ $left -gt 0 ] && moving; do
		pause 0.2
		left=$((left - 1))
	done
	pause 0.2 # for what is given back only after the end
}

# Sets STATUS to the status with which PID ended; to nothing while it lives. A shell can wait for a child only once: remember.
status_of() {
	eval "STATUS=\$STATUS_$1"
	[ -z "$STATUS" ] || return
	state_of "$1"
	case $STATE in
	'' | Z | X)
		wait "$1"
		STATUS=$?
		eval "STATUS_$1=$STATUS"
		;;
	esac
}

# Sets COUNT to how many of the processes named NAME were killed (yes), or are not dead (no).
count() {
	COUNT=0
	for proc in $PROCS; do
		rest=${proc#*:}
		[ "${rest%%:*}" = "$1" ] || continue
		status_of "${proc%%:*}"
		case $2$STATUS in yes137 | no) COUNT=$((COUNT + 1)) ;; esac
	done
}

killed() {
	count "$1" yes
	[ $COUNT -ge "${2:-1}" ] || fails "$1 was not killed (${2:-1} expected, $COUNT seen)"
}

lives() {
	count "$1" no
	[ $COUNT -ge 1 ] || fails "$1 does not live"
}

# A group kill counts its first victim a second time.
group_kill() { COUNTED_TWICE=1; }

# ---- devices

disk() { # MOUNTPOINT: the scenario's own disk, with a file system on it
	modprobe -a virtio_pci virtio_blk
	mkdir -p "$1"
	mke2fs "/dev/$(option lab.disk)" >/dev/null 2>&1
	mount -t ext4 "/dev/$(option lab.disk)" "$1" || mount -t ext2 "/dev/$(option lab.disk)" "$1" || fails "no disk"
}

swap_disk() {
	modprobe -a virtio_pci virtio_blk
	mkswap "/dev/$(option lab.swap)" >/dev/null
	swapon "/dev/$(option lab.swap)" || fails "no swap disk"
}

swap_zram() { # SIZE
	modprobe -a lzo lzo-rle lz4 zram # the kernel itself finds no modprobe here
	echo "$1" >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0 || fails "no zram"
}

ram_files() { # a file system whose pages are page cache, not shmem, and stay
	mkdir -p /ram
	mount -t ramfs ramfs /ram
}

# ---- the end

keep_dmesg() { # what is left in the ring buffer, for scenarios whose log is dmesg.log
	dmesg -s 1048576 -r >/run/dmesg
	{
		echo "=== dmesg"
		cat /run/dmesg
		echo "=== dmesg end"
	} >&8
}

# For scenarios after which nothing more can be said: what was done is complete, only the kernel's own line is missing.
armed() {
	look
	snapshot
	tell armed
}

# The host dumps the guest now, once before and once after QEMU knows its VMCOREINFO, and then ends it.
hold_for_dumps() {
	pause 3
	modprobe qemu_fw_cfg
	tell noted
	while :; do pause 1; done
}

arm_kdump() { # a panic starts the kernel that saves the dump
	modprobe -a virtio_pci virtio_blk
	kexec -p /kdump/vmlinuz --initrd=/kdump/initrd --append="nr_cpus=1 reset_devices rootfstype=ramfs panic=1 \
		lab.channel=$(option lab.channel) lab.disk=$(option lab.disk)" >&8 2>&8 || fails "kexec does not take the capture kernel"
}

victims() {
	for proc in $PROCS; do
		pid=${proc%%:*}
		rest=${proc#*:}
		status_of "$pid"
		[ "$STATUS" = 137 ] || continue
		group=${rest#*:}
		[ "$group" = - ] && group=/
		name=${rest%%:*}
		comm=
		eval "comm=\${COMM_$name:-$name}"
		tell "victim {\"pid\":$pid,\"comm\":\"$comm\",\"cgroup\":\"$group\"}"
		dead=$((dead + 1))
	done
}

finish() {
	dead=0
	await 10
	victims
	kills=$(($(sed -n 's/^oom_kill //p' /proc/vmstat) - KILLS_AT_START - COUNTED_TWICE))
	tell "kills $kills"
	[ "$kills" = "$dead" ] || fails "the kernel counted $kills kills, $dead processes died of one"
	snapshot
	[ "$kills" = $(($(sed -n 's/^oom_kill //p' /proc/vmstat) - KILLS_AT_START - COUNTED_TWICE)) ] || fails "somebody was killed when all was told"
	tell finished
	if [ "$(option lab.dump)" = 1 ]; then
		hold_for_dumps
	fi
	poweroff -f
}
