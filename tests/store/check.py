"""scan --db, report and docs/database.md, against the JSON lines of the same logs. Usage: check.py WHYOOM. TAP."""

import csv
import glob
import gzip
import importlib.util
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

WHYOOM = os.path.abspath(sys.argv[1])
SAMPLES = sorted(glob.glob("samples/*.log"))
DOCUMENT = "docs/database.md"
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


# ---- the database against the records

DB = path("fleet.db")
plain = run("scan", *SAMPLES).stdout
records = {record["id"]: record for record in lines_of(plain)}
stored = run("scan", *SAMPLES, "--db", DB, "--summary")
claim("scan --db is silent on standard output, and sums up on the other",
      stored.returncode == 0 and not stored.stdout and stored.stderr.count("\n") == 1
      and f"{len(records)} incidents in " in stored.stderr, stored)
claim("it leaves one plain file", sorted(os.listdir(TEMPORARY)) == ["fleet.db"], os.listdir(TEMPORARY))
both = run("scan", *SAMPLES, "--db", path("both.db"), "--format", "json")
claim("with --format json the lines come too", both.stdout == plain)
again = run("scan", *SAMPLES, "--db", DB)
database = sqlite3.connect(DB)
database.row_factory = sqlite3.Row


def ask(sql, *values):
    return database.execute(sql, values).fetchall()


claim("a second scan of the same logs adds nothing",
      again.returncode == 0 and ask("SELECT count(*) FROM incidents")[0][0] == len(records))
claim("every run is noted", [row["ended_us"] is not None for row in ask("SELECT * FROM runs")] == [True, True])
claim("what was read is noted: all bytes of all samples, twice",
      ask("SELECT sum(bytes) FROM coverage")[0][0] == 2 * sum(os.path.getsize(sample) for sample in SAMPLES))
claim("the database is sound", ask("PRAGMA integrity_check")[0][0] == "ok")
claim("it says what it is",
      (ask("PRAGMA user_version")[0][0], ask("PRAGMA application_id")[0][0]) == (1, int.from_bytes(b"whyo", "big")))
if shutil.which("zstd"):
    frames = b"".join(row["record"] for row in ask("SELECT record FROM records ORDER BY incident"))
    told = subprocess.run(["zstd", "-dc"], input=frames, capture_output=True).stdout.decode()
    claim("records are kept as they were written, in frames of zstd", told == plain.replace("\n", ""))
else:
    skip("records are kept as they were written, in frames of zstd", "no zstd")

COLUMNS = {  # column of incidents: where the record has it
    "kind": ("kind",), "class": ("class",), "scope": ("scope",), "refused": ("limit",), "charge_path": ("charge_path",),
    "host": ("host",), "boot": ("boot",), "kernel": ("kernel",), "cgroup": ("memcg", "path"), "source": ("source", "path"),
    "manager": ("workload", "manager"), "summary": ("summary",), "printed": ("time", "printed"),
    "dominant_bytes": ("dominant", "bytes"), "asked_by": ("trigger", "comm"), "repeat_count": ("repeat", "count"),
}
wrong = []
for row in ask("SELECT * FROM incidents"):
    record = records[row["id"]]
    for column, keys in COLUMNS.items():
        if row[column] != dig(record, *keys):
            wrong.append((row["id"], column, row[column], dig(record, *keys)))
    if (row["also"] or "") != ",".join(record["also"]):
        wrong.append((row["id"], "also", row["also"], record["also"]))
    if (row["monotonic_us"] is None) != (dig(record, "time", "monotonic_s") is None):
        wrong.append((row["id"], "monotonic_us"))
    if row["monotonic_us"] is not None and row["monotonic_us"] != round(record["time"]["monotonic_s"] * 1e6):
        wrong.append((row["id"], "monotonic_us", row["monotonic_us"], record["time"]))
claim("a row has the values of its record", not wrong, wrong[:5])
wrong = []
for row in ask("SELECT v.*, i.id FROM victims v JOIN incidents i ON i.number = v.incident"):
    victim = records[row["id"]]["victims"][row["position"] - 1]
    for key in row.keys():
        if key in ("incident", "position", "id"):
            continue
        value = victim.get(key)
        if row[key] != (int(value) if isinstance(value, bool) else value):
            wrong.append((row["id"], key, row[key], value))
claim("victims have the values of their record", not wrong
      and ask("SELECT count(*) FROM victims")[0][0] == sum(len(r["victims"]) for r in records.values()), wrong[:5])
