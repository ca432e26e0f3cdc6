"""Views of samples/dump-*-many-owners.vmcore against tests/lab/scenarios/dump-many-owners.sh, which says what every
process and cgroup there holds; prints TAP. Usage: views.py WHYOOM"""

import json
import os
import subprocess
import sys
import tempfile

WHYOOM = sys.argv[1]
MIB = 1024 * 1024
NUMBER = 0


def inspect(*words, status=0):
    done = subprocess.run([WHYOOM, "inspect", "--format", "json", *words], capture_output=True, text=True)
    if done.returncode != status:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def check(name, holds, found):
    global NUMBER
    NUMBER += 1
    print(f"{'' if holds else 'not '}ok {NUMBER} - {name}")
    if not holds:
        print(f"# found: {found}")


def skip(name, why):
    global NUMBER
    NUMBER += 1
    print(f"ok {NUMBER} - {name} # SKIP {why}")


def by(rows, key):
    return {row.get(key): row for row in rows}


def check_cgroups(dump, name):
    view = inspect("cgroups", dump)
    groups = by(view["cgroups"], "path")
    told = {"/shop": ("limit_bytes", 48), "/batch": ("limit_bytes", 40), "/shop/db": ("min_bytes", 4),
            "/shop/web": ("low_bytes", 8)}
    found = {path: groups.get(path, {}).get(key) for path, (key, _) in told.items()}
    check(f"{name}: limits and protection are those that the scenario set",
          found == {path: mib * MIB for path, (_, mib) in told.items()} and
          groups["/shop"]["swap_limit_bytes"] == 8 * MIB and groups["/batch"]["high_bytes"] == 36 * MIB, found)
    check(f"{name}: no limit, no key", "limit_bytes" not in groups["/shop/db"], groups["/shop/db"])
    check(f"{name}: one kill, counted at the victim and above",
          groups["/shop"]["events"]["oom_kill"] == groups["/shop/web"]["events"]["oom_kill"] == 1 and
          groups["/batch"]["events"]["oom_kill"] == 0, groups["/shop"]["events"])
    check(f"{name}: every view names its types and kernel", view["types"] == "btf" and "kernel" in view and
          view["schema"] == "whyoom.view/1", view.get("types"))
    return groups


def check_shmem(dump, name, tasks):
    instances = by(inspect("shmem", dump)["instances"], "name")
    pids = {comm: task["pid"] for comm, task in tasks.items()}
    told = {"/box-tmp": ("tmpfs", 10, "scratch"), "/box-gone": ("tmpfs", 4, "mapper"),
            "/SYSV00000000 (deleted)": ("sysv", 5, "segment"), "/memfd:lab (deleted)": ("memfd", 3, "nameless")}
    for path, (kind, mib, comm) in told.items():
        row = instances.get(path, {})
        check(f"{name}: {kind} {path} holds {mib} MiB, charged to /batch/jobs, used by {comm}",
              row.get("kind") == kind and row.get("bytes") == mib * MIB and row.get("memcg") == "/batch/jobs" and
              pids[comm] in row.get("users", []), row)


def check_tasks(dump, name):
    tasks = by(inspect("tasks", dump)["tasks"], "comm")
    kept = 64 * 4096  # up to 6.1 a thread keeps so much of a counter to itself
    check(f"{name}: db touched 6 MiB, segment mapped 5 MiB of shared memory",
          6 * MIB - kept <= tasks["db"]["anon_rss_bytes"] <= 6.5 * MIB and
          5 * MIB - kept <= tasks["segment"]["shmem_rss_bytes"] <= 5 * MIB, (tasks["db"], tasks["segment"]))
    check(f"{name}: threads has 30 beside its first", tasks["threads"]["threads"] == 31, tasks["threads"])
    check(f"{name}: tables needs 2 MiB of page tables for 1 GiB", 2 * MIB <= tasks["tables"]["pgtables_bytes"] < 3 * MIB,
          tasks["tables"])
    places = {"db": "/shop/db", "cache": "/shop/web", "scratch": "/batch/jobs", "init": "/"}
    check(f"{name}: each process is in its cgroup", all(tasks[comm].get("cgroup") == path for comm, path in places.items()),
          {comm: tasks[comm].get("cgroup") for comm in places})
    check(f"{name}: the victim is gone, init may not be chosen", "eater" not in tasks and tasks["init"].get("exempt"),
          sorted(tasks))
    return tasks


