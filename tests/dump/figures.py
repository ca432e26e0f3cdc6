"""The figures that are compared, one row each: where the dump has them, where the kernel said them, how far the two may
lie apart, and why. A new view adds rows to FIGURES."""

import re
from collections import namedtuple

PAGE = 4096
KIB = 1024

# view: of `whyoom inspect`; name: of the row; dump(view) and state(state): what is compared, by key; bound(state, key):
# how far a figure may be off, 0 where the kernel keeps it exactly; why: the bound's reason, for people.
Figure = namedtuple("Figure", "view name dump state bound why")


def exact(state, key):
    return 0


# --- cgroups ---------------------------------------------------------------------------------------------------------

CGROUP_FILES = {
    "memory.current": "usage_bytes",
    "memory.max": "limit_bytes",
    "memory.high": "high_bytes",
    "memory.min": "min_bytes",
    "memory.low": "low_bytes",
    "memory.swap.current": "swap_usage_bytes",
    "memory.swap.max": "swap_limit_bytes",
}

# What v2's memory.stat counts that is no memory.
CGROUP_COUNTS = ("workingset_", "pg", "thp_", "zswp", "swpin", "swpout", "pswp", "numa_")

# Of these the ones that whyoom reads.
COUNTS_READ = (
    "workingset_refault_anon workingset_refault_file workingset_activate_anon workingset_activate_file "
    "workingset_restore_anon workingset_restore_file workingset_nodereclaim pgscan pgscan_kswapd pgscan_direct "
    "pgscan_khugepaged pgscan_proactive pgsteal pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgsteal_proactive "
    "pswpin pswpout pgrefill pgfault pgmajfault pgactivate pgdeactivate"
).split()


def by_path(view, online=True):
    return {group["path"]: group for group in view["cgroups"] if "path" in group and group.get("online", True) == online}


def cgroup_limits_dump(view):
    return {
        (path, file): group.get(key)
        for path, group in by_path(view).items()
        for file, key in CGROUP_FILES.items()
        if path != "/"
    }


def cgroup_limits_state(state):
    return {
        (path, file): state.number(state.cgroup_file(path, file))
        for path in state.cgroups()
        for file in CGROUP_FILES
        if path != "/" and state.lines(state.cgroup_file(path, file))
    }


def cgroup_events_dump(view):
    return {(path, name): value for path, group in by_path(view).items() for name, value in group["events"].items()}


def cgroup_events_state(state):
    found = {}
    for path in state.cgroups():
        for prefix, file in (("", "memory.events"), ("swap_", "memory.swap.events")):
            for name, value in state.pairs(state.cgroup_file(path, file)).items():
                found[path, prefix + name] = value
    return found


def is_count(name):
    return name.startswith(CGROUP_COUNTS)


def cgroup_stat_dump(view):
    return {
        (path, name.removesuffix("_bytes")): value
        for path, group in by_path(view).items()
        for name, value in group["stat"].items()
        if name.endswith("_bytes")
    }


def cgroup_stat_state(state):
    return {
        (path, name): value
        for path in state.cgroups()
        for name, value in state.pairs(state.cgroup_file(path, "memory.stat")).items()
        if not is_count(name)
    }


def cgroup_counts_dump(view):
    return {
        (path, name): value
        for path, group in by_path(view).items()
        for name, value in group["stat"].items()
        if not name.endswith("_bytes")
    }


def cgroup_counts_state(state):
    return {
        (path, name): value
        for path in state.cgroups()
        for name, value in state.pairs(state.cgroup_file(path, "memory.stat")).items()
        if name in COUNTS_READ and path != "/"
    }


def groups_below(state, path):
    return sum(1 for other in state.cgroups() if path == "/" or other == path or other.startswith(path + "/"))


def unflushed(state, key):
    """Each CPU keeps up to a batch of 64 pages of each group to itself, and memory.stat is printed without them."""
    return 64 * PAGE * (state.cpus() + 1) * groups_below(state, key[0])


def unflushed_counts(state, key):
    return unflushed(state, key) // PAGE


# --- tasks -----------------------------------------------------------------------------------------------------------

TASK_LINES = {
    "RssAnon": "anon_rss_bytes",
    "RssFile": "file_rss_bytes",
    "RssShmem": "shmem_rss_bytes",
    "VmSwap": "swap_bytes",
    "VmPTE": "pgtables_bytes",
    "VmSize": "total_vm_bytes",
}


def tasks_dump(view):
    return {(task["pid"], line): task.get(key) for task in view["tasks"] for line, key in TASK_LINES.items()}


def tasks_state(state):
    """Of those that hold still: what reads the figures, init among them, goes on."""
    found = {}
    for pid in state.processes():
        lines = state.kilobytes(f"/proc/{pid}/status")
        for line in TASK_LINES:
            if pid != 1 and line in lines:
                found[pid, line] = lines[line]
    return found


