# shellcheck shell=bash
# The kernels of the lab, by the names that `tests/lab/run` takes, and how they come from the archive.
# Sourced by run; needs $CACHE and $LAB.

KERNELS="5.10 6.1 6.12 newest 6.1-arm64"

# Another architecture is slow to emulate: what it runs unless scenarios are named.
# shellcheck disable=SC2034 # read by run
ARM64_SCENARIOS="memcg-v2-anon host-anon memcg-v2-tmpfs-write memcg-v2-slab-files memcg-v1-memsw host-cpuset memcg-v2-file-mmap host-sysrq
	memcg-v2-page-tables memcg-v2-pipes host-shmem memcg-v2-group-kill"

# name, suite, architecture, the image package this lab was last checked with (the suite's current one is the fallback)
kernel_row() {
	case $1 in
	5.10) echo "bullseye amd64 linux-image-5.10.0-32-cloud-amd64" ;;
	6.1) echo "bookworm amd64 linux-image-6.1.0-50-cloud-amd64" ;;
	6.12) echo "trixie amd64 linux-image-6.12.107+deb13-cloud-amd64" ;;
	newest) echo "sid amd64 linux-image-7.2.13+deb14-cloud-amd64" ;;
	6.1-arm64) echo "bookworm arm64 linux-image-6.1.0-50-cloud-arm64" ;;
	*) return 1 ;;
	esac
}

# A package index of its own, for all suites, so that nothing of the machine's apt changes. The mirror is the one apt uses here.
archive_index() {
	local apt=$CACHE/apt mirror suite
	export APT_CONFIG=$apt/apt.conf
	[ -e "$apt/done" ] && return
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
	# shellcheck disable=SC2016 # apt itself fills these in
	mirror=$(APT_CONFIG='' apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | sort -u | head -n 1)
	[ -n "$mirror" ] || fatal "apt names no Debian mirror"
	for suite in bullseye bookworm trixie sid; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
	done >"$apt/sources.list"
	: >"$apt/state/status"
	# A mirror that was frozen serves old kernels as well as a fresh one; signatures are checked all the same.
	cat >"$apt/apt.conf" <<-END
		Dir::Etc::SourceList "$apt/sources.list";
		Dir::Etc::SourceParts "-";
		Dir::State "$apt/state";
		Dir::State::status "$apt/state/status";
		Dir::Cache "$apt/cache";
		APT::Architectures { "amd64"; "arm64"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
	END
	say "reading the archive's package lists"
	apt-get -qq update >&2 || fatal "the package archive cannot be read"
	: >"$apt/done"
}

download() { # PACKAGE...: into the cache, unless they are there
	local package
	for package; do
		compgen -G "$CACHE/debs/${package%%:*}_*_${package##*:}.deb" >/dev/null && continue
		mkdir -p "$CACHE/debs"
		(cd "$CACHE/debs" && apt-get -qq download "$package" >&2) && continue
		say "$package is not where the package lists say; reading them again"
		rm -f "$CACHE/apt/done"
		archive_index
		(cd "$CACHE/debs" && apt-get -qq download "$package" >&2) || return 1
	done
}

unpack() { # PACKAGE DIRECTORY
	local deb
	deb=$(compgen -G "$CACHE/debs/${1%%:*}_*_${1##*:}.deb" | head -n 1)
	dpkg -x "$deb" "$2"
}

depends() { # PACKAGE PATTERN: what it depends on, by name
	apt-cache show "$1" 2>/dev/null | sed -n 's/^Depends: //p' | tr -s ',|' '\n' | sed -E 's/^ +//; s/ .*//' | grep -E "$2" | sort -u
}

# The pinned image package if the archive still has it, else what the suite has now.
image_package() { # SUITE ARCH PINNED
	local version
	apt-cache show "$3:$2" >/dev/null 2>&1 && echo "$3" && return
	version=$(apt-cache madison "linux-image-cloud-$2:$2" | awk -F' *\\| *' -v suite="$1/main" 'index($3, suite) {print $2; exit}')
	say "$3 is no longer in the archive; taking what $1 has now ($version)"
	depends "linux-image-cloud-$2:$2=$version" "^linux-image-[0-9]" | head -n 1
}

# Sets KERNEL_ARCH, KERNEL_IMAGE, KERNEL_MODULES (a directory) and KERNEL_RELEASE for the kernel named $1.
kernel() {
	local row suite pinned image at=$CACHE/kernels/$1 more
	row=$(kernel_row "$1") || fatal "no kernel is named $1; there are: $KERNELS"
	read -r suite KERNEL_ARCH pinned <<<"$row"
	if [ ! -e "$at/done" ]; then
		archive_index
		image=$(image_package "$suite" "$KERNEL_ARCH" "$pinned")
		[ -n "$image" ] || fatal "the archive has no kernel for $1"
		say "fetching $image"
		more=$(depends "$image:$KERNEL_ARCH" '^linux-(binary|modules)-')
		rm -rf "$at"
		mkdir -p "$at"
		for package in $image $more; do
			download "$package:$KERNEL_ARCH" || fatal "cannot fetch $package"
			unpack "$package:$KERNEL_ARCH" "$at"
		done
		: >"$at/done"
	fi
	KERNEL_IMAGE=$(find "$at" -name 'vmlinuz*' -type f | head -n 1)
	[ -n "$KERNEL_IMAGE" ] || fatal "there is no kernel in the packages of $1"
	KERNEL_MODULES=$(find "$at" -type d -path '*/lib/modules/*' -prune | head -n 1)
	# shellcheck disable=SC2034 # read by image.sh and truth.sh
	KERNEL_RELEASE=${KERNEL_MODULES##*/}
}

# The debug information of the kernel named $1: its vmlinux, as usr/lib/debug/boot/vmlinux-* below $CACHE/debuginfo/KERNEL (a
# link, in newer packages). Nothing is installed; the package (300 MB) also holds that of the modules, which is left in it.
debuginfo() {
	local row suite pinned arch package at=$CACHE/debuginfo/$1 deb
	[ -e "$at/done" ] && return
	row=$(kernel_row "$1") || fatal "no kernel is named $1; there are: $KERNELS"
	read -r suite arch pinned <<<"$row"
	archive_index
	package=$(image_package "$suite" "$arch" "$pinned")-dbg:$arch
	say "fetching $package"
	download "$package" || fatal "cannot fetch $package"
	deb=$(compgen -G "$CACHE/debs/${package%:*}_*_$arch.deb" | head -n 1)
	rm -rf "$at"
	mkdir -p "$at"
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$at" --wildcards '*/vmlinux*' || fatal "$deb is damaged"
	rm -f "$deb"
	: >"$at/done"
}