def check_pages(dump, name):
    pages = inspect("pages", dump)
    check(f"{name}: each frame is of one kind", pages["frames"] == sum(pages["kinds"].values()) > 60000, pages["frames"])
    files = by(pages["files"], "path")
    check(f"{name}: the census finds scratch's file of 8 MiB", files.get("/box-tmp/data", {}).get("pages") == 2048,
          files.get("/box-tmp/data"))
    groups = by(pages["memcgs"], "path")
    check(f"{name}: and its pages, the segment's, the memfd's and mapper's at /batch/jobs",
          groups["/batch/jobs"]["shmem_pages"] == (8 + 5 + 3 + 4) * 256, groups["/batch/jobs"])


def check_lists(dump, name):
    rows = [(vec["memcg"], row) for vec in inspect("lru", dump)["lruvecs"] for row in vec["lists"]]
    walked = [(memcg, row) for memcg, row in rows if "walked_pages" in row]
    wrong = [item for item in walked if item[1]["walked_pages"] != item[1]["counted_pages"]]
    check(f"{name}: lists are as long as they are counted", not wrong, wrong)


def check_stacks(dump, name):
    tasks = inspect("stacks", dump)["tasks"]
    ends = {task["frames"][-1] for task in tasks if task["frames"]}
    check(f"{name}: every stack is unwound to where the kernel was entered",
          all(end.startswith(("ret_from_fork", "entry_SYSCALL", "asm_")) for end in ends), ends)
    check(f"{name}: 30 threads wait as one", sum(task["comm"] == "threads" for task in tasks) == 31, len(tasks))


def check_rest(dump, name):
    caches = by(inspect("slabs", dump)["caches"], "name")
    check(f"{name}: opener's 4000 files are objects of filp", caches["filp"]["objects_active"] >= 4000, caches["filp"])
    swap = inspect("swap", dump)
    owned = sum(row["bytes"] for row in swap["memcgs"])
    check(f"{name}: slots that are owned are in use", 0 < owned <= swap["devices"][0]["used_bytes"], swap)
    zones = inspect("zones", dump)["zones"]
    check(f"{name}: a zone's free blocks add up to its free memory, but for what CPUs hold back",
          all(abs(sum(count << order for order, count in enumerate(zone["free_by_order"])) * 4096 - zone["free_bytes"]) <
              MIB for zone in zones), zones[0])
    lines = [line["text"] for line in inspect("log", dump)["lines"]]
    check(f"{name}: the log ends behind the kill", any("Killed process" in line and "eater" in line for line in lines),
          len(lines))


def check_page(dump, name):
    told = [inspect("page", str(pfn), dump) for pfn in range(48000, 52000, 250)]
    files = [page for page in told if page.get("path") == "/box-tmp/data"]
    check(f"{name}: a frame of scratch's file is shared memory of /batch/jobs",
          files and all(page["kind"] == "shmem" and page["memcg"] == "/batch/jobs" and "swapbacked" in page["flags"]
                        for page in files), told)
    note = inspect("page", "99999999999", dump, status=2)["notes"]
    check(f"{name}: a frame that is none is a note", len(note) == 1 and "no page frame" in note[0], note)


