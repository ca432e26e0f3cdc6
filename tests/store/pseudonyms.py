"""report --anonymize and scan --anonymize --db."""

import csv
import io
import re
import shutil
import sqlite3

from fixture import DB, SAMPLES, claim, lines_of, path, records, run


def told_without_details(record):
    """What a record does not keep (slab caches) a stored one cannot say again; all else is as a fresh run says it."""
    findings = {finding["rule"]: finding["evidence"] for finding in record["findings"]}
    return {**record, "findings": None}, findings


def check():
    fresh = lines_of(run("scan", "--anonymize", *SAMPLES).stdout)
    hidden = lines_of(run("report", DB, "--anonymize", "--format", "json").stdout)
    differ = [(one["id"], other["id"]) for one, other in zip(fresh, hidden)
              if told_without_details(one)[0] != told_without_details(other)[0]]
    claim("report --anonymize tells what scan --anonymize tells", len(fresh) == len(hidden) == len(records) and not differ, differ[:3])
    differ = [(one["id"], rule) for one, other in zip(fresh, hidden) for rule, evidence in told_without_details(other)[1].items()
              if any(item not in told_without_details(one)[1].get(rule, []) for item in evidence)]
    claim("with the same evidence and its lines", not differ, differ[:3])
    run("scan", "samples/dump-6.1-many-owners.vmcore", "--db", path("dump.db"))
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
