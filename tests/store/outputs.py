"""What report gives back: lines, text and tickets, CSV, metrics for Prometheus."""

import csv
import io
import json
import os
import re
import shutil
import subprocess

from fixture import COLUMNS, DB, SAMPLES, TEMPORARY, WHYOOM, ask, claim, dig, lines_of, path, plain, records, run, skip

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


def check_one_file_twice():
    for options in ["--db", "y", "--html", "y"], ["--html", "y", "--prom", "./y"], ["--state", "y", "--html", path("y")]:
        refused = run("scan", *options, SAMPLES[0], cwd=TEMPORARY)
        claim(f"{' '.join(options[::2])} of one file is refused", refused.returncode == 2 and "name the same file" in refused.stderr
              and not os.path.exists(path("y")), refused)


def check():
    check_one_file_twice()
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
