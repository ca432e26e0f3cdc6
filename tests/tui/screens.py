"""
Scripts of keys, and what must be on the screen then, written down from what the logs say. With a sanitized program
(make SAN=address,undefined check) they are the browser's run under a sanitizer, which ends it at the first mistake.
"""

import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from terminal import Terminal  # noqa: E402

WHYOOM = os.path.abspath(sys.argv[1])
SEEDS = " ".join(os.path.abspath(path) for path in sorted(glob.glob("samples/el8-*.log")))
ANON_FAULT = os.path.abspath("samples/el8-4.18-memsw-anon-fault.log")
HOST = os.path.abspath("samples/lab-6.12-host-anon.log")
REPEATS = os.path.abspath("samples/handmade-5.15-repeats.log")
REPEATED = re.findall("Killed process", open(REPEATS, encoding="utf-8").read())
count = 0


def ok(claim, holds, terminal=None):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {claim}", flush=True)
    if not holds and terminal:
        sys.stderr.write(terminal.screen())


def case(function):
    """Each in a directory of its own, with what it started ended behind it."""
    terminals = []

    def browse(arguments, columns=80, rows=24, **environment):
        terminal = Terminal(f"{WHYOOM} browse {arguments}", columns, rows, **environment)
        terminals.append(terminal)
        return terminal

    with tempfile.TemporaryDirectory() as folder:
        function(browse, folder)
        for terminal in terminals:
            terminal.close()


def list_of_repeats(browse, _folder):
    # The three seeds name no host, so nobody knows whether they are one story: a line each.
    screen = browse(SEEDS)
    ok("80x24: a line for each incident", screen.shows("3 incidents", "20148402.291616", "20148497.767284",
                                                      "20219668.716979", "shmem", "java"), screen)
    screen.press("s")
    ok("s says what it sorts by", screen.shows("Sorted by time"), screen)
    screen = browse(REPEATS)
    ok("a storm is one line", screen.shows(f"{len(REPEATED)} incidents", f"×{len(REPEATED)}"), screen)
    screen.press("l")
    ok("unfolded, each has a line", screen.shows(*[f" {number + 1}  " for number in range(len(REPEATED))]), screen)
    screen.press("h")
    screen.press("z")
    ok("z shows each repeat for itself", screen.shows(f" {len(REPEATED)}  ") and "×4" not in screen.screen(), screen)


def tmpfs_and_its_line(browse, _folder):
    # samples/el8-4.18-memsw-anon-fault.log:35 says shmem:23689196KB, which is 22.6 GiB.
    screen = browse(ANON_FAULT)
    screen.shows("1 incident")
    screen.press("Enter")
    ok("the verdict says what filled the container", screen.shows("22.6 GiB", "tmpfs", "memory+swap"), screen)
    screen.type("/tmpfs, shared")
    screen.press("Enter")
    screen.press("c")
    screen.type("/is shared memory")
    screen.press("Enter")
    ok("the claim carries the number of its line", screen.shows(":35"), screen)
    screen.press("Enter")
    ok("Enter goes to the line of the log", screen.shows("Memory cgroup stats for"), screen)
    shown = screen.line_with("35 Memory cgroup stats")
    ok("which is marked as evidence", "●" in shown, screen)
    screen.press("BSpace")
    ok("Backspace comes back to the claim", screen.shows("is shared memory"), screen)
    screen.press("Escape")
    screen.shows("1 incident")
    screen.press("q")
    ok("q leaves, status 0, and the terminal edits lines again", screen.shows("status=0", "icanon") and
       "-icanon" not in screen.screen(), screen)


def tabs_of_a_container(browse, _folder):
    screen = browse(ANON_FAULT, 120, 40)
    screen.shows("1 incident")
    screen.press("Enter")
    screen.shows("Verdict")
    # :33 to :35 of the log: 34.0 GiB of memory+swap, tmpfs 22.6 GiB = 71 % of the 31.9 GiB in use
    screen.press("2")
    ok("120x40: Memory shows the pool and its parts", screen.shows("22.6 GiB", "71 %"), screen)
    screen.press("4")
    ok("Cgroups go from the root to the victim", screen.shows("kubepods.slice", "kubepods-burstable.slice",
                                                             "docker-083afd1a06b8"), screen)
    screen.press("5")  # :15 is the frame that tells what was charged
    ok("Stack marks the frame that told", screen.shows("do_anonymous_page", ":15"), screen)
    screen.press("6")
    ok("Why shows what the rules asked", screen.shows("scope-kill-line-memcg"), screen)
    screen.press("7")
    ok("Log shows the lines as they were read", screen.shows("java invoked oom-killer: gfp_mask=0x6000c0"), screen)
    screen.press("?")
    ok("? lists the keys", screen.shows("Backspace", "PgDn"), screen)


def tasks_of_a_host(browse, _folder):
    screen = browse(HOST, 100, 30)
    screen.shows("1 incident")
    screen.press("Enter")
    screen.shows("Verdict")
    screen.press("2")
    ok("Memory shows the zones with their marks", screen.shows("DMA32", "min", "low", "high"), screen)
    screen.press("3")
    ok("Tasks show badness", screen.shows("badness"), screen)