wrong = []
for row in ask("SELECT m.*, i.id FROM memcg_stats m JOIN incidents i ON i.number = m.incident"):
    memcg = records[row["id"]]["memcg"]
    for key in row.keys():
        group, _, name = key.partition("_")
        if key in ("incident", "id") or name == "unlimited":
            continue
        if row[key] != dig(memcg, group, name):
            wrong.append((row["id"], key, row[key], dig(memcg, group, name)))
claim("statistics have the values of their record", not wrong, wrong[:5])
claim("findings are all there",
      [tuple(row) for row in ask("SELECT i.id, f.rule, f.weight FROM findings f JOIN incidents i ON i.number = f.incident "
                                 "ORDER BY i.number, f.position")]
      == [(r["id"], f["rule"], f["weight"]) for r in records.values() for f in r["findings"]])

# ---- report

claim("report --format json gives the lines of the scan", run("report", DB, "--format", "json").stdout == plain)
with open(path("fleet.jsonl"), "w") as file:
    file.write(plain)
claim("JSON lines are read as the database is",
      run("report", path("fleet.jsonl"), "--csv").stdout == run("report", DB, "--csv").stdout)
claim("JSON lines come down a pipe", run("report", "-", "--format", "json", stdin=plain).stdout == plain)
if shutil.which("gzip"):
    subprocess.run(["gzip", "-k", path("fleet.jsonl")], check=True)
    claim("JSON lines may be compressed", run("report", path("fleet.jsonl.gz"), "--format", "json").stdout == plain)
else:
    skip("JSON lines may be compressed", "no gzip")
for sample in SAMPLES[:3] + SAMPLES[-3:]:
    fresh, kept = run("--format", "json", sample).stdout, path("one.jsonl")
    with open(kept, "w") as file:
        file.write(fresh)
    if len(fresh.splitlines()) == 1:
        claim(f"report explains as the fresh run does: {sample}",
              re.sub(r"^incident .* · ", "", run("report", kept).stdout, flags=re.M) == run(sample).stdout)
one = next(iter(ask("SELECT number, id FROM incidents WHERE class = 'slab'")))
ticket = run("report", DB, "--md", "--number", str(one["number"]))
claim("--md --number writes one ticket", ticket.returncode == 0 and ticket.stdout.count("\n## ") + ticket.stdout.startswith("## ") == 1)
many = run("report", DB, "--md")
claim("--md of many: one line says how to select", many.returncode == 2 and many.stderr.count("\n") == 1 and "--number" in many.stderr)
claim("--number that is not there: one line", run("report", DB, "--number", "99999").returncode == 2)
chosen = run("report", DB, "--format", "json", "--where", "class is slab").stdout
fresh = run("scan", *SAMPLES, "--where", "class is slab").stdout
claim("--where selects as it does for a log", chosen == fresh and chosen)
chosen = run("report", DB, "--format", "json", "--where", "memcg.stat.shmem >= 1 GiB and victims.count > 0").stdout
fresh = run("scan", *SAMPLES, "--where", "memcg.stat.shmem >= 1 GiB and victims.count > 0").stdout
claim("--where asks figures as it does for a log", chosen == fresh and chosen)
window = ("--since", "2025-02-04", "--until", "2025-02-05")
dated = [r for r in lines_of(run("report", DB, "--format", "json", "--utc", *window).stdout) if dig(r, "time", "wall")]
claim("--since and --until select", dated and all(r["time"]["wall"].startswith("2025-02-04") for r in dated)
      and len(dated) == sum((dig(r, "time", "wall") or "").startswith("2025-02-04") for r in records.values()))
nothing = run("report", DB, "--where", "class is slab and class is shmem")
claim("nothing selected: status 1, and it is said", nothing.returncode == 1 and nothing.stdout.startswith("No such incident"))
claim("--fail-on looks at what was stored", run("report", DB, "--fail-on", "slab").returncode == 3)
listed = run("report", DB).stdout
claim("the list counts the incidents and the classes",
      listed.startswith(f"{len(records)} incidents") and f"slab {sum(r['class'] == 'slab' for r in records.values())}" in listed)

# ---- CSV

table = run("report", DB, "--csv").stdout
rows = list(csv.DictReader(io.StringIO(table, newline="")))
claim("CSV lines end as RFC 4180 says", subprocess.run([WHYOOM, "report", DB, "--csv"], capture_output=True).stdout.count(b"\r\n")
      == len(records) + 1)
