"""Logs against peers, warm cache, the best of five. Usage: bench.py WHYOOM FOLDER MIB FLEET_MIB [NAME...]"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import generate  # noqa: E402
from measure import Table, measure, measure_beside  # noqa: E402

WHYOOM, FOLDER = sys.argv[1:3]
SIZE, FLEET = (int(mib) * generate.MIB for mib in sys.argv[3:5])
LITERALS = ["invoked oom-killer", "Killed process", "oom-kill:", "Out of memory"]
TABLE = Table()


def scan(path, threads=1):
    return [WHYOOM, "scan", "--no-progress", f"-j{threads}", path]


def rg(path, threads=1, *more):
    return ["rg", "-c", f"-j{threads}", *more, *(word for literal in LITERALS for word in ("-e", literal)), path]


def count(path):
    """Incidents found: a fast answer must be the right one. Line by line, for a child's peak memory is never told to be less
    than what its parent had when it was forked."""
    with subprocess.Popen(scan(path), stdout=subprocess.PIPE) as child:
        return len({json.loads(line)["id"] for line in child.stdout})


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


def row_beside(what, ours, peer, name, most, holds=True):
    """Both in seconds; MOST is the ratio that is the goal."""
    (seconds, memory), (theirs, _) = measure_beside(ours, peer)
    TABLE.row(what, f"{seconds:.3f} s", f"{name} {theirs:.3f} s", f"{seconds / theirs:.2f}", f"<= {most:.2f}",
              seconds <= most * theirs and holds)
    return memory


def row_memory(memory, most):
    TABLE.row("its peak memory", f"{memory:.0f} MiB", "", "", f"<= {most:.0f} MiB", memory <= most)


def sparse_log():
    return made(f"sparse-{SIZE // generate.MIB}.log", lambda target: generate.sparse(target, SIZE))[0]


def bench_sparse():
    path = sparse_log()
    found = count(path)
    memory = row_beside(f"sparse log, {SIZE // generate.MIB} MiB, {found} reports", scan(path), rg(path), "rg", 1, found == 200)
    row_memory(memory, 64)
    (alone, _), (together, _) = measure_beside(scan(path), scan(path, 2))
    TABLE.row("the same, -j2 inside of it", f"{together:.3f} s", f"-j1 {alone:.3f} s", f"{together / alone:.2f}", "< 1.00",
              together < alone)


def bench_fleet():
    path, reports = made(f"fleet-{FLEET // generate.MIB}", lambda target: generate.fleet(target, FLEET))
    found = count(path)
    row_beside(f"sparse logs, 100 of {FLEET / 100 / generate.MIB:.1f} MiB, {found} reports, -j2", scan(path, 2), rg(path, 2), "rg",
               1, found == reports)


def bench_small():
    path, reports = made("small", generate.small)
    found = count(path)
    seconds, _ = measure(scan(path))
    TABLE.row(f"{reports} logs of 8 KiB, each with a report that its end cuts", f"{reports / seconds:.0f} logs/s", "", "",
              ">= 5000/s", reports / seconds >= 5000 and found == reports)


def bench_dense():
    path, (reports, origin) = made("dense.log", lambda target: generate.dense(target, 200 * generate.MIB))
    found = count(path)
    mb = os.path.getsize(path) / 1e6
    seconds, memory = measure(scan(path))
    TABLE.row(f"dense log ({origin}), {mb:.0f} MB, {found} reports", f"{mb / seconds:.0f} MB/s", "", "", ">= 300 MB/s",
              mb / seconds >= 300 and found == reports)
    row_memory(memory, 64)


def bench_packed():
    path = sparse_log()
    for compress, peers in ((["gzip", "-6", "-c"], ["zcat"]),
                            (["zstd", "-q", "-3", "-c"], ["zstd -q --single-thread -dc", "zstdcat -q"])):
        target = packed(path, compress)
        for peer in peers:
            row_beside(f"the sparse log by {compress[0]}", scan(target), [*peer.split(), target], peer, 1.1)
        if compress[0] == "gzip":
            row_beside("the same", scan(target), rg(target, 1, "-z"), "rg -z", 0.5)


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
    (seconds, memory), (theirs, _) = measure_beside(scan(path), ["journalctl", "--directory", path, "--output", "export"])
    TABLE.row(f"journal files, {mib:.0f} MiB, {count(path)} reports, {memory:.0f} MiB", f"{mib / seconds:.0f} MiB/s",
              f"journalctl {mib / theirs:.0f} MiB/s", f"{seconds / theirs:.2f}", "<= 0.10", seconds <= theirs / 10)


def bench_busy():
    path, reports = made("busy.log", lambda target: generate.busy(target, 2000))
    seconds, _ = measure(scan(path))
    TABLE.row(f"{reports} reports of 500 tasks", f"{reports / seconds:.0f} reports/s", "", "", ">= 5000/s",
              reports / seconds >= 5000)


def bench_hosts():
    path, reports = made("hosts.log", lambda target: generate.hosts(target, 10000))
    found = count(path)
    _, memory = measure(scan(path))
    most = 64 + found * 8 / 1024
    TABLE.row(f"{found} hosts in one log, memory", f"{memory:.0f} MiB", "", "", f"<= {most:.0f} MiB",
              memory <= most and found == reports)


BENCHES = {"sparse": bench_sparse, "fleet": bench_fleet, "small": bench_small, "dense": bench_dense, "packed": bench_packed,
           "journal": bench_journal, "busy": bench_busy, "hosts": bench_hosts}

for name in sys.argv[5:] or BENCHES:
    BENCHES[name]()
TABLE.print()
