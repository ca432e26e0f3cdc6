"""What the checks of the store share: claims that are counted, the samples in a database, and their records."""

import contextlib
import glob
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

WHYOOM = os.path.abspath(sys.argv[1])
SAMPLES = sorted(glob.glob("samples/*.log"))
TEMPORARY = tempfile.mkdtemp(prefix="whyoom-store-")
number = failed = 0


def claim(what, holds, detail=""):
    global number, failed
    number += 1
    print(f"{'ok' if holds else 'not ok'} {number} - {what}", flush=True)
    if not holds:
        failed += 1
        print(f"    {what}: {detail}", file=sys.stderr)


def skip(what, why):
    global number
    number += 1
    print(f"ok {number} - {what} # SKIP {why}")


def run(*arguments, stdin=None, cwd=None):
    return subprocess.run([WHYOOM, *arguments], capture_output=True, text=True, input=stdin, cwd=cwd)


def path(name):
    return os.path.join(TEMPORARY, name)


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def dig(record, *keys):
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    return record


DB = path("fleet.db")
plain = run("scan", *SAMPLES).stdout
records = {record["id"]: record for record in lines_of(plain)}
stored = run("scan", *SAMPLES, "--db", DB, "--summary")


def ask(sql, *values):
    with contextlib.closing(sqlite3.connect(DB)) as database:
        database.row_factory = sqlite3.Row
        return database.execute(sql, values).fetchall()


COLUMNS = {  # column of incidents: where the record has it
    "kind": ("kind",), "class": ("class",), "scope": ("scope",), "refused": ("limit",), "charge_path": ("charge_path",),
    "host": ("host",), "boot": ("boot",), "kernel": ("kernel",), "cgroup": ("memcg", "path"), "source": ("source", "path"),
    "manager": ("workload", "manager"), "summary": ("summary",), "printed": ("time", "printed"),
    "dominant_bytes": ("dominant", "bytes"), "asked_by": ("trigger", "comm"), "repeat_count": ("repeat", "count"),
}
