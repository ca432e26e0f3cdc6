"""Dumps of kernels that the lab does not boot, made of machine.txt, against what machine.txt says; prints TAP.
Usage: synthetic.py WHYOOM MACHINE.TXT FOLDER ERA...; FOLDER has ERA.vmlinux and ERA.vmcore

What is expected is added up here from the description alone; of a kernel only its limits are known: ERAS."""

import collections
import json
import subprocess
import sys

# What a kernel does not keep, or keeps otherwise.
ERAS = {
    "3.10": {"page_tables": False, "shared_counter": False, "old": True, "ids": False},
    "rhel7": {"page_tables": False, "shared_counter": False, "old": True},
    "4.18": {}, "5.4": {}, "5.15": {"child_caches": False, "log": False},
    "arm64": {"child_caches": False, "log": False, "page": 65536, "frame_pointers": True},
}
LISTS = ["inactive_anon", "active_anon", "inactive_file", "active_file"]


def read(path):
    """{kind: [{key: text or number}]}"""
    kinds = collections.defaultdict(list)
    with open(path, encoding="ascii") as file:
        for line in file:
            if not line.strip() or line.startswith("#"):
                continue
            line, _, text = line.strip().partition(" text=")
            kind, *words = line.split()
            row = dict(word.split("=", 1) for word in words)
            kinds[kind].append({key: int(value) if value.lstrip("-").isdigit() else value for key, value in row.items()}
                               | ({"text": text} if text else {}))
    return kinds


