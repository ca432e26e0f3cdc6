"""The list: its columns, order, groups, filters, and how it fills."""

import os
import re
import subprocess
import sys
import time

from harness import ANON_FAULT, HANDMADE, HANDMADE_INCIDENTS, IS_SANITIZED, SEEDS, WHYOOM, ok, sample, skip

REPEATS = sample("handmade-5.15-repeats.log")
STORM = sample("lab-newest-host-storm.log")


def killed_in(path):
    with open(path, encoding="utf-8") as log:
        return len(re.findall("Killed process", log.read()))


# anon-rss + file-rss + shmem-rss of each kill line: 3690112 kB, 1968776 + 16356 kB, 2740520 kB
SEEDS_80 = """\
 whyoom · 3 incidents
  #↑  when               class   limit of      killed       rss
   1  [20219668.716979]  shmem   083afd1a06b8  java     3.5 GiB
   2  [20148497.767284]  shmem   083afd1a06b8  java     1.9 GiB
   3  [20148402.291616]  shmem   083afd1a06b8  java     2.6 GiB
"""
SEEDS_FOOT_80 = """\
────────────────────────────────────────────────────────────────────────────────
 Out of its memory+swap limit, 34.0 of 34.0 GiB: 22.6 GiB of the container's
 memory is tmpfs, which killing java (3.5 GiB) does not free

 Enter open  f filter  s sort  b group  e next  / search  q quit         ? help
"""
SEEDS_60 = """\
 whyoom · 3 incidents
  when               class   limit of      killed       rss
  [20219668.716979]  shmem   083afd1a06b8  java     3.5 GiB
  [20148497.767284]  shmem   083afd1a06b8  java     1.9 GiB
  [20148402.291616]  shmem   083afd1a06b8  java     2.6 GiB
"""


def sizes(browse, _folder):
    # The three seeds name no host, so nobody knows whether they are one story: a line each.
    screen = browse(SEEDS)
    ok("80x24: a line for each incident", screen.shows_lines(SEEDS_80), screen)
    ok("80x24: what happened to the one under the cursor, and the keys", screen.shows_lines(SEEDS_FOOT_80), screen)
    screen.resize(60, 16)
    ok("resized to 60x16: the number gives way first", screen.shows_lines(SEEDS_60), screen)
    screen.resize(59, 16)
    ok("below that it says what it needs", screen.shows("59x16 is too small; whyoom needs 60x16"), screen)
    screen.resize(60, 15)
    ok("in rows too", screen.shows("60x15 is too small"), screen)
    screen.resize(120, 40)
    ok("resized to 120x40", screen.shows_lines(SEEDS_80) and len(screen.screen().splitlines()) == 40 and
       screen.screen().splitlines()[-1].endswith("? help"), screen)


def storms(browse, _folder):
    for path in (REPEATS, STORM):
        count = killed_in(path)
        name = os.path.basename(path)
        screen = browse(path)
        ok(f"{name}: a storm is one line", screen.shows(f"▸  1  ", f"×{count}", f"{count} incidents"), screen)
        screen.press("l")
        ok("unfolded, each has a line", screen.shows(*[f"│  {number}  " for number in range(2, count + 1)]), screen)
        screen.press("h")
        ok("folded again", screen.gone("│  2  "), screen)
        screen.press("z")
        ok("z shows each repeat for itself", screen.shows(f"   {count}  ") and f"×{count}" not in screen.screen(), screen)


def orders(browse, _folder):
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    first = {"time": "20148402", "host": "20219668", "class": "20219668", "limit's owner": "20219668",
             "victim": "20219668", "size": "3.5 GiB", "repeats": "20219668", "input": "20219668"}
    for name, value in first.items():
        screen.press("s")
        ok(f"s sorts by {name}", screen.shows(f"Sorted by {name}.") and value in screen.screen().splitlines()[2], screen)
    screen.press("S")
    ok("S turns it round", screen.shows("#↓") and "20148402" in screen.screen().splitlines()[2], screen)


def groups(browse, _folder):
    screen = browse(HANDMADE, 100, 150)
    screen.shows(HANDMADE_INCIDENTS)
    for name, heading in (("class", "▾ memcg-limit"), ("cgroup", "no cgroup's limit"), ("host", "▾ host unknown"),
                          ("kernel", "▾ 5.15.0-105-generic")):
        screen.press("b")
        ok(f"b groups by {name}", screen.shows(f"Grouped by {name}.", heading), screen)
        counts = [int(line.split()[-1]) for line in screen.screen().splitlines() if line.startswith("▾ ")
                  and line.split()[-1].isdigit()]
        ok("the largest group first", len(counts) > 1 and counts == sorted(counts, reverse=True), screen)
    screen.press("b", "b", "g", "Enter")
    ok("Enter closes a group", screen.shows("▸ memcg-limit"), screen)
    screen.press("l")
    ok("l opens it again", screen.shows("▾ memcg-limit"), screen)