def split_counters(state, key):
    """Up to 6.1 each thread keeps up to 64 pages of a counter to itself; status prints without them."""
    return 64 * PAGE


# --- slabs -----------------------------------------------------------------------------------------------------------

# Caches that reading /proc and /sys by the hundred fills, as the guest does while it writes state.txt.
MOVED_BY_READING = re.compile(
    "dentry|.*inode_cache|kernfs|kmalloc|filp|pid|seq_file|task|files|vm_area|anon_vma|signal|sighand|mm_struct|maple|"
    "cred|sigqueue|lsm|radix|names|skbuff|ep|buffer|proc|fs_cache|thread|shmem|iommu|vmap|ftrace|trace|bio|request|blk|uts|"
    "nsproxy|numa|pde|virtio|debug|PING|RAW|UNIX|sock|page->ptl|perf|delayed|rpc|sg|user|io|key|audit|file|mnt|net|mqueue"
)


def slabs_dump(view):
    return {
        (cache["name"], key): cache.get(key)
        for cache in view["caches"]
        for key in ("object_bytes", "objects_total", "objects_active", "slabs")
    }


def slabs_state(state):
    found = {}
    for line in state.lines("/proc/slabinfo")[2:]:
        words = line.split()
        if len(words) > 15:
            found[words[0], "object_bytes"] = int(words[3])
            if not MOVED_BY_READING.match(words[0]):
                found[words[0], "objects_active"] = int(words[1])
                found[words[0], "objects_total"] = int(words[2])
                found[words[0], "slabs"] = int(words[14])
    return found


def slab_counted_dump(view):
    return {"SReclaimable": view.get("reclaimable_bytes"), "SUnreclaim": view.get("unreclaimable_bytes")}


def slab_counted_state(state):
    lines = state.kilobytes("/proc/meminfo")
    return {key: lines[key] for key in ("SReclaimable", "SUnreclaim") if key in lines}


def read_on(state, key):
    return 1024 * KIB


def slab_groups_dump(view):
    """Of the subtree, as memory.stat has it."""
    found = {}
    for group in view["memcgs"]:
        path = group["path"]
        while True:
            found[path] = found.get(path, 0) + group["bytes"]
            if path == "/":
                break
            path = path.rpartition("/")[0] or "/"
    return found


def slab_groups_state(state):
    """Of groups that have more than a stock; the root holds what the guest's script makes and drops."""
    found = {}
    for path in state.cgroups():
        slab = state.pairs(state.cgroup_file(path, "memory.stat")).get("slab")
        if slab and slab > PAGE and path != "/":
            found[path] = slab
    return found


def beside_caches(state, key):
    """Each CPU keeps up to a page of a group's charges to itself; kmalloc of more than two pages takes them from no cache.
    What a CPU has not handed in of memory.stat was as many pages in 5.10 (MEMCG_CHARGE_BATCH << PAGE_SHIFT) as of others."""
    loose = unflushed(state, key) if "5.10." in " ".join(state.lines("uname")) else 0
    return PAGE * state.cpus() * groups_below(state, key) + 128 * KIB + loose


# --- zones -----------------------------------------------------------------------------------------------------------

ZONE_LINES = {
    "min": "min_bytes",
    "low": "low_bytes",
    "high": "high_bytes",
    "spanned": "spanned_bytes",
    "present": "present_bytes",
    "managed": "managed_bytes",
}


def zoneinfo(state):
    """(node, zone, word): pages, of the zones that have any."""
    place, found = None, {}
    for line in state.lines("/proc/zoneinfo"):
        head = re.match(r"Node (\d+), zone\s+(\S+)", line)
        if head:
            place = (int(head[1]), head[2])
            continue
        words = line.replace("pages free", "free").split()
        if place and len(words) == 2 and words[0] in (*ZONE_LINES, "free", "boost"):
            found.setdefault((*place, words[0]), int(words[1]))
    return {key: pages for key, pages in found.items() if found.get((*key[:2], "managed"))}


def zones_dump(view):
    return {
        (zone["node"], zone["name"], word): zone.get(key)
        for zone in view["zones"]
        for word, key in {**ZONE_LINES, "free": "free_bytes"}.items()
    }


def unboosted(figures, unit):
    """A boost comes and goes with the moment; what it is added to does not."""
    found = {}
    for (node, zone, word), value in figures.items():
        boost = figures.get((node, zone, "boost")) or 0
        if word not in ("free", "boost"):
            found[node, zone, word] = (value - (boost if word in ("min", "low", "high") else 0)) * unit
    return found


def marks_dump(view):
    figures = {
        (zone["node"], zone["name"], word): zone.get(key, 0)
        for zone in view["zones"]
        for word, key in {**ZONE_LINES, "boost": "boost_bytes"}.items()
    }
    return unboosted(figures, 1)


