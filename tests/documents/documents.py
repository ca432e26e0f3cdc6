"""Many copies of a report, each at its own time, in one JSON document of one line, longer than any line of a log: as many
incidents as copies, each saying what the plain log says. Prints TAP. Usage: documents.py WHYOOM"""
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan

whyoom = os.path.abspath(sys.argv[1])
SAMPLE = "samples/lab-6.1-memcg-v2-anon.log"
STAMP = re.compile(r"^\[ *(\d+)\.(\d+)\] ?")
EPOCH = 1767366245  # 2026-01-02T15:04:05Z
HOUR = 3600         # between two copies: no report of one machine lasts so long
SIZES = {"1 MiB": 1 << 20, "5 MiB": 5 << 20}
SPACINGS = {"as jq -c": (",", ":"), "with blanks": (", ", ": ")}
CUT, NEWEST = "JSON document", "its newest line comes first: it was read from its end"
USAGE = "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


class Line:
    """One line of the log: whole, without its stamp, and when it was written."""

    def __init__(self, whole, copy):
        stamp = STAMP.match(whole)
        self.seconds, self.micros = int(stamp[1]) + copy * HOUR, int(stamp[2])
        self.text = whole[stamp.end():]
        self.whole = f"[{self.seconds:5}.{self.micros:06}] {self.text}"
        self.time = EPOCH + self.seconds
        self.iso = f"{datetime.datetime.fromtimestamp(self.time, datetime.timezone.utc):%Y-%m-%dT%H:%M:%S}.{self.micros:06}Z"


def copies(count):
    with open(SAMPLE, encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if STAMP.match(line)]
    return [Line(line, copy) for copy in range(count) for line in lines]


def loki(lines):
    return {"status": "success", "data": {"resultType": "streams", "result": [
        {"stream": {"host": "web1", "job": "kern"}, "values": [[f"{line.time}{line.micros:06}000", line.whole] for line in lines]}],
        "stats": {"summary": {"totalLinesProcessed": len(lines)}, "ingester": {"chunks": [{"x": [1, 2]}]}}}}


def cloudwatch(lines):
    return {"events": [{"logStreamName": "web1", "timestamp": line.time * 1000 + line.micros // 1000, "message": line.whole,
                        "ingestionTime": line.time * 1000, "eventId": "3"} for line in lines],
            "searchedLogStreams": [{"logStreamName": "web1", "searchedCompletely": True}], "nextToken": "b/\"},{\\"}


def google(lines):
    return [{"insertId": "a", "labels": {"k": "},{"}, "textPayload": line.whole, "timestamp": line.iso} for line in lines]


def elasticsearch(lines):
    return {"took": 3, "timed_out": False, "_shards": {"total": 1, "failures": []}, "hits": {
        "total": {"value": len(lines), "relation": "eq"}, "max_score": None, "hits": [
            {"_index": "logs", "_id": "1", "_source": {"@timestamp": line.iso, "tags": ["a", "b"], "message": line.whole,
                                                       "agent": {"name": "x"}}, "sort": [line.time]} for line in lines]}}


def graylog(lines):
    return {"query": "kernel", "fields": ["source", "message"], "messages": [
        {"highlight_ranges": {}, "message": {"source": "web1", "timestamp": line.iso, "message": line.whole, "_id": "a"},
         "index": "graylog_0"} for line in lines], "total_results": len(lines)}


def journal(lines):
    return [{"__REALTIME_TIMESTAMP": str(line.time * 1000000 + line.micros), "_TRANSPORT": "kernel", "SYSLOG_IDENTIFIER": "kernel",
             "_SOURCE_MONOTONIC_TIMESTAMP": str(line.seconds * 1000000 + line.micros), "MESSAGE": line.text} for line in lines]


def ansible(lines):
    return {"changed": True, "stdout": "".join(line.whole + "\n" for line in lines), "rc": 0}


FORMS = {"Loki": loki, "CloudWatch": cloudwatch, "Google Cloud": google, "Elasticsearch": elasticsearch, "Graylog": graylog,
         "the journal, an array": journal, "one text": ansible}


