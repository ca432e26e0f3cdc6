"""A dump: the tabs of its structures, and the walk through its cgroups."""

import glob
import os

from harness import ok, sample, skip

TMPFS = sample("dump-6.1-tmpfs.vmcore")
OWNERS = sample("dump-6.1-many-owners.vmcore")
OWNERS_OF_THE_LAB = sorted(glob.glob("build/lab/*/dump-many-owners/vmcore.zlib"))


def which_tmpfs_by_the_help_alone(browse, folder):
    """As with a log; a dump knows also which tmpfs it was. tests/lab/scenarios/memcg-v1-memsw-shmem.sh mounts
    /box-tmp and writes it from the cgroup /box."""
    screen = browse(TMPFS, XDG_CACHE_HOME=folder)
    screen.shows("1 incident")
    screen.press("?")
    ok("the help says where each tmpfs stands", screen.shows("which tmpfs it was", "of a dump, tab Shmem"), screen)
    screen.press("Escape", "Enter")
    ok("the verdict says how much", screen.shows("tmpfs, shared    43.4 MiB"), screen)
    screen.press("8")
    ok("the tab Shmem says which, and whose", screen.shows_lines("""\
kind       size   swapped      limit  cgroup  name      users (pid)
tmpfs  43.4 MiB  36.4 MiB  200.0 MiB  /box    /box-tmp
"""), screen)
    screen.press("1", "/")
    screen.type("the largest")
    screen.press("Enter")
    ok("the verdict names it too", screen.shows("is tmpfs /box-tmp with 43.4 MiB"), screen)
    screen.press_until("k", lambda: ":410" in screen.cursor_line())
    screen.press("Enter")
    ok("and Enter goes to the line of the log that agrees", screen.shows("●410") and
       "shmem" in screen.cursor_line(), screen)


# Written and mapped in /batch/jobs by tests/lab/scenarios/dump-many-owners.sh
SHMEM = (("tmpfs", "/box-tmp", "10.0 MiB"), ("sysv", "/SYSV", "5.0 MiB"), ("tmpfs", "/box-gone", "4.0 MiB"),
         ("memfd", "/memfd:lab", "3.0 MiB"))


def tabs(browse, folder):
    screen = browse(OWNERS, 80, 24, XDG_CACHE_HOME=folder)
    ok("a dump's incident is listed", screen.shows("memcg-limit", "shop", "eater"), screen)
    screen.press("Enter", "8")
    ok("80x24: its tmpfs and segments stand in a tab, the largest first", screen.shows(*SHMEM[3]) and
       [line.split()[0] for line in screen.screen().splitlines()[3:7]] == [row[0] for row in SHMEM] and
       all("/batch/jobs" in line for line in screen.screen().splitlines()[3:7]), screen)
    screen.resize(120, 40)
    ok("resized to 120x40", all(screen.shows(name, size) for _, name, size in SHMEM), screen)
    screen.press("9")
    ok("Slabs: its caches", screen.shows("inode_cache", "dentry", "objects"), screen)
    screen.press("0")  # 10 + 5 + 4 + 3 MiB are 5632 pages
    ok("Pages: each frame once", screen.shows(" 5,632  shared memory (tmpfs", "  free"), screen)
    screen.press("Tab")
    ok("LRU: each cgroup's lists, counted and walked", screen.shows(
        "pages on the list", "/batch/jobs  node 0", "inactive_anon DMA32") and
        screen.line_with("unevictable DMA32").split()[2].replace(",", "").isdigit(), screen)
    screen.press("Tab")
    ok("Swap: its device", screen.shows("/dev/vda", "64.0 MiB", "swapped"), screen)
    screen.press("Tab")
    ok("Stacks: of each task", screen.shows("innermost first", "kthreadd ret_from_fork"), screen)
    before = screen.screen()
    screen.press("l", "l")
    ok("l: further right", screen.shows("schedule") and screen.waits(lambda: screen.screen() != before), screen)
    screen.press("Tab")
    ok("Tab goes around to the first", screen.shows("What filled it"), screen)


def of_the_lab(browse, folder):
    if not OWNERS_OF_THE_LAB:
        skip("dumps of the lab", "none is here; make lab boots what writes them")
    for path in OWNERS_OF_THE_LAB:
        kernel = path.split("/")[2]
        if kernel == "5.10":
            skip("5.10: a dump of the lab", "its types need a vmlinux, see tests/dump")
            continue
        screen = browse(os.path.abspath(path), 100, 30, XDG_CACHE_HOME=folder)
        screen.shows("memcg-limit")
        screen.press("Enter", "8")
        ok(f"{kernel}: its tmpfs, segment and memfd", screen.shows(*[size for _, _, size in SHMEM], "/box-tmp"), screen)
        screen.press("4")
        ok(f"{kernel}: its cgroups", screen.shows("jobs", "of 48.0 MiB"), screen)


def into_cgroups(browse, folder):
    # The groups and what was put into them: tests/lab/scenarios/dump-many-owners.sh.
    screen = browse(OWNERS, 80, 40, XDG_CACHE_HOME=folder)
    screen.shows("memcg-limit")
    screen.press("Enter", "4")
    ok("Cgroups of a dump draws the tree", screen.shows("leaving", "removed", "of 48.0 MiB"), screen)
    screen.type("/  batch")
    screen.press("Enter", "Enter")
    ok("Enter goes into a group: its limits and its children", screen.shows(
        "Cgroup /batch", "limit 40.0 MiB", "high 36.0 MiB", "jobs", "leaving") and "shop" not in screen.line_with("jobs"),
       screen)
    lines = screen.screen().splitlines()
    at = [next(i for i, line in enumerate(lines) if f"  {name} " in line) for name in ("jobs", "leaving")]
    ok("the largest first", at[0] < at[1], screen)
    screen.press("l")
    ok("and into the one below: its tmpfs, segment and memfd, and who is in it", screen.shows(
        "Cgroup /batch/jobs", "/box-tmp", "10.0 MiB", "5.0 MiB", "3.0 MiB", "scratch", "segment", "opener"), screen)
    screen.press("BSpace")
    ok("Backspace goes up again, to where it came from", screen.shows("Cgroup /batch", "leaving"), screen)
    screen.press("h")
    ok("and h out to the tree", screen.shows("The whole tree"), screen)
    screen.press("Escape")
    ok("Esc is the list's", screen.shows("1 incident"), screen)


CASES = (which_tmpfs_by_the_help_alone, tabs, of_the_lab, into_cgroups)
