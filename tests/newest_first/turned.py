"""Each sample, its lines in the other order: the same records, at mirrored lines. Prints TAP. Usage: turned.py WHYOOM"""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan

whyoom = os.path.abspath(sys.argv[1])
TOLD = "its newest line comes first"
# Without stamps, or with a few lines of one second, nothing tells which line is the newest.
UNTOLD = {"handmade-3.10-lowmemorykiller.log", "handmade-4.19-slub-alone.log", "handmade-earlyoom.log", "handmade-meta-oomd.log",
          "handmade-systemd-oomd-failed.log", "handmade-systemd-unit-oom.log"}


def scan(text, *options, stdin=None):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kern.log"), "wb") as file:
            file.write(text)
        done = subprocess.run([whyoom, "scan", *options, "-" if stdin else "kern.log"], cwd=folder, input=stdin, capture_output=True)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def turned(text):
    return b"".join(line + b"\n" for line in reversed(text.splitlines()))


def mirrored(value, lines, length):
    """What a record says, with its lines and bytes counted from the other end."""
    if isinstance(value, list):
        return [mirrored(item, lines, length) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: mirrored(item, lines, length) for key, item in value.items()}
    if "line" in value:
        value["line"] = lines + 1 - value["line"]
    if "first_line" in value:
        value["first_line"], value["last_line"] = lines + 1 - value["last_line"], lines + 1 - value["first_line"]
    if "first_byte" in value:
        value["first_byte"], value["end_byte"] = length - value["end_byte"], length - value["first_byte"]
    return value


def check_samples():
    for name in sorted(os.listdir("samples")):
        if not name.endswith(".log"):
            continue
        with open(os.path.join("samples", name), "rb") as file:
            text = file.read().replace(b"\r\n", b"\n")
        expected, _ = scan(text)
        back = turned(text)
        found, words = scan(back)
        if name in UNTOLD:
            ok(TOLD not in words, f"{name}: nothing tells its order")
            continue
        ok(TOLD in words and expected and found == mirrored(expected, back.count(b"\n"), len(back)),
           f"{name}: read from its end it tells the same", words)


def said(record):
    """What a record says, but for where it stands."""
    return {**{key: value for key, value in record.items() if key not in ("id", "source", "findings")},
            "quotes": [quote["text"] for quote in record["quotes"]]}


def check_documents():
    """As gcloud, curl and aws print them."""
    with open("samples/lab-6.1-memcg-v2-anon.log", encoding="utf-8") as file:
        lines = file.read().splitlines()
    times = [f"2026-01-02T15:04:05.{number:06}Z" for number in range(len(lines))]
    forms = {
        "gcloud logging read": lambda pairs: [{"textPayload": line, "timestamp": time} for time, line in pairs],
        "Elasticsearch's answer": lambda pairs: {"took": 3, "hits": {"hits": [
            {"_index": "a", "_source": {"@timestamp": time, "message": line}} for time, line in pairs]}},
        "aws logs get-query-results": lambda pairs: {"results": [
            [{"field": "@timestamp", "value": "2026-01-02 15:04:05.000"}, {"field": "@message", "value": line}]
            for time, line in pairs]},
    }
    for name, form in forms.items():
        pairs = list(zip(times, lines))
        expected, words = scan(json.dumps(form(pairs), indent=2).encode() + b"\n")
        found, told = scan(json.dumps(form(pairs[::-1]), indent=2).encode() + b"\n")
        ok(TOLD not in words and TOLD in told and len(found) == 1 and not found[0]["missing"] and
           said(found[0]) == said(expected[0]), f"{name}, indented: its records are read from the last to the first", told)


def journal():
    """Two boots' records, as journalctl -o json gives their fields: in any order."""
    with open("samples/lab-6.1-memcg-v2-anon.log", encoding="utf-8") as file:
        lines = [line.split("] ", 1)[1] for line in file.read().splitlines() if "] " in line]
    records = []
    for boot, uptime in enumerate((2682000, 187200)):
        for number, line in enumerate(lines):
            wall = (1793494800 + boot * 961200) * 10**6 + number
            record = [("__REALTIME_TIMESTAMP", str(wall)), ("__MONOTONIC_TIMESTAMP", str(uptime * 10**6 + number)),
                      ("_BOOT_ID", f"{boot + 1:032x}"), ("_HOSTNAME", "n1"), ("_TRANSPORT", "kernel"), ("PRIORITY", "4"),
                      ("SYSLOG_IDENTIFIER", "kernel"), ("MESSAGE", line)]
            turn = number * 5 % len(record)
            cursor = f"s=b2;i={len(records):x};b={boot + 1:032x};m={uptime * 10**6 + number:x};t={wall:x};x=1"
            records.append(dict([("__CURSOR", cursor)] + record[turn:] + record[:turn]))
    return records