wrong = []
for row in rows:
    record = records[row["id"]]
    for column, keys in COLUMNS.items():
        value = dig(record, *keys)
        expected = "" if value is None else str(value)
        if expected[:1] in "=+-@" and expected and not isinstance(value, int):
            expected = "'" + expected
        if row[column] != expected:
            wrong.append((row["id"], column, row[column], expected))
    wall = dig(record, "time", "wall") or ""
    if row["time"] != re.sub(r"\.\d+", "", wall):
        wrong.append((row["id"], "time", row["time"], wall))
claim("CSV has the values of the records", len(rows) == len(records) and not wrong, wrong[:5])
hostile = dict(records[one["id"]], id="00000000deadbeef", host='=cmd|"/c calc"!A1,\nx', kernel="-1+1")
with open(path("hostile.jsonl"), "w") as file:
    file.write(json.dumps(hostile) + "\n")
row = next(csv.DictReader(io.StringIO(run("report", path("hostile.jsonl"), "--csv").stdout, newline="")))
claim("CSV disarms formulas and keeps one line a row",
      row["host"] == "'=cmd|\"/c calc\"!A1,\\x0ax" and row["kernel"] == "'-1+1", (row["host"], row["kernel"]))

# ---- Prometheus

LINE = re.compile(r'^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (\d+)$')


def read_prom(name):
    """{(metric, labels): value}; every line is checked: HELP and TYPE before, no series twice."""
    series, typed = {}, None
    for line in open(name, newline="\n"):
        if line.startswith("# HELP "):
            typed = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line.split()[2:] == [typed, "gauge"], line
        else:
            match = LINE.match(line.rstrip("\n"))
            assert match and match[1] == typed and match.group(1, 2) not in series, line
            series[match.group(1, 2)] = int(match[3])
    return series


prom = path("whyoom.prom")
made = run("report", DB, "--prom", prom)
series = read_prom(prom)
claim("--prom alone leaves standard output empty", made.returncode == 0 and not made.stdout)
claim("its incidents add up", sum(v for (name, _), v in series.items() if name == "whyoom_incidents") == len(records))
claim("its hosts add up", sum(v for (name, _), v in series.items() if name == "whyoom_host_incidents") == len(records))
slab = sum(v for (name, labels), v in series.items() if name == "whyoom_incidents" and 'class="slab"' in labels)
claim("its classes are the records'", slab == sum(r["class"] == "slab" for r in records.values()))
direct = path("direct.prom")
run("scan", *SAMPLES, "--prom", direct)
clock = ("whyoom_written_timestamp_seconds", None)
fresh = read_prom(direct)
claim("scan --prom counts without a database", {**fresh, clock: 0, ("whyoom_read_bytes", None): 0, ("whyoom_read_streams", None): 0}
      == {**series, clock: 0, ("whyoom_read_bytes", None): 0, ("whyoom_read_streams", None): 0})
base = records[one["id"]]
with open(path("hosts.jsonl"), "w") as file:
    for i in range(300):
        for name in (f'h{i}"\\\n', "other")[: 1 + (i < 7)]:
            file.write(json.dumps(dict(base, id=f"{i:08x}{len(name) + (name == 'other'):08x}", host=name)) + "\n")
    for i in range(9):
        file.write(json.dumps(dict(base, id=f"{i:08x}{99:08x}", host=("localhost", "localhost.localdomain", "(none)")[i % 3])) + "\n")
run("report", path("hosts.jsonl"), "--prom", prom)
hosts = {labels: v for (name, labels), v in read_prom(prom).items() if name == "whyoom_host_incidents"}
claim("host labels are bounded, and the rest is other", len(hosts) <= 51 and sum(hosts.values()) == 316, hosts)
claim("what any host may be called is no host", not any("local" in str(labels) or "none" in str(labels) for labels in hosts), hosts)
if shutil.which("promtool"):
    checked = subprocess.run(["promtool", "check", "metrics"], stdin=open(prom), capture_output=True, text=True)
    claim("promtool finds no fault", checked.returncode == 0, checked.stdout + checked.stderr)
else:
    skip("promtool finds no fault", "no promtool")
with open(prom) as file:
    old = file.read()
os.mkdir(path("closed"))
bad = run("report", DB, "--prom", path("absent/x.prom"))
claim("a file that cannot be written: one line, status 2", bad.returncode == 2 and bad.stderr.count("\n") == 1)
claim("nothing is left beside the file", not [name for name in os.listdir(TEMPORARY) if name.startswith("whyoom.prom.")])

# ---- bad input

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
                   ("host_memory", {"zones": [{"buddy": ["x"]}]}), ("also", ["unknown"]), ("time", {"monotonic_s": 1e300})]:
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

# ---- two logs of one kill, of which one prints no year