def filters(browse, _folder):
    screen = browse(HANDMADE, 80, 100)
    screen.shows(HANDMADE_INCIDENTS)
    screen.press("f")
    screen.type("varn")
    ok("f filters as one types", screen.shows("4 shown · filter varn") and "prometheus" not in screen.screen(), screen)
    screen.type("no such thing")
    ok("a filter that nothing passes says so", screen.shows("No incident passes"), screen)
    screen.press("Escape")
    ok("Esc leaves the list as it was", screen.shows("prometheus"), screen)
    screen.press("w")
    screen.type("no.such.fact is known")
    screen.press("Enter")
    ok("a mistake in an expression is shown where it was typed", screen.shows("no.such.fact", "where:"), screen)
    screen.press("Escape")
    for expression in ("scope is global", "memcg.memory.usage >= 4 GiB", "class is memcg-limit and swap.total is unknown"):
        done = subprocess.run([WHYOOM, "scan", "--where", expression, *HANDMADE.split()], capture_output=True, text=True,
                              check=False)
        count = done.stdout.count("\n")
        screen.press("Escape", "w")
        screen.type(expression)
        screen.press("Enter")
        ok(f"w {expression}: as many as scan --where lists", 0 < count < 30 and
           screen.shows(f" {count} shown · where {expression[:20]}"), screen)


def fills(browse, folder):
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    screen = browse(f"- <{pipe}")
    with open(pipe, "wb", buffering=0) as log:
        ok("a pipe from which nothing comes: the list is there at once", screen.shows("0 incidents", "reading",
                                                                                    "No incident yet."), screen)
        for number, path in enumerate((ANON_FAULT, REPEATS)):
            with open(path, "rb") as source:  # a report is over when other lines follow it
                log.write(source.read() + b"[30000000.000000] eth0: link is up\n" * 8192)
            ok(f"what comes is listed while more is awaited ({number + 1})",
               screen.shows("20219668.716979", *["5 incidents", "×4"] * number, "reading"), screen)
        ok("with how much was read, how fast, and the key that stops it",
           bool(re.search(r"reading [0-9.]+ KiB, [0-9.]+ .?i?B/s, \^C stops", screen.screen())), screen)
        screen.press("C-c")
        ok("^C stops reading, what was found stays", screen.shows("what was found until now stays", "20219668"), screen)
        screen.press("q")
        # A leak checker counts what the reader holds that still waits for the pipe, and changes the status.
        status = "status=" if IS_SANITIZED else "status=0"
        ok("and q leaves all the same", screen.shows(status, "icanon"), screen)


def ten_thousand(browse, folder):
    sys.path.insert(0, "tests/bench")
    import generate
    path = os.path.join(folder, "many.log")
    generate.write_reports(path, generate.sample_reports(), lambda number, written: number < 10000)
    screen = browse(path, 120, 40)
    ok("10,000 incidents are listed", screen.shows("10,000 incidents"), screen)
    for _ in range(600):
        if "reading" not in screen.screen():
            break
        time.sleep(0.1)
    screen.press("G")
    ok("G goes to the last", screen.shows("host09999"), screen)
    screen.press("Enter")
    ok("which opens", screen.shows("Verdict", "incident 10000"), screen)
    screen.resize(80, 24)
    screen.press("Escape", "f")
    screen.type("host0123")
    ok("80x24: a filter leaves the ten that it names", screen.shows("10 shown", "host01230", "host01239"), screen)
    screen.press("Enter", "Escape", "b", "b", "b", "g")
    ok("10,000 groups", screen.shows("10,000 incidents · by host", "▾ host00000  1"), screen)
    with open(f"/proc/{screen.process('whyoom')}/status", encoding="ascii") as status:
        kib = int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1))
    print(f"# 10,000 incidents: {kib // 1024} MiB at most")
    if IS_SANITIZED:
        skip("in less than 200 MiB", "a sanitizer takes memory of its own")
    else:
        ok("in less than 200 MiB", kib < 200 * 1024)


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


CASES = (sizes, storms, orders, groups, filters, fills, stored, ten_thousand)