def resized(browse, _folder):
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    screen.resize(60, 16)
    ok("60x16 is enough", screen.shows("3 incidents", "shmem"), screen)
    screen.resize(50, 12)
    ok("below that it says so", screen.shows("too small"), screen)
    screen.resize(120, 40)
    ok("and grows again", screen.shows("3 incidents", "java", "083afd1a06b8"), screen)


def filters(browse, _folder):
    screen = browse(" ".join(os.path.abspath(path) for path in sorted(glob.glob("samples/handmade-*.log"))))
    screen.shows("incidents")
    screen.press("f")
    screen.type("no such thing")
    ok("a filter that nothing passes says so", screen.shows("No incident passes"), screen)
    screen.press("Escape")
    screen.press("w")
    screen.type("no.such.fact is known")
    screen.press("Enter")
    ok("a mistake in an expression is shown where it was typed", screen.shows("no.such.fact", "where:"), screen)
    screen.press("Escape")
    screen.press("w")
    screen.type("scope is global")
    screen.press("Enter")
    ok("an expression leaves what it holds for", screen.shows("shown", "where scope is global"), screen)


def hostile_names(browse, folder):
    # The victim calls itself "ev\033cil\a": reset the terminal, ring the bell.
    path = os.path.join(folder, "hostile.log")
    with open(ANON_FAULT, "rb") as source, open(path, "wb") as target:
        target.write(source.read().replace(b"(java)", b"(ev\x1bcil\x07)"))
    screen = browse(path)
    ok("control characters in a name are shown, not obeyed", screen.shows("1 incident", "ev\\x1bcil\\x07"), screen)
    screen.press("Enter")
    ok("in the verdict too", screen.shows("ev\\x1bcil\\x07", "Verdict"), screen)
    screen.press("7")
    screen.press("G")
    ok("and in the log", screen.shows("ev\\x1bcil\\x07", "Killed process"), screen)


def colours_and_letters(browse, _folder):
    screen = browse(SEEDS, NO_COLOR="1")
    screen.shows("3 incidents")
    ok("NO_COLOR: no colour is set", not re.search(r"\x1b\[[0-9;]*[34][0-7]", screen.screen(True)), screen)
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    ok("otherwise there are some", bool(re.search(r"\x1b\[[0-9;]*[34][0-7]", screen.screen(True))), screen)
    screen = browse(SEEDS, LC_ALL="C")
    screen.shows("3 incidents")
    screen.press("Enter")
    screen.shows("Verdict", "What filled it")
    ok("without UTF-8 all is ASCII", screen.screen().isascii(), screen)


def markdown(_browse, folder):
    terminal = Terminal(f"cd {folder}; {WHYOOM} browse {ANON_FAULT}")
    terminal.shows("1 incident")
    terminal.press("y")
    ok("y says where the verdict is", terminal.shows("whyoom-", ".md"), terminal)
    files = glob.glob(os.path.join(folder, "whyoom-*.md"))
    ok("and it is there", len(files) == 1 and "22.6 GiB" in open(files[0], encoding="utf-8").read())
    terminal.close()


def signals(browse, _folder):
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    os.kill(screen.process("whyoom"), signal.SIGTERM)
    ok("SIGTERM: the terminal is as it was", screen.shows("status=0", "icanon") and "-icanon" not in screen.screen(),
       screen)
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    pid = screen.process("whyoom")
    screen.close()
    for _ in range(100):
        if not os.path.exists(f"/proc/{pid}"):
            break
        time.sleep(0.05)
    ok("a closed terminal ends it", not os.path.exists(f"/proc/{pid}"))
    screen = Terminal(f"bash --norc -ic 'set -m; {WHYOOM} browse {SEEDS}; stty -a | grep -o -e -icanon "
                      "-e icanon; read line; fg'")
    screen.shows("3 incidents")
    screen.press("C-z")
    ok("^Z: the shell has the terminal", screen.shows("icanon"), screen)
    screen.press("Enter")
    ok("and fg brings it back", screen.shows("3 incidents"), screen)
    screen.close()