class Expected:
    """What the views must say of the machine in a kernel of one era."""

    def __init__(self, machine, era):
        self.machine, self.era, self.page = machine, era, era.get("page", 4096)
        self.lists = collections.Counter()   # (path, zone, list) -> pages
        self.charged = collections.Counter() # (path, kind) -> pages
        for row in machine["anon"]:
            self.put(row["memcg"], row["zone"], "anon", row)
        for row in machine["huge"]:
            self.put(row["memcg"], row["zone"], "anon", {"active": 512, "inactive": 0})
        for row in machine["file"]:
            self.put(row["memcg"], "DMA32", "shmem" if self.is_shared(row) else "file", row)

    def put(self, memcg, zone, kind, row):
        family = "file" if kind == "file" else "anon"
        for age in ("active", "inactive"):
            self.lists[memcg, zone, f"{age}_{family}"] += row[age]
            self.charged[memcg, kind] += row[age]

    def is_shared(self, file):
        return any(mount["path"] == file["mount"] and mount["type"] == "tmpfs" for mount in self.machine["mount"])

    def below(self, path, kind):
        """Pages of one kind charged to the cgroup or to those below it that are seen."""
        seen = {group["path"] for group in self.seen()}
        return sum(pages for (at, what), pages in self.charged.items()
                   if what == kind and at in seen and (path == "/" or at == path or at.startswith(path + "/")))

    def seen(self):
        """The cgroups that this kernel lists: before ids had a table, a removed one is in no list."""
        return [row for row in self.machine["cgroup"] if self.era.get("ids", True) or "dying" not in row]

    def cgroups(self):
        rows = {}
        for group in self.seen():
            row = {"online": "dying" not in group, "version": 1, "failcnt": group["failcnt"],
                   "peak_bytes": group["peak"] * self.page}
            anon, shared = self.below(group["path"], "anon"), self.below(group["path"], "shmem")
            file = self.below(group["path"], "file") + shared
            row["usage_bytes"] = (anon + file if group["path"] == "/" else group["usage"]) * self.page
            row["limit_bytes"] = None if group["limit"] == "none" else group["limit"] * self.page
            if group["path"] != "/":
                row["memsw_usage_bytes"] = group["memsw_usage"] * self.page
                row["memsw_failcnt"] = group["memsw_failcnt"]
                row["memsw_limit_bytes"] = None if group["memsw_limit"] == "none" else group["memsw_limit"] * self.page
            row["stat"] = {"anon_bytes": anon * self.page, "file_bytes": file * self.page,
                           "shmem_bytes": None if self.era.get("old") else shared * self.page,
                           "swap_bytes": self.swapped(group["path"]) * self.page}
            rows[group["path"]] = row
        return rows

    def swapped(self, path):
        return sum(row["count"] for row in self.machine["slots"]
                   if path == "/" or row["memcg"] == path or row["memcg"].startswith(path + "/"))

    def lru(self):
        paths = {group["path"] for group in self.seen()}
        return {key: (pages, pages) for key, pages in self.lists.items() if pages and key[0] in paths}

    def kinds(self):
        machine = self.machine
        kinds = {kind: sum(pages for (_, what), pages in self.charged.items() if what == kind)
                 for kind in ("anon", "file", "shmem")}
        kinds["reserved"] = sum(row["pages"] for row in machine["reserved"])
        kinds["free"] = sum(row["blocks"] << row["order"] for row in machine["free"])
        kinds["free-pcp"] = sum(row["pages"] for row in machine["kept"])
        kinds["slab"] = sum(row["slabs"] << row["order"] for row in self.caches())
        if self.era.get("page_tables", True):
            kinds["page-table"] = sum(row["pages"] for row in machine["tables"])
        kinds["unaccounted"] = sum(row["pages"] for row in machine["zone"]) - sum(kinds.values())
        return kinds

    def pages_of_groups(self):
        return {group["path"]: {f"{kind}_pages": self.charged[group["path"], kind] for kind in ("anon", "file", "shmem")}
                for group in self.seen()}

    def files(self):
        return {self.path(row): row["active"] + row["inactive"] for row in self.machine["file"]}

    @staticmethod
    def path(file):
        folder = "" if file["mount"] in ("/", "none") else file["mount"]
        return f"{folder}/{file['name']}{' (deleted)' if file.get('unlinked') else ''}"

    def caches(self):
        return [row for row in self.machine["cache"] if self.era.get("child_caches", True) or "memcg" not in row]

    def slabs(self):
        return {row["name"]: {"objects_total": row["slabs"] * row["objects"],
                              "objects_active": row["slabs"] * row["objects"] - row["free"], "slabs": row["slabs"],
                              "bytes": (row["slabs"] << row["order"]) * self.page, "object_bytes": row["size"],
                              "memcgs": self.owners_of(row)}
                for row in self.caches()}

    def owners_of(self, cache):
        """A cgroup's own cache is its whole; of others each object with the pointer that says whose it is."""
        if "memcg" in cache:
            return [{"path": cache["memcg"], "objects": cache["slabs"] * cache["objects"] - cache["free"],
                     "bytes": (cache["slabs"] << cache["order"]) * self.page}]
        return [{"path": row["memcg"], "objects": row["count"], "bytes": row["count"] * (cache["size"] + 8)}
                for row in self.machine["charge"]
                if row["cache"] == cache["name"] and not self.era.get("child_caches", True)]

    def zones(self):
        zones = {}
        for zone in self.machine["zone"]:
            blocks = [0] * 11
            for row in self.machine["free"]:
                blocks[row["order"]] += row["blocks"] if row["zone"] == zone["name"] else 0
            free = sum(count << order for order, count in enumerate(blocks)) * self.page
            kept = sum(row["pages"] for row in self.machine["kept"] if row["zone"] == zone["name"])
            zones[zone["name"]] = {
                "free_exact_bytes": free, "free_bytes": free + (2 * self.page if kept else 0), "free_by_order": blocks,
                "cpu_lists_bytes": kept * self.page, "managed_bytes": zone["managed"] * self.page,
                "spanned_bytes": zone["pages"] * self.page, "start_pfn": zone["first"], "min_bytes": zone["min"] * self.page,
                "low_bytes": zone["low"] * self.page, "high_bytes": zone["high"] * self.page}
        return zones

    def tasks(self):
        tasks, memory = {}, self.machine["memory"][0]
        for task in self.machine["task"]:
            if "kernel" in task:
                continue
            is_apart = self.era.get("shared_counter", True)
            points = sum(task[key] for key in ("anon", "file", "shmem", "swap", "tables"))
            points += task["adj"] * ((memory["ram"] + memory["swap"]) // 1000)
            tasks[task["pid"]] = {
                "comm": task["comm"], "uid": task["uid"], "state": {0: "R", 1: "S", 2: "D"}[task["state"]],
                "cgroup": task["memcg"], "anon_rss_bytes": task["anon"] * self.page, "swap_bytes": task["swap"] * self.page,
                "file_rss_bytes": (task["file"] + (0 if is_apart else task["shmem"])) * self.page,
                "shmem_rss_bytes": task["shmem"] * self.page if is_apart else None, "oom_score_adj": task["adj"],
                "pgtables_bytes": task["tables"] * self.page, "total_vm_bytes": task["total"] * self.page,
                # Up to 4.16 the killer spared what may administer the system, which a uid does not tell.
                "badness": None if self.era.get("old") and task["uid"] == 0 else points}
        return tasks

    def stacks(self):
        return {task["pid"]: {"frames": task["calls"].split(","),
                              "doing": "direct reclaim" if "try_to_free_pages" in task["calls"] else None,
                              "is_guess": None if self.era.get("frame_pointers") else True}
                for task in self.machine["task"] if "calls" in task}

    def shmem(self):
        rows = {}
        paths = {group["path"] for group in self.seen()}
        for mount in self.machine["mount"]:
            files = [row for row in self.machine["file"] if row["mount"] == mount["path"]]
            if mount["type"] != "tmpfs":
                continue
            for name, part in [(mount["path"], files)] if mount["path"] != "none" else \
                              [(self.path(row), [row]) for row in files]:
                largest = max(part, key=lambda row: row["active"] + row["inactive"])
                rows[name] = {"kind": "tmpfs" if mount["path"] != "none" else "sysv" if "SYSV" in name else "memfd",
                              "bytes": sum(row["active"] + row["inactive"] for row in part) * self.page,
                              "swap_bytes": sum(row["swapped"] for row in part) * self.page, "files": len(part),
                              "limit_bytes": mount["limit"] * self.page if "limit" in mount else None,
                              "memcg": largest["memcg"] if largest["memcg"] in paths else None,
                              "users": sorted(task["pid"] for task in self.machine["task"] if "kernel" not in task and
                                              any(task["memcg"] == row["memcg"] for row in part))}
        return rows


class Tests:
    def __init__(self, whyoom, era, path):
        self.words = [whyoom, "inspect", "--format", "json", "--debuginfo", f"{path}.vmlinux"]
        self.name, self.dump, self.count = era, f"{path}.vmcore", 0

    def view(self, name):
        done = subprocess.run([*self.words, name, self.dump], capture_output=True, text=True)
        if done.returncode:
            print(f"# {done.stderr.strip()}")
        return json.loads(done.stdout or "{}")

    def same(self, what, found, expected):
        self.count += 1
        print(f"{'' if found == expected else 'not '}ok - {self.name}: {what}")
        if not found:
            print("# nothing was found")
        elif found != expected:
            for key in [*expected, *(key for key in found if key not in expected)]:
                if found.get(key) != expected.get(key):
                    print(f"# {key}: found {found.get(key)}, expected {expected.get(key)}")

    def rows(self, what, found, expected):
        """Of each row found, the keys that are expected of it; a None is a key that is not there."""
        self.same(what, {name: part(row, expected.get(name, {})) for name, row in found.items()}, expected)


def part(found, expected):
    if not isinstance(expected, dict):
        return found
    return {key: part((found or {}).get(key), value) for key, value in expected.items()}


def by(view, array, key):
    return {row.get(key): row for row in view.get(array, [])}


def check(tests, expected):
    cgroups = tests.view("cgroups")
    tests.same("whose kernel it is, and when it died",
               {"host": cgroups.get("host"), "time": cgroups.get("crash", {}).get("time"),
                "uptime_us": cgroups.get("crash", {}).get("uptime_us")},
               {"host": "synthetic", "time": "2024-11-29T10:20:37Z",
                "uptime_us": max(row["seconds"] for row in expected.machine["log"]) * 1000000
                if expected.era.get("log", True) else None})
    tests.rows("cgroups, their limits and statistics", by(cgroups, "cgroups", "path"), expected.cgroups())
    tests.same("a note where removed ones may be missing", {"notes": len(cgroups.get("notes", []))},
               {"notes": 0 if expected.era.get("ids", True) else 1})
    tests.same("LRU lists as long as counted, and as walked",
               {(vec["memcg"], row["zone"], row["name"]): (row.get("counted_pages"), row.get("walked_pages"))
                for vec in tests.view("lru").get("lruvecs", []) for row in vec["lists"]}, expected.lru())
    pages = tests.view("pages")
    tests.same("every frame of its kind", {k: n for k, n in pages.get("kinds", {}).items() if n}, expected.kinds())
    tests.rows("frames by cgroup", by(pages, "memcgs", "path"), expected.pages_of_groups())
    tests.same("frames by file", {row.get("path"): row["pages"] for row in pages.get("files", [])}, expected.files())
    tests.rows("zones, their free blocks and marks",
               {row["name"]: row for row in tests.view("zones").get("zones", []) if row.get("name")}, expected.zones())
    tests.rows("slab caches", by(tests.view("slabs"), "caches", "name"), expected.slabs())
    tests.rows("processes and the killer's points", by(tests.view("tasks"), "tasks", "pid"), expected.tasks())
    tests.rows("where processes wait, and what for",
               {pid: row for pid, row in by(tests.view("stacks"), "tasks", "pid").items() if row["frames"]}, expected.stacks())
    tests.rows("what holds shared memory, and who", by(tests.view("shmem"), "instances", "name"), expected.shmem())
    swap, machine = tests.view("swap"), expected.machine
    tests.same("swap by cgroup", {row["path"]: row["bytes"] for row in swap.get("memcgs", [])},
               {row["memcg"]: row["count"] * expected.page for row in machine["slots"]})
    tests.rows("the swap device", by(swap, "devices", "path"),
               {"/" + row["path"]: {"total_bytes": row["pages"] * expected.page, "used_bytes": row["used"] * expected.page,
                                    "priority": row["priority"]} for row in machine["swap"]})
    if expected.era.get("log", True):
        tests.same("the log", {row["text"]: True for row in tests.view("log").get("lines", [])},
                   {f"<{row['level']}>[{row['seconds']:5}.000000] {row['text']}": True for row in machine["log"]})


def main():
    whyoom, description, folder, *eras = sys.argv[1:]
    machine, count = read(description), 0
    for era in eras:
        tests = Tests(whyoom, era, f"{folder}/{era}")
        check(tests, Expected(machine, ERAS[era]))
        count += tests.count
    print(f"1..{count}")


main()