def check_cut(dump, name, length):
    """Of a dump that breaks off nothing is counted: what was not read is not 0."""
    with tempfile.NamedTemporaryFile() as cut:
        with open(dump, "rb") as whole:
            cut.write(whole.read(length))
        cut.flush()
        summary, tasks = inspect("summary", cut.name, status=2), inspect("tasks", cut.name, status=2)
        zeros = [key for key, value in summary.items() if (value == 0 and value is not False) or key.endswith("_count")]
        check(f"{name}, cut: the summary counts nothing, and says that it is not complete",
              not zeros and summary.get("complete") is False and summary["notes"], summary)
        check(f"{name}, cut: no kernel threads are counted", "kernel_threads" not in tasks, tasks)
        views = [inspect(view, cut.name, status=2) for view in VIEWS] + [inspect("log", cut.name, status=2)]
        check(f"{name}, cut: every view says how much of the file is there",
              all(f"{length} of at least {os.path.getsize(dump)} bytes" in " ".join(view["notes"])
                  for view in (summary, tasks)), summary["notes"])
        check(f"{name}, cut: the library's own words are none of them",
              "ecompres" not in subprocess.run([WHYOOM, cut.name], capture_output=True, text=True).stderr, cut.name)
        check(f"{name}, cut: a view of which nothing could be read ends with status 2 and says why",
              all(view["notes"] for view in views), [view for view in views if not view["notes"]])


def check_huge():
    """tests/lab/scenarios/dump-huge.sh: hugepages=16, and keeper has 24 MiB where huge pages are always given."""
    huge = inspect("huge", "samples/dump-6.1-huge.vmcore")
    pools = {row["page_bytes"]: (row["total"], row["free"]) for row in huge["hugetlb"] if row.get("total")}
    check("huge: the pool of 16 that nobody uses", pools == {2 * MIB: (16, 16)}, huge["hugetlb"])
    groups = by(huge["memcgs"], "path")
    check("huge: keeper's memory, whole pages of 2 MiB", set(groups) == {"/", "/keep"} and
          20 * MIB <= groups["/keep"]["anon_thp_bytes"] <= 24 * MIB and groups["/keep"]["anon_thp_bytes"] % (2 * MIB) == 0,
          groups)


def check_short(dump, name):
    """However little of the file is left, it is said; a whole one is not called cut."""
    with open(dump, "rb") as file:
        whole = file.read()
    for length in (2000, 5000, 200000, 300000, len(whole) - 1, len(whole)):
        with tempfile.NamedTemporaryFile() as cut:
            cut.write(whole[:length])
            cut.flush()
            done = subprocess.run([WHYOOM, cut.name], capture_output=True, text=True)
            words = f"ends before its dump does: {length} of at least " in done.stderr
            check(f"{name}: {length} of {len(whole)} bytes", words == (length < len(whole)) and
                  done.stderr.count("\n") == (length < len(whole)), done.stderr)


def check_crash(dump, name):
    """Where a damaged page makes the library break its heap, that is what is said, and nothing else."""
    with open(WHYOOM, "rb") as program:
        if b"__asan_init" in program.read():
            skip(f"{name}, damaged: one line, of the program's own", "a sanitizer tells of the library's heap at length")
            return
    with open(dump, "rb") as file, tempfile.NamedTemporaryFile() as damaged:
        content = bytearray(file.read())
        content[360401] = 203
        damaged.write(content)
        damaged.flush()
        done = subprocess.run([WHYOOM, damaged.name], capture_output=True, text=True)
        lines = done.stderr.splitlines()
        check(f"{name}, damaged: one line, of the program's own", len(lines) <= 1 and
              all(line.startswith("whyoom: ") for line in lines), done.stderr)


def check_anonymous(dump, name):
    """Nothing that the scenario named is in what may leave the house; the sizes are."""
    secrets = ("/shop", "/batch", "leaving", "box-tmp", "box-gone", "orphan", "memfd:lab", "scratch", "segment", "keeper",
               "nameless", "plumber", "busybox", "eater", "many-owners", "vda")
    found = []
    words = [["inspect", "--anonymize", view, dump, *format] for view in VIEWS for format in ([], ["--format", "json"])]
    words += [["--anonymize", dump], ["--anonymize", "--why", dump], ["scan", "--anonymize", dump]]
    for arguments in words:
        done = subprocess.run([WHYOOM, *arguments], capture_output=True, text=True)
        text = done.stdout + done.stderr.replace(dump, "")
        found += [(arguments, secret) for secret in secrets if secret in text or len(text) < 100]
    check(f"{name}: --anonymize hides cgroups, files, tasks and the dump's name, in text and JSON", not found, found)
    plain, hidden = inspect("shmem", dump)["instances"], inspect("shmem", "--anonymize", dump)["instances"]
    check(f"{name}: and keeps what is told, the same name for the same thing",
          [row["bytes"] for row in plain] == [row["bytes"] for row in hidden] and
          {row["memcg"] for row in hidden if "memcg" in row} <=
          {row["path"] for row in inspect("cgroups", "--anonymize", dump)["cgroups"]}, hidden)


