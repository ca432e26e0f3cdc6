"""Scans that add to a database: of two logs of one kill, and after one that was killed."""

import glob
import os
import re
import signal
import sqlite3
import subprocess
import time

from fixture import SAMPLES, WHYOOM, claim, path, run

KILL = [  # mm/oom_kill.c of 5.10, dump_header() and __oom_kill_process()
    "[  100.000001] java invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0",
    "[  100.000300] Out of memory: Killed process 7 (java) total-vm:204800kB, anon-rss:102400kB, file-rss:0kB, "
    "shmem-rss:0kB, UID:0 pgtables:300kB oom_score_adj:0",
]
BOOT = re.compile(r"\[ *(\d+)\.(\d{6})\]")


def at_other_times(text, seconds):
    return BOOT.sub(lambda match: f"[{int(match[1]) + seconds:5d}.{match[2]}]", text)


def check():
    for name, stamp in ("messages", "Mar 28 22:14:31"), ("kern.log", "2026-03-28T22:14:31.000001+00:00"):
        with open(path(name), "w") as file:
            file.writelines(f"{stamp} web1 kernel: {line}\n" for line in KILL)
    for logs in ["messages", "kern.log"], ["kern.log", "messages"]:
        for how, options in ("one run", []), ("two runs", []), ("two runs with a state", ["--state", path("dates.state")]):
            for runs in [logs] if how == "one run" else [[log] for log in logs]:
                run("scan", *options, "--db", path("dates.db"), *map(path, runs))
            dates = sqlite3.connect(path("dates.db")).execute("SELECT wall_us FROM incidents").fetchall()
            # date -d 2026-03-28T22:14:31Z +%s
            claim(f"the copy with a date is kept, {', '.join(logs)}, {how}", dates == [(1774736071000001,)], dates)
            for left in glob.glob(path("dates.*")):
                os.remove(left)

    with open(SAMPLES[0]) as file:
        report = file.read()
    big = path("big.log")
    with open(big, "w") as file:
        for i in range(4000):
            file.write(at_other_times(report, i * 1000))
    for delay in (0.1, 0.3, 0.6):
        target = path(f"killed-{delay}.db")
        child = subprocess.Popen([WHYOOM, "scan", big, "--db", target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        finished = run("scan", big, "--db", target)
        killed = sqlite3.connect(target)
        claim(f"killed after {delay} s: the database is sound, and the next scan completes it",
              finished.returncode == 0 and killed.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
              and killed.execute("SELECT count(*), count(DISTINCT id) FROM incidents").fetchone() == (4000, 4000), finished)
        killed.close()