def standard_input(browse, folder):
    screen = Terminal(f"cat {ANON_FAULT} | {WHYOOM} browse -")
    ok("a log from a pipe, keys from the terminal", screen.shows("1 incident"), screen)
    screen.press("q")
    ok("q leaves", screen.shows("status=0"), screen)
    screen.close()
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    screen = Terminal(f"{WHYOOM} browse - <>{pipe}")
    ok("a pipe from which nothing comes: the list is there at once", screen.shows("0 incidents", "reading"), screen)
    screen.press("C-c")
    ok("^C stops reading", screen.shows("stop"), screen)
    screen.press("q")
    ok("and q leaves all the same", screen.shows("status=", "icanon"), screen)
    screen.close()
    done = subprocess.run([WHYOOM, "browse", ANON_FAULT], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    ok("without a terminal: one line, status 2", done.returncode == 2 and done.stderr.count("\n") == 1)


def ten_thousand(browse, folder):
    sys.path.insert(0, "tests/bench")
    import generate
    path = os.path.join(folder, "many.log")
    generate.write_reports(path, generate.sample_reports(), lambda number, written: number < 10000)
    screen = browse(path, 120, 40)
    ok("10,000 incidents are listed", screen.shows("10,000 incidents") or "10,000" in screen.screen(), screen)
    for _ in range(600):
        if "reading" not in screen.screen():
            break
        time.sleep(0.1)
    screen.press("G")
    ok("G goes to the last", screen.shows("host09999"), screen)
    screen.press("Enter")
    ok("which opens", screen.shows("Verdict", "incident 10000"), screen)
    with open(f"/proc/{screen.process('whyoom')}/status", encoding="ascii") as status:
        kib = int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1))
    print(f"# 10,000 incidents: {kib // 1024} MiB at most")
    is_sanitized = b"__asan_init" in open(WHYOOM, "rb").read()
    claim = "in less than 200 MiB"
    if is_sanitized:
        ok(claim + " # SKIP a sanitizer takes memory of its own", True)
    else:
        ok(claim, kib < 200 * 1024)


def stored(browse, folder):
    database = os.path.join(folder, "seeds.db")
    subprocess.run([WHYOOM, "scan", "--db", database, *SEEDS.split()], check=False)
    screen = browse(f"--db {database}", 100, 30)
    ok("a database lists what the logs did", screen.shows("3 incidents", "20148402.291616", "shmem"), screen)
    screen.press("Enter")
    ok("a stored incident opens", screen.shows("Verdict", "memory+swap limit", "34.0 GiB"), screen)
    screen.press("6")
    ok("and has no trace", screen.shows("No trace"), screen)
    screen.press("q", "w", *"limit is memory", "Enter")
    ok("w asks the stored ones", screen.shows("0 shown"), screen)
    done = subprocess.run([WHYOOM, "browse", "--db", ANON_FAULT], capture_output=True, text=True, check=False)
    ok("a log is no database: one line, status 2", done.returncode == 2 and "no database" in done.stderr)


def dump(browse, folder):
    screen = browse(os.path.abspath("samples/dump-6.1-many-owners.vmcore"), 110, 30, XDG_CACHE_HOME=folder)
    ok("a dump's incident is listed", screen.shows("memcg-limit", "eater"), screen)
    screen.press("Enter", "8")
    ok("its tmpfs and segments stand in a tab", screen.shows("/box-tmp", "10.0 MiB", "memfd:lab"), screen)
    screen.press("9")
    ok("and its slab caches", screen.shows("inode_cache", "dentry"), screen)


def into_cgroups(browse, folder):
    # The groups and what was put into them: tests/lab/scenarios/dump-many-owners.sh.
    screen = browse(os.path.abspath("samples/dump-6.1-many-owners.vmcore"), 80, 40, XDG_CACHE_HOME=folder)
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


def mouse(browse, _folder):
    """What xterm reports: ESC [ M, then button, column and row from 1, each plus 32."""
    left, release, up, down = 0, 3, 64, 65

    def point(screen, button, column, row):
        for what in (button, release) if button == left else (button,):
            screen.type("\x1b[M" + chr(32 + what) + chr(32 + column) + chr(32 + row))

    screen = browse(" ".join(os.path.abspath(path) for path in sorted(glob.glob("samples/handmade-*.log"))))
    screen.shows("30 incidents")
    flags = ("display-message", "-p", "#{mouse_any_flag}#{mouse_button_flag}#{mouse_standard_flag}")
    ok("the terminal is asked for the mouse", "1" in screen.tmux(*flags), screen)
    first = "66120.100100"
    for _ in range(4):
        point(screen, down, 10, 10)
    ok("the wheel scrolls the list", screen.gone(first), screen)
    for _ in range(4):
        point(screen, up, 10, 10)
    ok("and back", screen.shows(first), screen)
    point(screen, left, 10, 5)
    ok("a click chooses a row", screen.shows("find (29.4 MiB) was killed"), screen)
    point(screen, left, 10, 5)
    ok("a second click on a row opens it", screen.shows("Verdict", "incident 3 of"), screen)
    row = screen.screen().splitlines()[1]
    point(screen, left, row.index("Log") + 2, 2)
    ok("a click on a tab shows it", screen.shows("oom-kill"), screen)
    screen.press("m")
    ok("m lets the terminal have the mouse", screen.shows("The mouse is the terminal's") and
       "1" not in screen.tmux(*flags), screen)
    screen.press("m")
    ok("and takes it back", screen.shows("The mouse is mine again") and "1" in screen.tmux(*flags), screen)


for script in (list_of_repeats, tmpfs_and_its_line, tabs_of_a_container, tasks_of_a_host, resized, filters,
               hostile_names, colours_and_letters, markdown, signals, standard_input, stored, dump, into_cgroups, mouse,
               ten_thousand):
    case(script)
