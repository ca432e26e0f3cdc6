"""Benchmarks against peers, warm cache, the best of five. Usage: bench.py WHYOOM FOLDER MIB"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import generate  # noqa: E402

WHYOOM, FOLDER, SIZE = sys.argv[1], sys.argv[2], int(sys.argv[3]) * generate.MIB
LITERALS = ["invoked oom-killer", "Killed process", "oom-kill:", "Out of memory"]
RUNS = 5


def measure(command):
    """The least wall seconds of some runs, and the most memory in MiB."""
    import time
    best, most = None, 0
    for _ in range(RUNS):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            sys.exit(f"{command[0]} ended with status {child.returncode}")
        best = seconds if best is None else min(best, seconds)
        most = max(most, usage.ru_maxrss / 1024)
    return best, most


def scan(path):
    return measure([WHYOOM, "scan", "--no-progress", path])


def count(path):
    """Incidents found: a fast answer must be the right one."""
    out = subprocess.run([WHYOOM, "scan", "--no-progress", path], capture_output=True).stdout
    return len({json.loads(line)["id"] for line in out.splitlines()})


def made(name, make):
    """The path of an input, made once; what it was made of stands beside it."""
    path = os.path.join(FOLDER, name)
    note = path + ".json"
    if not os.path.exists(note):
        result = make(path)
        with open(note, "w") as file:
            json.dump(result, file)
    with open(note) as file:
        return path, json.load(file)


def packed(path, command):
    """PATH compressed by COMMAND, once."""
    target = path + (".gz" if command[0] == "gzip" else ".zst")
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(path):
        with open(target, "wb") as file:
            subprocess.run([*command, path], stdout=file, check=True)
    return target


ROWS = []


def row(what, ours, peer, ratio, goal, is_met):
    ROWS.append((what, ours, peer, ratio, goal, "yes" if is_met else "NO"))


def bench_sparse():
    path, _ = made(f"sparse-{SIZE // generate.MIB}.log", lambda target: generate.sparse(target, SIZE))
    found = count(path)
    mib = os.path.getsize(path) / generate.MIB
    seconds, memory = scan(path)
    expressions = [word for literal in LITERALS for word in ("-e", literal)]
    peer, _ = measure(["rg", "-c", "-j1", *expressions, path])
    row(f"sparse log, {mib:.0f} MiB, {found} reports", f"{seconds:.3f} s", f"rg {peer:.3f} s",
        f"{seconds / peer:.2f}", "<= 1.00", seconds <= peer and found == 200)
    row("its peak memory", f"{memory:.0f} MiB", "", "", "<= 64 MiB", memory <= 64)
    return path


def bench_dense():
    path, (reports, origin) = made("dense.log", lambda target: generate.dense(target, 200 * generate.MIB))
    found = count(path)
    mb = os.path.getsize(path) / 1e6
    seconds, memory = scan(path)
    row(f"dense log ({origin}), {mb:.0f} MB, {found} reports", f"{mb / seconds:.0f} MB/s", "", "",
        ">= 300 MB/s", mb / seconds >= 300 and found == reports)
    row("its peak memory", f"{memory:.0f} MiB", "", "", "<= 64 MiB", memory <= 64)


def bench_packed(path):
    for compress, peers in ((["gzip", "-6", "-c"], [["zcat"]]),
                            (["zstd", "-q", "-3", "-c"], [["zstd", "-q", "--single-thread", "-dc"], ["zstdcat", "-q"]])):
        target = packed(path, compress)
        seconds, memory = scan(target)
        for peer in peers:
            theirs, _ = measure([*peer, target])
            row(f"the sparse log by {compress[0]}, {memory:.0f} MiB", f"{seconds:.3f} s",
                f"{' '.join(peer)} {theirs:.3f} s", f"{seconds / theirs:.2f}", "<= 1.10",
                seconds <= 1.1 * theirs)


def bench_journal():
    """Journal files as journald writes them, against journalctl of the same."""
    remote = "/lib/systemd/systemd-journal-remote"
    if not os.path.exists(remote):
        print(f"skipped: journal: no {remote} to make one with")
        return
    export, _ = made("journal.export", lambda target: generate.journal_export(target, 250000))
    path = os.path.join(FOLDER, "journals")
    if not os.path.exists(path):
        os.mkdir(path)
        subprocess.run([remote, "--output", path + "/bench.journal", export], capture_output=True, check=True)
    mib = sum(file.stat().st_size for file in os.scandir(path)) / generate.MIB
    seconds, memory = scan(path)
    theirs, _ = measure(["journalctl", "--directory", path, "--output", "export"])
    row(f"journal files, {mib:.0f} MiB, {count(path)} reports, {memory:.0f} MiB", f"{mib / seconds:.0f} MiB/s",
        f"journalctl {mib / theirs:.0f} MiB/s", f"{seconds / theirs:.2f}", "<= 0.10", seconds <= theirs / 10)


def bench_busy():
    path, reports = made("busy.log", lambda target: generate.busy(target, 2000))
    seconds, _ = scan(path)
    row(f"{reports} reports of 500 tasks", f"{reports / seconds:.0f} reports/s", "", "", ">= 5000/s",
        reports / seconds >= 5000)


def main():
    sparse = bench_sparse()
    bench_dense()
    bench_packed(sparse)
    bench_journal()
    bench_busy()
    heads = ("what", "whyoom", "peer", "ratio", "goal", "met")
    widths = [max(len(line[i]) for line in [heads, *ROWS]) for i in range(len(heads))]
    for line in [heads, *ROWS]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


main()
