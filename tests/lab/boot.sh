# shellcheck shell=bash
# One guest: boots it, waits until it has ended or its time is up, and writes what it left behind. Sourced by run.

# The value of `# KEY: ...` in a scenario's head. `# KEY: VALUE 5.10=OTHER` says OTHER where kernel 5.10 truly behaves differently.
head_line() { # FILE KEY [KERNEL]
	local line word value=
	line=$(sed -n "s/^# $2: *//p" "$1" | head -n 1)
	case $2 in cmdline | qemu | victim | evidence | kernels | question) echo "$line" && return ;; esac
	for word in $line; do
		case $word in
		"${3:-none}="*) echo "${word#*=}" && return ;;
		*=*) ;;
		*) [ -n "$value" ] || value=$word ;;
		esac
	done
	echo "$value"
}

# `# kernels: 5.10 6.1 -- why` restricts a scenario; prints nothing when $2 is among them, else the reason.
not_for() { # FILE KERNEL
	local line
	line=$(head_line "$1" kernels)
	case " ${line%%--*} " in "  " | *" $2 "*) ;; *) echo "${line#*--}" ;; esac
}

disk_option() { # SIZE FILE: one more virtio disk
	truncate -s "$1" "$2"
	echo "-drive if=none,id=${2##*.},format=raw,cache=unsafe,file=$2 -device virtio-blk-pci,drive=${2##*.}"
}

machine_options() { # ARCH: machine, console and the second channel
	case $1 in
	amd64) echo "qemu-system-x86_64 -M pc -cpu max,cx16=off -serial chardev:console -serial chardev:channel" ;;
	arm64) echo "qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a72 -serial chardev:console -device virtio-serial-pci -device virtconsole,chardev=channel" ;;
	esac
}

kernel_options() { # ARCH
	case $1 in
	amd64) echo "console=ttyS0,115200 lab.channel=ttyS1" ;;
	arm64) echo "console=ttyAMA0 lab.channel=hvc0" ;;
	esac
}

boot() { # SCENARIO_FILE OUT KERNEL: sets nothing, leaves console.log and channel.txt in OUT
	local file=$1 out=$2 kernel=$3 qemu line disks='' letter=a seconds
	read -ra qemu <<<"$(machine_options "$KERNEL_ARCH") $(head_line "$file" qemu)"
	line="$(kernel_options "$KERNEL_ARCH") ignore_loglevel rootfstype=ramfs printk.devkmsg=on panic=1 transparent_hugepage=madvise mitigations=off"
	line="$line lab.dump=${DUMP:-0} $(head_line "$file" cmdline)"
	for use in disk swap; do
		seconds=$(head_line "$file" $use)
		[ -n "$seconds" ] || continue
		disks="$disks $(disk_option "$seconds" "$out/guest.$use")"
		line="$line lab.$use=vd$letter"
		letter=b
	done
	read -ra disks <<<"$disks"
	[ -z "$(head_line "$file" kdump)" ] || line="$line crashkernel=$(head_line "$file" kdump)"
	[ "${DUMP:-0}" = 0 ] || qemu+=(-device vmcoreinfo)
	seconds=$(head_line "$file" timeout "$kernel")
	[ "$KERNEL_ARCH" = amd64 ] || seconds=240
	scenario_image "$(base_image "$kernel")" "$file" "$out/guest.cpio"
	mkfifo "$out/guest.monitor"
	exec 7<>"$out/guest.monitor"
	timeout -k 5 "$((${seconds:-90} + (${DUMP:-0} * 120)))" "${qemu[@]}" -accel tcg -m "$(memory "$file" "$kernel")" -nodefaults -display none -no-reboot \
		-smp "$(cpus "$file")" -kernel "$KERNEL_IMAGE" -initrd "$out/guest.cpio" -append "$line" "${disks[@]}" \
		-chardev "file,id=console,path=$out/console.log" -chardev "file,id=channel,path=$out/channel.txt" \
		-monitor stdio <&7 >"$out/qemu.log" 2>&1 &
	[ "${DUMP:-0}" = 0 ] || take_dumps "$out" $!
	wait $!
	echo $? >"$out/status"
	exec 7>&-
	carry_out "$out"
}

memory() {
	local size
	size=$(head_line "$1" memory "$2")
	echo "${size:-256M}"
}

cpus() {
	local count
	count=$(head_line "$1" cpus)
	echo "${count:-1}"
}