def scan(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.json")
        with open(path, "wb") as file:
            file.write(text)
        done = subprocess.run([whyoom, "scan", "--no-progress", *options, path], capture_output=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def said(record):
    """What a record says, but for the dress: where it stands, and what else its records tell of the time and the host."""
    about = ("id", "host", "boot", "time", "source", "findings", "repeat")
    return {**{key: value for key, value in record.items() if key not in about},
            "quotes": [quote["text"] for quote in record["quotes"]]}


def document(form, lines):
    return json.dumps(form(lines), separators=(",", ":")).encode()


def check_neighbours():
    """Pages of an answer, and a log, in one file: 300 copies, of which the first 120 and the next 160 are documents."""
    size = len(copies(1))
    lines = copies(300)
    pages = [document(cloudwatch, lines[:120 * size]), document(loki, lines[120 * size:280 * size])]
    rest = "".join(line.whole + "\n" for line in lines[280 * size:]).encode()
    found, words = scan(b"\n".join([*pages, rest]))
    where = [(record["source"]["first_line"], record["source"]["last_line"]) for record in found]
    one = scan("".join(line.whole + "\n" for line in copies(1)).encode())[0][0]["source"]
    expected = [(1, 1)] * 120 + [(2, 2)] * 160 + [
        (one["first_line"] + 2 + n * size, one["last_line"] + 2 + n * size) for n in range(20)]
    ok(where == expected and CUT not in words, "two documents and a log: each line has its number", f"{len(where)}: {where[:3]} {where[-3:]}; {words}")
    starts = {record["source"]["first_byte"] for record in found[:280]}
    ok(starts == {0, len(pages[0]) + 1}, "two documents: their incidents start where their lines do", str(starts))
    found, words = scan(pages[0])
    ok(len(found) == 120 and not found[-1]["missing"] and CUT not in words, "a document without a newline behind it", f"{len(found)}; {words}")
    with_threads, _ = scan(b"\n".join([*pages, rest]), "-j2")
    ok(len(with_threads) == 300, "two documents and a log, read by two threads", str(len(with_threads)))


def check_cut():
    """Of 300 copies, cut off in the middle of a line of the 200th, 199 are whole."""
    size = len(copies(1))
    lines = copies(300)
    whole, kept = document(google, lines), document(google, lines[:199 * size + size // 2])
    found, words = scan(whole[:len(kept) + 40])
    ok(len(found) in (199, 200) and not any(record["missing"] for record in found[:199]) and words.count(CUT) == 1,
       "a document that is cut off: what is there is read, and what is not is said", f"{len(found)}; {words}")


def check_newest_first():
    """Loki and gcloud answer so: read from the last record to the first, each form tells what it tells the right way round."""
    for wanted, count in {"600 KiB": 90, "3 MiB": 500}.items():
        lines = copies(count)
        for name in ("Loki", "Google Cloud", "Elasticsearch", "the journal, an array"):
            expected, _ = scan(document(FORMS[name], lines) + b"\n")
            text = document(FORMS[name], lines[::-1])
            for end in (b"\n", b""):
                found, words = scan(text + end)
                is_same = len(found) == count and [said(record) for record in found] == [said(record) for record in expected]
                where = {tuple(record["source"][key] for key in ("first_line", "last_line", "first_byte")) for record in found}
                ok(is_same and where == {(1, 1, 0)} and NEWEST in words and CUT not in words,
                   f"{wanted}, {name}, the newest first{'' if end else ', without a newline'}: {count} incidents", f"{len(found)}; {where}; {words}")
    found, words = scan(text[:-2000])
    ok(len(found) in (count, count - 1) and NEWEST in words and words.count(CUT) == 1, "the newest first, cut off", f"{len(found)}; {words}")


def is_sanitized():
    """Sanitizers keep freed memory; how much is used says nothing then."""
    with open(whyoom, "rb") as file:
        return b"__asan_init" in file.read()


def check_memory():
    """32 MiB of quiet records around one report."""
    quiet = [Line(f"[{10000 + n}.000000] eth0: link is up", 0) for n in range(180000)]
    text = document(google, quiet[:90000] + copies(1) + quiet[90000:])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.json")
        with open(path, "wb") as file:
            file.write(text)
        done = subprocess.run([sys.executable, "-c", USAGE, whyoom, "scan", path], capture_output=True, check=False, text=True)
    *found, usage = done.stdout.splitlines()
    ok(len(found) == 1 and len(text) > 20 << 20 and (int(usage) < 64 << 10 or is_sanitized()),
       f"{len(text) >> 20} MiB in one line, in less than 64", f"{len(found)}, {usage} KiB")


def main():
    size = sum(len(line.whole) + 1 for line in copies(1))
    for wanted, least in SIZES.items():
        count = least // size + 1
        lines = copies(count)
        plain, _ = scan("".join(line.whole + "\n" for line in lines).encode())
        ok(len(plain) == count, f"{wanted}, the plain log: {count} copies of a report, as many incidents", f"{len(plain)}")
        for name, form in FORMS.items():
            for spacing, separators in SPACINGS.items():
                if wanted != "1 MiB" and spacing != "as jq -c":
                    continue
                text = json.dumps(form(lines), separators=separators, ensure_ascii=False).encode()
                assert len(text) > least and b"\n" not in text
                found, words = scan(text + b"\n")
                is_same = [said(record) for record in found] == [said(record) for record in plain]
                ok(is_same and CUT not in words, f"{wanted}, {name}, {spacing}: {count} incidents that say the same", f"{len(found)}; {words}")
                where = {(record["source"]["first_line"], record["source"]["last_line"]) for record in found}
                ok(where == {(1, 1)}, f"{wanted}, {name}, {spacing}: all of it stands in line 1", str(where))
    check_neighbours()
    check_cut()
    check_newest_first()
    check_memory()


if __name__ == "__main__":
    main()
    plan()
