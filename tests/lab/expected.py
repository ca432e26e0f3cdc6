#!/usr/bin/env python3
"""What whyoom should say of one log of the lab: its golden record, from the scenario and from what the guest observed.

    expected.py TRUTH LOG <HEAD >SAMPLE.expected.json     HEAD: the scenario's head lines as JSON (truth.sh's expected)

Nothing here asks whyoom. Who died is taken from the guest only when LOG is of the same run, that is when its kill lines name the
same processes; otherwise the file has no victims_from, and of the victims only the name that the scenario means to see first.
"""
import json
import re
import sys
from pathlib import Path

FIELDS = ["kind", "class", "scope", "limit", "charge_path", "dominant"]


def killed(text):
    return {int(pid) for pid in re.findall(r"Killed process (\d+) ", text)}


def victims(truth, text):
    """(pid, comm, cgroup) of those who died, as far as this log can know them: a cut ring buffer has lost the first ones, and
    where the kernel left out a report for being one too many, the kill line alone names no cgroup."""
    named = killed(text)
    placed = {int(pid) for pid in re.findall(r"task_memcg=.*,pid=(\d+),uid=", text)}
    groups = set(re.findall(r"Tasks in (\S+) are going to be killed", text))
    died = set()
    for victim in truth["observed"]["victims"]:
        known = victim["pid"] in placed or victim["cgroup"] in groups
        if victim["pid"] in named or truth["log"] == "console.log":
            died.add((victim["pid"], victim["comm"], victim["cgroup"] if known else None))
    return died


def same_run(truth, text):
    named, observed = killed(text), {victim["pid"] for victim in truth["observed"]["victims"]}
    return named == observed if truth["log"] == "console.log" else bool(named) and named <= observed


def alternatives(value):
    """'kernel-stack|slab', where chance decides, is a list."""
    return value.split("|") if "|" in value else value


def record(head, truth, text):
    lines = [(field, alternatives(head[field])) for field in FIELDS if field in head]
    if not truth or not same_run(truth, text):
        return lines + [("victim", alternatives(head["victim"]))]
    lines.append(("victims_from", "guest"))
    if truth["observed"]["kills"] is not None and truth["log"] == "console.log":
        lines.append(("kills", truth["observed"]["kills"]))
    died = [dict(zip(["pid", "comm", "cgroup"], v)) for v in sorted(victims(truth, text), key=str)]
    return lines + [("victims", [{k: v for k, v in victim.items() if v is not None} for victim in died])]


def main():
    truth, log = map(Path, sys.argv[1:3])
    run = json.loads(truth.read_text(encoding="utf-8")) if truth.exists() else None
    lines = record(json.load(sys.stdin), run, log.read_text(errors="replace"))
    print("{" + ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in lines) + "}")


if __name__ == "__main__":
    main()