def marks_state(state):
    return unboosted(zoneinfo(state), PAGE)


def boost_unseen(state, key):
    """5.10 prints no boost, so that there it cannot be taken off: up to 150 % of the high mark."""
    has_boost = any(word == "boost" for _, _, word in zoneinfo(state))
    return 0 if has_boost or key[2] not in ("min", "low", "high") else 3 * zoneinfo(state)[(*key[:2], "high")] * PAGE // 2


def free_state(state):
    return {key: pages * PAGE for key, pages in zoneinfo(state).items() if key[2] == "free"}


def went_on(state, key):
    """The guest goes on for a moment between writing state.txt and the dump: /proc's own files, its shell."""
    return 8 * 1024 * KIB


# --- swap ------------------------------------------------------------------------------------------------------------

MM_STAT = ("original_bytes", "compressed_bytes", "memory_bytes")


def zram_dump(view):
    """A kernel without types of its modules (5.10) tells what all zsmalloc takes, which is one zram's in the lab."""
    found = {"memory_bytes": view.get("zsmalloc_bytes")}
    for device in view["devices"]:
        if "zram" in device:
            found.update({key: device[key] for key in MM_STAT if key in device})
    return found


def zram_state(state):
    words = " ".join(state.lines("/sys/block/zram0/mm_stat")).split()
    keys = MM_STAT[2:] if "5.10." in " ".join(state.lines("uname")) else MM_STAT
    return {key: int(words[MM_STAT.index(key)]) for key in keys if words}


def swap_devices_dump(view):
    return {(device["path"], key): device.get(key) for device in view["devices"] for key in ("total_bytes", "used_bytes")}


def swap_devices_state(state):
    found = {}
    for line in state.lines("/proc/swaps")[1:]:
        path, _, size, used = line.split()[:4]
        found[path, "total_bytes"] = int(size) * KIB
        found[path, "used_bytes"] = int(used) * KIB
    return found


def swap_groups_dump(view):
    """Slots of the subtree, as memory.swap.current has them."""
    found = {}
    for group in view["memcgs"]:
        path = group["path"]
        while path != "/":
            found[path] = found.get(path, 0) + group.get("bytes", 0)
            path = path.rpartition("/")[0] or "/"
    return found


def swap_groups_state(state):
    found = {path: state.number(state.cgroup_file(path, "memory.swap.current")) for path in state.cgroups() if path != "/"}
    return {path: value for path, value in found.items() if value}


FIGURES = [
    Figure("cgroups", "usage, limits, swap", cgroup_limits_dump, cgroup_limits_state, exact, ""),
    Figure("cgroups", "events", cgroup_events_dump, cgroup_events_state, exact, ""),
    Figure(
        "cgroups",
        "memory.stat, bytes",
        cgroup_stat_dump,
        cgroup_stat_state,
        unflushed,
        "64 pages per CPU (and one more) of every group below: what memory.stat leaves unflushed and whyoom adds",
    ),
    Figure(
        "cgroups",
        "memory.stat, counts",
        cgroup_counts_dump,
        cgroup_counts_state,
        unflushed_counts,
        "the same, in times; the root's are left out, as the script that reads them counts there",
    ),
    Figure("tasks", "rss by kind, swap, page tables, size", tasks_dump, tasks_state, split_counters, "64 pages per counter"),
    Figure("slabs", "objects, slabs", slabs_dump, slabs_state, exact, ""),
    Figure(
        "slabs",
        "all slab, as in meminfo",
        slab_counted_dump,
        slab_counted_state,
        read_on,
        "1 MiB: directories and files that the guest's script reads after meminfo, and what CPUs have not handed in",
    ),
    Figure(
        "slabs",
        "bytes by cgroup",
        slab_groups_dump,
        slab_groups_state,
        beside_caches,
        "a page per CPU and group in stock, and 128 KiB that kmalloc takes outside of the caches (pipes, tables of files); "
        "in 5.10 what memory.stat leaves unflushed besides",
    ),
    Figure("swap", "zram: stored, compressed, in memory", zram_dump, zram_state, exact, ""),
    Figure("swap", "devices: size, used", swap_devices_dump, swap_devices_state, exact, ""),
    Figure("swap", "slots by cgroup", swap_groups_dump, swap_groups_state, exact, ""),
    Figure(
        "zones",
        "watermarks less boost, sizes",
        marks_dump,
        marks_state,
        boost_unseen,
        "150 % of the high mark where the kernel does not print the boost (5.10)",
    ),
    Figure(
        "zones",
        "free",
        zones_dump,
        free_state,
        went_on,
        "8 MiB: what the guest's shell takes and gives back between writing state.txt and the dump",
    ),
]