KILL = [  # mm/oom_kill.c of 5.10, dump_header() and __oom_kill_process()
    "[  100.000001] java invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0",
    "[  100.000300] Out of memory: Killed process 7 (java) total-vm:204800kB, anon-rss:102400kB, file-rss:0kB, "
    "shmem-rss:0kB, UID:0 pgtables:300kB oom_score_adj:0",
]
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

# ---- killed

BOOT = re.compile(r"\[ *(\d+)\.(\d{6})\]")


def at_other_times(text, seconds):
    return BOOT.sub(lambda match: f"[{int(match[1]) + seconds:5d}.{match[2]}]", text)


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

# ---- the document

with open(DOCUMENT) as file:
    document = file.read()
described = re.findall(r"^\| `(\w+)` \|", document[document.index("### incidents"):document.index("### victims")], re.M)
claim("the document describes the columns of incidents", described == [row["name"] for row in ask("PRAGMA table_info(incidents)")])
for beside in ("victims", "memcg_stats", "findings", "runs", "coverage"):
    section = re.search(rf"^### {beside}\n(.*?)^##", document, re.M | re.S)[1]
    rows = re.findall(r"^\| (`[^|]*) \|", section, re.M) + re.findall(r"^(?:`stat_\w+`[,.] ?)+$", section, re.M)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    claim(f"the document describes the columns of {beside}",
          listed == [row["name"] for row in ask(f"PRAGMA table_info({beside})")], listed)
tables = re.findall(r"^\| `(\w+)` \|", document[document.index("## Tables"):document.index("### incidents")], re.M)
claim("the document describes the tables", sorted(tables)
      == sorted(row["name"] for row in ask("SELECT name FROM sqlite_schema WHERE type = 'table'")))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", document, re.M | re.S)


for block in blocks("sqlite"):
    if not shutil.which("sqlite3"):
        skip("a question of the document is answered", "no sqlite3")
        continue
    told = subprocess.run(["sqlite3", "-batch", "-readonly", DB, block], capture_output=True, text=True)
    needs_rows = "failure" not in block
    claim(f"a question of the document is answered: {block.split(chr(10))[0][:60]}",
          told.returncode == 0 and not told.stderr and (told.stdout or not needs_rows), told)

with open(path("incidents.csv"), "w", newline="") as file:
    file.write(table)
with open(path("incidents.jsonl"), "w") as file:
    file.write(plain)


def find_postgresql():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def as_other(command):
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command] if os.getuid() == 0 else command