def verbose(record):
    seconds, us = divmod(int(record["__REALTIME_TIMESTAMP"]), 10**6)
    fields = "".join(f"    {key}={value}\n" for key, value in record.items() if not key.startswith("__"))
    return time.strftime("%a %Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{us:06} UTC [{record['__CURSOR']}]\n{fields}"


def check_journals():
    forms = {
        "json": lambda record: json.dumps(dict(list(record.items())[1:])) + "\n",
        "json-sse": lambda record: f"data: {json.dumps(record)}\n\n",
        "export": lambda record: "".join(f"{key}={value}\n" for key, value in record.items()) + "\n",
        "verbose": verbose,
    }
    records = journal()
    for name, form in forms.items():
        expected, words = scan("".join(map(form, records)).encode())
        found, told = scan("".join(map(form, records[::-1])).encode())
        ok(TOLD not in words and TOLD in told and len(found) == 2 and [said(record) for record in found] == [said(record) for record in expected],
           f"journalctl -r -o {name}: two boots' records are read from the last to the first", told)


def check_cat():
    """journalctl -r -o cat has no stamps: the order within a report tells."""
    bare = b""
    for name in ("lab-6.1-memcg-v2-anon.log", "lab-5.10-host-anon.log"):
        with open(f"samples/{name}", "rb") as file:
            bare += b"".join(line.split(b"] ", 1)[1] + b"\n" for line in file.read().splitlines() if b"] " in line)
    expected, words = scan(bare)
    found, told = scan(turned(bare))
    ok(TOLD not in words and TOLD in told and len(found) == 2 and [said(record) for record in found] == [said(record) for record in expected],
       "journalctl -r -o cat: reports without stamps are turned by the order of their own lines", told)


def check_others():
    with open("samples/lab-6.1-memcg-v2-anon.log", "rb") as file:
        text = file.read()
    quiet = b"".join(b"[%5d.000000] eth0: link is up\n" % (40000 - n) for n in range(40000))
    back = quiet + turned(text)
    found, _ = scan(back)
    ok(len(found) == 1 and not found[0]["missing"], "a report behind a megabyte of newer lines")
    ok(scan(back, "-j2")[0] == found, "threads that search ahead change nothing of it")
    found, words = scan(back[:-1])
    ok(TOLD in words and len(found) == 1 and not found[0]["missing"], "a last line without its newline")
    _, words = scan(b"x", stdin=turned(text))
    ok("turn it round" in words, "a pipe cannot be read from its end: that is told")
    syslog = b"".join(b"Nov 23 06:33:01 db1 kernel: " + line.split(b"] ", 1)[1] + b"\n" for line in text.splitlines() if b"] " in line)
    expected, _ = scan(syslog)
    found, words = scan(turned(syslog))
    ok(TOLD in words and len(found) == 1 and found[0]["id"] == expected[0]["id"], "journalctl -r: a report in one second, no stamps of the kernel")
    _, words = scan(syslog)
    ok(not words, "nor is that turned which stands on its feet", words)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kern.log"), "wb") as file:
            file.write(back)
        words = subprocess.run([whyoom, "map", "kern.log"], cwd=folder, capture_output=True).stderr.decode()
    ok("turn it round" in words, "map reads a piece as it stands: that is told")
    jump = b"".join(b"Nov 23 %02d:00:%02d db1 cron[7]: tick\n" % (14 - n // 60, n % 60) for n in range(600))
    _, words = scan(jump + b"Nov 23 01:00:00 db1 kernel: " + b"\nNov 23 01:00:00 db1 kernel: ".join(text.splitlines()) + b"\n")
    ok(TOLD not in words, "clocks that are set back do not turn a log")
    records = [{"__REALTIME_TIMESTAMP": str(1700000000000000 - n * 1000000), "MESSAGE": "tick"} for n in range(50)]
    records[20]["MORE"] = ["x" * 1000] * 3000
    _, words = scan(("[\n" + ",\n".join(json.dumps(record, indent=1) for record in records) + "\n]\n").encode())
    ok("its beginning was not read" in words, "a record of three megabytes is not passed over without a word", words)


def check_fleet():
    """Hosts that booted apart write one central log: their kernels' clocks step back, its order is good all the same."""
    with open("samples/lab-6.1-memcg-v2-anon.log", encoding="utf-8") as file:
        lines = [line.split("] ", 1)[1] for line in file.read().splitlines() if "] " in line]
    forms = {"RFC 3339": "2026-09-01T00:00:{:02}.{:06}+00:00", "RFC 3164": "Sep  1 00:00:{:02}"}
    for name, form in forms.items():
        text = b"".join(f"{form.format(number // 50, number)} c{host:04} kernel: [{90000 - 3600 * host + number // 50}.{number:06}] {line}\n".encode()
                        for number, line in enumerate(lines) for host in range(10))
        found, words = scan(text)
        ok(len(found) == 10 and not words, f"{name}: ten hosts in one second at a time are in order", words)
        found, words = scan(turned(text))
        ok(TOLD in words and len(found) == 10, f"{name}: turned, they are turned back", words)


check_samples()
check_fleet()
check_documents()
check_journals()
check_cat()
check_others()
plan()
