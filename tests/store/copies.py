"""Copies of one kill that come in different scans: the database has it once, as the best of them."""

import os
import re
import shutil
import sqlite3
import time

from fixture import SAMPLES, claim, path, run

with open(next(sample for sample in SAMPLES if sample.endswith("el8-4.18-memsw-anon-fault.log"))) as file:
    REPORT = file.readlines()
TORN = 20  # lines: before usage and limits
MINUTE, UTC = "2026-11-01T03:06:40", "+00:00"
STAMP = re.compile(r"^\[[^]]*\] ?")
KERN = [f"{MINUTE}.000000{UTC} db1 kernel: {line}" for line in REPORT]
JOURNAL = [STAMP.sub(f"{MINUTE}+0000 db1 kernel: ", line) for line in REPORT]
DMESG = [STAMP.sub("[Sun Nov  1 03:06:40 2026] ", line) for line in REPORT]
MESSAGES = [STAMP.sub("Nov  1 03:06:40 db1 kernel: ", line) for line in REPORT]
THIRD = [line.replace("[202", "[204").replace("281482", "281777").replace("03:06", "09:53") for line in KERN]
LATER = [line.replace("[202", "[203").replace("281482", "281999").replace("03:06", "05:53") for line in KERN]


def write(folder, logs):
    """As rsync -a leaves them: last written an hour ago."""
    for name, lines in logs.items():
        with open(os.path.join(folder, name), "w") as file:
            file.writelines(lines)
        os.utime(os.path.join(folder, name), times=(time.time() - 3600,) * 2)


def rows_after(scans, *options, between=lambda database: None):
    """Host and age of each row, after one scan of the logs that are there then for each of SCANS."""
    folder = path("copies")
    os.mkdir(folder)
    database = os.path.join(folder, "fleet.db")
    for logs in scans:
        write(folder, logs)
        run("scan", *options, "--db", "fleet.db", *logs, cwd=folder)
        between(database)
    found = sqlite3.connect(database).execute("SELECT host, victims, number FROM incidents ORDER BY number").fetchall()
    shutil.rmtree(folder)
    return found


def without_decisions(database):
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE decisions")


def without_last(database):
    """As somebody cleans up after the first scan."""
    with sqlite3.connect(database) as connection:
        for table, number in ("incidents", "number"), *((name, "incident") for name in ("records", "victims", "memcg_stats", "findings")):
            connection.execute(f"DELETE FROM {table} WHERE {number} = 2 AND (SELECT count(*) FROM runs) = 1")


def check():
    state = ["--state", "state"]
    for what, scans, options in (
            ("two logs, in either order", [{"kern.log": KERN, "journal.txt": JOURNAL}, {"journal.txt": JOURNAL, "kern.log": KERN}], []),
            ("a torn report, and the whole", [{"kern.log": KERN[:TORN]}, {"kern.log": KERN}], []),
            ("a torn report, and the whole beside a copy", [{"kern.log": KERN[:TORN]}, {"journal.txt": JOURNAL, "kern.log": KERN}], state),
            ("the same without a host", [{"dmesg": DMESG[:TORN]}, {"dmesg": DMESG, "messages": MESSAGES}], state),
            ("dmesg -T, and the log", [{"dmesg": DMESG}, {"kern.log": KERN}], []),
            ("the log, and dmesg", [{"kern.log": KERN}, {"dmesg": REPORT}], [])):
        found = rows_after(scans, *options)
        claim(f"one row, with its host: {what}", [row[:2] for row in found] == [("db1", 1)], found)
    found = rows_after([{"kern.log": KERN}, {"journal.txt": JOURNAL, "kern.log": KERN + LATER}, {"kern.log": LATER}])
    claim("two kills are two rows", found == [("db1", 1, 1), ("db1", 1, 2)], found)
    found = rows_after([{"kern.log": KERN, "later.log": LATER}, {"third.log": THIRD, "later.log": LATER}], between=without_last)
    claim("the number of a deleted row may be another's", found == [("db1", 1, number) for number in (1, 2, 3)], found)
    found = rows_after([{"kern.log": KERN}] * 3, between=without_decisions)
    claim("a database from before copies were known in it", found == [("db1", 1, 1)], found)
