# shellcheck shell=bash
# Dumps: of a guest that holds still, by QEMU; and the parts of a real kdump. Sourced by run.

until_told() { # OUT WORD PROCESS: waits for WORD on the guest's channel, or for the guest's end
	until grep -aqE "^($2)" "$1/channel.txt" 2>/dev/null; do
		kill -0 "$3" 2>/dev/null || return 1
		sleep 0.2
	done
}

# Four forms of one moment. QEMU knows the guest's VMCOREINFO only once the guest's driver has told it: first without, then with.
take_dumps() { # OUT PROCESS
	until_told "$1" 'finished|armed' "$2" || return
	{
		echo stop
		echo "dump-guest-memory $1/vmcore.elf"
		echo "dump-guest-memory -z $1/vmcore.zlib"
		echo cont
	} >&7
	until_told "$1" noted "$2" || return
	{
		echo stop
		echo "dump-guest-memory $1/vmcore-note.elf"
		echo "dump-guest-memory -z $1/vmcore-note.zlib"
		echo quit
	} >&7
}

with_libraries() { # PROGRAM DIRECTORY: copies it, and what it is linked with
	local program library
	program=$(command -v "$1") || fatal "$1 is not installed"
	mkdir -p "$2/bin"
	cp "$program" "$2/bin/"
	ldd "$program" | grep -oE '/[^ ]+' | while read -r library; do
		mkdir -p "$2$(dirname "$library")"
		cp -L "$library" "$2$library"
	done
}

# What a guest needs to catch its own panic: kexec, its kernel once more, and a small system that writes the dump to the disk.
kdump_files() { # BASE_IMAGE DIRECTORY
	local root=$2/capture
	with_libraries kexec "$2"
	with_libraries makedumpfile "$root"
	cp "$LAB/guest/capture" "$root/init"
	chmod 755 "$root/init"
	pack "$root" "$root.cpio"
	mkdir -p "$2/kdump"
	cat "$1" "$root.cpio" >"$2/kdump/initrd"
	cp "$KERNEL_IMAGE" "$2/kdump/vmlinuz"
	rm -rf "$root" "$root.cpio"
}

# The capture kernel wrote the dump to the start of the disk, and told how long it is.
carry_out() { # OUT
	local size
	size=$(told "$1" vmcore)
	[ -z "$size" ] || head -c "$size" "$1/guest.disk" >"$1/vmcore"
}
