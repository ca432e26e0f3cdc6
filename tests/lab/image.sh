# shellcheck shell=bash
# The guest's initial file system: busybox, the eater, the modules of one kernel; and the few files of one scenario on top.
# Sourced by run; needs $CACHE, $LAB and what kernel() has set.

MODULES="qemu_fw_cfg virtio_pci virtio_blk virtio_console zram lzo lzo-rle lz4"

guest_busybox() { # ARCH DIRECTORY
	local host
	host=$(dpkg --print-architecture)
	if [ "$1" = "$host" ]; then
		cp /bin/busybox "$2"
	else
		archive_index
		download "busybox-static:$1" && rm -rf "$CACHE/busybox-$1" && unpack "busybox-static:$1" "$CACHE/busybox-$1"
		cp "$(find "$CACHE/busybox-$1" -path '*/bin/busybox' -type f)" "$2"
	fi
}

build_eater() { # ARCH FILE
	local cc=${CC:-gcc}
	[ "$1" = "$(dpkg --print-architecture)" ] || cc=aarch64-linux-gnu-gcc
	"$cc" -std=c17 -O2 -Wall -Wextra -static -pthread -o "$2" "$LAB/eater.c"
}

# The modules and what they need, decompressed: not every busybox reads what every kernel's package holds.
guest_modules() { # DIRECTORY
	local into=$1/lib/modules/$KERNEL_RELEASE name file
	mkdir -p "$into"
	touch "$KERNEL_MODULES"/modules.{order,builtin,builtin.modinfo} # depmod wants them, not every package has them
	depmod -b "${KERNEL_MODULES%/lib/modules/*}" "$KERNEL_RELEASE"
	for name in $MODULES; do
		grep -E "/$name\.ko[^:]*:" "$KERNEL_MODULES/modules.dep" | tr -d : | tr ' ' '\n'
	done | sed '/^$/d' | sort -u | while read -r file; do
		name=$(basename "$file" | sed 's/\.ko.*//')
		case $file in
		*.xz) xz -dc "$KERNEL_MODULES/$file" >"$into/$name.ko" ;;
		*.zst) zstd -qdc "$KERNEL_MODULES/$file" >"$into/$name.ko" ;;
		*) cp "$KERNEL_MODULES/$file" "$into/$name.ko" ;;
		esac
	done
	touch "$into"/modules.{order,builtin,builtin.modinfo}
	depmod -b "$1" "$KERNEL_RELEASE"
}

pack() { # DIRECTORY FILE
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$2"
}

# Prints the path of the image that all scenarios of kernel $1 share; made anew when the lab's own files have changed.
base_image() {
	local image=$CACHE/$1.cpio root=$CACHE/root-$1
	if [ ! -e "$image" ] || [ -n "$(find "$LAB/eater.c" "$LAB/guest" "$LAB/image.sh" -newer "$image")" ]; then
		rm -rf "$root"
		mkdir -p "$root"/{bin,proc,sys,dev,lab}
		guest_busybox "$KERNEL_ARCH" "$root/bin/busybox"
		build_eater "$KERNEL_ARCH" "$root/bin/eater" || fatal "the eater does not compile"
		guest_modules "$root"
		cp "$LAB/guest/init" "$root/init"
		cp "$LAB"/guest/*.sh "$root/lab/"
		chmod 755 "$root/init" "$root/bin/busybox"
		pack "$root" "$image"
	fi
	echo "$image"
}

scenario_image() { # BASE SCENARIO_FILE OUT: two cpio archives, one behind the other, are one file system
	local root=$3.d
	mkdir -p "$root/lab"
	cp "$2" "$root/lab/scenario.sh"
	[ -z "$(head_line "$2" kdump)" ] || kdump_files "$1" "$root"
	pack "$root" "$3.top"
	cat "$1" "$3.top" >"$3"
	rm -rf "$root" "$3.top"
}