VIEWS = ("summary", "cgroups", "lru", "pages", "zones", "slabs", "tasks", "shmem", "swap", "stacks", "huge")
RAW_KEYS = ("_bytes", "_pages", "_count", "kinds", "oom_total", "serves_order", "inactive_is_low", "free-pcp")


def text_of(*words):
    done = subprocess.run([WHYOOM, "inspect", *words], capture_output=True, text=True)
    return done.stdout.splitlines()


def check_text(dump, name):
    texts = {view: text_of(view, dump) for view in VIEWS}
    lines = [(view, line) for view, lines in texts.items() for line in lines]
    wide = [item for item in lines if len(item[1]) > 100 or item[1].endswith(" ")]
    check(f"{name}: tables are at most 100 columns wide, without blanks at the end", len(lines) > 200 and not wide, wide)
    raw = [item for item in lines if any(key in item[1] for key in RAW_KEYS)]
    check(f"{name}: no key of the JSON shows through", not raw, raw)
    heads = [line.split() for line in texts["cgroups"] if line.endswith("  cgroup")]
    check(f"{name}: cgroups have swap, slab, min, low, high and the swap's limit; no memsw, which v2 has not",
          len(heads) == 2 and {"swap", "slab"} <= set(heads[0]) and {"min", "low", "high", "limit"} <= set(heads[1]) and
          not {"memsw"} & set(heads[0] + heads[1]), heads)
    rows = [line.split() for line in texts["cgroups"] if line.endswith("  /shop/web")]
    check(f"{name}: low of /shop/web is 8 MiB in words", any("8.0 MiB" in " ".join(row) for row in rows), rows)
    shmem = [line for line in texts["shmem"] if "/box-tmp" in line]
    check(f"{name}: shared memory tells what of it is swapped", "swapped" in texts["shmem"][2].split() and
          shmem[0].split()[1:5] == ["10.0", "MiB", "0", "B"], texts["shmem"])
    stacks = [line.split() for line in texts["stacks"] if line[:5].strip().isdigit()]
    alike = sum(int(words[0]) for words in stacks)
    check(f"{name}: stacks that are alike are shown once, every thread is in one",
          len(stacks) < 25 and alike == len(inspect("stacks", dump)["tasks"]), (len(stacks), alike))


def check_text_v1():
    heads = " ".join(text_of("cgroups", "samples/dump-6.1-tmpfs.vmcore")).split()
    check("v1: memsw and its limit, no min nor low", heads.count("memsw") == 2 and "min" not in heads, heads)


def main():
    check_text_v1()
    check_huge()
    for kernel in ("6.1", "7.2"):
        dump = f"samples/dump-{kernel}-many-owners.vmcore"
        groups = check_cgroups(dump, kernel)
        if kernel == "6.1": # 7.x gives a removed group's pages to the one above
            check(f"{kernel}: the removed cgroup still holds scratch's 2 MiB",
                  groups.get("/batch/leaving", {}).get("online") is False and
                  groups["/batch/leaving"]["usage_bytes"] >= 2 * MIB, groups.get("/batch/leaving"))
        check_shmem(dump, kernel, check_tasks(dump, kernel))
        check_pages(dump, kernel)
        check_lists(dump, kernel)
        check_stacks(dump, kernel)
        check_rest(dump, kernel)
        check_text(dump, kernel)
    check_page("samples/dump-6.1-many-owners.vmcore", "6.1")
    check_short("samples/dump-6.1-many-owners.vmcore", "6.1")
    check_crash("samples/dump-6.1-many-owners.vmcore", "6.1")
    check_anonymous("samples/dump-6.1-many-owners.vmcore", "6.1")
    check_cut("samples/dump-6.1-many-owners.vmcore", "6.1", 2000000)
    print(f"1..{NUMBER}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        main()