def check_postgresql(programs):
    home = tempfile.mkdtemp(prefix="whyoom-pg-")
    if os.getuid() == 0:
        shutil.chown(home, "nobody", "nogroup")
    os.chmod(TEMPORARY, 0o755)

    def do(*command, **more):
        return subprocess.run(as_other(list(command)), capture_output=True, text=True, cwd=TEMPORARY,
                              env={**os.environ, "HOME": home, "TZ": "UTC"}, **more)

    data = os.path.join(home, "data")
    started = do(f"{programs}/initdb", "-D", data, "-U", "whyoom", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    if started.returncode == 0:
        started = do(f"{programs}/pg_ctl", "-D", data, "-w", "-l", os.path.join(home, "log"), "-o",
                     f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off", "start")
    try:
        claim("a PostgreSQL cluster of our own starts", started.returncode == 0, started)
        if started.returncode:
            return

        def psql(sql):
            return do(f"{programs}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", "whyoom", "postgres", input=sql)

        for turn in ("the document's statements load into PostgreSQL", "they load again, and nothing is there twice"):
            loaded = psql("\n".join(blocks("postgresql")))
            counts = psql("SELECT count(*), count(DISTINCT id) FROM incidents; SELECT count(*) FROM records;")
            claim(turn, loaded.returncode == 0 and counts.stdout.split() == [f"{len(records)}|{len(records)}", str(len(records))],
                  loaded.stderr + counts.stdout + counts.stderr)
        told = psql("SELECT id, class, dominant_bytes, extract(epoch FROM time)::bigint FROM incidents;").stdout.splitlines()
        wrong = []
        for line in told:
            key, class_, size, seconds = line.split("|")
            record = records[key]
            wall = dig(record, "time", "wall")
            epoch = subprocess.run(["date", "-u", "-d", wall, "+%s"], capture_output=True, text=True).stdout.strip() if wall else ""
            if (class_, size, seconds) != (record["class"], str(dig(record, "dominant", "bytes") or ""), epoch):
                wrong.append((line, record["class"], wall))
        claim("PostgreSQL has the values of the records", len(told) == len(records) and not wrong, wrong[:3])
        told = psql("SELECT r.record->'dominant'->>'part' FROM records r JOIN incidents i USING (id) WHERE i.class = 'shmem' GROUP BY 1;")
        claim("PostgreSQL can look into records", told.stdout.split() == ["shmem"], told)
    finally:
        do(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


programs = find_postgresql()
if not programs:
    skip("the document's statements load into PostgreSQL", "no PostgreSQL (apt-get install postgresql)")
elif os.getuid() == 0 and not shutil.which("setpriv"):
    skip("the document's statements load into PostgreSQL", "root without setpriv")
else:
    check_postgresql(programs)
# Each as a program, or as a module for Python that stands in for it.
OTHERS = {
    "duckdb": (["duckdb"], "duckdb", "import duckdb, sys; print(duckdb.sql(sys.stdin.read()))"),
    "clickhouse": (["clickhouse", "local", "--multiquery"], "chdb",
                   "import sys; from chdb import session; print(session.Session().query(sys.stdin.read(), 'CSV'))"),
}


def command_of(program):
    """None: there is neither."""
    command, module, code = OTHERS[program]
    if shutil.which(command[0]):
        return command
    return [sys.executable, "-c", code] if importlib.util.find_spec(module) else None


for program, (_, module, _) in OTHERS.items():
    command = command_of(program)
    if not command:
        skip(f"the document's statements load into {program}", f"no {program} (or pip install {module})")
        continue
    loaded = subprocess.run(command, input="\n".join(blocks(program)) + "\nSELECT count(*) FROM incidents;", capture_output=True,
                            text=True, cwd=TEMPORARY)
    claim(f"the document's statements load into {program}", loaded.returncode == 0 and str(len(records)) in loaded.stdout, loaded)

# ---- under pseudonyms


def told_without_details(record):
    """What a record does not keep (slab caches) a stored one cannot say again; all else is as a fresh run says it."""
    findings = {finding["rule"]: finding["evidence"] for finding in record["findings"]}
    return {**record, "findings": None}, findings


fresh = lines_of(run("scan", "--anonymize", *SAMPLES).stdout)
hidden = lines_of(run("report", DB, "--anonymize", "--format", "json").stdout)
differ = [(one["id"], other["id"]) for one, other in zip(fresh, hidden)
          if told_without_details(one)[0] != told_without_details(other)[0]]
claim("report --anonymize tells what scan --anonymize tells", len(fresh) == len(hidden) == len(records) and not differ, differ[:3])
differ = [(one["id"], rule) for one, other in zip(fresh, hidden) for rule, evidence in told_without_details(other)[1].items()
          if any(item not in told_without_details(one)[1].get(rule, []) for item in evidence)]
claim("with the same evidence and its lines", not differ, differ[:3])
WIDE = "samples/dump-6.1-many-owners.vmcore"
run("scan", WIDE, "--db", path("dump.db"))
secret = re.compile(r"\b(shop|batch|jobs|eater|box-tmp|box-gone|memfd:lab|dump-6\.1-many-owners)\b")
for form in ["--csv"], ["--md", "--all"], ["--format", "html"], ["--format", "json"], ["--format", "text"], ["--all"]:
    shown = run("report", path("dump.db"), "--anonymize", *form).stdout
    open_ = run("report", path("dump.db"), *form).stdout
    claim(f"report --anonymize {' '.join(form)} names nothing", shown and secret.search(open_) and not secret.search(shown),
          secret.findall(shown)[:3])
gap = sqlite3.connect(shutil.copy(DB, path("gap.db")))
gap.execute("DELETE FROM incidents WHERE number = 3")
gap.commit()
gap.close()
run("scan", "--anonymize", "--db", path("hidden.db"), SAMPLES[0], path("customer-x/none.log"))
with sqlite3.connect(path("hidden.db")) as hidden_db:
    unread = hidden_db.execute("SELECT path, failure FROM coverage WHERE failure IS NOT NULL").fetchall()
claim("scan --anonymize --db names no input that could not be read", unread == [(None, "not read")], unread)

numbers = [row["number"] for row in csv.DictReader(io.StringIO(run("report", path("gap.db"), "--anonymize", "--csv").stdout))]
claim("an incident keeps its number", numbers[:4] == ["1", "2", "4", "5"], numbers[:4])
refused = run("report", DB, "--rules", "rules")
claim("--rules alone would judge nothing, and is refused", refused.returncode == 2 and refused.stderr.count("\n") == 1, refused.stderr)

print(f"1..{number}")
database.close()
shutil.rmtree(TEMPORARY, ignore_errors=True)
sys.exit(failed > 0)
