"""The rows of the database against the records of the same logs."""

import os
import shutil
import subprocess

from fixture import COLUMNS, DB, SAMPLES, TEMPORARY, ask, claim, dig, path, plain, records, run, skip, stored


def check():
    claim("scan --db is silent on standard output, and sums up on the other",
          stored.returncode == 0 and not stored.stdout and stored.stderr.count("\n") == 1
          and f"{len(records)} incidents in " in stored.stderr, stored)
    claim("it leaves one plain file", sorted(os.listdir(TEMPORARY)) == ["fleet.db"], os.listdir(TEMPORARY))
    both = run("scan", *SAMPLES, "--db", path("both.db"), "--format", "json")
    claim("with --format json the lines come too", both.stdout == plain)
    again = run("scan", *SAMPLES, "--db", DB)

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
