"""Every sample's log, cut by a rotation at one line after the other, or inside of it, is told as the whole is; prints TAP.
Usage: sweep.py WHYOOM [STEP]"""
import glob
import json
import os
import subprocess
import sys
import tempfile

whyoom = os.path.abspath(sys.argv[1])
STEP = int(sys.argv[2]) if len(sys.argv) > 2 else 23
LINES_MOST = 700
# where the rest was lost, told by itself or twice: a stall before the frame that tells of memory, "sysrq: Manual OOM
# execution" before the header, and what a killed task still fails to get, as a whole, behind its header, in its Mem-Info
ONCE_WRONG = {"lab-6.1-memcg-v2-high-stall.log": (10, 13), "lab-5.10-memcg-v1-kill-disabled.log": (13,),
              "lab-6.12-host-sysrq.log": (8,), "lab-6.1-host-swap-off.log": (84, 85, 100, 150), "lab-6.12-host-hugetlb.log": (90,),
              "lab-newest-host-storm.log": (90,), "handmade-4.18-lru-lockup.log": (7,)}


def scan(*files):
    """Of each incident id, kind, class and who fell."""
    done = subprocess.run([whyoom, "scan", *files], capture_output=True, check=False)
    return [(record["id"], record["kind"], record["class"], [victim.get("pid") for victim in record["victims"]])
            for record in map(json.loads, done.stdout.splitlines())]


def cut(text, at):
    for name, part in ("kern.log.1", text[:at]), ("kern.log", text[at:]):
        with open(name, "wb") as file:
            file.write(part)
    return scan("kern.log.1", "kern.log")


def is_told(lines, at, whole):
    before = b"".join(lines[:at])
    return all(cut(b"".join(lines), len(before) + inside) == whole for inside in (0, len(lines[at]) // 2))


def main():
    number = 0
    samples = sorted(map(os.path.abspath, glob.glob("samples/*.log")))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for sample in samples:
            with open(sample, "rb") as file:
                lines = file.readlines()
            if len(lines) > LINES_MOST:
                continue
            name, whole = os.path.basename(sample), scan(sample)
            places = {*range(1, len(lines), STEP), *ONCE_WRONG.get(name, ())}
            bad = [at for at in sorted(places) if not is_told(lines, at, whole)]
            number += 1
            print(f"{'not ' if bad else ''}ok {number} - {name}: rotated at {len(places)} lines, and inside of them, it is the whole")
            if bad:
                print(f"# lines {bad}")
    print(f"1..{number}")


main()
