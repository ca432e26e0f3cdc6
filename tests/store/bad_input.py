"""Files and databases that are torn, damaged or strange, each told of in a line."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess

from fixture import DB, SAMPLES, WHYOOM, claim, path, plain, records, run


def check():
    base = next(record for record in records.values() if record["class"] == "slab")
    with open(path("torn.jsonl"), "w") as file:
        first, second = plain.splitlines()[:2]
        file.write(f"{first}\n{second[:500]}\n[1, 2]\n{{\"schema\": \"whyoom.incident/1\"}}\n{second}\n")
    torn = run("report", path("torn.jsonl"), "--format", "json")
    claim("bad lines: a line each that says where, the good ones told, status 2",
          torn.returncode == 2 and torn.stdout == f"{first}\n{second}\n"
          and [line.split(": ")[1].rsplit(":")[-1] for line in torn.stderr.splitlines()] == ["2", "3", "4"], torn.stderr)
    wrong = []
    for key, value in [("kind", "nonsense"), ("victims", [1]), ("victims", {}), ("time", "now"), ("page_size", -4096), ("memcg", []),
                       ("findings", [{"evidence": 7}]), ("tasks", [None]), ("host", 12), ("id", "x"), ("page_size", 1 << 62),
                       ("host_memory", {"zones": [{"buddy": ["x"]}]}), ("also", ["unknown"]), ("time", {"monotonic_s": 1e300}),
                       ("time", {"monotonic_s": -1.5})]:
        mutant = run("report", "-", stdin=json.dumps(dict(base, **{key: value})))
        if mutant.returncode not in (0, 2) or mutant.stderr.count("\n") > 2 or "ERROR" in mutant.stderr:
            wrong.append((key, value, mutant))
    claim("a record with a value of another type is refused in a line", not wrong, wrong[:2])
    os.mkdir(path("logs"))
    shutil.copy(SAMPLES[0], path("logs"))
    refused = run("report", path("logs"))
    claim("report: a directory of logs is called one", refused.returncode == 2 and refused.stderr.count("\n") == 1 and "logs: a directory," in refused.stderr, refused.stderr)
    for name, content, word in [("kern.log", "Nov 23 06:33:01 web1 kernel: nothing\n" * 50, "neither a database"), ("empty", "", "No such"),
                                ("short.db", "SQLite format 3\0" + "x" * 500, "")]:
        with open(path(name), "w") as file:
            file.write(content)
        bad = run("report", path(name))
        claim(f"report of {name}: a line, no crash", bad.returncode in (1, 2) and word in bad.stdout + bad.stderr
              and len(bad.stderr.splitlines()) <= 1 and all(line.startswith("whyoom: ") for line in bad.stderr.splitlines()), bad)
    for content, word in [("no\n" * 3, "3 lines are no records, the first is line 1: no JSON at byte"),
                          ("no\n" * 3 + first + "\n", "3 lines are no records, the first is line 1: no JSON at byte"),
                          (first + "\n" + "no\n" * 30, "27 lines are no records, the first is line 5: no JSON at byte")]:
        bad = run("report", "-", stdin=content)
        claim(f"bad lines are counted: {word[:12]}", bad.returncode == 2 and word in bad.stderr
              and len(bad.stderr.splitlines()) == (4 if content.startswith(first) else 1), bad.stderr)
    os.mkdir(path("members"))
    for name, content in [("a.jsonl", first + "\n"), ("b.jsonl", "\n" + "no\n" * 5)]:
        with open(path("members/" + name), "w") as file:
            file.write(content)
    subprocess.run(["tar", "-C", path("members"), "-cf", path("members.tar"), "a.jsonl", "b.jsonl"], check=True)
    for root, between in [("members", "/"), ("members.tar", ":")]:
        bad = run("report", path(root))
        member = path(root) + between + "b.jsonl"
        claim(f"bad lines of {root} are told by the file that they stand in",
              [line.split(": ")[1] for line in bad.stderr.splitlines()] == [f"{member}:{n}" for n in (2, 3, 4)] + [path(root)]
              and f"2 lines are no records, the first is line 5 of {member}: no JSON" in bad.stderr, bad.stderr)
    whole = gzip.compress((first + "\n").encode())
    with open(path("cut.jsonl.gz"), "wb") as file:
        file.write(whole + gzip.compress((second + "\n").encode())[:20])
    cut = run("report", path("cut.jsonl.gz"), "--format", "json")
    claim("JSON lines that break off: what is there, and that there is more",
          cut.returncode == 2 and cut.stdout == first + "\n" and "cut.jsonl.gz: the gzip data is cut short" in cut.stderr, cut.stderr)
    bad = run("report", path("nothing.db"))
    claim("report of a file that is not there says who says so", bad.stderr.startswith("whyoom: ") and bad.stderr.count("\n") == 1, bad)
    foreign = sqlite3.connect(path("foreign.db"))
    foreign.execute("CREATE TABLE t (a)")
    foreign.commit()
    bad = run("scan", SAMPLES[0], "--db", path("foreign.db"))
    claim("another program's database is left alone", bad.returncode == 2 and "another program" in bad.stderr
          and foreign.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 1, bad)
    shutil.copy(DB, path("other.db"))
    other = sqlite3.connect(path("other.db"))
    other.execute("PRAGMA user_version = 2")
    other.commit()
    other.close()
    bad = run("report", path("other.db"))
    claim("a database of another schema: one line that names it", bad.returncode == 2 and "schema 2" in bad.stderr and bad.stderr.count("\n") == 1)
    shutil.copy(DB, path("strange.db"))
    strange = sqlite3.connect(path("strange.db"))
    strange.execute("UPDATE records SET record = x'00' WHERE incident = 1")
    strange.execute("UPDATE incidents SET host = char(27) || '[31m', class = char(27) || '[2J', victims = -5 WHERE number = 2")
    strange.commit()
    strange.close()
    for arguments in (("--all",), ("--format", "json"), ("--anonymize", "--csv")):
        bad = run("report", path("strange.db"), *arguments)
        claim(f"a damaged record is told of, the others are shown: {arguments[0]}",
              bad.returncode == 2 and bad.stderr.count("\n") == 1 and "strange.db: incident 1:" in bad.stderr
              and len(bad.stdout.splitlines()) >= len(records) - 1, bad.stderr)
    for option in ["--csv"], ["--prom", path("strange.prom")]:
        shown = run("report", path("strange.db"), *option).stdout
        if option[0] == "--prom":
            with open(option[1]) as file:
                shown = file.read()
        claim(f"{option[0]} shows a host's escapes as text", "\x1b" not in shown and "\\x1b" in shown, shown[-500:])
    listed = run("report", path("strange.db")).stdout
    claim("a list escapes what a strange database holds, and counts nothing below zero",
          "\\x1b[2J 1" in listed and "\033" not in listed and "+1844" not in listed, listed[:600])
    piped = subprocess.run(["sh", "-c", 'cat | "$0" report /dev/stdin', WHYOOM], input=plain, capture_output=True, text=True)
    claim("a pipe is reported whole", f"{len(records)} incidents" in piped.stdout, piped)
    shutil.copy(DB, path("damaged.db"))
    with open(path("damaged.db"), "r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * (os.path.getsize(DB) - 8192 - 4096))
    for arguments in (("report", path("damaged.db")), ("report", path("damaged.db"), "--csv"), ("scan", SAMPLES[0], "--db", path("damaged.db"))):
        bad = run(*arguments)
        claim(f"a damaged database: one line: {arguments[0]} {' '.join(arguments[2:3])}",
              bad.returncode == 2 and bad.stderr.count("\n") == 1 and "damaged" in bad.stderr, bad)
